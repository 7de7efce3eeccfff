"""Keys of programs at the intake endpoint: made, shown once, used within their role and municipalities, revoked."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flows.application.access import ROLES, Action, Actor, Role, Scope, scope_for
from flows.application.accounts import checked_municipality
from flows.application.authorization import authorize, authorized_scope
from flows.application.context import Context
from flows.application.sessions import grants_from
from flows.dates import end_of_day
from flows.errors import WrongUse
from flows.language import translate as _
from flows.register import api_keys as rows
from flows.register.account_schema import EVERYWHERE, ApiKey

KEY_ROLES = tuple(role for role, actions in ROLES.items() if Action.HIRE in actions)
"""Roles that a key can have: those that may send in cases."""
INTAKE_TOKEN = "intake-token"  # noqa: S105 - a name
"""The account id that events name where the caller has the token of the settings."""
_PRECISION_SECONDS = 60


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as administrators see it, without the key itself."""

    id: str
    name: str
    role: Role
    municipalities: tuple[str, ...]
    made_at: datetime
    used_at: datetime | None
    ends_at: datetime | None
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Return whether the key works."""
        return self.revoked_at is None and (self.ends_at is None or self.ends_at > now)


def list_keys(context: Context) -> list[KeyView]:
    """Return the keys for municipalities of whoever acts, the newest first. Raises `NotAllowed`."""
    scope = authorized_scope(context, Action.MANAGE_KEYS)
    with context.register.read() as session:
        return [_view(one) for one in rows.keys(session) if _is_within(one.municipalities, scope)]


def make_key(
    context: Context, name: str, role: str, municipalities: Sequence[str], last_day: date | None
) -> tuple[KeyView, str]:
    """Make a key; return it with the key itself, to be shown once. Raises `NotAllowed` or `WrongUse`."""
    numbers = sorted({checked_municipality(one) for one in municipalities})
    authorized_scope(context, Action.MANAGE_KEYS)
    if not numbers:
        raise WrongUse(_("Say for which municipalities the key is."))
    for number in numbers:
        authorize(context, Action.MANAGE_KEYS, None if number == EVERYWHERE else number)
    if role not in KEY_ROLES:
        raise WrongUse(_("Choose a role for the key."))
    if not 2 <= len(" ".join(name.split())) <= 100:
        raise WrongUse(_("Give the key a name that says which program uses it."))
    if last_day is not None and last_day < context.today:
        raise WrongUse(_("The last day of the key is past."))
    ends_at = end_of_day(last_day) if last_day else None
    with context.register.write() as transaction:
        made, key = rows.make_key(transaction, " ".join(name.split()), role, numbers, ends_at)
    return _view(made), key


def revoke_key(context: Context, key_id: str) -> KeyView:
    """Revoke a key: it stops working at once. Raises `NotFound`, `NotAllowed`."""
    if key_id not in {one.id for one in list_keys(context)}:
        key_id = ""  # one that whoever acts does not administer is not there
    with context.register.write() as transaction:
        return _view(rows.revoke_key(transaction, key_id))


def caller_of(context: Context, key: str) -> Actor | None:
    """Return whom a key acts for, and note its use; None for one that does not work.

    The token of the settings is a key for everything, as it was before there were others.
    """
    token = context.settings.intake_token.get_secret_value()
    if token and hmac.compare_digest(key.encode(), token.encode()):
        return Actor(INTAKE_TOKEN, INTAKE_TOKEN, {Role.HR: "all"})
    register = context.register
    now = register.clock()
    with register.read() as session:
        found = rows.live_key(session, key, now)
    if found is None:
        return None
    if found.used_at is None or (now - found.used_at).total_seconds() >= _PRECISION_SECONDS:
        with register.write() as transaction:
            rows.note_use_of_key(transaction, found.id)
    return Actor(found.id, found.name, grants_from((found.role, str(one)) for one in found.municipalities))


def has_keys(context: Context) -> bool:
    """Return whether any key or token is there: without one the endpoint takes nothing."""
    if context.settings.intake_token.get_secret_value():
        return True
    with context.register.read() as session:
        return any(_view(one).is_live(context.register.clock()) for one in rows.keys(session))


def hiring_scope(context: Context) -> Scope:
    """Return for which municipalities whoever acts may send in cases; everywhere for the server itself."""
    return "all" if context.actor is None else scope_for(context.actor, Action.HIRE)


def _is_within(municipalities: Sequence[str], scope: Scope) -> bool:
    return scope == "all" or (bool(municipalities) and set(municipalities) <= scope)


def _view(key: ApiKey) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        role=Role(key.role),
        municipalities=tuple(str(one) for one in key.municipalities),
        made_at=key.made_at,
        used_at=key.used_at,
        ends_at=key.ends_at,
        revoked_at=key.revoked_at,
    )
