"""Open a signed container (ASiC-E with CAdES): every digest, and the signature over the manifest, before any use.

KS's readers hand files out before they have compared anything, so that nobody else notices a changed byte.
"""

import base64
import hashlib
import hmac
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree

from flows.delivery.fiks.container import SHA256

_MOST_ENTRIES = 50
_HIGHEST_RATIO = 100
MOST_BYTES = 100 * 1024 * 1024
"""Of all files of a container together."""
_SMALL = 64 * 1024
"""Bytes below which a file may be compressed to any ratio."""
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,  # KS's Java signs with it
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class ContainerFault(ValueError):
    """The container is damaged, was changed after it was signed, or is too large; the text says which."""


@dataclass(frozen=True, slots=True)
class OpenedContainer:
    """The files by name, and who signed: subject and SHA-256 of the certificate; empty where nobody did."""

    files: Mapping[str, bytes] = field(repr=False)
    signer: str = ""


def safe_xml(content: bytes) -> Any:
    """Return the root of an XML document, read without entities, network or unbounded trees. Raises `ValueError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError("not a readable XML document") from error
    information: Any = None if root is None else root.getroottree().docinfo
    if information is None or information.doctype:
        raise ValueError("not a readable XML document")
    return root


def unpack(packed: bytes) -> OpenedContainer:
    """Return the verified files of a container. Raises `ContainerFault`."""
    try:
        entries = _entries(packed)
        manifest, references, signature = _manifest(entries)
        files = {
            name: content
            for name, content in entries.items()
            if not name.startswith("META-INF/") and name != "mimetype"
        }
        if set(references) != set(files):
            raise ContainerFault("the manifest names other files than there are")
        for name, content in files.items():
            if not hmac.compare_digest(hashlib.sha256(content).digest(), references[name]):
                raise ContainerFault("a file is not what the manifest says")
        return OpenedContainer(files, _signer(entries, manifest, signature))
    except ContainerFault:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise ContainerFault("not a readable container") from error


def _entries(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as container:
        listed = container.infolist()
        if len(listed) > _MOST_ENTRIES or sum(one.file_size for one in listed) > MOST_BYTES:
            raise ContainerFault("too many or too large files")
        found: dict[str, bytes] = {}
        for one in listed:
            name = one.filename
            folder, _, last = name.rpartition("/")
            if name in found or folder not in {"", "META-INF"} or not last or "\\" in name or "\0" in name:
                raise ContainerFault("a name that a container must not have")
            if one.file_size > max(_SMALL, one.compress_size * _HIGHEST_RATIO):
                raise ContainerFault("a file that is compressed too much")
            with container.open(one) as stream:
                content = stream.read(one.file_size + 1)
            if len(content) != one.file_size:
                raise ContainerFault("a file of another size than stated")
            found[name] = content
    return found


def _manifest(entries: Mapping[str, bytes]) -> tuple[bytes, dict[str, bytes], str]:
    """Return the manifest, the digests that it states by name, and the name of the signature or nothing."""
    named = [one for one in entries if one.lower().startswith("meta-inf/asicmanifest") and one.lower().endswith(".xml")]
    if len(named) != 1:
        raise ContainerFault("there is not one manifest")
    manifest = entries[named[0]]
    stated: dict[str, bytes] = {}
    signature = ""
    for one in safe_xml(manifest):
        kind = etree.QName(one).localname
        if kind == "SigReference":
            signature = one.get("URI", "")
        elif kind == "DataObjectReference":
            parts = {etree.QName(part).localname: part for part in one}
            if parts["DigestMethod"].get("Algorithm") != SHA256 or one.get("URI") in stated:
                raise ContainerFault("a digest that is not SHA-256, or stands twice")
            stated[one.get("URI")] = base64.b64decode(parts["DigestValue"].text or "", validate=False)
    return manifest, stated, signature


def _signer(entries: Mapping[str, bytes], manifest: bytes, signature: str) -> str:
    """Return who signed the manifest; empty where there is no signature, which older .NET senders leave out."""
    if not signature:
        return ""
    if signature not in entries:
        raise ContainerFault("the signature is missing")
    signed = cms.ContentInfo.load(entries[signature])["content"]
    certificates = {one.chosen.serial_number: one.chosen for one in signed["certificates"]}
    for info in signed["signer_infos"]:
        found = certificates.get(info["sid"].chosen["serial_number"].native)
        if found is None:
            raise ContainerFault("the signer's certificate is missing")
        certificate = x509.load_der_x509_certificate(found.dump())
        _verify(info, manifest, certificate)
        return f"{certificate.subject.rfc4514_string()} {certificate.fingerprint(hashes.SHA256()).hex()}"
    raise ContainerFault("the signature names nobody")


def _verify(info: Any, manifest: bytes, certificate: x509.Certificate) -> None:
    name = info["digest_algorithm"]["algorithm"].native
    digest, key = _DIGESTS[name](), certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise ContainerFault("the signer's key is not RSA")
    attributes, signed = info["signed_attrs"], manifest
    if attributes:
        stated = {one["type"].native: one["values"][0].native for one in attributes}
        if stated.get("message_digest") != hashlib.new(name, manifest, usedforsecurity=False).digest():
            raise ContainerFault("the signature is over another manifest")
        signed = attributes.untag().dump()
    try:
        key.verify(info["signature"].native, signed, padding.PKCS1v15(), digest)
    except InvalidSignature:
        raise ContainerFault("the signature does not hold") from None
