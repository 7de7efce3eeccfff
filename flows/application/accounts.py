"""Administer accounts: add local ones, give and take roles, close accounts, give new passwords.

An administrator of some municipalities gives roles there alone, and sees the accounts that have a role there, and
those that have none yet. Nobody changes their own roles, and one administrator of everything is always left.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flows.agreements.municipalities import by_number
from flows.application.access import Action, Role, Scope, covers
from flows.application.authorization import actor_of, authorize, authorized_scope
from flows.application.context import Context
from flows.application.sign_in import set_password, stop_one_time_codes
from flows.errors import NotAllowed, NotFound, WrongUse
from flows.identity import hash_password
from flows.language import translate as _
from flows.register import accounts as rows
from flows.register.account_schema import EVERYWHERE, LOCAL, Account, RoleGrant
from flows.register.actors import actor_label, is_same_person
from flows.register.batches import stop_jobs_of
from flows.register.database import Transaction

_SENDERS = frozenset({Role.COORDINATOR, Role.HR})
"""Roles whose work goes on by itself once it is asked for: documents and sending."""
LANGUAGES = ("nb", "nn", "en")
_SHELL_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,60}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as administrators see it. `grants` are pairs of role and municipality (`*`: everywhere)."""

    id: str
    name: str
    email: str
    user_name: str
    issuer: str
    grants: tuple[tuple[Role, str], ...]
    has_one_time_codes: bool
    shell_user: str
    seen_at: datetime | None
    disabled_at: datetime | None

    @property
    def is_local(self) -> bool:
        """Whether the account has its password here."""
        return self.issuer == LOCAL


def list_accounts(context: Context) -> list[AccountView]:
    """Return the accounts that whoever acts administers, by name. Raises `NotAllowed`."""
    scope = authorized_scope(context, Action.MANAGE_ACCOUNTS)
    with context.register.read() as session:
        every = rows.accounts(session)
        grants = rows.grants_of(session, [one.id for one in every])
    return [_view(one, grants.get(one.id, [])) for one in every if _is_seen(grants.get(one.id, []), scope)]


def get_account(context: Context, account_id: str) -> AccountView:
    """Return one account. Raises `NotFound` for one that whoever acts does not administer, `NotAllowed`."""
    found = next((one for one in list_accounts(context) if one.id == account_id), None)
    if found is None:
        raise NotFound(_("There is no account with this id."))
    return found


def add_account(
    context: Context, user_name: str, name: str, email: str = "", grants: Iterable[tuple[Role, str]] = ()
) -> tuple[AccountView, str]:
    """Add a local account with roles; return it with its first password, which is shown once and stored nowhere.

    Raises `WrongUse` for a user name, name or municipality that will not do, and `NotAllowed`.
    """
    wanted = list(grants)
    authorized_scope(context, Action.MANAGE_ACCOUNTS)
    for _role, municipality in wanted:
        _authorize_for(context, municipality)
    user_name, name = user_name.strip().casefold(), " ".join(name.split())
    if not _USER_NAME.fullmatch(user_name):
        raise WrongUse(_("A user name has 2 to 61 letters a–z, digits, and . _ @ -."))
    if not 2 <= len(name) <= 200 or not name.isprintable():
        raise WrongUse(_("Give the person's name."))
    password = new_password()
    hashed = hash_password(password)
    with context.register.write() as transaction:
        made = rows.add_local_account(transaction, user_name, name, email.strip(), hashed)
        for role, municipality in wanted:
            rows.give_role(transaction, made.id, role, municipality)
        given = rows.grants_of(transaction.session, [made.id]).get(made.id, [])
    return _view(made, given), password


def give_role(context: Context, account_id: str, role: Role, municipality: str) -> bool:
    """Give an account a role in a municipality or everywhere (`*`); False if it has it. Raises `NotAllowed`."""
    _authorize_change(context, account_id, municipality)
    with context.register.write() as transaction:
        return rows.give_role(transaction, account_id, role, municipality)


def take_role(context: Context, account_id: str, role: Role, municipality: str) -> bool:
    """Take a role from an account; False if it does not have it. Raises `NotAllowed` for the last administrator.

    What the person has asked to be sent stops, unless another role allows it.
    """
    _authorize_change(context, account_id, municipality)
    with context.register.write() as transaction:
        taken = rows.take_role(transaction, account_id, role, municipality)
        _keep_an_administrator(transaction)
        left = rows.grants_of(transaction.session, [account_id]).get(account_id, [])
        if not any(one.role in _SENDERS and one.municipality_number in (municipality, EVERYWHERE) for one in left):
            stop_jobs_of(transaction, account_id)
        return taken


