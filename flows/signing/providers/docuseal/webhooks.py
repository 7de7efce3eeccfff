"""DocuSeal's webhooks: `X-Docuseal-Signature: <unix>.<hex HMAC-SHA256 of "<unix>." and the raw body>`."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from flows.signing.port import Hint

WINDOW = 300
"""Seconds that a signature's time may differ from ours, both ways."""


def read_webhook(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime) -> Hint | None:
    """Authenticate a webhook over its raw bytes, before anything is parsed; None when it is refused."""
    given = {name.lower(): value for name, value in headers.items()}.get("x-docuseal-signature", "")
    found = re.fullmatch(r"([0-9]{1,12})\.([0-9a-f]{64})", given)
    if found is None or abs(now.timestamp() - int(found[1])) > WINDOW:
        return None
    message = found[1].encode() + b"." + body
    seals = [hmac.new(secret, message, hashlib.sha256).hexdigest() for secret in secrets]
    fitting = [hmac.compare_digest(seal, found[2]) for seal in seals]
    if not any(fitting):
        return None
    try:
        said = json.loads(body)
        kind, data = str(said["event_type"]), said["data"]
        submission = data["id"] if kind.startswith("submission.") else data["submission"]["id"]
        event = f"{kind} {data['id']} {said['timestamp']}"
    except (ValueError, KeyError, TypeError):
        return Hint("", hashlib.sha256(body).hexdigest())
    return Hint(str(submission)[:200], hashlib.sha256(event.encode()).hexdigest())
