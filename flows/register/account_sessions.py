"""Sessions in browsers: a random id in a cookie, and everything else here."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flows.register.account_schema import Account, AccountSession, HeldForm, SignInAttempt, UsedLogoutToken
from flows.register.database import Transaction

IDLE = timedelta(minutes=30)
"""After this time without a request a session has ended: what Digdir asks of clients of Ansattporten."""
ABSOLUTE = timedelta(minutes=120)
"""How long a session lasts at most."""
_PRECISION = timedelta(minutes=1)
"""How old the noted time of the last request may be: not every request writes."""


def token_digest(token: str) -> str:
    """Return the SHA-256 of a token, as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_session(
    transaction: Transaction,
    account: Account,
    sid: str | None = None,
    claimed_roles: list[Any] | None = None,
    id_token: str | None = None,
) -> str:
    """Start a session for an account; return its id, which is not stored. Sessions that have ended are removed."""
    now = transaction.now
    for table in (AccountSession, SignInAttempt, HeldForm):
        transaction.session.execute(delete(table).where(table.ends_at <= now))
    transaction.session.execute(delete(AccountSession).where(AccountSession.used_at <= now - IDLE))
    token = secrets.token_urlsafe(32)
    transaction.session.add(
        AccountSession(
            id_sha256=token_digest(token),
            account_id=account.id,
            issuer=account.issuer,
            sid=sid,
            csrf_token=secrets.token_urlsafe(32),
            claimed_roles=claimed_roles or [],
            id_token=id_token,
            messages=[],
            made_at=now,
            used_at=now,
            signed_in_at=now,
            ends_at=now + ABSOLUTE,
        )
    )
    account.seen_at = now
    return token


def use_logout_token(transaction: Transaction, issuer: str, jti: str, ends_at: datetime) -> bool:
    """Note that a logout token is used; False if it was before. Those that are too old anyway are removed."""
    transaction.session.execute(delete(UsedLogoutToken).where(UsedLogoutToken.ends_at <= transaction.now))
    digest = token_digest(f"{issuer}\n{jti}")
    if transaction.session.get(UsedLogoutToken, digest) is not None:
        return False
    transaction.session.add(UsedLogoutToken(token_sha256=digest, ends_at=ends_at))
    return True


def live_session(session: Session, token: str, now: datetime) -> tuple[AccountSession, Account] | None:
    """Return the session with this id and its account; None if it has ended or its account is closed."""
    wanted = (
        select(AccountSession, Account)
        .join(Account, Account.id == AccountSession.account_id)
        .where(
            AccountSession.id_sha256 == token_digest(token),
            AccountSession.ends_at > now,
            AccountSession.used_at > now - IDLE,
            Account.disabled_at.is_(None),
        )
    )
    found = session.execute(wanted).one_or_none()
    return (found[0], found[1]) if found else None


def owner_of_ended_session(session: Session, token: str) -> str:
    """Return the account of a session that may have ended; empty once it is removed."""
    row = session.get(AccountSession, token_digest(token))
    return row.account_id if row else ""


def is_to_be_noted(row: AccountSession, now: datetime) -> bool:
    """Return whether the time of the last request is to be written."""
    return now - row.used_at >= _PRECISION


def note_use(transaction: Transaction, id_sha256: str) -> None:
    """Note that a session was used now."""
    row = transaction.session.get(AccountSession, id_sha256)
    if row is not None:
        row.used_at = transaction.now


def end_session(transaction: Transaction, id_sha256: str) -> AccountSession | None:
    """End a session; return what it was, None if there is no such session."""
    row = transaction.session.get(AccountSession, id_sha256)
    if row is not None:
        transaction.session.delete(row)
    return row


def end_sessions_of_provider(transaction: Transaction, issuer: str, sid: str) -> int:
    """End the sessions that belong to a session of the provider; return how many."""
    gone = delete(AccountSession).where(AccountSession.issuer == issuer, AccountSession.sid == sid)
    return len(transaction.session.execute(gone.returning(AccountSession.id_sha256)).all())


def add_message(transaction: Transaction, id_sha256: str, kind: str, text: str) -> None:
    """Keep a message for the next page of a session."""
    row = transaction.session.get(AccountSession, id_sha256)
    if row is not None:
        row.messages = [*row.messages, [kind, text]][-10:]


def take_messages(transaction: Transaction, id_sha256: str) -> list[tuple[str, str]]:
    """Return the messages that wait for the next page, which shows them once."""
    row = transaction.session.get(AccountSession, id_sha256)
    if row is None:
        return []
    taken, row.messages = row.messages, []
    return [(str(kind), str(text)) for kind, text in taken]
