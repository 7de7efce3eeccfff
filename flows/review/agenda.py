"""List open reviews and deadlines in the order of their dates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from flows.agreements import municipalities
from flows.dates import oslo_date, start_of_day
from flows.register import Agreement, Register, Review, State
from flows.register.review_schema import Deadline
from flows.register.reviews import open_reviews
from flows.register.states import DeadlineStatus
from flows.review import deadline_kinds


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One date. `due` is a working day on or before `nominal`, ends of agreements excepted.

    `agreement_id` is None for a date that concerns a whole municipality; `number` is 0 for what is no review.
    `open` is false once it is settled or the agreement has ended; `sequence` grows with each change.
    """

    id: str
    kind: str
    agreement_id: str | None
    type: str
    municipality_number: str
    number: int
    nominal: date
    due: date
    rule: str
    section: str
    changed_at: datetime
    confirmed: bool = True
    open: bool = True
    sequence: int = 0

    @property
    def municipality(self) -> str:
        """The municipality as people call it."""
        found = municipalities.by_number(self.municipality_number)
        return found.display_name if found else self.municipality_number

    def as_json(self) -> dict[str, str | int | bool | None]:
        """Return the date as `reviews --json` prints it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "agreement": self.agreement_id,
            "type": self.type,
            "municipality_number": self.municipality_number,
            "number": self.number,
            "nominal_date": self.nominal.isoformat(),
            "due": self.due.isoformat(),
            "rule": self.rule,
            "section": self.section,
            "confirmed": self.confirmed,
        }


def due_reviews(register: Register, within: timedelta | None = None) -> list[AgendaItem]:
    """Return the reviews without an outcome, due within a time from today, or all of them; overdue ones first."""
    until = oslo_date(register.clock()) + within if within is not None else None
    with register.read() as session:
        return [of_review(review, agreement) for review, agreement in open_reviews(session, until)]


def due_dates(
    register: Register, within: timedelta | None = None, further: Mapping[str, timedelta] | None = None
) -> list[AgendaItem]:
    """Return open reviews and deadlines together, in the order of their dates; some kinds from `further` ahead."""
    today = oslo_date(register.clock())
    until = today + within if within is not None else None
    later = {kind: today + ahead for kind, ahead in (further or {}).items()}
    with register.read() as session:
        reviews = [of_review(review, agreement) for review, agreement in open_reviews(session, until)]
        deadlines = [of_deadline(one) for one in _open_deadlines(session, until, later)]
    return sorted([*reviews, *deadlines], key=lambda one: (one.due, one.id))


def calendar_of(session: Session, municipality_numbers: Collection[str] | None, since: date) -> list[AgendaItem]:
    """Return everything that a calendar shows from a day on, what is settled or cancelled included.

    `municipality_numbers` are those that it is of, None for all of them.
    """
    about_reviews = (
        select(Review, Agreement)
        .join(Agreement, Agreement.id == Review.agreement_id)
        .where(Review.nominal_date >= since)
    )
    about_deadlines = select(Deadline).where(Deadline.nominal_date >= since)
    if municipality_numbers is not None:
        numbers = sorted(municipality_numbers)
        about_reviews = about_reviews.where(Agreement.municipality_number.in_(numbers))
        about_deadlines = about_deadlines.where(Deadline.municipality_number.in_(numbers))
    reviews = session.execute(about_reviews)
    deadlines = session.execute(about_deadlines).scalars()
    found = [of_review(review, agreement) for review, agreement in reviews] + [of_deadline(one) for one in deadlines]
    return sorted(found, key=lambda one: (one.due, one.id))


def of_review(review: Review, agreement: Agreement) -> AgendaItem:
    """Return a review as a date."""
    source = deadline_kinds.source_of_review(agreement.type)
    return AgendaItem(
        id=f"{agreement.id}:{deadline_kinds.REVIEW}:{review.number}",
        kind=deadline_kinds.REVIEW,
        agreement_id=agreement.id,
        type=agreement.type,
        municipality_number=agreement.municipality_number,
        number=review.number,
        nominal=review.nominal_date,
        due=review.due_date,
        rule=source.rule,
        section=source.section,
        changed_at=review.completed_at or start_of_day(review.anchor),
        open=review.outcome is None and agreement.state != State.ENDED,
        sequence=1 if review.outcome else 0,
    )


def of_deadline(deadline: Deadline) -> AgendaItem:
    """Return a deadline as a date."""
    return AgendaItem(
        id=deadline.id,
        kind=deadline.kind,
        agreement_id=deadline.agreement_id,
        type=deadline.type,
        municipality_number=deadline.municipality_number,
        number=0,
        nominal=deadline.nominal_date,
        due=deadline.due_date,
        rule=deadline.rule,
        section=deadline.section,
        changed_at=deadline.changed_at,
        confirmed=deadline.confirmed,
        open=deadline.status in {DeadlineStatus.OPEN, DeadlineStatus.PASSED},
        sequence=deadline.sequence,
    )


def _open_deadlines(session: Session, until: date | None, later: Mapping[str, date]) -> list[Deadline]:
    wanted = select(Deadline).where(Deadline.status == DeadlineStatus.OPEN)
    if until is not None:
        further = [(Deadline.kind == kind) & (Deadline.due_date <= day) for kind, day in later.items()]
        wanted = wanted.where(or_(Deadline.due_date <= until, *further))
    return list(session.execute(wanted).scalars())