def close_account(context: Context, account_id: str, closed: bool = True) -> None:
    """Close an account, which ends its sessions and what it sends, or open it again.

    Raises `NotAllowed` for the last administrator.
    """
    _authorize_whole(context, account_id)
    with context.register.write() as transaction:
        rows.disable(transaction, account_id, closed)
        if closed:
            _keep_an_administrator(transaction)
            stop_jobs_of(transaction, account_id)


def reset_password(context: Context, account_id: str) -> str:
    """Give a local account a new password and no one-time codes; return it, to be shown once. Raises `NotAllowed`."""
    _authorize_whole(context, account_id)
    password = new_password()
    set_password(context, account_id, password)
    stop_one_time_codes(context, account_id)
    return password


def name_shell_user(context: Context, account_id: str, shell_user: str) -> None:
    """Say what the person of an account is called by the server's operating system; empty: they have no commands there.

    Both then count as one person wherever two are wanted. Raises `WrongUse`, and `NotAllowed` for one's own account.
    """
    _authorize_whole(context, account_id)
    authorize(context, Action.MANAGE_ACCOUNTS)
    name = shell_user.strip()
    if name and not _SHELL_USER.fullmatch(name):
        raise WrongUse(_("A user of the server has at most 64 letters, digits, and . _ -, such as kari."))
    with context.register.write() as transaction:
        account = rows.get_account(transaction.session, account_id)
        own = actor_label(account.id, account.name)
        if account.shell_user and is_same_person(transaction.session, own, transaction.actor):
            raise NotAllowed(_("Another administrator must do this with your own account."))
        if (account.shell_user or "") != name:
            rows.set_shell_user(transaction, account_id, name or None)


def choose_language(context: Context, language: str) -> None:
    """Set the language of the pages for whoever acts, empty: as the browser asks. Raises `WrongUse` for others."""
    if language not in ("", *LANGUAGES):
        raise WrongUse(_("There are no pages in this language."))
    with context.register.write() as transaction:
        rows.get_account(transaction.session, actor_of(context).account_id).language = language


def new_password() -> str:
    """Return a random password of some 99 bits that can be read aloud: five groups of four."""
    return "-".join("".join(secrets.choice(_LETTERS) for _number in range(4)) for _group in range(5))


def checked_municipality(number: str) -> str:
    """Return a municipality's number, or `*`. Raises `WrongUse` for one that there is not."""
    given = number.strip()
    if given != EVERYWHERE and by_number(given) is None:
        raise WrongUse(_("There is no municipality {number}: give four digits, or * for all.").format(number=given))
    return given


def _authorize_for(context: Context, municipality: str) -> None:
    checked_municipality(municipality)
    authorize(context, Action.MANAGE_ACCOUNTS, None if municipality == EVERYWHERE else municipality)


def _authorize_change(context: Context, account_id: str, municipality: str) -> None:
    get_account(context, account_id)
    _authorize_for(context, municipality)
    if actor_of(context).account_id == account_id:
        raise NotAllowed(_("Another administrator must change your own roles."))


def _authorize_whole(context: Context, account_id: str) -> None:
    """Raise `NotAllowed` unless whoever acts administers every municipality where the account has a role."""
    found = get_account(context, account_id)
    for _role, municipality in found.grants:
        _authorize_for(context, municipality)
    if actor_of(context).account_id == account_id:
        raise NotAllowed(_("Another administrator must do this with your own account."))


def _keep_an_administrator(transaction: Transaction) -> None:
    """Raise `NotAllowed`, which undoes the change, where nobody is left who can give roles everywhere."""
    every = {one.id: one for one in rows.accounts(transaction.session)}
    for account_id, grants in rows.grants_of(transaction.session, every).items():
        if every[account_id].disabled_at is None and any(_is_administrator_of_all(one) for one in grants):
            return
    raise NotAllowed(_("This is the last administrator of all municipalities. Give another person that role first."))


def _is_administrator_of_all(grant: RoleGrant) -> bool:
    return grant.role == Role.ADMINISTRATOR and grant.municipality_number == EVERYWHERE


def _is_seen(grants: Iterable[RoleGrant], scope: Scope) -> bool:
    numbers = [one.municipality_number for one in grants]
    return scope == "all" or not numbers or any(covers(scope, one) for one in numbers)


def _view(account: Account, grants: Iterable[RoleGrant]) -> AccountView:
    return AccountView(
        id=account.id,
        name=account.name,
        email=account.email,
        user_name=account.subject if account.issuer == LOCAL else "",
        issuer=account.issuer,
        grants=tuple((Role(one.role), one.municipality_number) for one in grants if one.role in set(Role)),
        has_one_time_codes=account.totp_secret is not None,
        shell_user=account.shell_user or "",
        seen_at=account.seen_at,
        disabled_at=account.disabled_at,
    )
