"""Accounts of people, and the roles that an administrator gave them."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from flows.errors import NotFound, WrongUse
from flows.language import translate as _
from flows.register.account_schema import LOCAL, Account, AccountSession, RoleGrant
from flows.register.calendar_feeds import revoke_account_feeds
from flows.register.database import Transaction


def account_of(session: Session, issuer: str, subject: str) -> Account | None:
    """Return the account that an issuer knows by this subject, or None."""
    wanted = select(Account).where(Account.issuer == issuer, Account.subject == subject)
    return session.execute(wanted).scalar_one_or_none()


def get_account(session: Session, account_id: str) -> Account:
    """Return an account by its id. Raises `NotFound`."""
    found = session.get(Account, account_id)
    if found is None:
        raise NotFound(_("There is no account with this id."))
    return found


def accounts(session: Session) -> list[Account]:
    """Return every account, by name."""
    return list(session.execute(select(Account).order_by(func.lower(Account.name), Account.id)).scalars())


def grants_of(session: Session, account_ids: Iterable[str]) -> dict[str, list[RoleGrant]]:
    """Return the roles that were given to accounts, by account, ordered by role and municipality."""
    wanted = select(RoleGrant).where(RoleGrant.account_id.in_(list(account_ids)))
    found: dict[str, list[RoleGrant]] = {}
    for grant in session.execute(wanted.order_by(RoleGrant.role, RoleGrant.municipality_number)).scalars():
        found.setdefault(grant.account_id, []).append(grant)
    return found


def add_local_account(transaction: Transaction, user_name: str, name: str, email: str, password_hash: str) -> Account:
    """Add an account whose password the register keeps. Raises `WrongUse` if the user name is taken."""
    if account_of(transaction.session, LOCAL, user_name) is not None:
        raise WrongUse(_("There is an account with this user name already; choose another."))
    return _add(transaction, LOCAL, user_name, name, email, password_hash)


def see_account(transaction: Transaction, issuer: str, subject: str, name: str, email: str) -> Account:
    """Return the account of a person whom a provider has just identified; add it the first time."""
    found = account_of(transaction.session, issuer, subject)
    if found is None:
        found = _add(transaction, issuer, subject, name, email, None)
    found.name, found.email, found.seen_at = name or found.name, email or found.email, transaction.now
    return found


def _add(
    transaction: Transaction, issuer: str, subject: str, name: str, email: str, password_hash: str | None
) -> Account:
    made = Account(
        issuer=issuer,
        subject=subject,
        name=name,
        email=email,
        password_hash=password_hash,
        made_at=transaction.now,
        made_by=transaction.actor,
    )
    transaction.session.add(made)
    transaction.session.flush()
    transaction.note("account", None, "account added", {"account": made.id})
    return made


def give_role(transaction: Transaction, account_id: str, role: str, municipality: str) -> bool:
    """Give an account a role in a municipality or everywhere (`*`); False if it has it already. Raises `NotFound`."""
    get_account(transaction.session, account_id)
    if transaction.session.get(RoleGrant, (account_id, role, municipality)) is not None:
        return False
    grant = RoleGrant(
        account_id=account_id,
        role=role,
        municipality_number=municipality,
        given_at=transaction.now,
        given_by=transaction.actor,
    )
    transaction.session.add(grant)
    transaction.note("role", None, "role given", _about(grant))
    return True


def take_role(transaction: Transaction, account_id: str, role: str, municipality: str) -> bool:
    """Take a role from an account; False if it does not have it."""
    grant = transaction.session.get(RoleGrant, (account_id, role, municipality))
    if grant is None:
        return False
    transaction.session.delete(grant)
    revoke_account_feeds(transaction, account_id)
    transaction.note("role", None, "role taken", _about(grant))
    return True


def disable(transaction: Transaction, account_id: str, disabled: bool) -> None:
    """Close an account and end its sessions, or open it again. Raises `NotFound`."""
    account = get_account(transaction.session, account_id)
    account.disabled_at = transaction.now if disabled else None
    if disabled:
        end_sessions(transaction, account_id)
        revoke_account_feeds(transaction, account_id)
    why = "account closed" if disabled else "account opened again"
    transaction.note("account", None, why, {"account": account_id})


def set_shell_user(transaction: Transaction, account_id: str, shell_user: str | None) -> None:
    """Say what the person of an account is called by the operating system of the server. Raises `NotFound`."""
    get_account(transaction.session, account_id).shell_user = shell_user
    transaction.note("account", None, "shell user set", {"account": account_id, "shell_user": shell_user})


def end_sessions(transaction: Transaction, account_id: str) -> None:
    """End every session of an account."""
    transaction.session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))


def _about(grant: RoleGrant) -> dict[str, str]:
    return {"account": grant.account_id, "role": grant.role, "municipality": grant.municipality_number}
