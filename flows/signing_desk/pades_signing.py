"""One PAdES signature (B-B, or B-T with a timestamper) appended to a PDF, with PDF/A-2 kept.

A widget without an anchor has zero size, which PDF/A-2 (ISO 19005-2, 6.3.3) lets be without an appearance; one with an
anchor shows a stamp whose fonts are embedded.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter, append_signature_field
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from flows.dates import oslo_time
from flows.language import translate as _
from flows.pdf_updates import AppendingPdfWriter
from flows.signing_desk.certificate_authority import Authority, Identity
from flows.signing_desk.errors import DeskError
from flows.signing_desk.signature_appearance import box_of, stamp_page, stamp_style
from flows.signing_desk.signature_fields import Field, add_fields, has_field, has_fields
from flows.signing_desk.signature_positions import Anchor

_DIGEST = "sha256"
_RESERVED = 16_384
"""Hexadecimal digits kept free for a signature without a timestamp; ours take about 5,000."""


def append_signature(
    pdf: bytes,
    *,
    field: str,
    name: str,
    at: datetime,
    anchor: Anchor | None,
    identity: Identity,
    authority: Authority,
    timestamper: TimeStamper | None = None,
    fields: Sequence[Field] = (),
    stamp: bytes | None = None,
) -> bytes:
    """Return the bytes that, put behind `pdf`, sign all of it as that person at that time.

    `fields` are those of all signers, this one's included: they are placed with the first signature. `stamp` is the
    page to show at the anchor, where it is not to be made anew.

    Raises `DeskError` when the PDF cannot be signed, or the timestamper does not answer.
    """
    certificates = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    certificates.register(_asn1(authority.certificate.public_bytes(serialization.Encoding.DER)))
    signer = _IdentitySigner(identity, certificates)
    own = Field(field, name, anchor)
    pdf_signer = _SignerAt(
        PdfSignatureMetadata(field_name=field, md_algorithm=_DIGEST, subfilter=SigSeedSubFilter.PADES, name=name),
        signer,
        timestamper=timestamper,
        stamp_style=None if anchor is None else stamp_style(stamp or stamp_page(anchor, name, at)),
    )
    pdf_signer.at = oslo_time(at)
    output = BytesIO()
    try:
        writer = AppendingPdfWriter(pdf)
        if not has_fields(writer):
            add_fields(writer, fields or [own])
        if not has_field(writer, field):  # the first who signed did not know of this signer
            append_signature_field(writer, own.spec())
        pdf_signer.sign_pdf(writer, output=output, bytes_reserved=None if timestamper else _RESERVED)
    except (PdfError, SigningError, TimestampRequestError) as error:
        raise DeskError(
            500, "not-signable", _("The desk could not sign this document; the sender must be told.")
        ) from error
    return output.getvalue()[len(pdf) :]


def unsignable_reason(pdf: bytes, anchors: list[Anchor]) -> str:
    """Return why the desk could not sign this PDF, as a sentence; empty when it can."""
    try:
        writer = AppendingPdfWriter(pdf)
        if writer.prev.encrypted:
            return _("The PDF is encrypted; send it without encryption.")
        if "/AcroForm" in writer.root and writer.root["/AcroForm"].get("/Fields"):
            return _("The PDF already has form fields or signatures; send one without.")
        pages = int(writer.root["/Pages"]["/Count"])
        writer.find_page_for_modification(0)  # type: ignore[no-untyped-call]
    except (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return _("The file is not a readable PDF.")
    if any(anchor.page > pages for anchor in anchors):
        return _("A signature is placed on a page that the PDF does not have; it has {pages}.").format(pages=pages)
    return ""


def trial_fault(pdf: bytes, fields: Sequence[Field], authority: Authority, at: datetime) -> str:
    """Sign a PDF in memory and throw the result away; return why that failed, as a sentence, empty where it did not.

    What a signature meets in a file is known only by signing it: it must not be the signer who finds out.
    """
    try:
        for field in fields[:1]:
            append_signature(
                pdf,
                field=field.name,
                name=field.signer,
                at=at,
                anchor=field.anchor,
                identity=_trial_identity(authority),
                authority=authority,
                fields=fields,
                stamp=None if field.anchor is None else _trial_stamp(*box_of(field.anchor)),
            )
    except Exception:  # noqa: BLE001 - whatever a PDF makes its readers raise
        return _("The PDF cannot be signed as it is built; make it anew with another program.")
    return ""


@cache
def _trial_identity(authority: Authority) -> Identity:
    """Return a certificate for trials, whose life is over before it begins to be looked at."""
    at = authority.certificate.not_valid_before_utc
    return authority.certify("Prøve", at, at)


@lru_cache(64)
def _trial_stamp(left: int, bottom: int, right: int, top: int) -> bytes:
    """Return a stamp for trials, which are about the document and not about what the stamp says."""
    return stamp_page(Anchor(1, left, bottom, right, top), "Prøve", datetime.fromtimestamp(0, UTC))


class _IdentitySigner(Signer):
    """Signs with the key as it is in memory; pyHanko's own signer reads and proves it anew for each signature."""

    def __init__(self, identity: Identity, certificates: SimpleCertificateStore) -> None:
        certificate = _asn1(identity.certificate.public_bytes(serialization.Encoding.DER))
        super().__init__(signing_cert=certificate, cert_registry=certificates)
        self._key = identity.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != _DIGEST:
            raise SigningError(f"only {_DIGEST}")
        return bytes(self._key.key_size // 8) if dry_run else self._key.sign(data, PKCS1v15(), hashes.SHA256())


class _SignerAt(PdfSigner):
    """Signs at a time that is given, not at the system's."""

    at: datetime

    def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
        session = super().init_signing_session(*arguments, **options)
        session.system_time = self.at
        return session


def _asn1(certificate: bytes) -> Any:
    return asn1_x509.Certificate.load(certificate)
