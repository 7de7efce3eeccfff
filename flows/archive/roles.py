"""Who may do what in the archive: one table of roles, and one of persons.

Persons are the accounts of the machine, as the operating system knows them: events name the same. The table is a file
that the settings name; where none is named, whoever has the account owns the archive and may do everything.
"""

import tomllib
from pathlib import Path

from flows.errors import NotAllowed, WrongUse
from flows.language import translate as _

ROLES: dict[str, frozenset[str]] = {
    "auditor": frozenset({"search", "get", "verify"}),
    "coordinator": frozenset({"search", "get"}),
    "archivist": frozenset(
        {"search", "get", "verify", "export", "hold", "destroy", "renew", "decide", "restrict", "keep", "reindex"},
    ),
    "administrator": frozenset({"verify", "backup", "restore", "keep", "reindex"}),
}
"""An administrator keeps the machine and reads no agreements; only an archivist decides."""


def must_be_allowed(verb: str, person: str, table: Path | None) -> None:
    """Raise `NotAllowed` unless a role that the table gives the person has the verb; without a table all is allowed.

    The table is TOML: for each role the accounts that have it, `archivist = ["kari"]`. Raises `WrongUse` where it
    cannot be read or names a role that is not there.
    """
    if table is None:
        return
    roles = _roles_of(person, table)
    if any(verb in ROLES[role] for role in roles):
        return
    having = ", ".join(role for role, verbs in ROLES.items() if verb in verbs)
    told = _(
        "«{person}» may not {verb}: that takes {having} in {table} (AVTALEFLYT_ARCHIVE_ROLES), and they have {has}."
    )
    has = ", ".join(roles) or _("no role")
    raise NotAllowed(told.format(person=person, verb=verb, having=having, table=table.name, has=has))


def _roles_of(person: str, table: Path) -> list[str]:
    try:
        said = tomllib.loads(table.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongUse(
            _("The table of roles {table} cannot be read ({error}): see to AVTALEFLYT_ARCHIVE_ROLES.").format(
                table=table, error=type(error).__name__
            )
        ) from error
    for role, persons in said.items():
        if role not in ROLES or not isinstance(persons, list) or not all(isinstance(one, str) for one in persons):
            known = ", ".join(ROLES)
            raise WrongUse(
                _('{table} must hold lines such as archivist = ["kari"]; the roles are {known}.').format(
                    table=table.name, known=known
                )
            )
    return [role for role, persons in said.items() if person in persons]
