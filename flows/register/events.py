"""The chain of events: every event holds the digest of the one before, so that an edit or a gap shows."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from flows.register.schema import ChainHead, Event, Json

START = "0" * 64
"""The previous digest of the first event."""
_HEAD = "chain_head"


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


def event_digest(event: Event) -> str:
    """Return the SHA-256 of all fields of the event, the previous digest included."""
    said = [event.number, event.at, event.actor, event.kind, event.agreement_id, event.state_before]
    said += [event.state_after, event.why, event.details, event.previous]
    return hashlib.sha256(canonical(said)).hexdigest()


def chain_head(session: Session) -> ChainHead:
    """Return the end of the chain; a session reads it once, since whoever writes excludes other writers."""
    head: ChainHead | None = session.info.get(_HEAD)
    if head is None:
        head = session.info[_HEAD] = session.get_one(ChainHead, 1)
    return head


def append_event(
    session: Session,
    *,
    at: datetime,
    actor: str,
    kind: str,
    agreement_id: str | None = None,
    before: str | None = None,
    after: str | None = None,
    why: str = "",
    details: Json | None = None,
) -> Event:
    """Append an event to the chain, within a write transaction, which the database serialises."""
    head = chain_head(session)
    event = Event(
        number=head.number + 1,
        at=at,
        actor=actor,
        kind=kind,
        agreement_id=agreement_id,
        state_before=before,
        state_after=after,
        why=why,
        details=details or {},
        previous=head.digest,
    )
    event.digest = event_digest(event)
    session.add(event)
    head.number, head.digest = event.number, event.digest
    session.flush()
    return event
