"""Long work on a batch: make its documents, or send what was approved, in the background, with visible progress.

A job names the agreements and their versions when it is asked for. It is taken up again after a crash, it can be
stopped between two agreements, and nothing in it is done twice: documents are made only of agreements in the state
received, and only what a person approved, in that version, is sent.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from flows.application.context import Context
from flows.application.make_documents import make_documents
from flows.application.pending_matters import refresh_now_and_then
from flows.application.send import send_agreement
from flows.errors import AvtaleflytError, NotSent, TransitionRefused
from flows.language import for_the_register, translate
from flows.language import translate as _
from flows.register import State
from flows.register.batch_schema import BatchJob, JobKind
from flows.register.batches import (
    end_job,
    jobs_of,
    newest_job,
    open_job,
    stop_jobs,
    versions_in_batch,
)
from flows.register.events import canonical
from flows.register.jobs import check_unaltered, claim_job, keep_job
from flows.register.listing_query import Scope, states_in_scope
from flows.register.recovery import check_reconciled

DOCUMENTS_AT_ONCE = 10
"""Documents made between two checks whether a job is to stop."""
FAILURES_IN_A_ROW = 3
"""After so many agreements in a row that were certainly not sent, the provider counts as away, and the job stops."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendingPlan:
    """What would be sent: agreements with their versions, and how many sending jobs the batch had before.

    The digest tells a form that was submitted twice from a new one after a job had ended early.
    """

    chosen: Sequence[tuple[str, int]]
    jobs_before: int = 0

    @property
    def digest(self) -> str:
        """The SHA-256 of the plan."""
        return hashlib.sha256(canonical([self.jobs_before, *([*one] for one in self.chosen)])).hexdigest()


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job has come: `done` of `total`. `problem` is why it ended early."""

    kind: JobKind
    total: int
    done: int
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    stopping: bool
    problem: str

    @property
    def under_way(self) -> bool:
        """Whether the job has not ended."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How a batch stands within a scope: agreements by state, and its newest jobs."""

    counts: dict[str, int]
    documents: JobProgress | None
    sending: JobProgress | None

    @property
    def total(self) -> int:
        """Number of agreements."""
        return sum(self.counts.values())

    @property
    def under_way(self) -> bool:
        """Whether a job is at work on the batch."""
        return any(job is not None and job.under_way for job in (self.documents, self.sending))


def start_documents(context: Context, batch_id: str, scope: Scope) -> bool:
    """Ask for the documents of what a batch received; False where there is nothing to make."""
    with context.register.write() as transaction:
        chosen = versions_in_batch(transaction.session, batch_id, scope, State.RECEIVED)
        if not chosen:
            return False
        open_job(transaction, batch_id, JobKind.DOCUMENTS, chosen)
    return True


def sending_plan(context: Context, batch_id: str, scope: Scope) -> SendingPlan:
    """Return what would be sent of a batch now: what is approved."""
    with context.register.read() as session:
        return _plan(session, batch_id, scope)


def start_sending(context: Context, batch_id: str, scope: Scope, digest: str) -> bool:
    """Ask that the approved agreements of a batch be sent; False if there is nothing to begin.

    That is so while a job is under way, for a form that was submitted before, and when nothing is approved. `digest` is
    that of the plan that a person confirmed. Raises `TransitionRefused` if something else would be sent by now, and
    `NotAllowed` while a restore has not been reconciled.
    """
    with context.register.write() as transaction:
        check_reconciled(transaction.session)
        jobs = jobs_of(transaction.session, batch_id, JobKind.SENDING)
        plan = _plan(transaction.session, batch_id, scope)
        former = (SendingPlan(_chosen(job), number) for job in jobs for number in range(len(jobs)))
        if any(job.ended_at is None for job in jobs) or any(one.digest == digest for one in former):
            return False  # it is under way, or the same form was sent before
        if plan.digest != digest:
            raise TransitionRefused(
                _("Something in the upload has changed since you saw the numbers. Look at them again.")
            )
        if not plan.chosen:
            return False
        open_job(transaction, batch_id, JobKind.SENDING, plan.chosen)
        return True


