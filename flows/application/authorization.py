"""Authorisation of use cases: every one asks here, once, for whoever the context acts for.

At the workplace that is a person's account. Commands and flows act for the account of the machine, as the operating
system knows it; a TOML file that the settings name says which roles these accounts have. Without that file, whoever
has the account may do everything.
"""

import tomllib
from enum import StrEnum
from pathlib import Path

from flows.application.access import ROLES, Action, Actor, Role, Scope, allowed, covers, scope_for
from flows.application.context import Context
from flows.errors import NotAllowed, WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.register.agreements import get_agreement, no_agreement
from flows.register.database import account
from flows.register.records import get_record, no_record
from flows.register.schema import Agreement, Record
from flows.value_complaints import unreadable

__all__ = [
    "ROLES",
    "Action",
    "SharedDecision",
    "actor_of",
    "authorize",
    "authorized_agreement",
    "authorized_record",
    "authorized_scope",
    "require_role",
    "server_actor",
    "takes_two",
]


class SharedDecision(StrEnum):
    """What takes two persons where the table of roles says so, in its line `two_persons = [...]`."""

    ACCEPT = "accept"
    OPEN = "open"
    TEMPLATE = "template"


_TWO_PERSONS = "two_persons"


def takes_two(context: Context, decision: SharedDecision) -> bool:
    """Say whether the table of roles wants two persons for a decision. Raises `WrongUse` if it cannot be read."""
    table = context.stated_settings.archive_roles
    return table is not None and decision in _read_table(table).get(_TWO_PERSONS, [])


def actor_of(context: Context) -> Actor:
    """Return whom the context acts for. Raises `WrongUse` if the table of roles cannot be read."""
    return context.actor or server_actor(account(), context.stated_settings.archive_roles)


def server_actor(person: str, table: Path | None) -> Actor:
    """Return an account of the machine with the roles that the table gives it; without a table it has all.

    The table is TOML: for each role the accounts that have it, `archivist = ["kari"]`. Raises `WrongUse` if it cannot
    be read or names a role that does not exist.
    """
    if table is None:
        return Actor(person, person, dict.fromkeys(Role, "all"))
    content = _read_table(table)
    return Actor(person, person, {role: "all" for role in Role if person in content.get(role, [])})


def authorize(context: Context, action: Action, municipality: str | None = None) -> None:
    """Raise `NotAllowed` unless whoever acts may do this in a municipality; without one, everywhere."""
    actor = actor_of(context)
    if not allowed(actor, action, municipality):
        raise _refusal(context, actor, action)


def authorized_scope(context: Context, action: Action) -> Scope:
    """Return where whoever acts may do this, for a query to be limited to. Raises `NotAllowed` where it is nowhere."""
    actor = actor_of(context)
    scope = scope_for(actor, action)
    if not scope:
        raise _refusal(context, actor, action)
    return scope


def authorized_agreement(context: Context, action: Action, agreement_id: str) -> Agreement:
    """Return an agreement that whoever acts may do this with.

    Raises `NotFound` where they may not see it, exactly as if there were none, and `NotAllowed` where they may see it.
    """
    actor = actor_of(context)
    if not scope_for(actor, action) and not scope_for(actor, Action.SEE_AGREEMENTS):
        raise _refusal(context, actor, action)
    with context.register.read() as session:
        agreement = get_agreement(session, agreement_id)
    number = agreement.municipality_number
    if allowed(actor, action, number):
        return agreement
    if covers(scope_for(actor, Action.SEE_AGREEMENTS), number):
        raise _refusal(context, actor, action)
    raise no_agreement(agreement_id)


def authorized_record(context: Context, action: Action, record_id: str) -> Record:
    """Return an archived record that whoever acts may do this with; the register is opened only for those who may.

    Raises `NotFound` where they may not see it, exactly as if there were none, and `NotAllowed` where they may see it.
    """
    actor = actor_of(context)
    if not scope_for(actor, action):
        raise _refusal(context, actor, action)
    with context.register.read() as session:
        record = get_record(session, record_id)
        number = get_agreement(session, record.agreement_id).municipality_number
    if allowed(actor, action, number):
        return record
    if covers(scope_for(actor, Action.SEARCH), number):
        raise _refusal(context, actor, action)
    raise no_record(record_id)


def require_role(action: Action, person: str, table: Path | None) -> None:
    """Raise `NotAllowed` unless a role that the table gives the account of the machine allows the action."""
    actor = server_actor(person, table)
    if not allowed(actor, action):
        raise _refused_by_table(actor, action, table)


def _refusal(context: Context, actor: Actor, action: Action) -> NotAllowed:
    if context.actor is None:
        return _refused_by_table(actor, action, context.stated_settings.archive_roles)
    return NotAllowed(
        _("{name} has no role that may do this. These have: {roles}. An administrator gives roles.").format(
            name=actor.name, roles=", ".join(translate(role) for role in _roles_for(action))
        )
    )


def _roles_for(action: Action) -> list[Role]:
    return [role for role, actions in ROLES.items() if action in actions]


def _refused_by_table(actor: Actor, action: Action, table: Path | None) -> NotAllowed:
    return NotAllowed(
        _(
            "«{person}» ({held}) may not do this ({action}). Roles that may, in {table} "
            "(AVTALEFLYT_ARCHIVE_ROLES): {having}."
        ).format(
            person=actor.name,
            held=", ".join(role for role in Role if role in actor.roles) or _("no role"),
            action=action,
            having=", ".join(_roles_for(action)),
            table=table.name if table else "",
        )
    )


def _read_table(table: Path) -> dict[str, list[str]]:
    try:
        content = tomllib.loads(table.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongUse(
            _("The table of roles {table} cannot be read ({error}): see to AVTALEFLYT_ARCHIVE_ROLES.").format(
                table=table, error=unreadable(error)
            )
        ) from error
    for role, persons in content.items():
        named = [*Role, _TWO_PERSONS]
        if role not in named or not isinstance(persons, list) or not all(isinstance(one, str) for one in persons):
            known = ", ".join(Role)
            raise WrongUse(
                _('{name} must hold lines such as archivist = ["kari"]; the roles are {known}.').format(
                    name=table.name, known=known
                )
            )
    unknown = set(content.get(_TWO_PERSONS, [])) - set(SharedDecision)
    if unknown:
        raise WrongUse(
            _("{name}: two_persons takes {known}, not {unknown}.").format(
                name=table.name, known=", ".join(SharedDecision), unknown=", ".join(sorted(unknown))
            )
        )
    return content
