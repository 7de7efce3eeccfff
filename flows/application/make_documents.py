"""Make documents: fill and convert the documents of agreements that were received, and store them."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import astuple, dataclass

from pydantic import BaseModel

from flows.agreements.case_place import CasePlace
from flows.agreements.types import AgreementType
from flows.application.agreement_templates import template_paths
from flows.application.context import Context
from flows.application.document_sources import document_source
from flows.application.official_wording import require_official_wording
from flows.application.outcomes import AgreementOutcome
from flows.application.public_copies import keep_template
from flows.application.refusals import refusal_problems, sentence_with_places
from flows.documents import Document, DocumentJob, RefusedDocument, make_all
from flows.errors import TemplateRefused
from flows.language import translate as _
from flows.register import State
from flows.register.agreements import (
    GeneratedDocument,
    current_version,
    get_agreement,
    record_generated,
    record_refused,
)
from flows.settings import Engine

_AT_ONCE = 8
"""How many documents are put into the store at a time: a service elsewhere is mostly waited for."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What the document of an agreement is made from: the case of a version, and where it stands."""

    kind: AgreementType
    case: BaseModel
    place: CasePlace
    version: int
    template: str


def make_documents(
    context: Context,
    agreement_ids: Sequence[str],
    lossy: bool = False,
    report: Callable[[int], None] = lambda _more: None,
) -> list[AgreementOutcome]:
    """Make the documents of agreements in state `received`; leave agreements in other states alone.

    With `lossy`, a document is made even if its PDF does not show everything; the register keeps what is lost. Raises
    `TemplateRefused`, and makes none, if a template departs from the official wording. Why a document could not be made
    is kept in the register, and the outcome names the cells that are the reason. `report` is called with how many more
    agreements are done with, each time that some have been recorded.
    """
    jobs: list[DocumentJob] = []
    sources: dict[str, _Source] = {}
    outcomes: list[AgreementOutcome] = []
    templates = template_paths(context)
    stale: list[tuple[str, int]] = []
    with context.register.read() as session:
        for agreement_id in agreement_ids:
            agreement = get_agreement(session, agreement_id)
            if agreement.state == State.RECEIVED:
                version = current_version(session, agreement)
                found = document_source(session, context.settings, agreement, version)
                if found.is_stale:
                    stale.append((agreement_id, version.number))
                    continue
                identification = {"avtale_id": agreement.id, "avtale_versjon": str(agreement.version)}
                fields = {**found.values, **identification}
                jobs.append(DocumentJob(agreement_id, found.template_among(templates), fields, lossy))
                place = CasePlace(**(version.place or {}))
                sources[agreement_id] = _Source(found.kind, found.case, place, version.number, found.template_name)
            else:
                outcomes.append(AgreementOutcome(agreement_id, State(agreement.state)))
    outcomes += [_refuse_stale(context, agreement_id, number) for agreement_id, number in stale]
    report(len(outcomes))
    settings = context.settings
    try:
        require_official_wording((job.template for job in jobs), context.today, unofficial=settings.unofficial_nynorsk)
    except TemplateRefused as refusal:
        with context.register.write() as transaction:
            for job in jobs:
                record_refused(transaction, job.key, sources[job.key].version, refusal.message, ())
        raise
    return outcomes + _make_and_store(context, jobs, sources, report)


def _make_and_store(
    context: Context, jobs: Sequence[DocumentJob], sources: Mapping[str, _Source], report: Callable[[int], None]
) -> list[AgreementOutcome]:
    """Make documents, store several at a time, and record them a chunk at a time."""
    settings, outcomes = context.settings, list[AgreementOutcome]()
    stored: dict[str, Future[GeneratedDocument]] = {}
    kept: set[str] = set()
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="store") as storing:
        for job, made in zip(jobs, make_all(jobs, settings.workers, Engine(settings.engine)), strict=True):
            if isinstance(made, RefusedDocument):
                outcomes.append(_refuse(context, job.key, sources[job.key], made))
                report(1)
                continue
            if made.template_sha256 not in kept:
                kept.add(keep_template(context.store, job.template, made.template_sha256))
            run = copy_context().run
            stored[job.key] = storing.submit(run, _store, context, sources[job.key].template, made)
            outcomes.append(AgreementOutcome(job.key, State.GENERATED, lost=tuple(map(str, made.lost))))
            if len(stored) == settings.chunk:
                _record(context, sources, stored)
                report(len(stored))
                stored = {}
        _record(context, sources, stored)
        report(len(stored))
    return outcomes


def _store(context: Context, template: str, made: Document) -> GeneratedDocument:
    """Put a document into the store, before the register names it; its template lies there."""
    return GeneratedDocument(
        template=template,
        template_version=made.template_version,
        template_sha256=made.template_sha256,
        docx_sha256=context.store.put(made.docx),
        pdf_sha256=context.store.put(made.pdf),
        pages=made.pages,
        lost=tuple(map(str, made.lost)),
        signature_places={role: [*astuple(place)] for role, place in made.anchors.items()},
    )


def _record(context: Context, sources: Mapping[str, _Source], stored: Mapping[str, Future[GeneratedDocument]]) -> None:
    """Record several documents in one transaction: workers wait less for each other than for one at a time.

    What could not be stored is raised before any of them is recorded.
    """
    there = {agreement_id: one.result() for agreement_id, one in stored.items()}
    if there:
        with context.register.write() as transaction:
            for agreement_id, generated in there.items():
                record_generated(transaction, agreement_id, sources[agreement_id].version, generated)


def _refuse_stale(context: Context, agreement_id: str, version: int) -> AgreementOutcome:
    """Record that what an amendment changes has changed meanwhile, so that its old values would be wrong."""
    sentence = _(
        "The agreement has been changed since this amendment was taken in. Take in the case anew, or cancel it."
    )
    with context.register.write() as transaction:
        record_refused(transaction, agreement_id, version, sentence, ())
    return AgreementOutcome(agreement_id, State.RECEIVED, sentence)


def _refuse(context: Context, agreement_id: str, source: _Source, refused: RefusedDocument) -> AgreementOutcome:
    """Record why a document was not made, and return it with the cells of the case that are the reason."""
    problems = refusal_problems(refused, source.kind, source.case, source.place)
    sentence = sentence_with_places(refused, source.kind, source.place, problems)
    with context.register.write() as transaction:
        told = [{**problem.as_json(), "value": ""} for problem in problems]
        record_refused(transaction, agreement_id, source.version, sentence, told)
    return AgreementOutcome(agreement_id, State.RECEIVED, sentence, in_case=problems)
