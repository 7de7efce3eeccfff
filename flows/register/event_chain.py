"""Verify the chain of events from the exact bytes that the database stores."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from flows.language import translate as _
from flows.register.events import START, event_digest
from flows.register.record_digests import raw_rows
from flows.register.schema import ChainHead, Event

_COLUMNS = (
    *("number", "at", "actor", "kind", "agreement_id", "state_before", "state_after", "why", "details"),
    *("previous", "digest"),
)
_INSTANT = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A fault in the chain: the number of the event, and what is wrong."""

    number: int
    fault: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event's number and digest; 0 and zeros before the first."""

    number: int
    digest: str


def head_of(session: Session) -> Head:
    """Return the stored head of the chain."""
    row = session.get_one(ChainHead, 1)
    return Head(row.number, row.digest)


@dataclass(frozen=True, slots=True)
class VerifiedEvent:
    """One verified row: the event (None if unreadable), its faults, the stored agreement id."""

    event: Event | None
    faults: tuple[ChainFault, ...]
    agreement_id: str = ""


def verified_events(session: Session) -> Iterator[VerifiedEvent]:
    """Recompute the whole chain: yield every event that can be read, with the faults found at its place.

    Faults are gaps, broken links, edited events and a truncated end.
    """
    number, previous = 0, START
    for row in raw_rows(session, Event, _COLUMNS):
        event = _read(row)
        if event is None:
            whose = (row["agreement_id"] or b"").decode(errors="replace")
            yield VerifiedEvent(None, (ChainFault(number + 1, _("was changed after it was written")),), whose)
            number, previous = number + 1, (row["digest"] or b"").decode("latin-1")
            continue
        faults = []
        if event.number != number + 1:
            faults.append(
                ChainFault(
                    event.number,
                    _("events {first} to {last} are missing").format(first=number + 1, last=event.number - 1),
                )
            )
        if event.previous != previous:
            faults.append(ChainFault(event.number, _("does not follow from the event before it")))
        if event.digest != event_digest(event):
            faults.append(ChainFault(event.number, _("was changed after it was written")))
        yield VerifiedEvent(event, tuple(faults), event.agreement_id or "")
        number, previous = event.number, event.digest
    yield from _head(session, number, previous)


def _head(session: Session, number: int, digest: str) -> Iterator[VerifiedEvent]:
    try:
        head = session.get(ChainHead, 1, populate_existing=True)
        good = head is not None and (head.number, head.digest) == (number, digest)
    except (ValueError, SQLAlchemyError):
        good = False
    if not good:
        yield VerifiedEvent(
            None, (ChainFault(number, _("is not the one that was written last: the end was cut off or edited")),)
        )


def _read(row: dict[str, bytes | None]) -> Event | None:
    """Return the event; None if a stored text is not exactly what the register would have written."""
    try:
        said = {name: None if one is None else one.decode() for name, one in row.items()}
        at = datetime.strptime(said["at"] or "", _INSTANT).replace(tzinfo=UTC)
        details = json.loads(said["details"] or "")
        number = int(said["number"] or "")
        exact = at.strftime(_INSTANT) == said["at"] and json.dumps(details) == said["details"]
    except ValueError:
        return None
    if not exact or str(number) != said["number"]:
        return None
    return Event(**{**said, "number": number, "at": at, "details": details})
