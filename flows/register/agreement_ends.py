"""The last days of agreements in force: the kinds of deadlines that are one, and the day of each agreement."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.register.review_schema import Deadline
from flows.register.states import DeadlineStatus

EXPECTED_END = "expected_end"
EARLY_END = "early_end"
NOTICE_END = "notice_end"
ENDS = frozenset({EXPECTED_END, EARLY_END, NOTICE_END})
"""Last days of agreements. They are effective dates, so they never move (docs/domain.md#calendar-rules)."""


def last_days(session: Session, agreement_ids: Sequence[str] | None = None) -> dict[str, date]:
    """Return the last days of agreements in force; those without one last until somebody terminates them.

    Without ids, those of every agreement are returned.
    """
    wanted = (
        select(Deadline.agreement_id, func.min(Deadline.nominal_date))
        .where(Deadline.kind.in_(sorted(ENDS)), Deadline.status == DeadlineStatus.OPEN)
        .group_by(Deadline.agreement_id)
    )
    if agreement_ids is not None:
        wanted = wanted.where(Deadline.agreement_id.in_(agreement_ids))
    return {str(agreement_id): day for agreement_id, day in session.execute(wanted)}
