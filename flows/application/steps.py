"""The steps that the flows share, each callable without Prefect: take in, generate, send, collect.

They put the stages together; what a stage does is the stage's own business. Every step takes ids and gives values: one
bad case is an outcome, never an exception that stops the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flows.agreements.parties import Signatory
from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.application.context import Setup
from flows.application.public_copies import keep_template
from flows.archive import SignedFiles, Store, file_signed
from flows.archive.ingest import keep_evidence
from flows.archive.quarantine import accept
from flows.documents import SignaturePlace, signature_places
from flows.documents.engines import make_all
from flows.documents.process_pool import Job, Refused
from flows.errors import AvtaleflytError, ProviderError
from flows.intake import read
from flows.intake.problem_report import write_report_of
from flows.intake.register_comparison import as_received, held_back
from flows.register import Batch, Record, Register, State
from flows.register.agreements import (
    Generated,
    Received,
    Reception,
    approve,
    current_version,
    get_agreement,
    receive,
    record_generated,
)
from flows.register.signature_requests import by_reference, record_acknowledged, record_late_signature, record_signed
from flows.review import plan_first_review
from flows.review.review_dates import oslo_date
from flows.settings import Engine
from flows.signing.cancellation import withdraw
from flows.signing.port import Anchor, Signer, Update
from flows.signing.rate_limiter import paced
from flows.signing.sending import send


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a source of cases gave: how many cases, every problem, and the agreements that the good ones belong to."""

    cases: int
    rejected: int
    problems: tuple[Problem, ...]
    received: tuple[Received, ...]
    report: Path | None = None

    @property
    def agreement_ids(self) -> list[str]:
        """Agreements of the good cases, in the order of the source, each once."""
        return list(dict.fromkeys(one.agreement_id for one in self.received))

    @property
    def held_back(self) -> list[str]:
        """Agreements whose changed case was not taken in, because the one before is out or archived."""
        stopped = {Reception.OUT_FOR_SIGNATURE, Reception.ALREADY_ARCHIVED}
        return [one.agreement_id for one in self.received if one.reception in stopped]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one agreement in a step: the state it is in now, and why it went no further, if it did not.

    `lost` is what its PDF does not show, where that was allowed.
    """

    agreement_id: str
    state: State
    problem: str = ""
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """What a round of collecting did, by agreement id; `problems` are updates that must be tried again."""

    archived: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    problems: list[Outcome] = field(default_factory=list)


def today(setup: Setup) -> date:
    """Return the day in Norway."""
    return oslo_date(setup.register.clock())


def open_batch(setup: Setup, source: str) -> str:
    """Note that a source of cases is about to be read; return the id of the batch, which is all that travels."""
    with setup.register.write() as transaction:
        batch = Batch(source=source, received_at=transaction.now)
        transaction.session.add(batch)
        transaction.session.flush()
        transaction.note("batch", None, "cases are read", {"batch": batch.id})
        return batch.id


def take_in(setup: Setup, batch_id: str) -> TakenIn:
    """Read and judge a batch's cases and take the good ones into the register. Raises `CasesUnreadable`."""
    with setup.register.read() as session:
        source = session.get_one(Batch, batch_id).source
    judged = read(source, today(setup), setup.settings)
    with setup.register.write() as transaction:
        received = [receive(transaction, as_received(case), batch_id) for case in judged.cases]
        batch = transaction.session.get_one(Batch, batch_id)
        batch.cases, batch.rejected = judged.count, judged.count - len(judged.cases)
    told = (held_back(case, one.reception) for case, one in zip(judged.cases, received, strict=True))
    problems = (*judged.problems, *(problem for problem in told if problem))
    report = write_report_of(judged, source, setup.settings.output / "reports" / f"{batch_id}.xlsx")
    return TakenIn(judged.count, judged.count - len(judged.cases), problems, tuple(received), report)


def generate(setup: Setup, agreement_ids: Sequence[str], lossy: bool = False) -> list[Outcome]:
    """Fill and convert the documents of agreements that were received; those that are further on are left alone.

    With `lossy`, a document is made even where its PDF does not show everything; the register keeps what that was.
    """
    jobs: list[Job] = []
    versions: dict[str, int] = {}
    outcomes: list[Outcome] = []
    with setup.register.read() as session:
        for agreement_id in agreement_ids:
            agreement = get_agreement(session, agreement_id)
            if agreement.state == State.RECEIVED:
                kind = types()[agreement.type]
                case = kind.case.model_validate(current_version(session, agreement).case)
                stamp = {"avtale_id": agreement.id, "avtale_versjon": str(agreement.version)}
                context = {**kind.context(case), **stamp}
                jobs.append(Job(agreement_id, setup.settings.templates / kind.template, context, lossy))
                versions[agreement_id] = agreement.version
            else:
                outcomes.append(Outcome(agreement_id, State(agreement.state)))
    for job, made in zip(jobs, make_all(jobs, setup.settings.workers, Engine(setup.settings.engine)), strict=True):
        if isinstance(made, Refused):
            outcomes.append(Outcome(job.key, State.RECEIVED, made.sentence))
            continue
        generated = Generated(
            template=job.template.name,
            template_version=made.template_version,
            template_sha256=keep_template(setup.store, job.template, made.template_sha256),
            docx_sha256=setup.store.put(made.docx),
            pdf_sha256=setup.store.put(made.pdf),
            pages=made.pages,
            lost=tuple(map(str, made.lost)),
        )
        with setup.register.write() as transaction:
            record_generated(transaction, job.key, versions[job.key], generated)
        outcomes.append(Outcome(job.key, State.GENERATED, lost=generated.lost))
    return outcomes


