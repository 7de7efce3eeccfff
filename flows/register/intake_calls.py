"""Answers of the intake endpoint by idempotency key, so that a repeated call is answered alike and takes nothing in."""

import hashlib

from sqlalchemy.orm import Session

from flows.register.database import Transaction
from flows.register.schema import IntakeCall, Json


def previous_answer(session: Session, key: str) -> IntakeCall | None:
    """Return the stored answer to a call with this key; None if there is none, or no key."""
    return session.get(IntakeCall, _digest(key)) if key else None


def store_answer(transaction: Transaction, key: str, body_sha256: str, answer: Json) -> None:
    """Store the answer to a call with a key. Only the digest of the key is stored."""
    if key:
        call = IntakeCall(key_sha256=_digest(key), body_sha256=body_sha256, answer=answer, answered_at=transaction.now)
        transaction.session.add(call)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
