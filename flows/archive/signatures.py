"""Validate a signed PDF: signers, times, PAdES levels, and changes after signing.

The verdict is a value: `faults` names every reason for quarantine in plain words
(docs/protocols.md#checks-of-a-signed-file).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from flows.archive.active_content import active_content
from flows.archive.pdf_metadata import PdfMetadata, itself
from flows.archive.pdf_reader import SignedPdfReader
from flows.archive.proof.first_signature import only_signature_fields
from flows.archive.proof.incremental_updates import FURTHER_SIGNATURES
from flows.archive.proof.pades_levels import holds, level_of
from flows.archive.proof.page_comparison import rebuilt_faults
from flows.archive.proof.profiles import LEVELS, SignedPdfProfile
from flows.archive.proof.quarantine_reasons import QuarantineReason, ReasonCode
from flows.archive.proof.signer_names import holder_of, same_names
from flows.archive.proof.stamp_areas import asked_areas, stamps_are_where_asked
from flows.archive.proof.trust_anchors import trust_anchors
from flows.archive.proof.validation_time import (
    WHOLE,
    covering_timestamps,
    proven_until,
    stamped_at,
    validation_contexts,
)

__all__ = ["PdfValidation", "ValidatedSignature", "judge", "trust_anchors"]

_BROKEN = {"md2", "md5", "sha1"}
_HARMLESS = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}


@dataclass(frozen=True, slots=True)
class ValidatedSignature:
    """One signature in a PDF. `signed_at` is what the signature itself says, or its timestamp where it has one."""

    field: str
    signer: str
    signed_at: datetime | None
    level: str
    intact: bool
    trusted: bool
    covers_its_revision: bool
    unchanged_after: bool
    digest: str = ""
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class PdfValidation:
    """What was found in a signed PDF, and every reason why it cannot be archived as it is."""

    signatures: tuple[ValidatedSignature, ...] = ()
    pdfa: str = ""
    first_revision: str = ""
    reasons: tuple[QuarantineReason, ...] = ()
    judged_with: tuple[str, ...] = field(default=())
    pdf_version: str = ""
    proven_until: datetime | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        """Every reason as the register stores it: in bokmål."""
        return tuple(reason.in_language("nb") for reason in self.reasons)

    @property
    def last_signed_at(self) -> datetime | None:
        """The instant of the last signature."""
        return max((found.signed_at for found in self.signatures if found.signed_at), default=None)

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as the validation report keeps it."""
        said = asdict(self)
        del said["reasons"]
        return said | {"faults": list(self.faults)}


def judge(
    pdf: bytes,
    sent: bytes,
    signers: Sequence[Mapping[str, Any]],
    anchors: Sequence[x509.Certificate],
    profile: SignedPdfProfile,
    told: Sequence[str] = (),
    *,
    pictures: bool = True,
) -> PdfValidation:
    """Judge a signed PDF against the PDF that was sent, those who should have signed it and its provider's profile.

    `signers` are those of the request, as the register keeps them: each with `name`, and `anchor` where a place to sign
    at was asked for. `told` are the names that the provider says have signed, where the file itself does not. Without
    `pictures`, pages that were rebuilt are compared by their text alone.
    """
    judged_with = tuple(anchor.sha256.hex() for anchor in anchors)
    reasons: list[QuarantineReason] = []
    if not pdf.startswith(b"%PDF-"):
        return PdfValidation(reasons=(QuarantineReason(ReasonCode.NO_PDF),), judged_with=judged_with)
    try:
        try:
            looked = _look(SignedPdfReader(pdf), anchors)
        except PdfStrictReadError:  # readers may differ about such a file: it is judged, and a person decides
            reasons.append(QuarantineReason(ReasonCode.IRREGULAR))
            looked = _look(SignedPdfReader(pdf, strict=False), anchors)
        if looked is None:
            return PdfValidation(reasons=(QuarantineReason(ReasonCode.ENCRYPTED),), judged_with=judged_with)
        reasons += [*_signature_faults(looked, profile), *_content_faults(looked, profile)]
    except Exception as error:  # noqa: BLE001 - whatever a hostile file does to a parser, others are not held up
        reason = QuarantineReason(ReasonCode.UNREADABLE, {"error": type(error).__name__})
        return PdfValidation(reasons=(reason,), judged_with=judged_with)
    try:
        if profile.rebuilding:
            holders = [one.signer for one in looked.found]
            reasons += rebuilt_faults(profile.rebuilding, holders, pdf, sent, signers, told, pictures=pictures)
        else:
            reasons += _growth_faults(looked, pdf, sent, signers)
    except Exception as error:  # noqa: BLE001 - as above; what was found of the signatures is kept
        reasons.append(QuarantineReason(ReasonCode.NOT_COMPARABLE, {"error": type(error).__name__}))
    first = "rebuilt_by_provider" if profile.rebuilding else "different"
    first = "equal" if _is_grown(pdf, sent) else first
    version = pdf[5:8].decode("ascii", "replace")
    return PdfValidation(looked.found, looked.itself.claim, first, tuple(reasons), judged_with, version, looked.until)


