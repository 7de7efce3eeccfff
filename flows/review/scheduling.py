"""Schedule reviews and deadlines of signed agreements, and update them every day."""

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from flows.agreements.types import types
from flows.dates import oslo_date, short_date
from flows.language import translate as _
from flows.register import Agreement, Register, Review, State, Transaction
from flows.register.agreement_ends import last_days
from flows.register.agreements import get_agreement
from flows.register.amendments import agreed_case, amendment_of, amendments_of
from flows.register.deadlines import (
    PlannedDeadline,
    deadlines_of,
    open_deadlines_before,
    put_deadline,
    settle,
)
from flows.register.review_schema import Deadline
from flows.register.reviews import LAPSED, plan_review, reviews_of, settle_review, without_coming_review
from flows.register.states import DeadlineStatus
from flows.review import deadline_kinds
from flows.review.deadlines import PlannedDate, deadlines_of_case
from flows.review.grant_deadlines import update_grant_deadlines
from flows.review.review_dates import due_date, nominal_date

_SHOWN_AFTER = timedelta(days=30)
"""A deadline that nobody settled is shown as overdue for so long, and passes then."""


def plan_first_review(register: Register, agreement_id: str, signed_at_day: date) -> date:
    """Write the dates of an agreement that was just signed; return when its first review is due.

    The first review falls one year after the last signature. A new version of an agreement keeps its reviews, which
    are counted from the first signing, and gets the deadlines of what it says now. An amendment has no reviews of its
    own: it moves the dates of the agreement that it changes.
    """
    due = due_date(signed_at_day, 1)
    with register.write() as transaction:
        if amendment := amendment_of(transaction.session, agreement_id):
            return _take_up_amendment(transaction, amendment.amends_id, due)
        plan_review(transaction, agreement_id, 1, signed_at_day, nominal_date(signed_at_day, 1), due)
        plan_deadlines(transaction, get_agreement(transaction.session, agreement_id))
        last_day = last_day_of(transaction.session, agreement_id)
        if last_day:
            cancel_dates_after(transaction, agreement_id, last_day)
    return due


def _take_up_amendment(transaction: Transaction, agreement_id: str, otherwise: date) -> date:
    """Move the dates of an agreement to what an amendment says; return when its next review is due, if it has one."""
    session = transaction.session
    plan_deadlines(transaction, get_agreement(session, agreement_id))
    last_day = last_day_of(session, agreement_id)
    if last_day:
        cancel_dates_after(transaction, agreement_id, last_day)
    following = plan_next_review(transaction, agreement_id)
    return following.due_date if following else otherwise


def plan_deadlines(transaction: Transaction, agreement: Agreement) -> None:
    """Write the deadlines that the newest version imposes, and cancel those that it no longer does."""
    case = types()[agreement.type].case.model_validate(agreed_case(transaction.session, agreement))
    wanted = [planned_deadline(agreement, one) for one in deadlines_of_case(agreement.type, case, _today(transaction))]
    known = deadlines_of(transaction.session, agreement.id)
    terminated = any(one.kind in deadline_kinds.ENDS - {deadline_kinds.EXPECTED_END} for one in known)
    for one in wanted:
        if not (terminated and one.kind == deadline_kinds.EXPECTED_END):
            put_deadline(transaction, one)
    stays = {one.id for one in wanted}
    for deadline in known:
        if deadline.id not in stays and deadline.kind not in deadline_kinds.ENDS:
            settle(transaction, deadline, DeadlineStatus.CANCELLED)


def planned_deadline(agreement: Agreement, dated: PlannedDate) -> PlannedDeadline:
    """Return a date of an agreement as the register takes it."""
    return PlannedDeadline(
        agreement.id,
        agreement.type,
        agreement.municipality_number,
        dated.kind,
        dated.key,
        dated.nominal,
        dated.due,
        dated.rule,
        dated.section,
    )


def last_day_of(session: Session, agreement_id: str) -> date | None:
    """Return the last day of an agreement in force, None where it lasts until somebody terminates it."""
    return last_days(session, [agreement_id]).get(agreement_id)


def keep_dates(register: Register, grant_file: Path | None = None) -> None:
    """Do what the day asks for: end what has ended, plan the reviews that follow, write the grant's deadlines.

    Running it again the same day changes nothing; after days without a run it makes up for all of them.
    """
    today = oslo_date(register.clock())
    with register.read() as session:
        passed = [one.id for one in open_deadlines_before(session, today) if _is_over(one, today)]
        newest = without_coming_review(session, today)
        ends = last_days(session, [review.agreement_id for review in newest])
    coming = [
        one.agreement_id
        for one in newest
        if nominal_date(one.anchor, one.number + 1) <= ends.get(one.agreement_id, date.max)
    ]
    if passed or coming:
        with register.write() as transaction:
            for deadline_id in passed:
                _pass(transaction, transaction.session.get_one(Deadline, deadline_id))
            for agreement_id in coming:
                plan_next_review(transaction, agreement_id)
    update_grant_deadlines(register, grant_file)


def plan_next_review(transaction: Transaction, agreement_id: str) -> Review | None:
    """Write the reviews that follow the newest one until one lies ahead; None where the agreement ends before it."""
    session, today = transaction.session, _today(transaction)
    if get_agreement(session, agreement_id).state == State.ENDED:
        return None
    last_day = last_day_of(session, agreement_id)
    while True:
        newest = reviews_of(session, agreement_id)[-1]
        if newest.outcome is None and newest.due_date > today:
            return newest
        number = newest.number + 1
        nominal = nominal_date(newest.anchor, number)
        if last_day and nominal > last_day:
            return None
        plan_review(transaction, agreement_id, number, newest.anchor, nominal, due_date(newest.anchor, number))


def cancel_dates_after(transaction: Transaction, agreement_id: str, last_day: date) -> None:
    """Let reviews lapse and cancel deadlines that lie after the last day of their agreement."""
    for review in reviews_of(transaction.session, agreement_id):
        if review.outcome is None and review.nominal_date > last_day:
            settle_review(transaction, review, LAPSED, transaction.actor)
    for deadline in deadlines_of(transaction.session, agreement_id):
        if deadline.kind not in deadline_kinds.ENDS and deadline.nominal_date > last_day:
            settle(transaction, deadline, DeadlineStatus.CANCELLED)


def _is_over(deadline: Deadline, today: date) -> bool:
    return deadline.kind in deadline_kinds.ENDS or deadline.nominal_date < today - _SHOWN_AFTER


def _pass(transaction: Transaction, deadline: Deadline) -> None:
    settle(transaction, deadline, DeadlineStatus.PASSED)
    if deadline.kind not in deadline_kinds.ENDS or deadline.agreement_id is None:
        return
    agreement = get_agreement(transaction.session, deadline.agreement_id)
    for review in reviews_of(transaction.session, agreement.id):
        if review.outcome is None:
            settle_review(transaction, review, LAPSED, transaction.actor)
    for other in deadlines_of(transaction.session, agreement.id):
        settle(transaction, other, DeadlineStatus.CANCELLED)
    for ended in (agreement, *amendments_of(transaction.session, agreement.id)):
        if ended.state == State.ARCHIVED:
            why = _("its last day was {day}").format(day=short_date(deadline.nominal_date))
            transaction.move(ended, State.ENDED, why)


def _today(transaction: Transaction) -> date:
    return oslo_date(transaction.now)
