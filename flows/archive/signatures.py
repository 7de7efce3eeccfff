"""Judging a signed PDF: whose signatures, when, at which PAdES level, and what was changed after them.

The verdict is a value: `faults` names every reason for quarantine (archive checks C1 to C10) in plain words.
"""

import io
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader
from pypdf.errors import PyPdfError

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # it logs tracebacks of failures that the verdict tells anyway
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

_WHOLE = {SignatureCoverageLevel.ENTIRE_REVISION, SignatureCoverageLevel.ENTIRE_FILE}
_HARMLESS = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}


@dataclass(frozen=True, slots=True)
class SignatureFound:
    """One signature in a PDF. `signed_at` is what the signature itself says, or its timestamp where it has one."""

    field: str
    signer: str
    signed_at: datetime | None
    level: str
    intact: bool
    trusted: bool
    covers_its_revision: bool
    unchanged_after: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in a signed PDF, and every reason why it cannot be archived as it is."""

    signatures: tuple[SignatureFound, ...] = ()
    pdfa: str = ""
    first_revision: str = ""
    faults: tuple[str, ...] = ()
    judged_with: tuple[str, ...] = field(default=())

    @property
    def last_signed_at(self) -> datetime | None:
        """The instant of the last signature."""
        return max((found.signed_at for found in self.signatures if found.signed_at), default=None)

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as the validation report keeps it."""
        return asdict(self)


def trust_anchors(folder: Path) -> tuple[x509.Certificate, ...]:
    """Return the certificates of every `.pem` file in a folder; none where there is no such folder."""
    found = []
    for path in sorted(folder.glob("*.pem")):
        found += [x509.Certificate.load(der) for _, _, der in pem.unarmor(path.read_bytes(), multiple=True)]
    return tuple(found)


def judge(pdf: bytes, sent: bytes, signers: Sequence[str], anchors: Sequence[x509.Certificate]) -> Verdict:
    """Judge a signed PDF against the PDF that was sent and the names of those who should have signed it."""
    judged_with = tuple(anchor.sha256.hex() for anchor in anchors)
    if not pdf.startswith(b"%PDF-"):
        return Verdict(faults=("incomplete: the file is no PDF",), judged_with=judged_with)
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        embedded = list(reader.embedded_regular_signatures)
        pdfa = pdfa_claim(pdf)
    except (PdfError, PyPdfError, ValueError, KeyError, OSError) as error:
        return Verdict(
            faults=(f"incomplete: the PDF cannot be read ({type(error).__name__})",), judged_with=judged_with
        )
    found = tuple(_examine(signature, anchors) for signature in embedded)
    faults = [] if found else ["signature_invalid: the PDF holds no signature"]
    for one in found:
        faults += [f"{reason} ({one.field})" for reason in _reasons(one)]
    if found and sorted(one.signer for one in found) != sorted(signers):
        faults.append("wrong_signers: those who signed are not exactly those who should have")
    equal = pdf.startswith(sent) and len(pdf) > len(sent)
    if not equal:
        faults.append("not_our_document: the first revision is not the PDF that was sent")
    if not pdfa.startswith("2"):
        faults.append("not_pdfa: the file does not claim to be PDF/A-2")
    if found and embedded[-1].coverage != SignatureCoverageLevel.ENTIRE_FILE:
        faults.append("modified_after_signing: the last signature does not cover the whole file")
    return Verdict(found, pdfa, "equal" if equal else "different", tuple(faults), judged_with)


def pdfa_claim(pdf: bytes) -> str:
    """Return what the file's XMP claims, as part and level («2A»); empty where it claims nothing."""
    metadata = PdfReader(io.BytesIO(pdf)).xmp_metadata
    if metadata is None:
        return ""
    return f"{metadata.pdfaid_part or ''}{metadata.pdfaid_conformance or ''}"


def _examine(signature: EmbeddedPdfSignature, anchors: Sequence[x509.Certificate]) -> SignatureFound:
    said = signature.self_reported_timestamp
    context = ValidationContext(trust_roots=list(anchors), allow_fetching=False, moment=said, best_signature_time=said)
    status = validate_pdf_signature(signature, signer_validation_context=context)
    stamp = getattr(status, "timestamp_validity", None)
    unchanged = status.modification_level in _HARMLESS and bool(status.docmdp_ok)
    return SignatureFound(
        field=signature.field_name,
        signer=_name_of(signature.signer_cert),
        signed_at=stamp.timestamp if stamp is not None and stamp.valid else said,
        level="B-T" if stamp is not None else "B-B",
        intact=status.intact and status.valid,
        trusted=status.trusted,
        covers_its_revision=status.coverage in _WHOLE,
        unchanged_after=unchanged,
    )


def _reasons(found: SignatureFound) -> list[str]:
    checks = [
        (found.intact, "signature_invalid: the signature does not fit the bytes"),
        (found.trusted, "signature_untrusted: the certificate chains to no trusted authority"),
        (found.covers_its_revision, "modified_after_signing: the signature does not cover its whole revision"),
        (found.unchanged_after, "modified_after_signing: more than signatures came after it"),
    ]
    return [reason for good, reason in checks if not good]


def _name_of(certificate: x509.Certificate) -> str:
    """Return the holder's name: `name` (2.5.4.41) where there is one, since a common name ends at 64 bytes."""
    said = certificate.subject.native
    name = said.get("name") or said.get("common_name", "")
    return name if isinstance(name, str) else name[0]
