"""Keep the grant's deadlines in the register: one per municipality that has agreements of the type."""

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from flows.dates import oslo_date
from flows.register import Register
from flows.register.deadlines import (
    PlannedDeadline,
    municipal_deadlines,
    municipalities_under_review,
    put_deadline,
    settle,
)
from flows.register.review_schema import Deadline
from flows.register.states import DeadlineStatus
from flows.review.grant_calendar import GrantDate, grant_dates, grant_deadlines

_AHEAD = timedelta(days=366)


def update_grant_deadlines(register: Register, path: Path | None = None) -> None:
    """Write the grant's deadlines of the coming year, and cancel those that concern nobody any more."""
    today = oslo_date(register.clock())
    with register.read() as session:
        wanted, gone = _changes(session, today, path)
    if wanted or gone:
        with register.write() as transaction:
            for one in wanted:
                put_deadline(transaction, one)
            for deadline_id in gone:
                settle(transaction, transaction.session.get_one(Deadline, deadline_id), DeadlineStatus.CANCELLED)


def _changes(session: Session, today: date, path: Path | None) -> tuple[list[PlannedDeadline], list[str]]:
    """Return the deadlines that do not stand as they should, and the ids of those whose municipality has none left."""
    deadlines = grant_deadlines(path)
    concerned = municipalities_under_review(session, {one.agreement for one in deadlines})
    known = {one.id: one for one in municipal_deadlines(session, today)}
    wanted = []
    for one in grant_dates(deadlines, today, today + _AHEAD):
        for number in sorted(number for kind, number in concerned if kind == one.agreement_type):
            deadline = _wanted(one, number)
            there = known.get(deadline.id)
            if there is None or _stands_otherwise(there, deadline):
                wanted.append(deadline)
    still_open = (one for one in known.values() if one.status == DeadlineStatus.OPEN)
    gone = [one.id for one in still_open if (one.type, one.municipality_number) not in concerned]
    return wanted, gone


def _stands_otherwise(there: Deadline, wanted: PlannedDeadline) -> bool:
    same = (there.nominal_date, there.confirmed) == (wanted.nominal, wanted.confirmed)
    return there.status == DeadlineStatus.CANCELLED or not same


def _wanted(one: GrantDate, number: str) -> PlannedDeadline:
    dated = one.dated
    return PlannedDeadline(
        None,
        one.agreement_type,
        number,
        dated.kind,
        dated.key,
        dated.nominal,
        dated.due,
        dated.rule,
        dated.section,
        one.confirmed,
    )
