"""Passwords of local accounts: argon2id hashes, and what a new password must be (NIST SP 800-63B, 5.1.1)."""

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from flows.language import translate as _

SHORTEST, LONGEST = 12, 200
_hasher = PasswordHasher()
_UNKNOWN = _hasher.hash("nobody has this password")
"""What a password is compared with where there is no such account: the answer takes as long."""


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its parameters and salt."""
    return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Return whether a password has this hash; without a hash it never has, and that takes as long to say."""
    try:
        _hasher.verify(password_hash or _UNKNOWN, password[: LONGEST + 1])
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash is not None


def password_problem(password: str, *names: str) -> str:
    """Return what is wrong with a new password, empty if it will do. `names` must not be in it."""
    if len(password) < SHORTEST:
        return _("The password must have at least {number} characters.").format(number=SHORTEST)
    if len(password) > LONGEST:
        return _("The password can have at most {number} characters.").format(number=LONGEST)
    if len(set(password)) < 5:
        return _("The password repeats the same few characters. Choose another.")
    if any(len(name) > 2 and name.casefold() in password.casefold() for name in names):
        return _("The password must not contain the user name or your name.")
    return ""
