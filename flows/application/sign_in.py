"""Sign in with a local account: user name, password, and a one-time code where the account has one.

Wrong names, passwords and codes are answered alike, and take as long. Wrong tries are limited by account and by the
address that they come from, over all programs that share the register.
"""

import hashlib
import logging
from datetime import timedelta
from enum import StrEnum

from flows.application.context import Context
from flows.errors import NotAllowed, WrongUse
from flows.identity import (
    Sealer,
    hash_password,
    is_right,
    matching_step,
    new_totp_secret,
    password_problem,
    sealer_in,
    totp_address,
)
from flows.language import translate as _
from flows.register.account_schema import LOCAL, Account
from flows.register.account_sessions import start_session
from flows.register.accounts import account_of, end_sessions, get_account
from flows.register.database import Transaction
from flows.register.rate_limit import forget_bucket, forget_buckets, give_back_call, take_call

_log = logging.getLogger(__name__)
_BUCKET = "sign-in:"
_BY_PAIR = (5, 1 / 180)
"""Wrong tries of one account from one address at once, and tries a second after these."""
_BY_ACCOUNT = (50, 1 / 60)
"""Of one account from everywhere: more than one address can use up, so that no stranger keeps a person out."""
_BY_ADDRESS = (20, 1 / 30)


class SignInFault(StrEnum):
    """Why nobody is signed in."""

    WRONG = "wrong"
    TOO_OFTEN = "too_often"


def sign_in(context: Context, user_name: str, password: str, code: str, address: str) -> str | SignInFault:
    """Return the id of a new session, or why there is none. `address` is where the try comes from."""
    name = user_name.strip().casefold()
    if not _may_try(context, name, address):
        _log.warning("A sign-in was refused: too many tries.")
        return SignInFault.TOO_OFTEN
    with context.register.read() as session:
        account = account_of(session, LOCAL, name)
    right = is_right(password, account.password_hash if account else None)
    if not right or account is None or account.disabled_at is not None:
        _log.warning("A sign-in failed: wrong user name or password, or a closed account.")
        return SignInFault.WRONG
    with context.register.write() as transaction:
        found = get_account(transaction.session, account.id)
        if found.totp_secret is not None and not _code_is_right(transaction, sealer_of(context), found, code):
            _log.warning("A sign-in failed: wrong one-time code.", extra={"account": account.id})
            return SignInFault.WRONG
        _uncount(transaction, name, address)
        token = start_session(transaction, found)
    _log.info("An account signed in.", extra={"account": account.id})
    return token


def change_password(context: Context, current: str, new: str) -> None:
    """Change the password of whoever acts; their other sessions end. Raises `NotAllowed` or `WrongUse`."""
    account = _own_account(context)
    if not _may_try(context, account.subject, ""):
        raise NotAllowed(_("Too many tries. Wait a few minutes."))
    if not is_right(current, account.password_hash):
        raise NotAllowed(_("The current password is wrong."))
    set_password(context, account.id, new)


def set_password(context: Context, account_id: str, new: str) -> None:
    """Give a local account another password and end its sessions. Raises `WrongUse` for one that will not do."""
    with context.register.read() as session:
        account = get_account(session, account_id)
    if account.issuer != LOCAL:
        raise WrongUse(_("This person signs in at another service, and has no password here."))
    if problem := password_problem(new, account.subject, account.name):
        raise WrongUse(problem)
    hashed = hash_password(new)
    with context.register.write() as transaction:
        found = get_account(transaction.session, account_id)
        found.password_hash = hashed
        end_sessions(transaction, account_id)
        transaction.note("account", None, "password changed", {"account": account_id})


def offer_one_time_codes(context: Context) -> str:
    """Return a new TOTP secret, which counts once `start_one_time_codes` got a code of it."""
    _own_account(context)
    return new_totp_secret()


def one_time_code_address(context: Context, secret: str) -> str:
    """Return the `otpauth:` address of a secret for whoever acts, empty for what is no secret."""
    try:
        return totp_address(secret, _own_account(context).subject)
    except ValueError:
        return ""


def start_one_time_codes(context: Context, secret: str, code: str) -> bool:
    """Ask whoever acts for one-time codes at sign-in from here on; False if the code is not of this secret."""
    account = _own_account(context)
    try:
        step = matching_step(secret, code, context.register.clock(), None)
    except ValueError:
        return False
    if step is None:
        return False
    sealed = sealer_of(context).seal(secret)
    with context.register.write() as transaction:
        found = get_account(transaction.session, account.id)
        found.totp_secret, found.totp_step = sealed, step
        transaction.note("account", None, "one-time codes started", {"account": account.id})
    return True


def stop_one_time_codes(context: Context, account_id: str) -> None:
    """Ask an account for no one-time code from here on: its owner has lost the device."""
    with context.register.write() as transaction:
        found = get_account(transaction.session, account_id)
        found.totp_secret = found.totp_step = None
        transaction.note("account", None, "one-time codes stopped", {"account": account_id})


def has_one_time_codes(context: Context) -> bool:
    """Return whether whoever acts is asked for one-time codes."""
    return _own_account(context).totp_secret is not None


def is_local(context: Context) -> bool:
    """Return whether whoever acts has a password here."""
    with context.register.read() as session:
        return context.actor is not None and get_account(session, context.actor.account_id).issuer == LOCAL


def own_user_name(context: Context) -> str:
    """Return the user name of whoever acts."""
    return _own_account(context).subject


def sealer_of(context: Context) -> Sealer:
    """Return what encrypts for this installation. Raises `ComponentMissing`."""
    return sealer_in(context.stated_settings.head_keys_folder)


def _own_account(context: Context) -> Account:
    if context.actor is None:
        raise NotAllowed(_("Sign in first."))
    with context.register.read() as session:
        account = get_account(session, context.actor.account_id)
    if account.issuer != LOCAL:
        raise WrongUse(_("This person signs in at another service, and has no password here."))
    return account


def _code_is_right(transaction: Transaction, sealer: Sealer, account: Account, code: str) -> bool:
    secret = sealer.open(account.totp_secret or "")
    step = matching_step(secret, code, transaction.now, account.totp_step) if secret else None
    if step is None:
        return False
    account.totp_step = step
    return True


def _may_try(context: Context, name: str, address: str) -> bool:
    """Count a try; return whether it may be made. One that may not counts no further than where it was stopped."""
    with context.register.write() as transaction:
        forget_buckets(transaction, _BUCKET, transaction.now - timedelta(days=1))
        for bucket, (burst, per_second) in _buckets(name, address).items():
            if take_call(transaction.session, transaction.now, bucket, per_second, burst):
                return False
    return True


def _buckets(name: str, address: str) -> dict[str, tuple[int, float]]:
    """Return what a try counts in, the narrowest first, with the limits of each."""
    from_there = {_bucket("address", address): _BY_ADDRESS} if address else {}
    return {_bucket("pair", f"{name} {address}"): _BY_PAIR, **from_there, _bucket("account", name): _BY_ACCOUNT}


def _uncount(transaction: Transaction, name: str, address: str) -> None:
    """Give back what a right try took: many people sign in from one office, and only wrong tries are limited."""
    for bucket, (burst, _per_second) in _buckets(name, address).items():
        give_back_call(transaction, bucket, burst)
    forget_bucket(transaction, _bucket("pair", f"{name} {address}"))


def _bucket(kind: str, value: str) -> str:
    # A digest: what somebody typed as a user name may be a password.
    return f"{_BUCKET}{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"
