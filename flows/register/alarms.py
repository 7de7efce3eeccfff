"""What somebody should look at although no agreement waits: a provider that is silent, signed files left lying."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.register.pace import polled_at
from flows.register.schema import Agreement, SignatureRequest
from flows.register.states import State
from flows.register.waiting import Waiting

SILENCE = timedelta(hours=24)
"""A provider with open requests that told nothing for so long is not being asked, or does not answer."""
LEFT_LYING = timedelta(days=25)
"""A provider may delete what it was never told is safe here: Posten signering after 40 days."""


def alarms(session: Session, now: datetime) -> list[Waiting]:
    """Return what to look at, in the form of what waits for a person; `agreement_id` is empty for a whole provider."""
    return [*_silent(session, now), *_left_lying(session, now)]


def _silent(session: Session, now: datetime) -> list[Waiting]:
    rows = session.execute(
        select(SignatureRequest.provider, SignatureRequest.sent_at)
        .join(Agreement, Agreement.id == SignatureRequest.agreement_id)
        .where(SignatureRequest.status == "open", Agreement.state == State.SENT)
    )
    sent: dict[str, list[datetime]] = defaultdict(list)
    for provider, at in rows:
        sent[provider].extend([at] if at else [])
    found = []
    for provider, times in sorted(sent.items()):
        since = max(filter(None, [polled_at(session, provider), min(times, default=None)]), default=now)
        if now - since > SILENCE:
            why = f"{provider} has told nothing about {len(times)} open requests since {since:%Y-%m-%d %H:%M} UTC"
            found.append(Waiting("", "silent", "", why, "see that `avtaleflyt collect` runs and the provider answers"))
    return found


def _left_lying(session: Session, now: datetime) -> list[Waiting]:
    rows = session.execute(
        select(Agreement.id, Agreement.state, SignatureRequest.reference, SignatureRequest.ended_at)
        .join(SignatureRequest, SignatureRequest.agreement_id == Agreement.id)
        .where(
            SignatureRequest.status == "signed",
            SignatureRequest.acknowledged_at.is_(None),
            SignatureRequest.ended_at < now - LEFT_LYING,
            Agreement.state.in_([State.SIGNED, State.QUARANTINED]),
        )
        .order_by(SignatureRequest.ended_at)
    )
    why = "signed more than 25 days ago and not archived; the provider may delete it"
    return [
        Waiting(agreement_id, state, reference, why, "run `avtaleflyt collect`, or settle what is quarantined")
        for agreement_id, state, reference, _ in rows
    ]
