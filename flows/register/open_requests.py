"""Find the signature requests that are followed up: those that are open, not settled, or not confirmed."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.register.schema import Agreement, SignatureRequest
from flows.register.signature_requests import OPEN_STATES
from flows.register.states import ENDED_UNSIGNED, RequestState, State

_TOLD_AGAIN = timedelta(days=7)
"""How long an ended request is re-acknowledged when the provider has not confirmed it."""


def open_requests(session: Session, provider: str) -> list[SignatureRequest]:
    """Return the requests at a provider that are not ended here, or not acknowledged there, oldest first."""
    wanted = (
        select(SignatureRequest)
        .join(Agreement, Agreement.id == SignatureRequest.agreement_id)
        .where(
            SignatureRequest.provider == provider,
            SignatureRequest.provider_id.is_not(None),
            (SignatureRequest.status == RequestState.OPEN)
            | ((SignatureRequest.status == RequestState.SIGNED) & SignatureRequest.acknowledged_at.is_(None)),
            Agreement.state.in_([*OPEN_STATES, State.ARCHIVED]),
        )
        .order_by(SignatureRequest.intended_at)
    )
    return list(session.execute(wanted).scalars())


def providers_used(session: Session) -> set[str]:
    """Return the names of the providers that the register has requests at."""
    return set(session.execute(select(SignatureRequest.provider).distinct()).scalars())


def unconfirmed_ends(session: Session, provider: str, now: datetime) -> list[SignatureRequest]:
    """Return the requests that ended here without a signature, and whose end the provider has not confirmed."""
    wanted = select(SignatureRequest).where(
        SignatureRequest.provider == provider,
        SignatureRequest.provider_id.is_not(None),
        SignatureRequest.status.in_([RequestState(state) for state in ENDED_UNSIGNED]),
        SignatureRequest.acknowledged_at.is_(None),
        SignatureRequest.ended_at > now - _TOLD_AGAIN,
    )
    return list(session.execute(wanted.order_by(SignatureRequest.ended_at)).scalars())


def unsettled(session: Session, provider: str, before: datetime) -> list[SignatureRequest]:
    """Return the requests that were intended before an instant and have no outcome."""
    wanted = (
        select(SignatureRequest)
        .join(Agreement, Agreement.id == SignatureRequest.agreement_id)
        .where(
            SignatureRequest.provider == provider,
            SignatureRequest.status.in_([RequestState.INTENDED, RequestState.UNKNOWN]),
            SignatureRequest.intended_at < before,
            Agreement.state.in_([State.SENDING, State.UNKNOWN]),
        )
    )
    return list(session.execute(wanted).scalars())
