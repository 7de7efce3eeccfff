"""DocuSeal's webhooks: `X-Docuseal-Signature: <unix>.<hex HMAC-SHA256 of "<unix>." and the raw body>`."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from flows.signing.port import Hint
from flows.signing.providers.seals import is_sealed


def read_webhook(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime) -> Hint | None:
    """Authenticate a webhook over its raw bytes, before anything is parsed; None when it is refused."""
    if not is_sealed(headers, "X-Docuseal-Signature", body, secrets, now):
        return None
    try:
        said = json.loads(body)
        kind, data = str(said["event_type"]), said["data"]
        submission = data["id"] if kind.startswith("submission.") else data["submission"]["id"]
        event = f"{kind} {data['id']} {said['timestamp']}"
    except (ValueError, KeyError, TypeError):
        return Hint("", hashlib.sha256(body).hexdigest())
    return Hint(str(submission)[:200], hashlib.sha256(event.encode()).hexdigest())
