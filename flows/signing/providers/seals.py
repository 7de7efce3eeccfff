"""Webhooks that are sealed with a time: `<unix>.<hex HMAC-SHA256 of "<unix>." and the raw body>` in a header."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

WINDOW = 300
"""Seconds that a seal's time may differ from ours, both ways."""


def is_sealed(headers: Mapping[str, str], header: str, body: bytes, secrets: Sequence[bytes], now: datetime) -> bool:
    """Say whether the raw bytes carry a seal by one of the secrets, made just now; before anything is parsed."""
    given = {name.lower(): value for name, value in headers.items()}.get(header.lower(), "")
    found = re.fullmatch(r"([0-9]{1,12})\.([0-9a-f]{64})", given)
    if found is None or abs(now.timestamp() - int(found[1])) > WINDOW:
        return False
    message = found[1].encode() + b"." + body
    fitting = [
        hmac.compare_digest(hmac.new(secret, message, hashlib.sha256).hexdigest(), found[2]) for secret in secrets
    ]
    return any(fitting)  # every secret is compared, so that time tells nothing
