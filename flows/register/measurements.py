"""Count what an operator watches: what there is in each state, and how old the oldest of what waits is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from flows.register.archive_schema import Fixity
from flows.register.pending_schema import PendingDecision
from flows.register.review_schema import Mail
from flows.register.schema import IS_COMPLETED_BACKUP, Agreement, Event, Record, Review, SignatureRequest
from flows.register.states import MailStatus, State


@dataclass(frozen=True, slots=True)
class RegisterMeasurements:
    """Numbers by state or kind, and the instants of the oldest that waits; None where nothing does."""

    agreements: Mapping[str, int]
    requests: Mapping[str, int]
    records: Mapping[str, int]
    mail: Mapping[str, int]
    decisions: Mapping[str, int]
    overdue_reviews: int
    damaged_files: int
    oldest_decision: datetime | None
    oldest_mail: datetime | None
    oldest_fixity: datetime | None
    last_backup: datetime | None


def measure_register(session: Session, today: date) -> RegisterMeasurements:
    """Count everything once; `today` is a day in Norway."""
    is_open = PendingDecision.cleared_at.is_(None)
    overdue = select(func.count()).select_from(Review).join(Agreement, Agreement.id == Review.agreement_id)
    overdue = overdue.where(Review.outcome.is_(None), Review.due_date < today, Agreement.state != State.ENDED)
    last_backup = select(Event.at).where(IS_COMPLETED_BACKUP).order_by(Event.number.desc()).limit(1)
    return RegisterMeasurements(
        agreements=_counted(session, Agreement.state),
        requests=_counted(session, SignatureRequest.status),
        records=_counted(session, Record.status),
        mail=_counted(session, Mail.state),
        decisions=_counted(session, PendingDecision.kind, is_open),
        overdue_reviews=session.execute(overdue).scalar_one(),
        damaged_files=_counted(session, Fixity.result).get("bad", 0),
        oldest_decision=session.execute(select(func.min(PendingDecision.since)).where(is_open)).scalar(),
        oldest_mail=session.execute(select(func.min(Mail.written_at)).where(Mail.state == MailStatus.WAITING)).scalar(),
        oldest_fixity=session.execute(select(func.min(Fixity.checked_at))).scalar(),
        last_backup=session.execute(last_backup).scalar(),
    )


def _counted(
    session: Session, column: InstrumentedAttribute[str], condition: ColumnElement[bool] | None = None
) -> dict[str, int]:
    wanted = select(column, func.count()).group_by(column).order_by(column)
    if condition is not None:
        wanted = wanted.where(condition)
    return {str(value): count for value, count in session.execute(wanted)}
