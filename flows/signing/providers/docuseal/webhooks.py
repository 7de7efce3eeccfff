"""Verify DocuSeal's webhooks: `X-Docuseal-Signature: <unix>.<hex HMAC-SHA256 of "<unix>." and the raw body>`."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from flows.signing.port import WebhookNotice
from flows.signing.webhook_signatures import is_sealed

_Id = Annotated[int, Field(strict=True, gt=0, lt=2**63)]


class _Submission(BaseModel):
    id: _Id


class _About(BaseModel):
    id: _Id
    submission: _Submission | None = None


class _Said(BaseModel):
    event_type: str
    timestamp: str
    data: _About


def read_webhook(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime
) -> WebhookNotice | None:
    """Authenticate a webhook over its raw bytes, before anything is parsed; None when it is refused."""
    if not is_sealed(headers, "X-Docuseal-Signature", body, secrets, now):
        return None
    try:
        said = _Said.model_validate_json(body)
        about = said.data if said.event_type.startswith("submission.") else said.data.submission
    except ValidationError:
        about = None
    if about is None:
        return WebhookNotice("", hashlib.sha256(body).hexdigest())
    event = f"{said.event_type} {said.data.id} {said.timestamp}"
    return WebhookNotice(str(about.id), hashlib.sha256(event.encode()).hexdigest())
