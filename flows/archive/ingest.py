"""Turn a signed PDF into a record, archived or quarantined. The same file twice makes one record."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.agreements.types import types
from flows.archive.head_files import keep
from flows.archive.pdf_metadata import producer_of
from flows.archive.pdf_text import text_of
from flows.archive.proof.judging_process import judge_apart
from flows.archive.proof.pdfa_judge import pdfa_verdict
from flows.archive.proof.profiles import profile_of
from flows.archive.proof.quarantine_reasons import QuarantineReason, ReasonCode
from flows.archive.proof.signer_names import reported_signers
from flows.archive.proof.signing_time import proven_time
from flows.archive.proof.trust_anchors import anchors_of
from flows.archive.proof.validation_report import report_files
from flows.archive.signatures import PdfValidation, SigningCircumstances
from flows.archive.store import Store
from flows.archive.text_index import add_to_index
from flows.errors import NotFound
from flows.language import translate as _
from flows.register import Agreement, Record, Register, SignatureRequest, Version
from flows.register.agreements import get_agreement, losses_of
from flows.register.records import RecordContent, RecordFileEntry, file_record, record_of
from flows.register.schema import Json
from flows.register.signature_requests import by_reference
from flows.register.signed_heads import Head, newest_head

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """What came from the provider and lies in the store already: digest of the signed PDF, and the evidence.

    `signed_by` are the names that the provider tells, where the file itself does not, and `signed_addresses` the
    e-mail addresses and mobile numbers by which it reached each of those who signed, in the same order: several are
    apart by spaces. Without names they are those of the signers in any order. `pdf` are the bytes of that digest, where
    whoever put them has them: they were read back then.
    """

    pdf_digest: str
    evidence: Sequence[RecordFileEntry] = ()
    signed_by: Sequence[str] = ()
    signed_addresses: Sequence[str] = ()
    pdf: bytes | None = field(default=None, repr=False)


def keep_evidence(store: Store, name: str, media_type: str, content: bytes) -> RecordFileEntry:
    """Put a file of evidence into the store."""
    return RecordFileEntry("evidence", store.put(content), len(content), name, media_type)


def file_signed(
    register: Register, store: Store, anchors: Path, reference: str, files: SignedFiles, *, pdfa_judge: str = ""
) -> Record:
    """Judge a stored signed PDF and write its record. Raises `StoreDamaged`, `StoreFailed`, `NotFound`.

    `pdfa_judge` is veraPDF's program, which judges what a provider rebuilt; empty where there is none.

    Every blob is in the store, read back, before the register names it; the record, its files, its text for search and
    the event that seals them are one transaction. A run that is cut off leaves no record, and the next completes it.
    """
    with register.read() as session:
        request = by_reference(session, reference)
        agreement = get_agreement(session, request.agreement_id)
        version = session.get_one(Version, (agreement.id, request.version))
        known = record_of(session, agreement.id, request.version)
        lost = losses_of(session, agreement.id, request.version)
    signed = store.get(files.pdf_digest) if files.pdf is None else files.pdf
    sent, arrived = store.get(request.pdf_sha256), register.clock()
    profile, trusted = profile_of(request.provider), anchors_of(anchors, request.provider)
    pages = [one.digest for one in files.evidence if one.media_type == "application/pdf" and profile.rebuilding]
    reported, beside = reported_signers(files.signed_by, files.signed_addresses), tuple(map(store.get, pages))
    circumstances = SigningCircumstances(reported, request.intended_at, arrived, beside)
    verdict = judge_apart(signed, sent, request.signers, trusted, profile, circumstances)
    signed_at, proved_by = proven_time(verdict, request.signers, request.intended_at, arrived)
    details = _details(agreement, version, request, verdict, files) | {"signed_at_proof": proved_by}
    if profile.rebuilding:
        details["pdfa_judged"] = pdfa_verdict(pdfa_judge, signed, verdict.pdfa)
    verdict = replace(verdict, reasons=(*verdict.reasons, *_missing(version, details, verdict)))
    kept = [
        RecordFileEntry("signed", files.pdf_digest, len(signed), "avtale.pdf", "application/pdf"),
        RecordFileEntry("sent", request.pdf_sha256, len(sent), "sendt.pdf", "application/pdf"),
        *files.evidence,
    ]
    if known is None:  # the report tells when it was made, and is made once
        for file, content in report_files(verdict, signed, register.clock()):
            store.put(content)
            kept.append(file)
    if version.docx_sha256:
        docx = store.get(version.docx_sha256)
        kept.append(RecordFileEntry("source_docx", version.docx_sha256, len(docx), "avtale.docx", _DOCX))
    if version.template_sha256 and (template := store.find(version.template_sha256)) is not None:
        kept.append(RecordFileEntry("template", version.template_sha256, len(template), "mal.docx", _DOCX))
    details["tool"] = producer_of(sent)
    if lost:
        details["lost"] = list(lost)
    filing = RecordContent(reference, kept, signed_at, details, verdict.faults)
    text = text_of(sent)
    with register.write() as transaction:
        session, made_from = transaction.session, version.template_sha256 or ""
        record = file_record(transaction, filing, lambda made: add_to_index(session, made, made_from, text))
    keep_head(register, store)
    return record


def keep_head(register: Register, store: Store) -> Head:
    """Keep the newest head beside the blobs, and return it: a register that was cut off or swapped shows."""
    with register.read() as session:
        head = newest_head(session)
    if head is None:
        raise NotFound(_("Nothing has happened in this register yet."))
    for backend in store.copies.values():
        keep(backend, head)
    return head


def _missing(version: Version, details: Json, verdict: PdfValidation) -> list[QuarantineReason]:
    """Return what a Noark extract will need and nobody has said (docs/protocols.md#c11), as reasons for quarantine."""
    demanded = [
        (ReasonCode.NO_TITLE, version.public_title),
        (ReasonCode.NO_NAME, all(party["name"] for party in details["parties"])),
        (ReasonCode.FEW_PARTIES, len(details["parties"]) > 1),
        (ReasonCode.NO_DATE, verdict.last_signed_at or not verdict.signatures),
    ]
    return [QuarantineReason(why) for why, there in demanded if not there]


def _terms(agreement_type: str) -> Json:
    """Return retention and access of a type's records as they are when they are archived; kept by default."""
    if agreement_type not in types():
        return {"retention": {"verdict": "Bevares", "basis": "", "years": None}, "access": {"level": "", "basis": ""}}
    terms = types()[agreement_type].archive
    return {"retention": dict(terms.retention), "access": dict(terms.access)}


def _details(
    agreement: Agreement, version: Version, request: SignatureRequest, verdict: PdfValidation, files: SignedFiles
) -> Json:
    """Return what is frozen about a record, beside the columns of its own."""
    return {
        "type": agreement.type,
        "municipality_number": agreement.municipality_number,
        "agreement_version": version.number,
        "template": version.template,
        "template_version": version.template_version,
        "template_sha256": version.template_sha256,
        "provider": request.provider,
        "reference": request.reference,
        "provider_id": request.provider_id,
        "signatures": len(verdict.signatures),
        "first_revision": verdict.first_revision,
        "pdfa": verdict.pdfa,
        "pdf_version": verdict.pdf_version,
        "added_pages": list(verdict.added_pages),
        "proven_until": verdict.proven_until.isoformat() if verdict.proven_until else None,
        "levels": sorted({found.level for found in verdict.signatures}),
        "judged_with": list(verdict.judged_with),
        "signed": [
            {"signer": found.signer, "at": found.signed_at.isoformat() if found.signed_at else None}
            for found in verdict.signatures
        ],
        "parties": [
            {
                "role": signer["role"],
                "name": signer["name"],
                "on_behalf_of": signer.get("on_behalf_of") or signer.get("organisation") or "",
                "language": signer.get("language") or "",
            }
            for signer in request.signers
        ],
        "shared_recipient_approved_by": str(version.case.get("felles_mottaker_godkjent_av") or ""),
        "signed_by": list(files.signed_by),
        "signed_addresses": list(files.signed_addresses),
        **_terms(agreement.type),
    }