def send_one(setup: Setup, agreement_id: str, why: str) -> Outcome:
    """Approve a generated agreement and send it. Raises `NotSent`, after which it may be tried again."""
    with setup.register.write() as transaction:
        approve(transaction, agreement_id, why)
    with setup.register.read() as session:
        agreement = get_agreement(session, agreement_id)
        kind = types()[agreement.type]
        version = current_version(session, agreement)
        case, digest = kind.case.model_validate(version.case), version.pdf_sha256
    places = {} if digest is None else signature_places(setup.store.get(digest))
    signers = [as_signer(order, one, places.get(one.role)) for order, one in enumerate(kind.signatories(case), start=1)]
    days = setup.settings.signing_days
    paced(setup.register, f"{setup.provider.name}:sends", setup.settings.sends_per_second)()
    state = send(setup.register, setup.provider, agreement_id, signers, setup.store.get, kind.title, days)
    return Outcome(agreement_id, state)


def make_way(setup: Setup, agreement_ids: Sequence[str]) -> list[Outcome]:
    """Withdraw what is out of these agreements, so that a new version can take its place once it is `cancelled`."""
    outcomes = []
    for agreement_id in agreement_ids:
        try:
            state = withdraw(setup.register, setup.provider, agreement_id)
        except ProviderError as error:
            outcomes.append(Outcome(agreement_id, State.SENT, str(error)))
            continue
        waiting = "it is not cancelled yet; run the same command again after `avtaleflyt collect`"
        outcomes.append(Outcome(agreement_id, state, waiting if state == State.SENT else ""))
    return outcomes


def as_signer(order: int, one: Signatory, place: SignaturePlace | None = None) -> Signer:
    """Return a signatory as the port takes it, to sign at its place on the paper where the document has one."""
    anchor = None if place is None else Anchor(place.page, place.left, place.bottom, place.right, place.top)
    return Signer(order, one.role, one.name, one.title, one.email, one.mobile, one.organisation, anchor)


def archive_signed(setup: Setup, update: Update) -> Outcome:
    """Fetch, store, verify and archive one signed agreement, and only then acknowledge it to the provider.

    Every step may be repeated: a run that is cut off anywhere is completed by the next one.
    """
    with setup.register.read() as session:
        request = by_reference(session, update.reference)
    if request.status == "refused":  # told again because nobody has acknowledged it; another request may be out
        return _acknowledge_refused(setup, update, request.agreement_id)
    signed = setup.provider.fetch_signed(update)
    evidence = [keep_evidence(setup.store, one.name, one.media_type, one.content) for one in signed.evidence]
    files = SignedFiles(setup.store.put(signed.pdf), evidence, tuple(signed.signed_by))
    with setup.register.write() as transaction:
        state = State(get_agreement(transaction.session, request.agreement_id).state)
        if request.status in _ENDED_HERE or state in {State.DECLINED, State.EXPIRED, State.CANCELLED}:
            record_late_signature(transaction, update.reference, files.pdf_digest)
            return Outcome(request.agreement_id, state, "signed after the request had ended here; the file is kept")
        if state == State.SENT and request.status == "open":
            record_signed(transaction, update.reference)
    record = file_signed(setup.register, setup.store, setup.anchors, update.reference, files)
    if record.status == "quarantined":
        return Outcome(record.agreement_id, State.QUARANTINED, "; ".join(record.details["faults"]))
    _plan_review(setup.register, record)
    setup.provider.acknowledge(update)
    with setup.register.write() as transaction:
        record_acknowledged(transaction, update.reference)
    return Outcome(record.agreement_id, State.ARCHIVED)


def _acknowledge_refused(setup: Setup, update: Update, agreement_id: str) -> Outcome:
    setup.provider.acknowledge(update)
    with setup.register.write() as transaction:
        record_acknowledged(transaction, update.reference)
        state = State(get_agreement(transaction.session, agreement_id).state)
    return Outcome(agreement_id, state, "its signed file was refused by a person; the file is kept")


def accept_quarantined(register: Register, store: Store, record_id: str, why: str) -> Record:
    """Archive a quarantined record in spite of its faults, and plan its review as of any other. Raises `NotAllowed`."""
    record = accept(register, store, record_id, why)
    _plan_review(register, record)
    return record


def _plan_review(register: Register, record: Record) -> None:
    if record.signed_at is not None:
        plan_first_review(register, record.agreement_id, oslo_date(record.signed_at))


def try_to_archive(setup: Setup, update: Update, collected: Collected) -> None:
    """Archive one signed agreement and add what became of it; one that fails is left for the next round."""
    try:
        outcome = archive_signed(setup, update)
    except AvtaleflytError as error:
        collected.problems.append(Outcome(update.reference[:36], State.SENT, str(error)))
        return
    if outcome.state == State.QUARANTINED:
        collected.quarantined.append(outcome.agreement_id)
    elif outcome.problem:
        collected.problems.append(outcome)
    else:
        collected.archived.append(outcome.agreement_id)


_ENDED_HERE = {"declined", "expired", "cancelled", "not_sent", "stray", "signed_late"}
"""What the register calls requests that can no longer lead to a record without a person."""
