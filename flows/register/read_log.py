"""The log of reads: who opened whose data or which file, when and why; tries that were refused, too."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from flows.dates import oslo_date, short_date
from flows.language import translate as _
from flows.register.account_schema import ReadEntry
from flows.register.database import Transaction


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: a kind (`agreement`, `record`, `document`, `download`, `search`, …) and of whom."""

    kind: str
    agreement_id: str | None = None
    record_id: str | None = None
    municipality_number: str | None = None
    why: str = ""
    allowed: bool = True


def note_read(transaction: Transaction, account_id: str, account_name: str, reading: Reading) -> None:
    """Write one reading into the log."""
    transaction.session.add(
        ReadEntry(
            at=transaction.now,
            account_id=account_id,
            account_name=account_name,
            kind=reading.kind,
            agreement_id=reading.agreement_id,
            record_id=reading.record_id,
            municipality_number=reading.municipality_number,
            allowed=reading.allowed,
            why=reading.why,
        )
    )


def forget_reads(transaction: Transaction, before: datetime) -> int:
    """Remove what was read before an instant from the log; return how much. The history says that it was done."""
    is_old = ReadEntry.at < before
    removed = transaction.session.scalar(select(func.count()).select_from(ReadEntry).where(is_old)) or 0
    if removed:
        transaction.session.execute(delete(ReadEntry).where(is_old))
        why = _("entries of the log of reads from before {day} were removed: {number}")
        transaction.note("reads_removed", None, why.format(day=short_date(oslo_date(before)), number=removed))
    return removed


def reads(
    session: Session,
    municipalities: frozenset[str] | None,
    *,
    account_id: str = "",
    subject_id: str = "",
    page: int = 1,
    size: int = 50,
) -> tuple[list[ReadEntry], int]:
    """Return a page of the log, the newest first, and how many entries there are.

    `municipalities` limits it, None does not. `account_id` is a reader, `subject_id` an agreement or record.
    """
    wanted = select(ReadEntry)
    if municipalities is not None:
        wanted = wanted.where(ReadEntry.municipality_number.in_(sorted(municipalities)))
    if account_id:
        wanted = wanted.where(ReadEntry.account_id == account_id)
    if subject_id:
        wanted = wanted.where((ReadEntry.agreement_id == subject_id) | (ReadEntry.record_id == subject_id))
    total = session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    rows = wanted.order_by(ReadEntry.id.desc()).offset((page - 1) * size).limit(size)
    return list(session.execute(rows).scalars()), total
