"""Parts of a season, leased to workers: each is one worker's at a time, and another's once its worker is silent.

A lease only saves doing work twice. What makes that safe is the table of states: a document is recorded once, and an
agreement is sent by whoever moves it to `sending`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from flows.register.database import Transaction
from flows.register.schema import Json, new_id
from flows.register.work_schema import WorkPart

LEASE = timedelta(minutes=2)
"""How long the worker of a part may be silent before another takes it up."""
MOST_CLAIMS = 5
"""So many workers may end over a part: then the part itself, such as a document without bounds, is the reason."""
ABANDONED = timedelta(minutes=5)
"""Age of a run at which it is abandoned where nobody works on it."""
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PartOrder:
    """What is to be done with the agreements of a season, and why they are sent, which the events keep."""

    send: bool
    lossy: bool = False
    reason: str = "sent with the renewal season"


def plan_parts(
    transaction: Transaction, batch_id: str | None, agreement_ids: Sequence[str], size: int, order: PartOrder
) -> str:
    """Divide agreements into parts of a size; return the id of their run. Nobody has taken them up yet."""
    run_id = new_id()
    _forget(transaction)
    _take_over(transaction, agreement_ids)
    chunks = [list(agreement_ids[start : start + size]) for start in range(0, len(agreement_ids), size)]
    for number, chunk in enumerate(chunks, start=1):
        part = WorkPart(
            run_id=run_id,
            batch_id=batch_id,
            number=number,
            parts=len(chunks),
            agreement_ids=chunk,
            send=order.send,
            lossy=order.lossy,
            reason=order.reason,
            asked_by=transaction.actor,
            asked_at=transaction.now,
        )
        transaction.session.add(part)
    transaction.session.flush()
    return run_id


def claim_part(session: Session, now: datetime, holder: str, run_id: str = "") -> WorkPart | None:
    """Return the next part that nobody works on, leased to a holder; None where there is none.

    With `run_id`, of that run alone. Two that ask at once get two parts: a row that another is taking is passed over.
    """
    wanted = select(WorkPart).where(*_free(now, run_id))
    order = (WorkPart.asked_at, WorkPart.run_id, WorkPart.number)
    while True:
        part = session.scalars(wanted.order_by(*order).limit(1).with_for_update(skip_locked=True)).first()
        if part is None:
            return None
        if part.claims < MOST_CLAIMS:
            part.holder, part.leased_until, part.claims = holder, now + LEASE, part.claims + 1
            return part
        part.ended_at, part.outcome = now, {"problem": "its worker ended over it again and again"}
        session.flush()


def free_parts(session: Session, now: datetime, run_id: str = "") -> int:
    """Return how many parts nobody works on, of one run or of any."""
    return session.scalar(select(func.count()).select_from(WorkPart).where(*_free(now, run_id))) or 0


def renew_part(session: Session, now: datetime, part_id: str, holder: str) -> bool:
    """Extend the lease of a part; False where it is another's by now, or has ended."""
    return _change(session, part_id, holder, leased_until=now + LEASE)


def end_part(session: Session, now: datetime, part_id: str, holder: str, outcome: Json) -> bool:
    """Record what came of a part; False where it is another's by now."""
    return _change(session, part_id, holder, ended_at=now, leased_until=None, outcome=outcome)


def leave_part(session: Session, part_id: str, holder: str, *, in_order: bool) -> bool:
    """Give a part back, for another to take up at once; `in_order` where it is not the part's fault."""
    claims = WorkPart.claims - 1 if in_order else WorkPart.claims
    return _change(session, part_id, holder, leased_until=None, holder="", claims=claims)


def give_up(session: Session, now: datetime, run_id: str, problem: str) -> None:
    """End the parts of a run that nobody works on: whoever asked for it does not want the rest any more."""
    idle = WorkPart.leased_until.is_(None) | (WorkPart.leased_until < now)
    wanted = update(WorkPart).where(WorkPart.run_id == run_id, WorkPart.ended_at.is_(None), idle)
    session.execute(wanted.values(ended_at=now, outcome={"problem": problem}))


def parts_of_run(session: Session, run_id: str) -> Sequence[WorkPart]:
    """Return the parts of a run in their order."""
    return session.scalars(select(WorkPart).where(WorkPart.run_id == run_id).order_by(WorkPart.number)).all()


def abandoned_runs(session: Session, now: datetime) -> list[str]:
    """Return the runs that have parts left and nobody at work, the oldest first: their machines have ended."""
    left = select(WorkPart).where(WorkPart.ended_at.is_(None)).order_by(WorkPart.asked_at, WorkPart.number)
    parts = session.scalars(left).all()
    alive = {one.run_id for one in parts if one.leased_until is not None and one.leased_until >= now}
    alive |= {one.run_id for one in parts if one.asked_at > now - ABANDONED}
    return list(dict.fromkeys(one.run_id for one in parts if one.run_id not in alive))


def _free(now: datetime, run_id: str) -> list[ColumnElement[bool]]:
    idle = WorkPart.leased_until.is_(None) | (WorkPart.leased_until < now)
    free: list[ColumnElement[bool]] = [WorkPart.ended_at.is_(None), idle]
    return [*free, WorkPart.run_id == run_id] if run_id else free


def _take_over(transaction: Transaction, agreement_ids: Collection[str]) -> None:
    """End what abandoned runs have left of these agreements: the new run does that."""
    abandoned, wanted = abandoned_runs(transaction.session, transaction.now), set(agreement_ids)
    left = select(WorkPart).where(WorkPart.run_id.in_(abandoned), WorkPart.ended_at.is_(None))
    for part in transaction.session.scalars(left):
        if wanted.intersection(part.agreement_ids):
            part.ended_at, part.outcome = transaction.now, {"problem": "another run has taken it over"}


def _change(session: Session, part_id: str, by: str, **values: object) -> bool:
    mine = update(WorkPart).where(WorkPart.id == part_id, WorkPart.holder == by, WorkPart.ended_at.is_(None))
    changed = session.execute(mine.values(**values).execution_options(synchronize_session=False))
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _forget(transaction: Transaction) -> None:
    """Delete the parts of runs that ended long ago: the events tell what became of each agreement."""
    old = select(WorkPart).where(WorkPart.ended_at < transaction.now - _KEPT)
    for part in transaction.session.scalars(old):
        transaction.session.delete(part)
