"""Yearly reviews and the notices given about them."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from flows.dates import short_date
from flows.language import translate
from flows.language import translate as _
from flows.register.database import Transaction
from flows.register.listing_schema import AgreementListing
from flows.register.review_schema import Mail
from flows.register.schema import Agreement, Notice, Review
from flows.register.states import State

LAPSED = "lapsed"
"""Outcome of a review that was not due before the agreement ended."""


def plan_review(
    transaction: Transaction, agreement_id: str, number: int, anchor: date, nominal: date, due: date
) -> None:
    """Plan a review; one that is planned already stays as it is."""
    if transaction.session.get(Review, (agreement_id, number)) is not None:
        return
    review = Review(agreement_id=agreement_id, number=number, anchor=anchor, nominal_date=nominal, due_date=due)
    transaction.session.add(review)
    transaction.session.flush()
    transaction.note(
        "review_planned",
        agreement_id,
        _("review {number} is due {due}").format(number=number, due=short_date(due)),
        {"nominal": str(nominal)},
    )


def open_reviews(session: Session, until: date | None = None) -> list[tuple[Review, Agreement]]:
    """Return reviews without an outcome, due no later than `until`; the first due first.

    An agreement that is being renewed is reviewed as well: what was signed last holds until the new version is signed.
    """
    wanted = (
        select(Review, Agreement)
        .join(Agreement, Agreement.id == Review.agreement_id)
        .where(Review.outcome.is_(None), Agreement.state != State.ENDED)
    )
    if until is not None:
        wanted = wanted.where(Review.due_date <= until)
    rows = session.execute(wanted.order_by(Review.due_date, Review.agreement_id, Review.number))
    return [(review, agreement) for review, agreement in rows]


def open_reviews_with_names(
    session: Session, condition: ColumnElement[bool], most: int | None = None
) -> list[tuple[Review, AgreementListing]]:
    """Return reviews without an outcome that fulfil a condition, the first due first; no more than `most`."""
    wanted = (
        select(Review, AgreementListing)
        .join(AgreementListing, AgreementListing.agreement_id == Review.agreement_id)
        .where(Review.outcome.is_(None), AgreementListing.state != State.ENDED, condition)
        .order_by(Review.due_date, Review.agreement_id)
    )
    return [(review, listing) for review, listing in session.execute(wanted.limit(most))]


def reviews_by_month(
    session: Session, first: date, last: date, condition: ColumnElement[bool]
) -> list[tuple[str, date, str | None]]:
    """Return municipality, due date and outcome of each review between two days, lapsed ones left out."""
    wanted = (
        select(AgreementListing.municipality, Review.due_date, Review.outcome)
        .join(AgreementListing, AgreementListing.agreement_id == Review.agreement_id)
        .where(Review.due_date.between(first, last), Review.outcome.is_(None) | (Review.outcome != LAPSED), condition)
        .order_by(AgreementListing.municipality_key, Review.due_date)
    )
    return [(name, due, outcome) for name, due, outcome in session.execute(wanted)]


def settle_review(transaction: Transaction, review: Review, outcome: str, by: str, note: str = "") -> None:
    """Write what came of a review, who did it and when. The note stays out of the events: people write names in it."""
    review.outcome, review.completed_at, review.completed_by, review.note = outcome, transaction.now, by, note
    transaction.session.flush()
    transaction.note(
        "review",
        review.agreement_id,
        _("review {number}: {outcome}").format(number=review.number, outcome=translate(outcome)),
        {"number": review.number},
    )


def without_coming_review(session: Session, today: date) -> list[Review]:
    """Return the newest review of every agreement in force whose newest review is settled or has its day behind it."""
    newest = (
        select(Review.agreement_id, func.max(Review.number).label("number")).group_by(Review.agreement_id).subquery()
    )
    wanted = (
        select(Review)
        .join(newest, (newest.c.agreement_id == Review.agreement_id) & (newest.c.number == Review.number))
        .join(Agreement, Agreement.id == Review.agreement_id)
        .where(Agreement.state != State.ENDED)
        .where((Review.due_date <= today) | Review.outcome.is_not(None))
        .where(Review.outcome.is_(None) | (Review.outcome != LAPSED))
    )
    return list(session.execute(wanted.order_by(Review.agreement_id)).scalars())


def reviews_of(session: Session, agreement_id: str) -> Sequence[Review]:
    """Return every review of an agreement, in order."""
    wanted = select(Review).where(Review.agreement_id == agreement_id).order_by(Review.number)
    return session.execute(wanted).scalars().all()


def next_reviews_of(session: Session, agreement_ids: Sequence[str]) -> dict[str, date]:
    """Return when the next open review is due, by agreement."""
    wanted = select(Review.agreement_id, func.min(Review.due_date)).where(
        Review.agreement_id.in_(agreement_ids), Review.outcome.is_(None)
    )
    return {row[0]: row[1] for row in session.execute(wanted.group_by(Review.agreement_id))}


def notices_given(session: Session, subjects: Collection[str]) -> dict[str, str | None]:
    """Return which of these notices were given: the id of the e-mail they went with, by subject."""
    wanted = select(Notice.subject, Notice.mail_id).where(Notice.subject.in_(subjects))
    return {row.subject: row.mail_id for row in session.execute(wanted)}


def give_notices_of(transaction: Transaction, subjects: Collection[str], known: Collection[str], mail_id: str) -> None:
    """Write that notices are given by an e-mail; `known` ones were refused before and go anew."""
    for subject in subjects:
        if subject in known:
            notice = transaction.session.get_one(Notice, subject)
            former = transaction.session.get(Mail, notice.mail_id) if notice.mail_id else None
            if former is not None:  # one that was delivered is deleted after a time
                former.replaced_by = mail_id
            notice.given_at, notice.mail_id = transaction.now, mail_id
        else:
            notice = Notice(subject=subject, given_at=transaction.now, channel="email", mail_id=mail_id)
            transaction.session.add(notice)
    transaction.session.flush()
