"""Load trust anchors: the certificates that a signature must chain to, from the archivist's folder.

A folder within it that has a provider's name (`posten`, `documenso`, …) binds its certificates to that provider, which
then has no others; `timestamps` holds those of timestamp services. What lies in the folder itself counts for every
provider without a folder of its own, but for the authority of our own signing desk: that one is for the desk alone,
wherever it lies, and the desk has no other beside it.

`*.pem`, `*.crt` and `*.cer` are certificates; `*.xml` are trusted lists as EU states publish them (ETSI TS 119 612),
from which every authority for qualified certificates and timestamps that is granted is taken. Whoever puts a list there
vouches for it: its own signature is not judged. `holders.txt` in a provider's folder names those whom its seals must
belong to, one a line.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from asn1crypto import pem, x509
from lxml import etree

from flows.errors import WrongUse
from flows.language import translate as _

_LIST = "{http://uri.etsi.org/02231/v2#}"
_TRUSTED_SERVICES = (
    "http://uri.etsi.org/TrstSvc/Svctype/CA/QC",
    "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST",
)
_PURPOSE = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/For"
_FOR_SIGNING = {f"{_PURPOSE}eSignatures", f"{_PURPOSE}eSeals"}
"""A service granted for website certificates only does not certify signers."""
_DESK = "desk"
_DESK_ORGANISATION = "Avtaleflyt signeringsbenk"
"""What the desk's own authority says in O of its certificate (`flows/signing_desk/certificate_authority.py`)."""
_NO_FOLDER = "-"
_TIMESTAMPS = "timestamps"
_HOLDERS = "holders.txt"
_FLOWS = {"posten-direct": "posten"}
"""Providers by another name for another flow: they seal with the same certificates."""
_GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"


@dataclass(frozen=True, slots=True)
class ProviderAnchors:
    """What a provider's signatures must chain to: `signers` for signatures and seals, `timestamps` for timestamps.

    `holders` are those whom its seals must belong to, empty where the folder names nobody.
    """

    signers: tuple[x509.Certificate, ...]
    timestamps: tuple[x509.Certificate, ...]
    holders: tuple[str, ...] = ()


def anchors_of(folder: Path, provider: str) -> ProviderAnchors:
    """Return the anchors of a provider. Raises `WrongUse` for a file that cannot be read in the format of its name."""
    common = trust_anchors(folder)
    desks = tuple(one for one in common if _is_of_desk(one))
    others = tuple(one for one in common if one not in desks)
    provider = _FLOWS.get(provider, provider)
    own = folder / (provider if re.fullmatch(r"[a-z0-9_-]+", provider) else _NO_FOLDER)
    if own.is_dir():
        signers = tuple(one for one in trust_anchors(own) if provider == _DESK or not _is_of_desk(one))
    elif provider == _DESK:
        signers = desks or others
    else:
        signers = others
    stamping = trust_anchors(folder / _TIMESTAMPS) if (folder / _TIMESTAMPS).is_dir() else others
    return ProviderAnchors(signers, _each_once(*signers, *stamping), _holders(own / _HOLDERS))


def timestamp_anchors(folder: Path) -> tuple[x509.Certificate, ...]:
    """Return what timestamps of our own timestamp service must chain to. Raises `WrongUse` as `trust_anchors`."""
    return trust_anchors(folder / _TIMESTAMPS) if (folder / _TIMESTAMPS).is_dir() else trust_anchors(folder)


def shared_anchors(folder: Path) -> tuple[x509.Certificate, ...]:
    """Return the anchors that are bound to no provider, the desk's own authority aside."""
    return tuple(one for one in trust_anchors(folder) if not _is_of_desk(one))


def _is_of_desk(certificate: x509.Certificate) -> bool:
    return bool(certificate.subject.native.get("organization_name") == _DESK_ORGANISATION)


def _each_once(*certificates: x509.Certificate) -> tuple[x509.Certificate, ...]:
    return tuple({one.sha256: one for one in certificates}.values())


def _holders(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError):
        raise WrongUse(
            _("{path} in the folder of trust anchors cannot be read: take it away or mend it.").format(
                path=f"{path.parent.name}/{path.name}"
            )
        ) from None
    return tuple(line.strip() for line in lines if line.strip())


def trust_anchors(folder: Path) -> tuple[x509.Certificate, ...]:
    """Return every trusted certificate of a folder, each once; empty if there is no such folder.

    Raises `WrongUse` for a file that cannot be read in the format of its name.
    """
    found: dict[bytes, x509.Certificate] = {}
    for path in sorted(one for one in folder.glob("*") if one.is_file()):
        try:
            about = path.stat()
            for certificate in _certificates_in(path, about.st_mtime_ns, about.st_size):
                found[certificate.sha256] = certificate
        except (ValueError, etree.XMLSyntaxError):
            raise WrongUse(
                _("{path} in the folder of trust anchors cannot be read: take it away or mend it.").format(
                    path=path.name
                )
            ) from None
    return tuple(found.values())


@lru_cache(maxsize=256)
def _certificates_in(path: Path, _changed: int, _size: int) -> tuple[x509.Certificate, ...]:
    """Return a file's certificates, read again only when it has changed: a trusted list is megabytes of XML."""
    return tuple(_certificates_of(path))


def _certificates_of(path: Path) -> Iterator[x509.Certificate]:
    if path.suffix == ".xml":
        yield from _trusted_list(path)
    elif path.suffix in {".pem", ".crt", ".cer"}:
        content = path.read_bytes()
        if pem.detect(content):
            yield from (x509.Certificate.load(der) for _type, _headers, der in pem.unarmor(content, multiple=True))
        else:
            yield x509.Certificate.load(content, strict=True)


def _trusted_list(path: Path) -> Iterator[x509.Certificate]:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    root = etree.parse(path, parser).getroot()
    if root.tag != f"{_LIST}TrustServiceStatusList":
        raise ValueError("not a trusted list")
    for service in root.iter(f"{_LIST}ServiceInformation"):
        kind = service.findtext(f"{_LIST}ServiceTypeIdentifier")
        if kind not in _TRUSTED_SERVICES or service.findtext(f"{_LIST}ServiceStatus") != _GRANTED:
            continue
        said = {uri.text for one in service.iter(f"{_LIST}AdditionalServiceInformation") for uri in one if uri.text}
        purposes = {one for one in said if one.startswith(_PURPOSE)}
        if not purposes or purposes & _FOR_SIGNING:
            for written in service.iter(f"{_LIST}X509Certificate"):
                yield x509.Certificate.load(base64.b64decode(written.text or ""), strict=True)
