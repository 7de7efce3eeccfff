"""What providers do to a document: they rebuild it with a page of their own, and seal the whole."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from asn1crypto import keys, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject
from weasyprint import HTML

from tests.archive.signed_agreements import SignerAt
from tests.signing.certificate_factory import authority, seal_of


def sealed(pdf: bytes, lines: Sequence[str], holder: str, at: datetime, *, first: bool) -> bytes:
    """Return the PDF rebuilt, with a page of these lines put first or last, and sealed by the holder."""
    page = PdfReader(io.BytesIO(_page(tuple(lines))))
    writer = PdfWriter()
    ours = PdfReader(io.BytesIO(pdf))
    for reader in (page, ours) if first else (ours, page):
        for one in reader.pages:
            writer.add_page(one)
    if first:  # as Posten does: PDF/A in, PDF/A-3 out; here it is a claim and no more
        metadata = ours.root_object["/Metadata"].get_object().get_data()  # type: ignore[union-attr]
        claim = StreamObject()
        claim.set_data(re.sub(rb"part>2<", b"part>3<", re.sub(rb'part="2"', b'part="3"', metadata)))
        claim.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
        writer.root_object[NameObject("/Metadata")] = writer._add_object(claim)
    rebuilt = io.BytesIO()
    writer.write(rebuilt)
    return _sealed(rebuilt.getvalue(), holder, at)


def _sealed(pdf: bytes, holder: str, at: datetime) -> bytes:
    pair = seal_of(holder)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(x509.Certificate.load(authority().der))
    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(pair.der), signing_key=_key(pair.key_pem), cert_registry=store
    )
    metadata = PdfSignatureMetadata(field_name="Segl", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    output = io.BytesIO()
    pdf_signer = SignerAt(metadata, signer)
    pdf_signer.at = at
    pdf_signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output, bytes_reserved=16_384)
    return output.getvalue()


def _key(pem: bytes) -> keys.PrivateKeyInfo:
    from asn1crypto import pem as armor

    _, _, der = armor.unarmor(pem)
    return keys.PrivateKeyInfo.load(der)


@cache
def _page(lines: tuple[str, ...]) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return bytes(HTML(string=f"<html lang=nb><head><title>Signaturer</title></head>{body}</html>").write_pdf())
