"""Who may do what, and where: roles, the municipalities that each is given for, and the one table of actions.

Pages, endpoints, command line and flows all decide by `allowed` and `scope_for`. `authorization` applies them to a
context.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Scope = Literal["all"] | frozenset[str]
"""Where a role holds: everywhere, or in the municipalities with these numbers. The empty set is nowhere."""

NOWHERE: Scope = frozenset()


class Role(StrEnum):
    """What a person is at the workplace; one person can be several."""

    COORDINATOR = "coordinator"
    HR = "hr"
    ARCHIVIST = "archivist"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What a role is needed for."""

    SEE_AGREEMENTS = "see_agreements"
    TAKE_IN = "take_in"
    HIRE = "hire"
    APPROVE = "approve"
    SEND = "send"
    FOLLOW_UP = "follow_up"
    SEE_REVIEWS = "see_reviews"
    REVIEW = "review"
    USE_TEMPLATES = "use_templates"
    PUT_TEMPLATES_IN_FORCE = "put_templates_in_force"

    SEARCH = "search"
    GET = "get"
    VERIFY = "verify"
    EXPORT = "export"
    HOLD = "hold"
    DESTROY = "destroy"
    RENEW = "renew"
    DECIDE = "decide"
    RESTRICT = "restrict"
    DELIVER = "deliver"

    KEEP = "keep"
    REINDEX = "reindex"
    BACKUP = "backup"
    RESTORE = "restore"
    OPERATE = "operate"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_KEYS = "manage_keys"
    READ_LOG = "read_log"


_A = Action
ROLES: Mapping[Role, frozenset[Action]] = {
    Role.COORDINATOR: frozenset(
        {
            *(_A.SEE_AGREEMENTS, _A.TAKE_IN, _A.HIRE, _A.APPROVE, _A.SEND, _A.FOLLOW_UP, _A.SEE_REVIEWS, _A.REVIEW),
            *(_A.USE_TEMPLATES, _A.PUT_TEMPLATES_IN_FORCE, _A.SEARCH, _A.GET),
        }
    ),
    Role.HR: frozenset({_A.SEE_AGREEMENTS, _A.HIRE, _A.APPROVE, _A.SEND, _A.FOLLOW_UP, _A.SEE_REVIEWS}),
    Role.ARCHIVIST: frozenset(
        {
            *(_A.SEE_AGREEMENTS, _A.SEE_REVIEWS, _A.SEARCH, _A.GET, _A.VERIFY, _A.EXPORT, _A.HOLD, _A.DESTROY),
            *(_A.RENEW, _A.DECIDE, _A.RESTRICT, _A.DELIVER, _A.KEEP, _A.REINDEX),
        }
    ),
    Role.AUDITOR: frozenset(
        {_A.SEE_AGREEMENTS, _A.SEE_REVIEWS, _A.SEARCH, _A.GET, _A.VERIFY, _A.READ_LOG},
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            *(_A.VERIFY, _A.BACKUP, _A.RESTORE, _A.KEEP, _A.REINDEX, _A.OPERATE, _A.USE_TEMPLATES),
            *(_A.PUT_TEMPLATES_IN_FORCE, _A.MANAGE_ACCOUNTS, _A.MANAGE_KEYS, _A.READ_LOG),
        }
    ),
}
"""An administrator keeps machine and accounts and reads no agreements; only an archivist decides about records."""


@dataclass(frozen=True)
class Actor:
    """Who asks: a person's account, an API key, or the account of the server. `grants` says where each role holds."""

    account_id: str
    name: str
    grants: Mapping[Role, Scope] = field(default_factory=dict, hash=False)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that hold anywhere."""
        return frozenset(role for role, scope in self.grants.items() if scope)

    @property
    def scope(self) -> Scope:
        """Where any role holds."""
        return union(*self.grants.values())

    def scope_of(self, *roles: Role) -> Scope:
        """Return where any of these roles holds."""
        return union(*(self.grants.get(role, NOWHERE) for role in roles))


def union(*scopes: Scope) -> Scope:
    """Return where any of the scopes holds."""
    found: frozenset[str] = frozenset()
    for scope in scopes:
        if scope == "all":
            return "all"
        found |= scope
    return found


def scope_for(actor: Actor, action: Action) -> Scope:
    """Return where an actor may do something: what a query is to be limited to."""
    return actor.scope_of(*(role for role, actions in ROLES.items() if action in actions))


def covers(scope: Scope, municipality: str) -> bool:
    """Return whether a municipality's number is in a scope."""
    return scope == "all" or municipality in scope


def allowed(actor: Actor, action: Action, municipality: str | None = None) -> bool:
    """Return whether an actor may do something in a municipality; `None` asks whether it may everywhere."""
    scope = scope_for(actor, action)
    return scope == "all" or (municipality is not None and municipality in scope)


def may_somewhere(actor: Actor, action: Action) -> bool:
    """Return whether there is a municipality where an actor may do something: for links and buttons."""
    return bool(scope_for(actor, action))
