"""Reviews that are due, as pages show them: with names, within a scope, and their outcomes for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement

from flows.application.access import Action
from flows.application.context import Context
from flows.application.overview import LATER, SOON, due_counts
from flows.application.query_scope import query_scope
from flows.application.reviews import record_reviews
from flows.errors import NotFound
from flows.language import translate as _
from flows.register import Review
from flows.register.listing_query import in_scope
from flows.register.listing_schema import AgreementListing
from flows.register.reviews import open_reviews_with_names, reviews_by_month
from flows.review.outcomes import RecordedOutcome, review_id

__all__ = [
    "DueReview",
    "RecordedOutcome",
    "ReviewAgenda",
    "YearRow",
    "chosen_reviews",
    "due_agenda",
    "record_outcomes_for",
    "year_table",
]

MOST_SHOWN = 100
"""How many reviews of a time a page lists; the others follow when these have an outcome."""


@dataclass(frozen=True, slots=True)
class DueReview:
    """A review without an outcome: of which agreement, its number, and when it is due."""

    agreement_id: str
    counterpart: str
    municipality: str
    number: int
    due: date

    @property
    def id(self) -> str:
        """The review's id, by which an outcome is recorded for it and no later one."""
        return review_id(self.agreement_id, self.number)


@dataclass(frozen=True, slots=True)
class DueReviews:
    """The first reviews that are due in a time, and how many there are in all."""

    rows: Sequence[DueReview]
    total: int


@dataclass(frozen=True, slots=True)
class ReviewAgenda:
    """Reviews that are overdue, due within 30 days, and within 90 days; the first due first."""

    overdue: DueReviews
    soon: DueReviews
    later: DueReviews


@dataclass(frozen=True, slots=True)
class YearRow:
    """A municipality's reviews of a year: how many are due in each month, and how many of all are done."""

    municipality: str
    months: tuple[int, ...]
    done: int

    @property
    def total(self) -> int:
        """Number of reviews in the year."""
        return sum(self.months)


def due_agenda(context: Context, most: int | None = MOST_SHOWN) -> ReviewAgenda:
    """Return what is due within 90 days in the scope, of each time no more than `most`. Raises `NotAllowed`."""
    scope = query_scope(context, Action.SEE_REVIEWS)
    today, due = context.today, Review.due_date
    counts = due_counts(context, scope)
    with context.register.read() as session:

        def part(when: ColumnElement[bool], total: int) -> DueReviews:
            rows = open_reviews_with_names(session, when & in_scope(scope), most) if total else []
            return DueReviews([_due_review(*one) for one in rows], total)

        return ReviewAgenda(
            part(due < today, counts.overdue),
            part(due.between(today, today + SOON), counts.soon),
            part((due > today + SOON) & (due <= today + LATER), counts.later),
        )


def chosen_reviews(context: Context, agreement_ids: Sequence[str]) -> list[DueReview]:
    """Return the reviews of these agreements that are due within 90 days, in the scope. Raises `NotAllowed`.

    The ids are those of agreements, or of their reviews.
    """
    scope = query_scope(context, Action.SEE_REVIEWS)
    agreement_ids = [one.partition(":")[0] for one in agreement_ids]
    chosen = Review.agreement_id.in_(agreement_ids) & (Review.due_date <= context.today + LATER)
    with context.register.read() as session:
        return [_due_review(*one) for one in open_reviews_with_names(session, chosen & in_scope(scope))]


def _due_review(review: Review, listing: AgreementListing) -> DueReview:
    return DueReview(listing.agreement_id, listing.counterpart, listing.municipality, review.number, review.due_date)


def record_outcomes_for(
    context: Context, agreement_ids: Sequence[str], outcome: str, note: str, on: date | None
) -> list[RecordedOutcome]:
    """Record one outcome for several agreements or reviews. Raises `NotAllowed`, and `NotFound` for one of others."""
    scope = query_scope(context, Action.REVIEW)
    with context.register.read() as session:
        for one in agreement_ids:
            row = session.get(AgreementListing, one.partition(":")[0])
            if row is None or (scope is not None and row.municipality_number not in scope):
                raise NotFound(_("There is no such agreement."))
    return record_reviews(context, agreement_ids, outcome, by=context.register.actor, note=note, on=on)


def year_table(context: Context, year: int) -> Sequence[YearRow]:
    """Return the reviews of a year by municipality and month, in the scope. Raises `NotAllowed`."""
    scope = query_scope(context, Action.SEE_REVIEWS)
    first, last = date(year, 1, 1), date(year, 12, 31)
    with context.register.read() as session:
        rows = reviews_by_month(session, first, last, in_scope(scope))
    found: dict[str, tuple[list[int], int]] = {}
    for name, due, outcome in rows:
        months, done = found.get(name, ([0] * 12, 0))
        months[due.month - 1] += 1
        found[name] = (months, done + (outcome is not None))
    return [YearRow(name, tuple(months), done) for name, (months, done) in found.items()]