def _is_grown(pdf: bytes, sent: bytes) -> bool:
    return pdf.startswith(sent) and len(pdf) > len(sent)


def _signature_faults(looked: "_Looked", profile: SignedPdfProfile) -> Iterator[QuarantineReason]:
    """Yield what is wrong with the signatures, one by one and as a whole."""
    for name in looked.unknown:
        yield QuarantineReason(ReasonCode.UNKNOWN_KIND, {"name": name})
    if not looked.found and not looked.unknown:
        yield QuarantineReason(ReasonCode.NO_SIGNATURE)
    for one in looked.found:
        yield from _reasons(one, profile)
    if looked.found and not looked.ends:
        yield QuarantineReason(ReasonCode.FOLLOWED)


def _content_faults(looked: "_Looked", profile: SignedPdfProfile) -> Iterator[QuarantineReason]:
    """Yield what a file claims or carries that its provider's profile does not allow."""
    if profile.pdfa_parts and looked.itself.claim[:1] not in profile.pdfa_parts:
        yield QuarantineReason(ReasonCode.NOT_PDFA, {"parts": profile.pdfa_parts})
    for name in sorted(looked.active):
        if not (profile.embedded_files and name == "EmbeddedFiles"):
            yield QuarantineReason(ReasonCode.ACTIVE, {"name": name})


