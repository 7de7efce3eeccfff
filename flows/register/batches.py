"""Batches of the workplace: kept uploads, the agreements of a batch, and the long work on them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flows.register.actors import account_in
from flows.register.batch_schema import BatchAgreement, BatchFile, BatchJob, JobKind, Upload
from flows.register.database import Transaction
from flows.register.listing_query import Scope, in_scope
from flows.register.listing_schema import AgreementListing
from flows.register.schema import Agreement, Json


def record_batch_agreements(transaction: Transaction, batch_id: str, received: Collection[tuple[str, str]]) -> None:
    """Record which agreements the cases of a batch belong to, and what receiving each came to."""
    known = set(
        transaction.session.scalars(select(BatchAgreement.agreement_id).where(BatchAgreement.batch_id == batch_id))
    )
    for agreement_id, reception in dict(received).items():
        if agreement_id not in known:
            row = BatchAgreement(batch_id=batch_id, agreement_id=agreement_id, reception=reception)
            transaction.session.add(row)
    transaction.session.flush()


def upload_in_scope(session: Session, batch_id: str, scope: Scope) -> Upload | None:
    """Return an upload if whoever works within the scope may read all of it, and it is still kept."""
    upload = session.get(Upload, batch_id)
    if upload is None or scope is None:
        return upload
    whose = upload.municipalities
    return upload if whose is not None and scope.issuperset(whose) else None


def remove_expired_uploads(transaction: Transaction) -> int:
    """Delete the uploads whose time is over; return how many there were."""
    over = transaction.session.execute(delete(Upload).where(Upload.expires_at <= transaction.now))
    return int(over.rowcount)  # type: ignore[attr-defined]


def remove_expired_files(transaction: Transaction) -> int:
    """Delete the files of batches whose time is over; return how many there were."""
    over = transaction.session.execute(delete(BatchFile).where(BatchFile.expires_at <= transaction.now))
    return int(over.rowcount)  # type: ignore[attr-defined]


def agreements_in_batch(
    session: Session, batch_id: str, scope: Scope, states: Collection[str] = ()
) -> Sequence[tuple[AgreementListing, str]]:
    """Return the agreements of a batch within a scope, in Norwegian order, with what receiving each came to."""
    wanted = (
        select(AgreementListing, BatchAgreement.reception)
        .join(BatchAgreement, BatchAgreement.agreement_id == AgreementListing.agreement_id)
        .where(BatchAgreement.batch_id == batch_id, in_scope(scope))
        .order_by(AgreementListing.counterpart_key, AgreementListing.agreement_id)
    )
    if states:
        wanted = wanted.where(AgreementListing.state.in_(sorted(states)))
    return [(row, reception) for row, reception in session.execute(wanted)]


def versions_in_batch(session: Session, batch_id: str, scope: Scope, state: str) -> list[tuple[str, int]]:
    """Return the agreements of a batch that are in a state, within a scope, each with its version; ordered by id."""
    wanted = (
        select(Agreement.id, Agreement.version)
        .join(BatchAgreement, BatchAgreement.agreement_id == Agreement.id)
        .join(AgreementListing, AgreementListing.agreement_id == Agreement.id)
        .where(BatchAgreement.batch_id == batch_id, Agreement.state == state, in_scope(scope))
        .order_by(Agreement.id)
    )
    return [(agreement_id, version) for agreement_id, version in session.execute(wanted)]


def open_job(
    transaction: Transaction, batch_id: str, kind: JobKind, chosen: Sequence[tuple[str, int]]
) -> tuple[BatchJob, bool]:
    """Return the job of this kind that is under way for a batch, or a new one; and whether it is new.

    Two clicks are one job: the transactions of writers exclude each other.
    """
    wanted = select(BatchJob).where(BatchJob.batch_id == batch_id, BatchJob.kind == kind, BatchJob.ended_at.is_(None))
    known = transaction.session.scalars(wanted).first()
    if known is not None:
        return known, False
    job = BatchJob(
        batch_id=batch_id,
        kind=kind,
        chosen=[list(one) for one in chosen],
        asked_by=transaction.actor,
        asked_at=transaction.now,
    )
    transaction.session.add(job)
    transaction.session.flush()
    details: Json = {"batch": batch_id, "job": job.id, "kind": str(kind), "number": len(chosen)}
    transaction.note("job", None, "work on a batch was asked for", details)
    return job, True


def end_job(transaction: Transaction, job_id: str, problem: str = "") -> None:
    """Record that a job has ended, and why if it ended early."""
    job = transaction.session.get_one(BatchJob, job_id)
    if job.ended_at is None:
        job.ended_at, job.problem, job.leased_until = transaction.now, problem, None


def stop_jobs(transaction: Transaction, batch_id: str) -> int:
    """Ask that the jobs of a batch stop after what they are doing now; return how many there are."""
    wanted = select(BatchJob).where(BatchJob.batch_id == batch_id, BatchJob.ended_at.is_(None))
    return _stop(transaction, transaction.session.scalars(wanted).all())


def stop_jobs_of(transaction: Transaction, account_id: str) -> int:
    """Ask that what an account asked for stops, since it may no longer ask for it; return how many jobs there are."""
    jobs = transaction.session.scalars(select(BatchJob).where(BatchJob.ended_at.is_(None))).all()
    return _stop(transaction, [job for job in jobs if account_in(job.asked_by) == account_id])


def _stop(transaction: Transaction, jobs: Sequence[BatchJob]) -> int:
    for job in jobs:
        job.stop_asked_at = job.stop_asked_at or transaction.now
        details: Json = {"batch": job.batch_id, "job": job.id}
        transaction.note("job", None, "work on a batch is to stop", details)
    return len(jobs)


def jobs_of(session: Session, batch_id: str, kind: JobKind) -> Sequence[BatchJob]:
    """Return the jobs of a kind for a batch, in the order in which they were asked for."""
    wanted = select(BatchJob).where(BatchJob.batch_id == batch_id, BatchJob.kind == kind)
    return session.scalars(wanted.order_by(BatchJob.asked_at, BatchJob.ended_at.is_(None), BatchJob.id)).all()


def newest_job(session: Session, batch_id: str, kind: JobKind) -> BatchJob | None:
    """Return the newest job of a kind for a batch, or None."""
    jobs = jobs_of(session, batch_id, kind)
    return jobs[-1] if jobs else None


def latest_uploads(session: Session, scope: Scope, now: datetime, most: int = 20) -> list[Upload]:
    """Return the newest uploads that whoever works within the scope may read."""
    rows = session.scalars(select(Upload).where(Upload.expires_at > now).order_by(Upload.uploaded_at.desc()))
    readable = [
        one
        for one in rows
        if scope is None or (one.municipalities is not None and scope.issuperset(one.municipalities))
    ]
    return readable[:most]
