"""Answers of the intake endpoint by idempotency key, so that a repeated call is answered alike and takes nothing in."""

import hashlib

from sqlalchemy.orm import Session

from flows.register.database import Transaction
from flows.register.schema import IntakeCall, Json


def previous_answer(session: Session, key: str) -> IntakeCall | None:
    """Return what was answered to an earlier call with this key, or None; calls without a key are never known."""
    return session.get(IntakeCall, _digest(key)) if key else None


def store_answer(transaction: Transaction, key: str, body_sha256: str, answer: Json) -> None:
    """Keep the answer to a call; nothing for a call without a key. The key itself is not kept, only its digest."""
    if key:
        call = IntakeCall(key_sha256=_digest(key), body_sha256=body_sha256, answer=answer, answered_at=transaction.now)
        transaction.session.add(call)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
