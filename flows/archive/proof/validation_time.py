"""Determine the time and the evidence that a signature is validated with. Nothing is fetched.

A signer can claim any time. A valid timestamp proves when the signature existed, and validation uses that time: a
certificate that had expired or been revoked by then is not accepted, whatever time the signature claims.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_timestamp
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

WHOLE = {SignatureCoverageLevel.ENTIRE_REVISION, SignatureCoverageLevel.ENTIRE_FILE}


def demanding_context(
    reader: PdfHandler, anchors: Sequence[x509.Certificate], moment: datetime | None
) -> ValidationContext:
    """Return a validation context for a moment that requires evidence against revocation from the file."""
    return _context(reader, anchors, moment, "hard-fail")


def validation_contexts(
    reader: PdfHandler, anchors: Sequence[x509.Certificate], moment: datetime | None
) -> Iterator[ValidationContext]:
    """Yield validation contexts for a moment, to try until one trusts the certificate or finds it revoked.

    The first has all revocation data in the file. The second ignores the embedded revocation data, because pyHanko
    distrusts certificates that are missing from it.
    """
    yield _context(reader, anchors, moment, "soft-fail")
    yield _context(reader, anchors, moment, "soft-fail", told=False)


def _context(
    reader: PdfHandler, anchors: Sequence[x509.Certificate], moment: datetime | None, mode: str, *, told: bool = True
) -> ValidationContext:
    settings: dict[str, Any] = {
        "trust_roots": list(anchors),
        "allow_fetching": False,
        "moment": moment,
        "best_signature_time": moment,
        "revocation_mode": mode,
        # Usually fetched just after signing: their statement then also covers the moment of signing.
        "retroactive_revinfo": True,
    }
    try:
        kept = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return ValidationContext(**settings)
    if told:
        return kept.as_validation_context(settings)
    return ValidationContext(other_certs=list(kept.load_certs()), **settings)


def stamped_at(signature: EmbeddedPdfSignature) -> datetime | None:
    """Return the time of a signature timestamp, whoever made it; None without one."""
    token = _stamp_within(signature)
    return None if token is None else _time_of(token)


def covering_timestamps(
    reader: PdfHandler, stamps: Sequence[EmbeddedPdfSignature], anchors: Sequence[x509.Certificate]
) -> dict[int, datetime]:
    """Return the time of each document timestamp that is intact and chains to an anchor, by its revision."""
    found: dict[int, datetime] = {}
    for one in stamps:
        said = _time_of(one.signed_data)
        for context in validation_contexts(reader, anchors, said):
            status = validate_pdf_timestamp(one, validation_context=context, skip_diff=True)
            if status.valid and status.intact and status.trusted and status.coverage in WHOLE:
                found[one.signed_revision] = said
            if status.trusted or status.revoked:
                break
    return found


def proven_until(signatures: Sequence[EmbeddedPdfSignature], stamps: Sequence[EmbeddedPdfSignature]) -> datetime | None:
    """Return when the certificate of the newest document timestamp ends; None without any timestamp.

    Without document timestamps, the earliest end of the signature timestamps.
    """
    if stamps:
        certificates = [stamps[-1].signer_cert]
    else:
        tokens = map(_stamp_within, signatures)
        certificates = [extract_certificate_info(token).signer_cert for token in tokens if token is not None]
    return min((one.not_valid_after for one in certificates), default=None)


def _stamp_within(signature: EmbeddedPdfSignature) -> Any:
    for attribute in signature.signer_info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    return None


def _time_of(token: Any) -> datetime:
    said: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return said
