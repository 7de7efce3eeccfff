"""Yearly reviews and the notices given about them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.register.database import Transaction
from flows.register.schema import Agreement, Notice, Review
from flows.register.states import State


def plan_review(
    transaction: Transaction, agreement_id: str, number: int, anchor: date, nominal: date, due: date
) -> None:
    """Write one coming review; one that is planned already stays as it is."""
    if transaction.session.get(Review, (agreement_id, number)) is not None:
        return
    review = Review(agreement_id=agreement_id, number=number, anchor=anchor, nominal_date=nominal, due_date=due)
    transaction.session.add(review)
    transaction.session.flush()
    transaction.note("review_planned", agreement_id, f"review {number} is due {due}", {"nominal": str(nominal)})


def open_reviews(session: Session, until: date | None = None) -> list[tuple[Review, Agreement]]:
    """Return reviews without an outcome, of archived agreements, due no later than `until`; the first due first."""
    wanted = (
        select(Review, Agreement)
        .join(Agreement, Agreement.id == Review.agreement_id)
        .where(Review.outcome.is_(None), Agreement.state == State.ARCHIVED)
    )
    if until is not None:
        wanted = wanted.where(Review.due_date <= until)
    rows = session.execute(wanted.order_by(Review.due_date, Review.agreement_id))
    return [(review, agreement) for review, agreement in rows]


def reviews_of(session: Session, agreement_id: str) -> Sequence[Review]:
    """Return every review of an agreement, in order."""
    wanted = select(Review).where(Review.agreement_id == agreement_id).order_by(Review.number)
    return session.execute(wanted).scalars().all()


def give_notice(transaction: Transaction, subject: str, channel: str) -> bool:
    """Write that a notice is given; False where it was given before."""
    if transaction.session.get(Notice, subject) is not None:
        return False
    transaction.session.add(Notice(subject=subject, given_at=transaction.now, channel=channel))
    transaction.session.flush()
    return True
