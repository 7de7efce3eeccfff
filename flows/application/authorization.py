"""Authorisation: which roles may do what, and which persons have which roles. Every use case asks here, once.

Persons are the accounts of the machine, as the operating system knows them; events name the same accounts. The table of
persons is a TOML file that the settings name. Without a table, whoever has the account may do everything.
"""

import tomllib
from enum import StrEnum
from pathlib import Path

from flows.application.context import Context
from flows.errors import NotAllowed, WrongUse
from flows.language import translate as _
from flows.register.database import account


class Action(StrEnum):
    """What a role is needed for."""

    SEARCH = "search"
    GET = "get"
    VERIFY = "verify"
    EXPORT = "export"
    HOLD = "hold"
    DESTROY = "destroy"
    RENEW = "renew"
    DECIDE = "decide"
    RESTRICT = "restrict"
    KEEP = "keep"
    REINDEX = "reindex"
    BACKUP = "backup"
    RESTORE = "restore"


ROLES: dict[str, frozenset[Action]] = {
    "auditor": frozenset({Action.SEARCH, Action.GET, Action.VERIFY}),
    "coordinator": frozenset({Action.SEARCH, Action.GET}),
    "archivist": frozenset(
        {
            *(Action.SEARCH, Action.GET, Action.VERIFY, Action.EXPORT, Action.HOLD, Action.DESTROY),
            *(Action.RENEW, Action.DECIDE, Action.RESTRICT, Action.KEEP, Action.REINDEX),
        }
    ),
    "administrator": frozenset({Action.VERIFY, Action.BACKUP, Action.RESTORE, Action.KEEP, Action.REINDEX}),
}
"""An administrator keeps the machine and reads no agreements; only an archivist decides."""


class SharedDecision(StrEnum):
    """What takes two persons where the table of roles says so, in its line `two_persons = [...]`."""

    ACCEPT = "accept"
    OPEN = "open"


_TWO_PERSONS = "two_persons"


def takes_two(context: Context, decision: SharedDecision) -> bool:
    """Say whether the table of roles wants two persons for a decision. Raises `WrongUse` if it cannot be read."""
    table = context.stated_settings.archive_roles
    return table is not None and decision in _read_table(table).get(_TWO_PERSONS, [])


def authorize(context: Context, action: Action) -> None:
    """Raise `NotAllowed` unless a role of the account that runs the program allows the action."""
    require_role(action, account(), context.stated_settings.archive_roles)


def require_role(action: Action, person: str, table: Path | None) -> None:
    """Raise `NotAllowed` unless a role that the table gives the person allows the action; without a table allow it.

    The table is TOML: for each role the accounts that have it, `archivist = ["kari"]`. Raises `WrongUse` if it cannot
    be read or names a role that does not exist.
    """
    if table is None:
        return
    roles = _roles_of(person, table)
    if any(action in ROLES[role] for role in roles):
        return
    having = ", ".join(role for role, actions in ROLES.items() if action in actions)
    held = ", ".join(roles) or _("no role")
    raise NotAllowed(
        _(
            "«{person}» ({held}) may not do this ({action}). Roles that may, in {table} "
            "(AVTALEFLYT_ARCHIVE_ROLES): {having}."
        ).format(person=person, held=held, action=action, having=having, table=table.name)
    )


def _roles_of(person: str, table: Path) -> list[str]:
    content = _read_table(table)
    return [role for role, persons in content.items() if role in ROLES and person in persons]


def _read_table(table: Path) -> dict[str, list[str]]:
    try:
        content = tomllib.loads(table.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongUse(
            _("The table of roles {table} cannot be read ({error}): see to AVTALEFLYT_ARCHIVE_ROLES.").format(
                table=table, error=type(error).__name__
            )
        ) from error
    for role, persons in content.items():
        named = [*ROLES, _TWO_PERSONS]
        if role not in named or not isinstance(persons, list) or not all(isinstance(one, str) for one in persons):
            known = ", ".join(ROLES)
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
