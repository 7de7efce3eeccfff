"""Answers of the archive system in the register: stored before they are acknowledged, then matched and settled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.language import for_the_register
from flows.register.database import Transaction
from flows.register.delivery_schema import DeliveryAnswer, DeliveryAttempt


class AnswerOutcome(StrEnum):
    """What came of a message from our queue."""

    UNREAD = ""
    APPLIED = "applied"
    REPEATED = "repeated"
    UNMATCHED = "unmatched"
    UNREADABLE = "unreadable"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ReceivedAnswer:
    """A message from our queue as it came: ids and type from its headers, and the sealed body."""

    message_id: str
    type: str
    sender: str
    reply_to: str
    correlation: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def keep_answer(transaction: Transaction, answer: ReceivedAnswer) -> bool:
    """Store a message from our queue; False where it is stored already."""
    if transaction.session.get(DeliveryAnswer, answer.message_id) is not None:
        return False
    row = DeliveryAnswer(
        message_id=answer.message_id,
        type=answer.type[:200],
        sender=answer.sender[:36],
        reply_to=answer.reply_to[:100],
        correlation=answer.correlation[:200],
        headers=dict(answer.headers),
        body=answer.body,
        stored_at=transaction.now,
    )
    transaction.session.add(row)
    transaction.session.flush()
    return True


def unread_answers(session: Session) -> list[str]:
    """Return the ids of stored messages that nothing has come of yet, in the order they were stored."""
    wanted = select(DeliveryAnswer.message_id).where(DeliveryAnswer.outcome == AnswerOutcome.UNREAD)
    return list(session.execute(wanted.order_by(DeliveryAnswer.stored_at, DeliveryAnswer.message_id)).scalars())


def answers_for_people(session: Session) -> list[DeliveryAnswer]:
    """Return the messages that fit nothing or could not be opened, and that no person has closed."""
    outcomes = [str(AnswerOutcome.UNMATCHED), str(AnswerOutcome.UNREADABLE)]
    wanted = select(DeliveryAnswer).where(DeliveryAnswer.outcome.in_(outcomes))
    return list(session.execute(wanted.order_by(DeliveryAnswer.stored_at, DeliveryAnswer.message_id)).scalars())


def attempt_answered(session: Session, reply_to: str, correlation: str) -> DeliveryAttempt | None:
    """Return the attempt that an answer is to: by our message's id, or by our own id where that is not known yet.

    None where neither is known, or where the two contradict each other.
    """
    if reply_to:
        named = select(DeliveryAttempt).where(DeliveryAttempt.message_id == reply_to)
        if (found := session.execute(named).scalars().first()) is not None:
            return found if correlation in {"", found.client_message_id} else None
    if not correlation:
        return None
    ours = select(DeliveryAttempt).where(
        DeliveryAttempt.client_message_id == correlation, DeliveryAttempt.message_id.is_(None)
    )
    return session.execute(ours.order_by(DeliveryAttempt.intended_at.desc()).limit(1)).scalars().first()


def record_answer(
    transaction: Transaction, message_id: str, outcome: AnswerOutcome, note: str = "", delivery_id: str | None = None
) -> DeliveryAnswer:
    """Keep what came of a stored message."""
    row = transaction.session.get_one(DeliveryAnswer, message_id)
    row.outcome, row.note, row.read_at = outcome, for_the_register(note), transaction.now
    row.delivery_id = delivery_id
    return row
