"""Jobs that people ask for and workers do in the background: one worker's at a time, stoppable, ended once.

A worker leases a job and extends the lease while it works; a job whose worker falls silent is taken up by another.
"""

from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select

from flows.errors import NotAllowed
from flows.language import translate as _
from flows.register.altered_rows import altered_rows
from flows.register.batch_schema import BatchJob
from flows.register.database import Register, Transaction
from flows.register.workplace_schema import ArchiveExport

LEASE = timedelta(minutes=10)
"""How long the worker of a job may be silent before another takes it up; longer than a document or a call takes."""

Job = TypeVar("Job", BatchJob, ArchiveExport)


def claim_job(transaction: Transaction, table: type[Job]) -> Job | None:
    """Return the oldest job of a table that nobody works on, leased to whoever asks; None where there is none."""
    free = table.leased_until.is_(None) | (table.leased_until < transaction.now)
    wanted = select(table).where(table.ended_at.is_(None), free).order_by(table.asked_at, table.id)
    job = transaction.session.scalars(wanted.limit(1)).first()
    if job is not None:
        job.leased_until = transaction.now + LEASE
    return job


def keep_job(transaction: Transaction, job: BatchJob | ArchiveExport) -> bool:
    """Extend the lease of a job, read anew in this transaction; False where it is to stop, or has ended."""
    job.leased_until = transaction.now + LEASE
    return job.stop_asked_at is None and job.ended_at is None


def check_unaltered(register: Register, job: BatchJob | ArchiveExport) -> None:
    """Raise `NotAllowed` if a job was added or changed past the program: nobody asked for what it says."""
    with register.read() as session:
        if altered_rows(session, type(job), [(job.id,)], register.signer):
            raise NotAllowed(
                _(
                    "This was put into the database past the program, and is not done. Tell operations: "
                    "`avtaleflyt archive verify` says what else was changed."
                )
            )
