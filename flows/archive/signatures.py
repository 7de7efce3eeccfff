"""Judge a signed PDF: signers, times, PAdES levels, and changes before and after signing.

The verdict is a value: `reasons` names every reason for quarantine
(docs/protocols.md#checks-of-a-signed-file).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfStrictReadError

from flows.archive.pdf_metadata import itself
from flows.archive.pdf_reader import SignedPdfReader
from flows.archive.proof.first_signature import only_signature_fields
from flows.archive.proof.profiles import LEVELS, RebuildProfile, SignedPdfProfile
from flows.archive.proof.quarantine_reasons import QuarantineReason, ReasonCode
from flows.archive.proof.signature_examination import ExaminedPdf, ValidatedSignature, examine
from flows.archive.proof.signer_names import ReportedSigner, reported_faults, same_names
from flows.archive.proof.stamp_areas import asked_areas, stamps_are_where_asked
from flows.archive.proof.trust_anchors import ProviderAnchors, trust_anchors

__all__ = ["CLOCKS_DIFFER", "PdfValidation", "SigningCircumstances", "ValidatedSignature", "judge", "trust_anchors"]

_BROKEN = {"md2", "md5", "sha1"}
CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of a signer, a provider and this machine may be apart."""


@dataclass(frozen=True, slots=True)
class SigningCircumstances:
    """What is known of a signing beside the file.

    `reported` are those who the provider says have signed. `requested_at` and `arrived_at` are the instants between
    which it must have been signed; None leaves that out. `evidence` are the PDFs that came beside the signed one.
    """

    reported: tuple[ReportedSigner, ...] = ()
    requested_at: datetime | None = None
    arrived_at: datetime | None = None
    evidence: tuple[bytes, ...] = ()


UNKNOWN = SigningCircumstances()
"""Nothing is known beside the file."""


