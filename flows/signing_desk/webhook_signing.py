"""Sign webhooks: `<unix>.<hex HMAC-SHA256 of "<unix>." and the raw body>` in the header `X-Desk-Signature`."""

import hashlib
import hmac

HEADER = "X-Desk-Signature"


def sign_webhook(body: bytes, unix: int, key: bytes) -> str:
    """Return the header's value for a raw body sent at a Unix time in seconds."""
    digest = hmac.new(key, f"{unix}.".encode() + body, hashlib.sha256).hexdigest()
    return f"{unix}.{digest}"
