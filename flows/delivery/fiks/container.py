"""Pack files into a signed container: ASiC-E with CAdES (ETSI TS 102 918), as KS's libraries write and read it.

Entry names are ASCII, without folders: KS's Java cannot verify others in a POSIX locale.
"""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from lxml import etree
from lxml.builder import ElementMaker

ASIC = "http://uri.etsi.org/02918/v1.2.1#"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
MEDIA_TYPE = "application/vnd.etsi.asic-e+zip"
SIGNATURE_TYPE = "application/x-pkcs7-signature"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MANIFEST = ElementMaker(namespace=ASIC, nsmap={None: ASIC, "ds": XMLDSIG})
_DIGEST = ElementMaker(namespace=XMLDSIG, nsmap={"ds": XMLDSIG})
_TYPES = {"xml": "application/xml", "pdf": "application/pdf", "json": "application/json", "txt": "text/plain"}
_OPTIONS = [PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoCapabilities]
"""`Binary`, since without it line ends of the manifest would be rewritten."""


@dataclass(frozen=True, slots=True)
class ContainedFile:
    """A file of a container: its ASCII name there, and its bytes."""

    name: str
    content: bytes = field(repr=False)


def pack(files: Sequence[ContainedFile], certificate: x509.Certificate, key: RSAPrivateKey) -> bytes:
    """Return the container of these files, the first of which is its root. Raises `ValueError` for a wrong name."""
    names = [one.name for one in files]
    if not files or len(set(names)) != len(names) or not all(_NAME.fullmatch(one) for one in names):
        raise ValueError("names in a container are unique, in ASCII and without folders")
    if any(one.lower() == "mimetype" for one in names):
        raise ValueError("a file in a container is not named mimetype")
    signature = f"META-INF/signature-{uuid4()}.p7s"
    manifest = _manifest(files, signature)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as container:
        container.comment = f"mimetype={MEDIA_TYPE}".encode()
        container.writestr(zipfile.ZipInfo("mimetype"), MEDIA_TYPE, zipfile.ZIP_STORED)
        for one in files:  # a PDF is compressed already
            how = zipfile.ZIP_STORED if one.name.endswith(".pdf") else zipfile.ZIP_DEFLATED
            container.writestr(zipfile.ZipInfo(one.name), one.content, how)
        container.writestr(zipfile.ZipInfo("META-INF/asicmanifest.xml"), manifest, zipfile.ZIP_DEFLATED)
        signed = PKCS7SignatureBuilder().set_data(manifest).add_signer(certificate, key, hashes.SHA256())
        container.writestr(zipfile.ZipInfo(signature), signed.sign(Encoding.DER, _OPTIONS), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _manifest(files: Sequence[ContainedFile], signature: str) -> bytes:
    tree = _MANIFEST.ASiCManifest(_MANIFEST.SigReference(URI=signature, MimeType=SIGNATURE_TYPE))
    for number, one in enumerate(files):
        digest = base64.b64encode(hashlib.sha256(one.content).digest()).decode()
        reference = _MANIFEST.DataObjectReference(
            _DIGEST.DigestMethod(Algorithm=SHA256),
            _DIGEST.DigestValue(digest),
            URI=one.name,
            MimeType=_TYPES.get(one.name.rpartition(".")[2], "application/octet-stream"),
        )
        if number == 0:
            reference.set("Rootfile", "true")
        tree.append(reference)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
