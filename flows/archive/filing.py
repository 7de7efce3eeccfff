"""Filing: from a signed PDF to a record, archived or quarantined; the same file twice makes one record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.archive.rebuilt import faults_of
from flows.archive.signatures import judge, trust_anchors
from flows.archive.store import Store
from flows.register import Record, Register, Version
from flows.register.agreements import get_agreement
from flows.register.records import Filing, KeptFile, file_record
from flows.register.requests import by_reference


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """What came from the provider and lies in the store already: digest of the signed PDF, and the evidence.

    `signed_by` are the names that the provider tells, where the file itself does not.
    """

    pdf_digest: str
    evidence: Sequence[KeptFile] = ()
    signed_by: Sequence[str] = ()


def keep_evidence(store: Store, name: str, media_type: str, content: bytes) -> KeptFile:
    """Put a file of evidence into the store."""
    return KeptFile("evidence", store.put(content), len(content), name, media_type)


def file_signed(register: Register, store: Store, anchors: Path, reference: str, files: SignedFiles) -> Record:
    """Judge a stored signed PDF and write its record. Raises `StoreDamaged`, `NotFound`."""
    with register.read() as session:
        request = by_reference(session, reference)
        agreement = get_agreement(session, request.agreement_id)
        version = session.get_one(Version, (agreement.id, request.version))
    signed, sent = store.get(files.pdf_digest), store.get(request.pdf_sha256)
    verdict = judge(signed, sent, [signer["name"] for signer in request.signers], trust_anchors(anchors))
    names = [signer["name"] for signer in request.signers]
    faults = faults_of(request.provider, verdict, signed, sent, names, files.signed_by)
    verdict = replace(verdict, faults=faults)
    report = json.dumps(verdict.as_json(), default=str, ensure_ascii=False, indent=2).encode()
    kept = [
        KeptFile("signed", files.pdf_digest, len(signed), "avtale.pdf", "application/pdf"),
        KeptFile("sent", request.pdf_sha256, len(sent), "sendt.pdf", "application/pdf"),
        KeptFile("validation_report", store.put(report), len(report), "validering.json", "application/json"),
        *files.evidence,
    ]
    if version.docx_sha256:
        docx = store.get(version.docx_sha256)
        kept.append(KeptFile("source_docx", version.docx_sha256, len(docx), "avtale.docx", _DOCX))
    details = {
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
        "levels": sorted({found.level for found in verdict.signatures}),
        "parties": [
            {"role": signer["role"], "name": signer["name"], "on_behalf_of": signer.get("organisation", "")}
            for signer in request.signers
        ],
        "signed_by": list(files.signed_by),
        "retention": {"verdict": "Bevares", "basis": ""},
    }
    filing = Filing(reference, kept, verdict.last_signed_at, details, verdict.faults)
    with register.write() as transaction:
        return file_record(transaction, filing)


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