@dataclass(frozen=True, slots=True)
class PdfValidation:
    """What was found in a signed PDF, and every reason why it cannot be archived as it is.

    `added_pages` are the numbers (from 1) of pages that are the provider's own, and no part of our document.
    """

    signatures: tuple[ValidatedSignature, ...] = ()
    pdfa: str = ""
    first_revision: str = ""
    reasons: tuple[QuarantineReason, ...] = ()
    judged_with: tuple[str, ...] = field(default=())
    pdf_version: str = ""
    proven_until: datetime | None = None
    added_pages: tuple[int, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """Every reason as the register stores it: in bokmål."""
        return tuple(reason.in_language("nb") for reason in self.reasons)

    @property
    def last_signed_at(self) -> datetime | None:
        """The instant of the last signature, as it claims or its timestamp proves."""
        return max((found.signed_at for found in self.signatures if found.signed_at), default=None)

    @property
    def last_stamped_at(self) -> datetime | None:
        """The instant of the last signature, if a timestamp proves it for every one of them; otherwise None."""
        stamped = [found.stamped_at for found in self.signatures if found.stamped_at]
        return max(stamped) if stamped and len(stamped) == len(self.signatures) else None

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as the validation report keeps it."""
        said = asdict(self)
        del said["reasons"]
        return said | {"faults": list(self.faults)}


def judge(
    pdf: bytes,
    sent: bytes,
    signers: Sequence[Mapping[str, Any]],
    anchors: Sequence[x509.Certificate] | ProviderAnchors,
    profile: SignedPdfProfile,
    circumstances: SigningCircumstances = UNKNOWN,
    *,
    pictures: bool = True,
) -> PdfValidation:
    """Judge a signed PDF against the PDF that was sent, those who should have signed it and its provider's profile.

    `signers` are those of the request, as the register keeps them: each with `name`, `email`, and `anchor` where a
    place to sign at was asked for. Without `pictures`, pages that were rebuilt are compared by their letters alone. It
    may take long for a hostile file: `judging_process.judge_apart` sets limits.
    """
    if profile.rebuilding:  # it loads what reads pages, which other files are judged without
        from flows.archive.proof.page_comparison import RebuiltPdf, added_pages, rebuilt_faults
    if not isinstance(anchors, ProviderAnchors):
        anchors = ProviderAnchors(tuple(anchors), tuple(anchors))
    judged_with = tuple(anchor.sha256.hex() for anchor in anchors.signers)
    reasons: list[QuarantineReason] = []
    if not pdf.startswith(b"%PDF-"):
        return PdfValidation(reasons=(QuarantineReason(ReasonCode.NO_PDF),), judged_with=judged_with)
    try:
        try:
            examined = examine(SignedPdfReader(pdf), anchors)
        except PdfStrictReadError:  # readers may differ about such a file: it is judged, and a person decides
            reasons.append(QuarantineReason(ReasonCode.IRREGULAR))
            examined = examine(SignedPdfReader(pdf, strict=False), anchors)
        if examined is None:
            return PdfValidation(reasons=(QuarantineReason(ReasonCode.ENCRYPTED),), judged_with=judged_with)
        reasons += [*_signature_faults(examined, profile, circumstances), *_content_faults(examined, profile)]
    except Exception as error:  # noqa: BLE001 - whatever a hostile file does to a parser, others are not held up
        reason = QuarantineReason(ReasonCode.UNREADABLE, {"error": type(error).__name__})
        return PdfValidation(reasons=(reason,), judged_with=judged_with)
    own_pages: tuple[int, ...] = ()
    try:
        if profile.rebuilding:
            reasons += _seal_faults(examined, profile.rebuilding, anchors.holders)
            titles = itself(SignedPdfReader(sent, strict=False)).titles
            rebuilt = RebuiltPdf(pdf, sent, signers, circumstances.reported, titles, circumstances.evidence)
            reasons += rebuilt_faults(profile.rebuilding, rebuilt, pictures=pictures)
            own_pages = added_pages(profile.rebuilding, pdf, sent)
        else:
            reasons += _growth_faults(examined, pdf, sent, signers)
            if circumstances.reported:
                reasons += reported_faults(circumstances.reported, signers)
    except Exception as error:  # noqa: BLE001 - as above; what was found of the signatures is kept
        reasons.append(QuarantineReason(ReasonCode.NOT_COMPARABLE, {"error": type(error).__name__}))
    first = "rebuilt_by_provider" if profile.rebuilding else "different"
    first = "equal" if _is_grown(pdf, sent) else first
    version = pdf[5:8].decode("ascii", "replace")
    found, claim = examined.found, examined.itself.claim
    return PdfValidation(found, claim, first, tuple(reasons), judged_with, version, examined.until, own_pages)


def _is_grown(pdf: bytes, sent: bytes) -> bool:
    return pdf.startswith(sent) and len(pdf) > len(sent)


def _signature_faults(
    examined: ExaminedPdf, profile: SignedPdfProfile, circumstances: SigningCircumstances
) -> Iterator[QuarantineReason]:
    """Yield what is wrong with the signatures, one by one and as a whole."""
    for name in examined.unknown:
        yield QuarantineReason(ReasonCode.UNKNOWN_KIND, {"name": name})
    if not examined.found and not examined.unknown:
        yield QuarantineReason(ReasonCode.NO_SIGNATURE)
    for one in examined.found:
        yield from _reasons(one, profile)
        yield from _time_faults(one, circumstances)
    if examined.found and not examined.ends:
        yield QuarantineReason(ReasonCode.FOLLOWED)


def _content_faults(examined: ExaminedPdf, profile: SignedPdfProfile) -> Iterator[QuarantineReason]:
    """Yield what a file claims or carries that its provider's profile does not allow."""
    if profile.pdfa_parts and examined.itself.claim[:1] not in profile.pdfa_parts:
        yield QuarantineReason(ReasonCode.NOT_PDFA, {"parts": profile.pdfa_parts})
    for name in sorted(examined.active):
        if not (profile.embedded_files and name == "EmbeddedFiles"):
            yield QuarantineReason(ReasonCode.ACTIVE, {"name": name})


def _growth_faults(
    examined: ExaminedPdf, pdf: bytes, sent: bytes, signers: Sequence[Mapping[str, Any]]
) -> Iterator[QuarantineReason]:
    """Yield what is wrong with a file that should be the bytes that were sent, grown by the signers' signatures."""
    if examined.found and not same_names([one.signer for one in examined.found], [one["name"] for one in signers]):
        yield QuarantineReason(ReasonCode.WRONG_SIGNERS)
    if not _is_grown(pdf, sent):
        yield QuarantineReason(ReasonCode.ANOTHER_FILE)
        return
    ours = SignedPdfReader(sent, strict=False)
    if examined.itself.titles != itself(ours).titles:
        yield QuarantineReason(ReasonCode.ANOTHER_TITLE)
    if examined.first_signed is None:
        return
    if not only_signature_fields(examined.reader, ours.total_revisions, examined.first_signed):
        yield QuarantineReason(ReasonCode.CHANGED_FIRST)
    areas = asked_areas(signers, int(ours.root["/Pages"]["/Count"]))
    if not stamps_are_where_asked(examined.reader, areas):
        yield QuarantineReason(ReasonCode.STRAY_STAMP)


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


def _time_faults(found: ValidatedSignature, circumstances: SigningCircumstances) -> Iterator[QuarantineReason]:
    """Yield why a signature cannot have been made when it says: claims prove nothing, but may be known to be wrong."""
    said = [at for at in (found.claimed_at, found.stamped_at) if at is not None]
    if circumstances.requested_at and any(at < circumstances.requested_at - CLOCKS_DIFFER for at in said):
        yield QuarantineReason(ReasonCode.BEFORE_REQUEST, {}, found.field)
    if circumstances.arrived_at and any(at > circumstances.arrived_at + CLOCKS_DIFFER for at in said):
        yield QuarantineReason(ReasonCode.AFTER_ARRIVAL, {}, found.field)
    if not found.in_life:
        yield QuarantineReason(ReasonCode.OUTSIDE_LIFE, {}, found.field)


def _seal_faults(
    examined: ExaminedPdf, rebuilding: RebuildProfile, holders: Sequence[str]
) -> Iterator[QuarantineReason]:
    """Yield that a seal is not the provider's: every signature of a rebuilt file must be."""
    names = {" ".join(one.casefold().split()) for one in (holders or rebuilding.holders)}
    for one in examined.found:
        if rebuilding.organisation and one.organisation and not holders:
            own = one.organisation == rebuilding.organisation
        else:
            own = not names or " ".join(one.signer.casefold().split()) in names
        if not own:
            yield QuarantineReason(ReasonCode.WRONG_SEAL)
            return
