"""Alarms beyond pending decisions: silent providers, signed files that are not archived, stuck requests."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.language import translate as _
from flows.register.pending_decisions import PendingDecision
from flows.register.rate_limit import polled_at
from flows.register.schema import Agreement, SignatureRequest
from flows.register.states import RequestState, State

SILENCE = timedelta(hours=24)
"""A provider with open requests and no updates for this long is not polled, or does not answer."""
LEFT_LYING = timedelta(days=25)
"""Providers delete documents that are not acknowledged: Posten signering after 40 days."""
_OVERDUE = timedelta(days=2)
"""Time after our deadline for the provider to report: its own deadlines run for each signer in turn."""


def alarms(session: Session, now: datetime) -> list[PendingDecision]:
    """Return alarms in the form of pending decisions; `agreement_id` is empty for a whole provider."""
    return [*_silent(session, now), *_left_lying(session, now), *_stuck(session, now)]


def _silent(session: Session, now: datetime) -> list[PendingDecision]:
    rows = session.execute(
        select(SignatureRequest.provider, SignatureRequest.sent_at)
        .join(Agreement, Agreement.id == SignatureRequest.agreement_id)
        .where(SignatureRequest.status == RequestState.OPEN, Agreement.state == State.SENT)
    )
    sent: dict[str, list[datetime]] = defaultdict(list)
    for provider, at in rows:
        sent[provider].extend([at] if at else [])
    found = []
    for provider, times in sorted(sent.items()):
        since = max(filter(None, [polled_at(session, provider), min(times, default=None)]), default=now)
        if now - since > SILENCE:
            why = _("{provider} has told nothing about {count} open requests since {since:%Y-%m-%d %H:%M} UTC").format(
                provider=provider, count=len(times), since=since
            )
            found.append(PendingDecision("", "silent", "", why, _see_it_run()))
    return found


def _left_lying(session: Session, now: datetime) -> list[PendingDecision]:
    rows = session.execute(
        select(Agreement.id, Agreement.state, SignatureRequest.reference, SignatureRequest.ended_at)
        .join(SignatureRequest, SignatureRequest.agreement_id == Agreement.id)
        .where(
            SignatureRequest.status == RequestState.SIGNED,
            SignatureRequest.acknowledged_at.is_(None),
            SignatureRequest.ended_at < now - LEFT_LYING,
            Agreement.state.in_([State.SIGNED, State.QUARANTINED]),
        )
        .order_by(SignatureRequest.ended_at)
    )
    why = _("signed more than 25 days ago and not archived; the provider may delete it")
    return [
        PendingDecision(
            agreement_id, state, reference, why, _("run `avtaleflyt collect`, or settle what is quarantined")
        )
        for agreement_id, state, reference, _ended_at in rows
    ]


def _stuck(session: Session, now: datetime) -> list[PendingDecision]:
    """Return requests in `sending` for over a day, and open ones past their deadline."""
    about_to_be = (SignatureRequest.status == RequestState.INTENDED) & (SignatureRequest.intended_at < now - SILENCE)
    overdue = (SignatureRequest.status == RequestState.OPEN) & (SignatureRequest.deadline < now - _OVERDUE)
    rows = session.execute(
        select(Agreement.id, Agreement.state, SignatureRequest.reference)
        .join(SignatureRequest, SignatureRequest.agreement_id == Agreement.id)
        .where(
            ((Agreement.state == State.SENDING) & about_to_be) | ((Agreement.state == State.SENT) & overdue),
        )
        .order_by(SignatureRequest.intended_at)
    )
    told = {
        State.SENDING: (
            _("about to be sent for more than a day; the provider could not be asked about it"),
            _see_it_run(),
        ),
        State.SENT: (
            _("open although its deadline has passed"),
            _("look at it there; cancel it, or remind the signer"),
        ),
    }
    return [
        PendingDecision(agreement_id, state, reference, *told[State(state)]) for agreement_id, state, reference in rows
    ]


def _see_it_run() -> str:
    return _("see that `avtaleflyt collect` runs and the provider answers")
