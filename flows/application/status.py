"""Show where agreements stand: counts by state, what waits for a person, and the events of one agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.application.context import Context
from flows.register import Agreement, Event
from flows.register.agreements import count_by_state, events_of, get_agreement
from flows.register.alarms import alarms
from flows.register.pending_decisions import PendingDecision, waiting_for_a_person
from flows.register.signature_requests import newest_request


@dataclass(frozen=True, slots=True)
class StatusOverview:
    """Number of agreements by state, and what waits for a person."""

    counts: Mapping[str, int]
    waiting: Sequence[PendingDecision]


@dataclass(frozen=True, slots=True)
class AgreementHistory:
    """One agreement, its events, and the reason that was given where its newest request ended."""

    agreement: Agreement
    events: Sequence[Event]
    reason: str


def status_overview(context: Context) -> StatusOverview:
    """Return the counts by state and what waits for a person."""
    with context.register.read() as session:
        waiting = [*waiting_for_a_person(session), *alarms(session, context.register.clock())]
        return StatusOverview(count_by_state(session), waiting)


def agreement_history(context: Context, agreement_id: str) -> AgreementHistory:
    """Return what happened to one agreement. Raises `NotFound`."""
    with context.register.read() as session:
        request = newest_request(session, agreement_id)
        agreement, events = get_agreement(session, agreement_id), events_of(session, agreement_id)
        return AgreementHistory(agreement, events, request.reason if request else "")
