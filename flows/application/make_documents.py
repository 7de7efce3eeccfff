"""Make documents: fill and convert the documents of agreements that were received, and store them."""

from collections.abc import Sequence

from flows.agreements.types import types
from flows.application.context import Context
from flows.application.official_wording import require_official_wording
from flows.application.outcomes import AgreementOutcome
from flows.application.public_copies import keep_template
from flows.documents import DocumentJob, RefusedDocument, make_all
from flows.errors import TemplateRefused
from flows.register import State
from flows.register.agreements import GeneratedDocument, current_version, get_agreement, record_generated
from flows.register.pending_conditions import Finding
from flows.register.pending_decisions import record_pending
from flows.register.pending_schema import PendingKind
from flows.settings import Engine


def make_documents(context: Context, agreement_ids: Sequence[str], lossy: bool = False) -> list[AgreementOutcome]:
    """Make the documents of agreements in state `received`; leave agreements in other states alone.

    With `lossy`, a document is made even if its PDF does not show everything; the register keeps what is lost. Raises
    `TemplateRefused`, and makes none, if a template departs from the official wording.
    """
    jobs: list[DocumentJob] = []
    versions: dict[str, int] = {}
    outcomes: list[AgreementOutcome] = []
    with context.register.read() as session:
        for agreement_id in agreement_ids:
            agreement = get_agreement(session, agreement_id)
            if agreement.state == State.RECEIVED:
                kind = types()[agreement.type]
                case = kind.case.model_validate(current_version(session, agreement).case)
                identification = {"avtale_id": agreement.id, "avtale_versjon": str(agreement.version)}
                fields = {**kind.context(case), **identification}
                jobs.append(DocumentJob(agreement_id, context.settings.templates / kind.template, fields, lossy))
                versions[agreement_id] = agreement.version
            else:
                outcomes.append(AgreementOutcome(agreement_id, State(agreement.state)))
    settings = context.settings
    try:
        require_official_wording((job.template for job in jobs), context.today)
    except TemplateRefused as refusal:
        _record_refused(context, [(job.key, refusal.message) for job in jobs])
        raise
    refused: list[tuple[str, str]] = []
    for job, made in zip(jobs, make_all(jobs, settings.workers, Engine(settings.engine)), strict=True):
        if isinstance(made, RefusedDocument):
            outcomes.append(AgreementOutcome(job.key, State.RECEIVED, made.sentence))
            refused.append((job.key, made.sentence))
            continue
        generated = GeneratedDocument(
            template=job.template.name,
            template_version=made.template_version,
            template_sha256=keep_template(context.store, job.template, made.template_sha256),
            docx_sha256=context.store.put(made.docx),
            pdf_sha256=context.store.put(made.pdf),
            pages=made.pages,
            lost=tuple(map(str, made.lost)),
        )
        with context.register.write() as transaction:
            record_generated(transaction, job.key, versions[job.key], generated)
        outcomes.append(AgreementOutcome(job.key, State.GENERATED, lost=generated.lost))
    _record_refused(context, refused)
    return outcomes


def _record_refused(context: Context, refused: Sequence[tuple[str, str]]) -> None:
    """Record that these agreements' documents could not be made, and why, until they are."""
    if refused:
        with context.register.write() as transaction:
            for agreement_id, why in refused:
                record_pending(transaction, Finding(PendingKind.DOCUMENT_REFUSED, agreement_id, why, agreement_id))
