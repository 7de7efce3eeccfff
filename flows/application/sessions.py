"""Sessions at the workplace: who is signed in, as whom use cases then act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from flows.application.access import ROLES, Actor, Role, Scope, union
from flows.application.context import Context
from flows.register import account_sessions
from flows.register.account_schema import EVERYWHERE, LOCAL, Account, AccountSession
from flows.register.account_sessions import IDLE
from flows.register.accounts import grants_of

FRESH = timedelta(minutes=10)
"""How long a sign-in counts as fresh: for sending, destroying and giving roles."""


class SensitiveAction(StrEnum):
    """What needs a fresh sign-in where AVTALEFLYT_FRESH_SIGN_IN names it."""

    SEND = "send"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: the person, whom use cases act for, and when it ends.

    `id_sha256` names the session here; the id itself is in the cookie alone. `language` is empty where the person has
    chosen none.
    """

    id_sha256: str
    actor: Actor
    email: str
    email_is_verified: bool
    issuer: str
    language: str
    csrf_token: str
    signed_in_at: datetime
    idle_end: datetime
    absolute_end: datetime
    has_messages: bool

    @property
    def ends_at(self) -> datetime:
        """When the session ends if nothing is asked for."""
        return min(self.idle_end, self.absolute_end)


def grants_from(pairs: Iterable[tuple[str, str]]) -> Mapping[Role, Scope]:
    """Return where each role holds, from pairs of role and municipality (`*`: everywhere); unknown roles are none."""
    found: dict[Role, Scope] = {}
    for role, municipality in pairs:
        if role in set(Role):
            scope: Scope = "all" if municipality == EVERYWHERE else frozenset({municipality})
            found[Role(role)] = union(found.get(Role(role), frozenset()), scope)
    return {role: found[role] for role in ROLES if role in found}


def signed_in(context: Context, token: str) -> SignedIn | None:
    """Return the live session with this id, and note that it was used; None if there is none."""
    register = context.register
    now = register.clock()
    with register.read() as session:
        found = account_sessions.live_session(session, token, now)
        if found is None:
            return None
        row, account = found
        actor = _actor_of(session, row, account)
    if account_sessions.is_to_be_noted(row, now):
        with register.write() as transaction:
            account_sessions.note_use(transaction, row.id_sha256)
    return SignedIn(
        id_sha256=row.id_sha256,
        actor=actor,
        email=account.email,
        email_is_verified=account.issuer == LOCAL or bool(account.email_is_verified),
        issuer=account.issuer,
        language=account.language,
        csrf_token=row.csrf_token,
        signed_in_at=row.signed_in_at,
        idle_end=now + IDLE,
        absolute_end=row.ends_at,
        has_messages=bool(row.messages),
    )


def _actor_of(session: Session, row: AccountSession, account: Account) -> Actor:
    """Return whom a session acts for: the account with roles given here and those claimed at sign-in."""
    given = [(one.role, one.municipality_number) for one in grants_of(session, [account.id]).get(account.id, [])]
    claimed = [(str(role), str(municipality)) for role, municipality in row.claimed_roles]
    return Actor(account.id, account.name, grants_from([*given, *claimed]))


def is_still_signed_in(context: Context, token: str, signed: SignedIn) -> bool:
    """Return whether a session goes on for the same person with the same roles; that it is asked is no use of it."""
    register = context.register
    with register.read() as session:
        found = account_sessions.live_session(session, token, register.clock())
        return found is not None and _actor_of(session, *found) == signed.actor


def wants_fresh_sign_in(context: Context, action: SensitiveAction) -> bool:
    """Return whether the settings ask for a fresh sign-in before an action."""
    return action in context.stated_settings.fresh_sign_in.split()


def is_fresh(signed: SignedIn, now: datetime) -> bool:
    """Return whether the person has proved who they are a short time ago."""
    return now - signed.signed_in_at <= FRESH


def add_message(context: Context, signed: SignedIn, kind: str, text: str) -> None:
    """Keep a message (`success`, `info`, `warning` or `danger`) for the next page of the session."""
    with context.register.write() as transaction:
        account_sessions.add_message(transaction, signed.id_sha256, kind, text)


def take_messages(context: Context, signed: SignedIn) -> list[tuple[str, str]]:
    """Return the kind and text of each message that waits, once."""
    if not signed.has_messages:
        return []
    with context.register.write() as transaction:
        return account_sessions.take_messages(transaction, signed.id_sha256)


def end_signed_in(context: Context, signed: SignedIn) -> None:
    """End a session."""
    with context.register.write() as transaction:
        account_sessions.end_session(transaction, signed.id_sha256)
