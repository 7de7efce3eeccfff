"""Examine the signatures of a PDF: who, when, at which PAdES level, and whether they hold. Nothing is fetched."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import parser as asn1_parser
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from flows.archive.active_content import active_content
from flows.archive.pdf_metadata import PdfMetadata, itself
from flows.archive.proof.incremental_updates import FURTHER_SIGNATURES
from flows.archive.proof.pades_levels import holds, level_of
from flows.archive.proof.signer_names import holder_of, organisation_of
from flows.archive.proof.trust_anchors import ProviderAnchors
from flows.archive.proof.validation_time import (
    WHOLE,
    covering_timestamps,
    proven_until,
    stamped_at,
    validation_contexts,
)

_HARMLESS = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}


@dataclass(frozen=True, slots=True)
class ValidatedSignature:
    """One signature in a PDF. `signed_at` is what the signature itself says, or its timestamp where it has one.

    `claimed_at` is what the signature itself says, which nothing proves, and `stamped_at` what its timestamp does;
    `in_life` says whether the certificate was valid at both. `organisation` is the holder's number, where the
    certificate has one.
    """

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
    organisation: str = ""
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    in_life: bool = True


@dataclass(frozen=True, slots=True)
class ExaminedPdf:
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


def examine(reader: PdfFileReader, anchors: ProviderAnchors) -> ExaminedPdf | None:
    """Look at a file; None for one that is encrypted."""
    if reader.encrypted:
        return None
    embedded, stamps = list(reader.embedded_regular_signatures), list(reader.embedded_timestamp_signatures)
    holding = covering_timestamps(reader, stamps, anchors.timestamps)
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
    return ExaminedPdf(reader, found, unknown, ends, itself(reader), active, until, first)


def _examine(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    stamps: Mapping[int, datetime],
    anchors: ProviderAnchors,
    *,
    last: bool,
) -> ValidatedSignature:
    later = {revision: at for revision, at in stamps.items() if revision > signature.signed_revision}
    claimed = _aware(signature.self_reported_timestamp)
    without = min(later.values(), default=None) or claimed
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
        signed_at=stamp_at or claimed,
        claimed_at=claimed,
        stamped_at=stamp_at,
        in_life=all(_is_in_life(signature.signer_cert, at) for at in (claimed, stamp_at) if at is not None),
        organisation=organisation_of(signature.signer_cert),
        level=level_of(reader, signature, moment, stamped=stamp_at is not None, later=later, anchors=anchors),
        intact=status.intact and status.valid,
        trusted=status.trusted,
        digest=str(signature.md_algorithm),
        revoked=bool(status.revoked),
        covers_its_revision=status.coverage in WHOLE and _leaves_out_itself_alone(reader, signature),
        unchanged_after=status.modification_level in allowed and bool(status.docmdp_ok),
    )


def _leaves_out_itself_alone(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> bool:
    """Say whether the bytes that are not signed are the signature's own digits, and zeros behind them.

    Readers differ about anything else there, and nobody has signed it.
    """
    _start, before, after, _length = (int(one) for one in signature.byte_range)
    reader.stream.seek(before)
    written = reader.stream.read(after - before)
    if not re.fullmatch(rb"<(?:[0-9A-Fa-f]{2})*>", written):
        return False
    content = bytes.fromhex(written[1:-1].decode("ascii"))
    return not content[asn1_parser.peek(content) :].strip(b"\0")


def _aware(at: datetime | None) -> datetime | None:
    """Return an instant; a time without a zone is taken for UTC."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def _is_in_life(certificate: x509.Certificate, at: datetime) -> bool:
    second = timedelta(seconds=1)  # claims have whole seconds
    return bool(certificate.not_valid_before - second <= at <= certificate.not_valid_after + second)


def _status(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, anchors: ProviderAnchors, moment: datetime | None
) -> PdfSignatureStatus:
    """Return what pyHanko finds at a moment; what the file carries may tell that a certificate had been revoked."""
    signers, stampers = (validation_contexts(reader, each, moment) for each in (anchors.signers, anchors.timestamps))
    for context, stamp_context in zip(signers, stampers, strict=True):
        status = validate_pdf_signature(signature, context, stamp_context, diff_policy=FURTHER_SIGNATURES)
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
