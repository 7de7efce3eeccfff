"""Leases of signature requests: collectors that work at the same time share the open requests between them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from flows.register.work_schema import RequestLease

LEASE = timedelta(minutes=1)
"""How long a collector may be silent before another looks after its portion; it extends its leases meanwhile."""


def round_start(session: Session, now: datetime) -> datetime:
    """Return when the round began that a collector takes part in: that of those at work, otherwise now."""
    wanted = select(RequestLease.round_began_at).where(RequestLease.leased_until > now)
    return session.scalars(wanted.order_by(RequestLease.round_began_at).limit(1)).first() or now


def claim(
    session: Session, now: datetime, holder: str, began: datetime, subjects: Sequence[str], most: int
) -> list[str]:
    """Return up to `most` of these subjects, leased to a holder; none that another has, or had since the round began.

    Rows that another is taking are passed over.
    """
    known: dict[str, RequestLease] = {}
    for start in range(0, len(subjects), 500):
        wanted = select(RequestLease).where(RequestLease.subject.in_(subjects[start : start + 500]))
        known |= {one.subject: one for one in session.scalars(wanted)}
    free = [one for one in subjects if one not in known or _is_free(known[one], now, began)]
    taken: list[str] = []
    for subject in free:
        if len(taken) == most:
            break
        if _take(session, now, holder, began, subject, known.get(subject)):
            taken.append(subject)
    return taken


def renew(session: Session, now: datetime, holder: str) -> None:
    """Extend every lease of a holder."""
    mine = update(RequestLease).where(RequestLease.holder == holder, RequestLease.leased_until > now)
    session.execute(mine.values(leased_until=now + LEASE))


def release(session: Session, now: datetime, holder: str, subjects: Collection[str]) -> None:
    """Record that a holder has looked after these."""
    mine = update(RequestLease).where(RequestLease.holder == holder, RequestLease.subject.in_(subjects))
    session.execute(mine.values(leased_until=None, done_at=now))


def _is_free(lease: RequestLease, now: datetime, began: datetime) -> bool:
    if lease.leased_until is not None and lease.leased_until > now:
        return False
    return lease.leased_until is not None or lease.done_at is None or lease.done_at <= began


def _take(
    session: Session, now: datetime, holder: str, began: datetime, subject: str, known: RequestLease | None
) -> bool:
    if known is None:
        try:
            with session.begin_nested():
                session.add(
                    RequestLease(subject=subject, holder=holder, leased_until=now + LEASE, round_began_at=began)
                )
        except IntegrityError:  # another collector was first
            return False
        return True
    wanted = select(RequestLease).where(RequestLease.subject == subject).with_for_update(skip_locked=True)
    lease = session.scalars(wanted.execution_options(populate_existing=True)).first()
    if lease is None or not _is_free(lease, now, began):
        return False
    lease.holder, lease.leased_until, lease.round_began_at, lease.done_at = holder, now + LEASE, began, None
    return True
