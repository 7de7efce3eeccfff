"""What is due: the first review of a new record, and the notices of reviews that come up."""

from dataclasses import dataclass
from datetime import date, timedelta

from flows.register import Register
from flows.register.reviews import give_notice, open_reviews, plan_review
from flows.review.dates import due_date, nominal_date, oslo_date

NOTICE_DAYS = 90
"""A review is noticed this many days before it is due."""


@dataclass(frozen=True, slots=True)
class DueReview:
    """One coming review. `due` is a working day on or before `nominal`."""

    agreement_id: str
    type: str
    municipality_number: str
    number: int
    nominal: date
    due: date

    def as_json(self) -> dict[str, str | int]:
        """Return the review as `reviews --json` prints it."""
        return {
            "agreement": self.agreement_id,
            "type": self.type,
            "municipality_number": self.municipality_number,
            "number": self.number,
            "nominal_date": self.nominal.isoformat(),
            "due": self.due.isoformat(),
        }


def plan_first_review(register: Register, agreement_id: str, signed_at_day: date) -> date:
    """Write the first review of a signed agreement, one year after its last signature; return when it is due."""
    due = due_date(signed_at_day, 1)
    with register.write() as transaction:
        plan_review(transaction, agreement_id, 1, signed_at_day, nominal_date(signed_at_day, 1), due)
    return due


def due_reviews(register: Register, within: timedelta | None = None) -> list[DueReview]:
    """Return the reviews without an outcome, due within a time from today, or all of them; overdue ones first."""
    until = oslo_date(register.clock()) + within if within is not None else None
    with register.read() as session:
        return [
            DueReview(
                agreement.id,
                agreement.type,
                agreement.municipality_number,
                review.number,
                review.nominal_date,
                review.due_date,
            )
            for review, agreement in open_reviews(session, until)
        ]


def notify_due(register: Register) -> list[DueReview]:
    """Return the reviews due within 90 days that nobody was told of before, and keep that they have been told now."""
    noticed = []
    for review in due_reviews(register, timedelta(days=NOTICE_DAYS)):
        with register.write() as transaction:
            if give_notice(transaction, f"review:{review.agreement_id}:{review.number}", "screen"):
                noticed.append(review)
    return noticed
