"""The first page: what waits for a person, how many agreements are in each state, and what is due for review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, func, select

from flows.application.context import Context
from flows.application.pending_matters import PendingMatter, pending_matters
from flows.register import Review, State
from flows.register.listing_query import Scope, in_scope, states_in_scope
from flows.register.listing_schema import AgreementListing

SOON = timedelta(days=30)
LATER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class DueCounts:
    """Number of open reviews whose day is past, that are due within 30 days, and within 90 days after that."""

    overdue: int
    soon: int
    later: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits for a person, agreements by state in the order of the line, and reviews that are due."""

    waiting: Sequence[PendingMatter]
    counts: Mapping[str, int]
    reviews: DueCounts

    @property
    def total(self) -> int:
        """Number of agreements."""
        return sum(self.counts.values())


def overview(context: Context, scope: Scope) -> Overview:
    """Return what the first page shows within a scope."""
    waiting = pending_matters(context.register, scope)
    with context.register.read() as session:
        counts = states_in_scope(session, scope)
    return Overview(waiting, counts, due_counts(context, scope))


def due_counts(context: Context, scope: Scope) -> DueCounts:
    """Return how many reviews are due within a scope."""
    today = context.today
    wanted = (
        select(
            func.sum(case((Review.due_date < today, 1), else_=0)),
            func.sum(case((Review.due_date.between(today, today + SOON), 1), else_=0)),
            func.sum(case((Review.due_date > today + SOON, 1), else_=0)),
        )
        .join(AgreementListing, AgreementListing.agreement_id == Review.agreement_id)
        .where(Review.outcome.is_(None), Review.due_date <= today + LATER)
        .where(AgreementListing.state != State.ENDED, in_scope(scope))
    )
    with context.register.read() as session:
        overdue, soon, later = session.execute(wanted).one()
    return DueCounts(overdue or 0, soon or 0, later or 0)
