"""Exports of the archive that were asked for: opened once, leased to a worker, ended, and forgotten after a time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.register.account_schema import ReadEntry
from flows.register.database import Transaction
from flows.register.jobs import keep_job
from flows.register.schema import Agreement, Json, Record, RecordFile
from flows.register.states import RecordStatus
from flows.register.workplace_schema import ArchiveExport

LIFE = timedelta(days=7)
"""How long a finished export can be fetched."""


def open_export(transaction: Transaction, wanted: ArchiveExport) -> tuple[ArchiveExport, bool]:
    """Return the export of the same content that is under way for an account, or the new one; and whether it is new."""
    same = select(ArchiveExport).where(
        ArchiveExport.account_id == wanted.account_id,
        ArchiveExport.form == wanted.form,
        ArchiveExport.year.is_(None) if wanted.year is None else ArchiveExport.year == wanted.year,
        ArchiveExport.record_id.is_(None) if wanted.record_id is None else ArchiveExport.record_id == wanted.record_id,
        ArchiveExport.public.is_(wanted.public),
        ArchiveExport.ended_at.is_(None),
    )
    for known in transaction.session.scalars(same):
        if known.municipalities == wanted.municipalities:
            return known, False
    wanted.asked_by, wanted.asked_at = transaction.actor, transaction.now
    transaction.session.add(wanted)
    transaction.session.flush()
    details: Json = {"export": wanted.id, "form": wanted.form, "year": wanted.year, "record": wanted.record_id}
    transaction.note("export", None, "an export of the archive was asked for", details)
    return wanted, True


def exports_of(session: Session, account_id: str, most: int = 20) -> Sequence[ArchiveExport]:
    """Return the newest exports that an account asked for."""
    wanted = select(ArchiveExport).where(ArchiveExport.account_id == account_id)
    return session.scalars(wanted.order_by(ArchiveExport.asked_at.desc(), ArchiveExport.id).limit(most)).all()


def keep_export(transaction: Transaction, export_id: str, done: int) -> bool:
    """Extend the lease of an export and note how far it has come; False where it is to stop, or has ended."""
    job = transaction.session.get_one(ArchiveExport, export_id)
    job.done = done
    return keep_job(transaction, job)


def end_export(
    transaction: Transaction,
    export_id: str,
    *,
    problem: str = "",
    findings: Sequence[str] = (),
    sha256: str = "",
    size: int = 0,
) -> bool:
    """Record how an export ended, with its file if it has one; False if another worker has ended it already."""
    job = transaction.session.get_one(ArchiveExport, export_id)
    if job.ended_at is not None:
        return False
    job.ended_at, job.leased_until, job.problem, job.findings = transaction.now, None, problem, list(findings)
    if sha256:
        job.sha256, job.size, job.expires_at, job.done = sha256, size, transaction.now + LIFE, job.total
    return True


def expire_exports(transaction: Transaction) -> list[str]:
    """Forget the files whose time is over; return the ids of their exports."""
    over = select(ArchiveExport).where(ArchiveExport.expires_at <= transaction.now, ArchiveExport.sha256.is_not(None))
    rows = transaction.session.scalars(over).all()
    for row in rows:
        row.sha256 = row.size = None
    return [row.id for row in rows]


def number_of_files(session: Session, record_ids: Sequence[str], roles: Sequence[str] = ()) -> int:
    """Return how many files records have, of some roles if they are given."""
    total = 0
    for start in range(0, len(record_ids), 500):
        wanted = select(func.count()).where(RecordFile.record_id.in_(record_ids[start : start + 500]))
        total += session.execute(wanted.where(RecordFile.role.in_(roles)) if roles else wanted).scalar_one()
    return total


@dataclass(frozen=True, slots=True)
class ExportedRecord:
    """What decides whether a record belongs to an export."""

    record_id: str
    agreement_id: str
    type: str
    municipality_number: str
    status: str
    archived_at: datetime
    valid_from: date
    valid_to: date | None


def exportable_records(session: Session, municipalities: Collection[str] | None) -> Iterator[ExportedRecord]:
    """Yield the archived and destroyed records of municipalities (None: all of them), in the order of the archive."""
    wanted = (
        select(
            *(Record.id, Record.agreement_id, Agreement.type, Agreement.municipality_number, Record.status),
            *(Record.archived_at, Record.valid_from, Record.valid_to),
        )
        .join(Agreement, Agreement.id == Record.agreement_id)
        .where(Record.status.in_([RecordStatus.ARCHIVED, RecordStatus.DESTROYED]))
        .order_by(Record.archived_at, Record.id)
    )
    if municipalities is not None:
        wanted = wanted.where(Agreement.municipality_number.in_(sorted(municipalities)))
    with session.execute(wanted.execution_options(yield_per=500)) as rows:
        for row in rows:
            yield ExportedRecord(*row)


def log_exported(
    transaction: Transaction, account_id: str, account_name: str, records: Sequence[ExportedRecord]
) -> None:
    """Write one line into the log of reads for each record of an export."""
    transaction.session.add_all(
        ReadEntry(
            at=transaction.now,
            account_id=account_id,
            account_name=account_name,
            kind="export",
            agreement_id=one.agreement_id,
            record_id=one.record_id,
            municipality_number=one.municipality_number,
            allowed=True,
        )
        for one in records
    )
