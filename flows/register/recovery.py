"""What the register may have forgotten: after a restore, whatever happened since its backup.

Nothing is sent until a person has looked at what the providers hold, and has said so.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.errors import NotAllowed
from flows.language import translate as _
from flows.register.database import Transaction
from flows.register.schema import Event

_RESTORED, _RECONCILED = "restored", "reconciled"


@dataclass(frozen=True, slots=True)
class Restore:
    """A restore: when, and the number of the head that the backup ended with."""

    at: datetime
    head: int


def restores(session: Session) -> list[Restore]:
    """Return every restore, in order."""
    wanted = select(Event.at, Event.details).where(Event.kind == _RESTORED).order_by(Event.number)
    found = []
    for at, details in session.execute(wanted):
        number = str(details.get("head", "")).partition("-")[0]
        found.append(Restore(at, int(number) if number.isdecimal() else 0))
    return found


def record_restored(transaction: Transaction, head: str, taken_at: str) -> None:
    """Write that the register was restored from a backup that ended with a head."""
    details = {"head": head, "taken_at": taken_at}
    transaction.note(_RESTORED, None, "brought back from a backup; what happened since it may be forgotten", details)


def record_reconciled(transaction: Transaction, why: str, unknown: int) -> None:
    """Write that a person has looked at what the providers hold; `unknown` requests were shown to them."""
    transaction.note(_RECONCILED, None, why, {"unknown": unknown})


def unreconciled(session: Session) -> Event | None:
    """Return the event of the restore that nobody has looked after yet, or None."""
    wanted = select(Event).where(Event.kind.in_([_RESTORED, _RECONCILED])).order_by(Event.number.desc()).limit(1)
    last = session.execute(wanted).scalar_one_or_none()
    return last if last is not None and last.kind == _RESTORED else None


def check_reconciled(session: Session) -> None:
    """Raise `NotAllowed` while a restore waits for a person: something may be out that is not known here."""
    if unreconciled(session) is not None:
        raise NotAllowed(
            _(
                "The register was restored from a backup and may have forgotten what was sent after it; nothing is "
                "sent before `avtaleflyt reconcile` has shown what the providers hold, and you have said --done."
            )
        )
