"""Deadlines in the register. Every change increments the sequence number of calendars (RFC 5545)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.dates import short_date
from flows.language import translate
from flows.language import translate as _
from flows.register.database import Transaction
from flows.register.review_schema import Deadline
from flows.register.schema import Agreement, Review
from flows.register.states import DEADLINE_CHANGES, DeadlineStatus, State, check_change


@dataclass(frozen=True, slots=True)
class PlannedDeadline:
    """A computed deadline: of one agreement, or of a municipality if `agreement_id` is None."""

    agreement_id: str | None
    type: str
    municipality_number: str
    kind: str
    key: str
    nominal: date
    due: date
    rule: str
    section: str
    confirmed: bool = True

    @property
    def id(self) -> str:
        """The deadline's id, which is stable."""
        return f"{self.agreement_id or self.municipality_number}:{self.kind}:{self.key}"


def put_deadline(transaction: Transaction, wanted: PlannedDeadline) -> None:
    """Write a deadline, or update the stored one if it differs."""
    session = transaction.session
    known = session.get(Deadline, wanted.id)
    if known is None:
        session.add(
            Deadline(
                id=wanted.id,
                agreement_id=wanted.agreement_id,
                type=wanted.type,
                municipality_number=wanted.municipality_number,
                kind=wanted.kind,
                key=wanted.key,
                nominal_date=wanted.nominal,
                due_date=wanted.due,
                rule=wanted.rule,
                section=wanted.section,
                confirmed=wanted.confirmed,
                status=DeadlineStatus.OPEN,
                sequence=0,
                changed_at=transaction.now,
            )
        )
        session.flush()
        transaction.note(
            "deadline",
            wanted.agreement_id,
            _("{kind} is due {due}").format(kind=translate(wanted.kind), due=short_date(wanted.due)),
            {"id": wanted.id},
        )
        return
    moved = (known.nominal_date, known.due_date) != (wanted.nominal, wanted.due)
    if not moved and known.status != DeadlineStatus.CANCELLED and known.confirmed == wanted.confirmed:
        return
    if (moved or known.status == DeadlineStatus.CANCELLED) and known.status != DeadlineStatus.OPEN:
        set_deadline_status(known, DeadlineStatus.OPEN)
    known.nominal_date, known.due_date, known.confirmed = wanted.nominal, wanted.due, wanted.confirmed
    _changed(
        transaction, known, _("{kind} is now due {due}").format(kind=translate(wanted.kind), due=short_date(wanted.due))
    )


def settle(transaction: Transaction, deadline: Deadline, status: DeadlineStatus) -> None:
    """Set an open deadline to `done`, `passed` or `cancelled`; a settled one stays as it is."""
    if deadline.status == DeadlineStatus.OPEN:
        set_deadline_status(deadline, status)
        _changed(
            transaction,
            deadline,
            _("{kind} is {status}").format(kind=translate(deadline.kind), status=translate(status)),
        )


def set_deadline_status(deadline: Deadline, after: DeadlineStatus) -> None:
    """Change the status of a deadline. Raises `TransitionRefused` for a change that is not in the table."""
    deadline.status = check_change(DEADLINE_CHANGES, deadline.status, after)


def deadlines_of(session: Session, agreement_id: str, status: str = DeadlineStatus.OPEN) -> Sequence[Deadline]:
    """Return an agreement's deadlines of one status, the first due first."""
    wanted = select(Deadline).where(Deadline.agreement_id == agreement_id, Deadline.status == status)
    return session.execute(wanted.order_by(Deadline.due_date, Deadline.id)).scalars().all()


def open_deadlines_before(session: Session, day: date) -> Sequence[Deadline]:
    """Return every open deadline whose nominal day lies before a day."""
    wanted = select(Deadline).where(Deadline.status == DeadlineStatus.OPEN, Deadline.nominal_date < day)
    return session.execute(wanted.order_by(Deadline.id)).scalars().all()


def municipal_deadlines(session: Session, since: date) -> Sequence[Deadline]:
    """Return the deadlines from a day on that concern a municipality as a whole, settled ones included."""
    wanted = select(Deadline).where(Deadline.agreement_id.is_(None), Deadline.nominal_date >= since)
    return session.execute(wanted.order_by(Deadline.id)).scalars().all()


def municipalities_under_review(session: Session, agreement_types: Iterable[str]) -> set[tuple[str, str]]:
    """Return (agreement type, municipality number) of every agreement in force."""
    wanted = (
        select(Agreement.type, Agreement.municipality_number)
        .join(Review, Review.agreement_id == Agreement.id)
        .where(Agreement.state != State.ENDED, Agreement.type.in_(list(agreement_types)))
        .distinct()
    )
    return {(kind, number) for kind, number in session.execute(wanted)}


def _changed(transaction: Transaction, deadline: Deadline, why: str) -> None:
    deadline.sequence += 1
    deadline.changed_at = transaction.now
    transaction.session.flush()
    transaction.note("deadline", deadline.agreement_id, why, {"id": deadline.id, "sequence": deadline.sequence})
