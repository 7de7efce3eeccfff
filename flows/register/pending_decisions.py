"""Pending decisions: agreements and requests that wait for a person."""

from dataclasses import dataclass

from sqlalchemy import null, select
from sqlalchemy.orm import Session

from flows.register.schema import Agreement, Event, SignatureRequest, Version
from flows.register.signature_requests import LATE, STRAY, newest_request
from flows.register.states import WAITS_FOR_A_PERSON, RequestState, State


@dataclass(frozen=True, slots=True)
class PendingDecision:
    """An agreement that waits for a person, and why, without personal data."""

    agreement_id: str
    state: str
    reference: str
    why: str
    do: str


_TO_DO = {
    State.UNKNOWN: "look it up at the provider, then `avtaleflyt settle ID --sent REF` or `--not-sent`",
    State.DECLINED: "talk to whoever declined; change the case and run `avtaleflyt renew`, or `avtaleflyt resend ID`",
    State.EXPIRED: "send it anew with `avtaleflyt resend ID`, or change the case and run `avtaleflyt renew`",
    State.CANCELLED: "send it anew with `avtaleflyt resend ID`, or change the case and run `avtaleflyt renew`",
    State.QUARANTINED: "look at it with `avtaleflyt archive get ID -o DIR`, then `archive accept ID --why …` or "
    "`archive refuse ID --why …`",
}

_ASIDE = {
    RequestState.SIGNED_LATE: (LATE, "decide with the parties which agreement holds"),
    RequestState.STRAY: (STRAY, "cancel it at the provider: what counts is the newest request of the agreement"),
}
"""Requests that need a person, whatever the state of their agreement: why, and what to do."""


_MEND = "mend the case where the reason says, or the template, and run `avtaleflyt renew` or `new-alis` again"


def waiting_for_a_person(session: Session) -> list[PendingDecision]:
    """Return every agreement and request that waits for a person, the oldest first."""
    rows = session.execute(
        select(Agreement)
        .where(Agreement.state.in_([str(state) for state in WAITS_FOR_A_PERSON]))
        .order_by(Agreement.received_at, Agreement.id)
    ).scalars()
    found = []
    for agreement in rows:
        request = newest_request(session, agreement.id)
        last = session.execute(
            select(Event)
            .where(Event.agreement_id == agreement.id, Event.kind == "state")
            .order_by(Event.number.desc())
            .limit(1)
        ).scalar_one()
        reference = request.reference if request else ""
        found.append(
            PendingDecision(agreement.id, agreement.state, reference, last.why, _TO_DO[State(agreement.state)])
        )
    found += _refused(session)
    aside = select(SignatureRequest).where(SignatureRequest.status.in_(_ASIDE)).order_by(SignatureRequest.intended_at)
    late = session.execute(aside).scalars()
    return found + [
        PendingDecision(one.agreement_id, one.status, one.reference, *_ASIDE[RequestState(one.status)]) for one in late
    ]


def _refused(session: Session) -> list[PendingDecision]:
    """Return every agreement whose document could not be made."""
    refused = (
        select(Agreement, Version.refusal)
        .join(Version, (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version))
        .where(Agreement.state == str(State.RECEIVED), Version.refusal.is_not(null()))
        .order_by(Agreement.received_at, Agreement.id)
    )
    return [
        PendingDecision(agreement.id, agreement.state, "", refusal["sentence"], _MEND)
        for agreement, refusal in session.execute(refused)
        if refusal is not None
    ]
