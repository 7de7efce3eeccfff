"""Load trust anchors: the certificates that a signature must chain to, from the archivist's folder.

`*.pem`, `*.crt` and `*.cer` are certificates; `*.xml` are trusted lists as EU states publish them (ETSI TS 119 612),
from which every authority for qualified certificates and timestamps that is granted is taken. Whoever puts a list there
vouches for it: its own signature is not judged.
"""

import base64
from collections.abc import Iterator
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
_GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"


def trust_anchors(folder: Path) -> tuple[x509.Certificate, ...]:
    """Return every trusted certificate of a folder, each once; empty if there is no such folder.

    Raises `WrongUse` for a file that cannot be read in the format of its name.
    """
    found: dict[bytes, x509.Certificate] = {}
    for path in sorted(folder.glob("*")):
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
