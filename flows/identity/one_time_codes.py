"""One-time codes of authenticator apps: TOTP (RFC 6238), six digits, 30 seconds, SHA-1 as every app can."""

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

_DIGITS, _SECONDS = 6, 30


def new_totp_secret() -> str:
    """Return a new secret of 160 bits in base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def totp_address(secret: str, user_name: str) -> str:
    """Return the `otpauth:` address that an app can open in place of typing the secret."""
    return _totp(secret).get_provisioning_uri(user_name, "Avtaleflyt")


def matching_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """Return the time step that a code is of, None if it is wrong or that step was used before.

    The step before and the one after count too, for clocks that are a little wrong (RFC 6238, 5.2).
    """
    given = "".join(code.split())
    if len(given) != _DIGITS or not given.isascii() or not given.isdigit():
        return None
    current = int(now.timestamp()) // _SECONDS
    for step in (current - 1, current, current + 1):
        right = _totp(secret).generate(step * _SECONDS).decode()
        if hmac.compare_digest(right, given) and (last_step is None or step > last_step):
            return step
    return None


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), _DIGITS, SHA1(), _SECONDS)  # noqa: S303 - what apps use; no collision matters
