"""Verify webhook signatures: `<unix>.<hex HMAC-SHA256 of "<unix>." and the raw body>` in a header."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

WINDOW = 300
"""Seconds that a signature's time may differ from ours, both ways."""


def keys_of(secrets: Sequence[str]) -> list[bytes]:
    """Encode non-empty secrets as HMAC keys."""
    return [secret.encode() for secret in secrets if secret]


def is_sealed(headers: Mapping[str, str], header: str, body: bytes, keys: Sequence[bytes], now: datetime) -> bool:
    """Say whether the raw bytes carry a seal by one of the keys, made just now; before anything is parsed."""
    given = {name.lower(): value for name, value in headers.items()}.get(header.lower(), "")
    found = re.fullmatch(r"([0-9]{1,12})\.([0-9a-f]{64})", given)
    if found is None or abs(now.timestamp() - int(found[1])) > WINDOW:
        return False
    fitting = [hmac.compare_digest(_digest(body, found[1], key), found[2]) for key in keys]
    return any(fitting)  # every key is compared, so that time tells nothing


def _digest(body: bytes, unix: str, key: bytes) -> str:
    return hmac.new(key, unix.encode() + b"." + body, hashlib.sha256).hexdigest()