def _plan(session: Session, batch_id: str, scope: Scope) -> SendingPlan:
    jobs = jobs_of(session, batch_id, JobKind.SENDING)
    return SendingPlan(versions_in_batch(session, batch_id, scope, State.APPROVED), len(jobs))


def stop_work(context: Context, batch_id: str) -> int:
    """Ask that the work on a batch stops after the agreement at hand; return how many jobs were asked."""
    with context.register.write() as transaction:
        return stop_jobs(transaction, batch_id)


def batch_progress(context: Context, batch_id: str, scope: Scope) -> BatchProgress:
    """Return how a batch stands within a scope."""
    with context.register.read() as session:
        counts = states_in_scope(session, scope, batch_id)
        return BatchProgress(
            counts,
            _progress(newest_job(session, batch_id, JobKind.DOCUMENTS), counts),
            _progress(newest_job(session, batch_id, JobKind.SENDING), counts),
        )


def run_waiting_jobs(context: Context) -> int:
    """Do every job that waits, one after another, in the name of whoever asked; return how many were done."""
    done = 0
    while True:
        with context.register.write() as transaction:
            job = claim_job(transaction, BatchJob)
        if job is None:
            return done
        _run(context, job)
        done += 1


def _run(context: Context, job: BatchJob) -> None:
    acting = _in_the_name_of(context, job.asked_by)
    work = _make if job.kind == JobKind.DOCUMENTS else _send
    try:
        check_unaltered(context.register, job)
        problem = work(acting, job)
    except AvtaleflytError as error:
        problem = for_the_register(error.message)
    except Exception:  # noqa: BLE001 - a fault of the program must not end the worker: it is kept with the job
        _log.exception("A job failed.", extra={"job": job.id})
        problem = for_the_register(_("The program failed here. Nothing is sent twice; try again or tell operations."))
    with context.register.write() as transaction:
        end_job(transaction, job.id, problem)
    refresh_now_and_then(context.register, now=True)


def _in_the_name_of(context: Context, label: str) -> Context:
    store, provider = context.__dict__.get("store"), context.__dict__.get("provider")
    return Context(context.stated_settings, replace(context.register, actor=label), store, provider)


def _make(context: Context, job: BatchJob) -> str:
    chosen = _chosen(job)
    for start in range(0, len(chosen), DOCUMENTS_AT_ONCE):
        if not _goes_on(context, job):
            return ""
        some = [agreement_id for agreement_id, version in chosen[start : start + DOCUMENTS_AT_ONCE]]
        make_documents(context, some)
    return ""


def _send(context: Context, job: BatchJob) -> str:
    failures = 0
    for agreement_id, version in _chosen(job):
        if not _goes_on(context, job):
            return ""
        try:  # one that was sent already, or has changed since it was approved, is left alone
            send_agreement(context, agreement_id, "sent from the workplace", version)
            failures = 0
        except NotSent as refusal:
            failures += 1
            if failures == FAILURES_IN_A_ROW:
                return for_the_register(refusal.message)
    return ""


def _goes_on(context: Context, job: BatchJob) -> bool:
    with context.register.write() as transaction:
        return keep_job(transaction, transaction.session.get_one(BatchJob, job.id))


def _chosen(job: BatchJob) -> list[tuple[str, int]]:
    return [(agreement_id, version) for agreement_id, version in job.chosen]


def _progress(job: BatchJob | None, counts: dict[str, int]) -> JobProgress | None:
    if job is None:
        return None
    left = counts.get(State.RECEIVED if job.kind == JobKind.DOCUMENTS else State.APPROVED, 0)
    total = len(job.chosen)
    went_through = job.ended_at is not None and job.stop_asked_at is None and not job.problem
    return JobProgress(
        kind=JobKind(job.kind),
        total=total,
        done=total if went_through else max(total - left, 0),
        asked_by=job.asked_by,
        asked_at=job.asked_at,
        ended_at=job.ended_at,
        stopping=job.stop_asked_at is not None and job.ended_at is None,
        problem=translate(job.problem) if job.problem else "",
    )
