"""Record the outcome of a review: what was decided, by whom, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import select

from flows.agreements.types import types
from flows.dates import oslo_date
from flows.errors import NotFound, WrongUse
from flows.language import translate as _
from flows.register import Agreement, Register, Review, State, Transaction
from flows.register.agreements import get_agreement
from flows.register.amendments import agreed_case
from flows.register.deadlines import deadlines_of, put_deadline, settle
from flows.register.review_schema import Deadline
from flows.register.reviews import reviews_of, settle_review
from flows.register.states import DeadlineStatus
from flows.review import deadline_kinds
from flows.review.deadlines import end_after_notice, end_of
from flows.review.scheduling import cancel_dates_after, last_day_of, plan_next_review, planned_deadline

EARLIEST = timedelta(days=100)
"""A review can be done from its first reminder on, which lies 90 days and a few before it is due."""


class ReviewOutcome(StrEnum):
    """What a review comes to."""

    CONTINUES = "continues"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RecordedOutcome:
    """What was recorded about one agreement or deadline: which review (0: none), what follows, or why nothing was."""

    id: str
    number: int = 0
    next_due: date | None = None
    last_day: date | None = None
    problem: str = ""

    def as_json(self) -> dict[str, str | int | None]:
        """Return it as `reviews done --json` prints it."""
        return {
            "id": self.id,
            "number": self.number,
            "next_due": self.next_due.isoformat() if self.next_due else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "problem": self.problem,
        }


def record_outcomes(
    register: Register, ids: Sequence[str], outcome: ReviewOutcome, by: str, note: str = "", on: date | None = None
) -> list[RecordedOutcome]:
    """Record one outcome for several agreements or deadlines; one that cannot be recorded stops none of the others.

    An id may be that of a review, `AGREEMENT:review:NUMBER`: a later review than that one is left alone.
    With `ended`, `on` is the day of the notice for an agreement that lasts until it is terminated (the end follows a
    year later, R-B21), and the last day for any other; today where it is not given.
    """
    if on is not None and outcome is not ReviewOutcome.ENDED:
        raise WrongUse(_("--on says when an agreement was terminated: use it together with --outcome ended."))
    done = []
    with register.write() as transaction:
        for one in dict.fromkeys(ids):
            try:
                with transaction.session.begin_nested():
                    done.append(_do(transaction, one, outcome, by, note, on))
            except (NotFound, WrongUse) as error:
                done.append(RecordedOutcome(one, problem=str(error)))
    return done


def review_id(agreement_id: str, number: int) -> str:
    """Return the id of a review, by which an outcome is recorded for it and for no later one."""
    return f"{agreement_id}:{deadline_kinds.REVIEW}:{number}"


def due_in(register: Register, municipality_number: str) -> list[str]:
    """Return the agreements of a municipality whose review can be done now, the first due first."""
    until = oslo_date(register.clock()) + EARLIEST
    wanted = (
        select(Review.agreement_id)
        .join(Agreement, Agreement.id == Review.agreement_id)
        .where(Review.outcome.is_(None), Review.due_date <= until, Agreement.state != State.ENDED)
        .where(Agreement.municipality_number == municipality_number)
    )
    with register.read() as session:
        return list(dict.fromkeys(session.execute(wanted.order_by(Review.due_date)).scalars()))


def _do(
    transaction: Transaction, id_: str, outcome: ReviewOutcome, by: str, note: str, on: date | None
) -> RecordedOutcome:
    deadline = transaction.session.get(Deadline, id_)
    if deadline is not None:
        if deadline.kind in deadline_kinds.ENDS:
            raise WrongUse(_("An end comes by itself: give the agreement's id and --outcome ended to change it."))
        settle(transaction, deadline, DeadlineStatus.DONE)
        return RecordedOutcome(id_)
    agreement_id, _colon, numbered = id_.partition(":")
    agreement = get_agreement(transaction.session, agreement_id)
    if agreement.state == State.ENDED:
        raise WrongUse(_("The agreement has ended; its history is shown by `avtaleflyt status ID`."))
    reviews = _open_reviews(transaction, agreement)
    number = numbered.removeprefix(f"{deadline_kinds.REVIEW}:")
    if number.isdecimal():
        reviews = [one for one in reviews if one.number <= int(number)]
        if not any(one.number == int(number) for one in reviews):
            message = _("Review no. {number} has an outcome already. Look at the list again.")
            raise WrongUse(message.format(number=number))
    if not reviews and outcome is not ReviewOutcome.ENDED:
        raise WrongUse(_("No review of this agreement is due within 90 days; nothing was recorded."))
    for review in reviews:
        settle_review(transaction, review, outcome, by, note)
    if outcome is ReviewOutcome.ENDED:
        terminate(transaction, agreement, on or oslo_date(transaction.now))
    following = plan_next_review(transaction, agreement.id)
    last_day = last_day_of(transaction.session, agreement.id)
    return RecordedOutcome(
        id_, reviews[-1].number if reviews else 0, following.due_date if following else None, last_day
    )


def terminate(transaction: Transaction, agreement: Agreement, on: date) -> date:
    """Write that an agreement is terminated, and let whatever lies after its end drop out; return its last day."""
    case = types()[agreement.type].case.model_validate(agreed_case(transaction.session, agreement))
    expected = types()[agreement.type].valid_to(case)
    if on < agreement.valid_from:
        raise WrongUse(
            _("The agreement is valid from {valid_from}; it cannot be terminated before.").format(
                valid_from=agreement.valid_from
            )
        )
    if expected is None:
        end = end_of(agreement.type, deadline_kinds.NOTICE_END, end_after_notice(on))
    else:
        end = end_of(agreement.type, deadline_kinds.EARLY_END, min(on, expected))
    for deadline in deadlines_of(transaction.session, agreement.id):
        if deadline.kind == deadline_kinds.EXPECTED_END:
            settle(transaction, deadline, DeadlineStatus.CANCELLED)
    put_deadline(transaction, planned_deadline(agreement, end))
    cancel_dates_after(transaction, agreement.id, end.nominal)
    return end.nominal


def _open_reviews(transaction: Transaction, agreement: Agreement) -> list[Review]:
    """Return the open reviews that can be done now, in order: looking once settles what was missed before as well."""
    until = oslo_date(transaction.now) + EARLIEST
    reviews = reviews_of(transaction.session, agreement.id)
    return [one for one in reviews if one.outcome is None and one.due_date <= until]
