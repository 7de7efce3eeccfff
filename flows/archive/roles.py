"""Who may do what in the archive: one table."""

from flows.errors import NotAllowed

ROLES: dict[str, frozenset[str]] = {
    "auditor": frozenset({"search", "get", "verify"}),
    "coordinator": frozenset({"search", "get"}),
    "archivist": frozenset({"search", "get", "verify", "export", "hold", "destroy", "renew", "reindex"}),
    "administrator": frozenset({"search", "verify", "backup", "restore", "reindex"}),
}
"""An administrator keeps the machine and reads no agreements."""


def must_be_allowed(verb: str, role: str) -> None:
    """Raise `NotAllowed` unless the role has the verb; an empty role stands for whoever owns an embedded set-up."""
    if role and verb not in ROLES.get(role, frozenset()):
        raise NotAllowed(f"The role «{role}» may not {verb}: see AVTALEFLYT_ARCHIVE_ROLE in the README.")
