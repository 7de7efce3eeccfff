"""Keys of programs that call the intake endpoint. Only the digest of a key is kept."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.errors import NotFound
from flows.language import translate as _
from flows.register.account_schema import ApiKey
from flows.register.account_sessions import token_digest
from flows.register.database import Transaction

PREFIX = "avtaleflyt_"
"""Beginning of every key, so that secret scanners and people know what it is."""


def make_key(
    transaction: Transaction, name: str, role: str, municipalities: list[str], ends_at: datetime | None
) -> tuple[ApiKey, str]:
    """Make a key; return it with the key itself, which is not stored."""
    key = PREFIX + secrets.token_urlsafe(32)
    made = ApiKey(
        key_sha256=token_digest(key),
        name=name,
        role=role,
        municipalities=municipalities,
        made_at=transaction.now,
        made_by=transaction.actor,
        ends_at=ends_at,
    )
    transaction.session.add(made)
    transaction.session.flush()
    transaction.note("api_key", None, "API key made", {"key": made.id, "role": role, "municipalities": municipalities})
    return made, key


def revoke_key(transaction: Transaction, key_id: str) -> ApiKey:
    """Revoke a key: it stops working. Raises `NotFound`."""
    key = transaction.session.get(ApiKey, key_id)
    if key is None:
        raise NotFound(_("There is no API key with this id."))
    if key.revoked_at is None:
        key.revoked_at = transaction.now
        transaction.note("api_key", None, "API key revoked", {"key": key.id})
    return key


def live_key(session: Session, key: str, now: datetime) -> ApiKey | None:
    """Return the key; None if it is unknown, revoked or has ended."""
    found = session.execute(select(ApiKey).where(ApiKey.key_sha256 == token_digest(key))).scalar_one_or_none()
    if found is None or found.revoked_at is not None or (found.ends_at is not None and found.ends_at <= now):
        return None
    return found


def keys(session: Session) -> list[ApiKey]:
    """Return every key, the newest first."""
    return list(session.execute(select(ApiKey).order_by(ApiKey.made_at.desc(), ApiKey.id)).scalars())


def note_use_of_key(transaction: Transaction, key_id: str) -> None:
    """Note that a key was used now."""
    key = transaction.session.get(ApiKey, key_id)
    if key is not None:
        key.used_at = transaction.now
