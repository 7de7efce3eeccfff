"""Build the ASiC-E package: document, manifest, and one XAdES-B signature over both.

Its form is in docs/protocols.md#the-asic-e-package.
"""

import hashlib
import io
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote_plus

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from flows.signing.providers.posten.certificate import EnterpriseCertificate
from flows.signing.providers.posten.distinguished_name import distinguished_name
from flows.signing.providers.posten.manifest import serialised

ASIC = "http://uri.etsi.org/2918/v1.2.1#"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


def package(files: Mapping[str, tuple[str, bytes]], certificate: EnterpriseCertificate, at: datetime) -> bytes:
    """Return the zip. `files` are media type and bytes by ASCII name; `at` is the signing time, with a zone."""
    signature = signatures_xml(files, certificate, at)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (_, content) in files.items():
            archive.writestr(name, content)
        archive.writestr("META-INF/signatures.xml", signature)
    return packed.getvalue()


def signatures_xml(files: Mapping[str, tuple[str, bytes]], certificate: EnterpriseCertificate, at: datetime) -> bytes:
    """Return `META-INF/signatures.xml`: serialised once, and not to be touched afterwards."""
    root = etree.Element(f"{{{ASIC}}}XAdESSignatures", nsmap={None: ASIC})  # type: ignore[dict-item]  # lxml's default namespace
    signature = etree.SubElement(root, f"{{{DS}}}Signature", nsmap={None: DS})  # type: ignore[dict-item]  # lxml's default namespace
    signature.set("Id", "Signature")
    signed_info = _ds(signature, "SignedInfo")
    value = _ds(signature, "SignatureValue")
    x509_data = _ds(_ds(signature, "KeyInfo"), "X509Data")
    for one in (certificate.certificate, *certificate.chain):
        _ds(x509_data, "X509Certificate").text = _base64(one.public_bytes(serialization.Encoding.DER))
    properties = _signed_properties(_ds(signature, "Object"), files, certificate, at)

    _ds(signed_info, "CanonicalizationMethod").set("Algorithm", _C14N)
    _ds(signed_info, "SignatureMethod").set("Algorithm", _RSA_SHA256)
    for number, (name, (_, content)) in enumerate(files.items()):
        reference = _ds(signed_info, "Reference")
        reference.set("Id", f"ID_{number}")
        reference.set("URI", quote_plus(name))
        _digest(reference, content)
    reference = _ds(signed_info, "Reference")
    reference.set("Type", "http://uri.etsi.org/01903#SignedProperties")
    reference.set("URI", "#SignedProperties")
    _ds(_ds(reference, "Transforms"), "Transform").set("Algorithm", _C14N)
    _digest(reference, canonical(properties))

    sealed = certificate.key.sign(canonical(signed_info), padding.PKCS1v15(), hashes.SHA256())
    value.text = _base64(sealed)
    return serialised(root)


def canonical(element: etree._Element) -> bytes:
    """Return an element in inclusive C14N 1.0.

    It is parsed anew before: lxml writes `xmlns=""` on grandchildren of an element that inherits its default namespace.
    """
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(alone, method="c14n", exclusive=False, with_comments=False)


def _signed_properties(
    parent: etree._Element, files: Mapping[str, tuple[str, bytes]], certificate: EnterpriseCertificate, at: datetime
) -> etree._Element:
    qualifying = etree.SubElement(parent, f"{{{XADES}}}QualifyingProperties", nsmap={None: XADES, "ds": DS})  # type: ignore[dict-item]  # lxml's default namespace
    qualifying.set("Target", "#Signature")
    signed = _xades(qualifying, "SignedProperties")
    signed.set("Id", "SignedProperties")
    about_signature = _xades(signed, "SignedSignatureProperties")
    _xades(about_signature, "SigningTime").text = at.isoformat(timespec="milliseconds")
    cert = _xades(_xades(about_signature, "SigningCertificate"), "Cert")
    digest = _xades(cert, "CertDigest")
    etree.SubElement(digest, f"{{{DS}}}DigestMethod").set("Algorithm", f"{DS}sha1")
    der = certificate.certificate.public_bytes(serialization.Encoding.DER)
    sha1 = hashlib.sha1(der, usedforsecurity=False).digest()  # what the profile asks for
    etree.SubElement(digest, f"{{{DS}}}DigestValue").text = _base64(sha1)
    issuer = _xades(cert, "IssuerSerial")
    etree.SubElement(issuer, f"{{{DS}}}X509IssuerName").text = distinguished_name(certificate.certificate.issuer)
    etree.SubElement(issuer, f"{{{DS}}}X509SerialNumber").text = str(certificate.certificate.serial_number)
    about_files = _xades(signed, "SignedDataObjectProperties")
    for number, (media_type, _) in enumerate(files.values()):
        form = _xades(about_files, "DataObjectFormat")
        form.set("ObjectReference", f"#ID_{number}")
        _xades(form, "MimeType").text = media_type
    return signed


def _digest(reference: etree._Element, content: bytes) -> None:
    _ds(reference, "DigestMethod").set("Algorithm", _SHA256)
    _ds(reference, "DigestValue").text = _base64(hashlib.sha256(content).digest())


def _ds(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{DS}}}{name}")


def _xades(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XADES}}}{name}")


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
