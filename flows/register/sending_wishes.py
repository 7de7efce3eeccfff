"""Which agreements are to be made and sent without anybody looking at them first, whatever becomes of the call."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.register.agreements import get_agreement
from flows.register.database import Transaction
from flows.register.schema import Agreement, Batch, Event, SendingWish, Version
from flows.register.signature_requests import newest_request
from flows.register.states import UNSENT, RequestState, State

INTAKE = "intake endpoint"
"""The source of a batch that came through the intake endpoint."""
TIME_TO_START = timedelta(minutes=5)
"""How long the flow that an event started may take before a sweep does its work."""


_LONGEST_PAUSE = timedelta(days=1)


def wish_to_send(transaction: Transaction, agreement_id: str) -> None:
    """Register that the current version of an agreement is to be sent; done twice, the first time counts."""
    agreement = get_agreement(transaction.session, agreement_id)
    if transaction.session.get(SendingWish, (agreement_id, agreement.version)) is None:
        wish = SendingWish(
            agreement_id=agreement_id,
            version=agreement.version,
            wanted_at=transaction.now,
            wanted_by=transaction.actor,
        )
        transaction.session.add(wish)
        transaction.session.flush()


def is_to_be_sent(session: Session, agreement: Agreement) -> bool:
    """Return whether the current version of an agreement is to be sent by itself."""
    return session.get(SendingWish, (agreement.id, agreement.version)) is not None


def left_behind(session: Session, now: datetime) -> list[tuple[str, bool]]:
    """Return the agreements whose flow never ran to its end: id, and whether it is to be sent; the oldest first.

    They came through the intake endpoint and were never made, or are to be sent and were not. What the provider has
    refused is tried again after a while that grows with every attempt; where another request may be out, never.
    """
    wish = (SendingWish.agreement_id == Agreement.id) & (SendingWish.version == Agreement.version)
    last_change = select(func.max(Event.at)).where(Event.agreement_id == Agreement.id, Event.kind == "state")
    wanted = (
        select(Agreement.id, SendingWish.wanted_at, last_change.scalar_subquery().label("changed_at"))
        .join(Version, (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version))
        .join(Batch, Batch.id == Version.batch_id)
        .outerjoin(SendingWish, wish)
        .where(
            ((Agreement.state == State.RECEIVED) & (Batch.source == INTAKE))
            | (Agreement.state.in_([str(one) for one in UNSENT]) & SendingWish.wanted_at.is_not(None))
        )
        .order_by(Agreement.received_at, Agreement.id)
    )
    found = []
    for agreement_id, wanted_at, changed_at in session.execute(wanted):
        request = newest_request(session, agreement_id)
        attempts = request.attempt if request else 0
        pause = min(TIME_TO_START * 4**attempts, _LONGEST_PAUSE)
        if changed_at < now - pause and (request is None or request.status != RequestState.STRAY):
            found.append((agreement_id, wanted_at is not None))
    return found