def _growth_faults(
    looked: "_Looked", pdf: bytes, sent: bytes, signers: Sequence[Mapping[str, Any]]
) -> Iterator[QuarantineReason]:
    """Yield what is wrong with a file that should be the bytes that were sent, grown by the signers' signatures."""
    if looked.found and not same_names([one.signer for one in looked.found], [one["name"] for one in signers]):
        yield QuarantineReason(ReasonCode.WRONG_SIGNERS)
    if not _is_grown(pdf, sent):
        yield QuarantineReason(ReasonCode.ANOTHER_FILE)
        return
    ours = SignedPdfReader(sent, strict=False)
    if looked.itself.titles != itself(ours).titles:
        yield QuarantineReason(ReasonCode.ANOTHER_TITLE)
    if looked.first_signed is None:
        return
    if not only_signature_fields(looked.reader, ours.total_revisions, looked.first_signed):
        yield QuarantineReason(ReasonCode.CHANGED_FIRST)
    areas = asked_areas(signers, int(ours.root["/Pages"]["/Count"]))
    if not stamps_are_where_asked(looked.reader, areas):
        yield QuarantineReason(ReasonCode.STRAY_STAMP)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is in a file: its signatures, whether it ends with proof, what it says of itself and carries.

    `unknown` are the fields whose signatures are of no kind that is judged here, `until` when its newest proof ends,
    `first_signed` the revision (from 0) of the first signature or timestamp.
    """

    reader: PdfFileReader
    found: tuple[ValidatedSignature, ...]
    unknown: list[str]
    ends: bool
    itself: PdfMetadata
    active: set[str]
    until: datetime | None
    first_signed: int | None


def _look(reader: PdfFileReader, anchors: Sequence[x509.Certificate]) -> _Looked | None:
    """Look at a file; None for one that is encrypted."""
    if reader.encrypted:
        return None
    embedded, stamps = list(reader.embedded_regular_signatures), list(reader.embedded_timestamp_signatures)
    holding = covering_timestamps(reader, stamps, anchors)
    found = tuple(
        _examine(reader, one, holding, anchors, last=number == len(embedded))
        for number, one in enumerate(embedded, start=1)
    )
    judged = {str(one.fq_name) for one in (*embedded, *stamps)}
    filled = [str(name) for name, _value, _field in enumerate_sig_fields(reader, filled_status=True)]
    unknown = [name for name in filled if name not in judged]
    until = proven_until(embedded, [one for one in stamps if one.signed_revision in holding])
    ends, active = _ends_with_proof(reader), active_content(reader)
    first = min((one.signed_revision for one in (*embedded, *stamps)), default=None)
    return _Looked(reader, found, unknown, ends, itself(reader), active, until, first)


def _examine(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    stamps: Mapping[int, datetime],
    anchors: Sequence[x509.Certificate],
    *,
    last: bool,
) -> ValidatedSignature:
    later = {revision: at for revision, at in stamps.items() if revision > signature.signed_revision}
    without = min(later.values(), default=None) or signature.self_reported_timestamp
    stamp_at, status = stamped_at(signature), None
    if stamp_at is not None:
        status = _status(reader, signature, anchors, stamp_at)
        if not holds(status.timestamp_validity):
            stamp_at, status = None, None
    moment = stamp_at or without
    if status is None:
        status = _status(reader, signature, anchors, moment)
    # Form filling is the next signer's field; after the last signature nothing but proof may come.
    allowed = _HARMLESS if last else _HARMLESS | {ModificationLevel.FORM_FILLING}
    return ValidatedSignature(
        field=str(signature.field_name),  # a plain text: pyHanko's own drags the whole reader along when copied
        signer=holder_of(signature.signer_cert),
        signed_at=stamp_at or signature.self_reported_timestamp,
        level=level_of(reader, signature, moment, stamped=stamp_at is not None, later=later, anchors=anchors),
        intact=status.intact and status.valid,
        trusted=status.trusted,
        digest=str(signature.md_algorithm),
        revoked=bool(status.revoked),
        covers_its_revision=status.coverage in WHOLE,
        unchanged_after=status.modification_level in allowed and bool(status.docmdp_ok),
    )


def _status(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    anchors: Sequence[x509.Certificate],
    moment: datetime | None,
) -> PdfSignatureStatus:
    """Return what pyHanko finds at a moment; what the file carries may tell that a certificate had been revoked."""
    for context in validation_contexts(reader, anchors, moment):
        status = validate_pdf_signature(signature, signer_validation_context=context, diff_policy=FURTHER_SIGNATURES)
        stamp = status.timestamp_validity
        if status.revoked or (stamp is not None and stamp.revoked):
            break
        if status.trusted and (stamp is None or stamp.trusted):
            break
    return status


def _ends_with_proof(reader: PdfFileReader) -> bool:
    """Say whether the file ends with a signature, a timestamp, or a revision that only adds what validates them."""
    every = list(reader.embedded_signatures)
    if not every:
        return False
    newest = max(every, key=lambda one: one.signed_revision)
    newest.compute_integrity_info(FURTHER_SIGNATURES)
    if newest.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    difference = newest.diff_result
    level = getattr(difference, "modification_level", ModificationLevel.OTHER)
    return newest.signed_revision < reader.total_revisions - 1 and level == ModificationLevel.LTA_UPDATES


def _reasons(found: ValidatedSignature, profile: SignedPdfProfile) -> list[QuarantineReason]:
    forgeable = found.digest in _BROKEN
    high_enough = LEVELS.index(found.level) >= LEVELS.index(profile.least_level)
    checks: list[tuple[bool, ReasonCode, dict[str, object]]] = [
        (found.intact, ReasonCode.NOT_FITTING, {}),
        (not forgeable, ReasonCode.FORGEABLE, {"digest": found.digest}),
        (not found.revoked, ReasonCode.REVOKED, {}),
        (found.trusted or found.revoked or forgeable, ReasonCode.UNTRUSTED, {}),
        (found.covers_its_revision, ReasonCode.NOT_COVERING, {}),
        (found.unchanged_after, ReasonCode.MORE_CAME, {}),
        (high_enough, ReasonCode.LOW_LEVEL, {"level": profile.least_level}),
    ]
    return [QuarantineReason(why, details, found.field) for good, why, details in checks if not good]
