"""Follow up many agreements at once: remind, withdraw or make anew each of those that were chosen and allow it.

One that cannot be followed up never stops the others; each is done as on its own page, at most once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flows.application import agreement_actions
from flows.application.agreement_list import ListedAgreement, listed
from flows.application.agreement_view import mark_of
from flows.application.batch_work import start_documents
from flows.application.context import Context
from flows.application.follow_up import restart_agreement
from flows.application.make_documents import make_documents
from flows.errors import AvtaleflytError, RegisterFailed
from flows.register import SignatureRequest, State
from flows.register.agreements import current_version, get_agreement
from flows.register.batches import record_batch_agreements
from flows.register.listing_query import Scope, listing_of
from flows.register.states import ENDED_UNSIGNED

MOST = 50
"""Agreements that are followed up at once: so many stand on a page."""


class FollowUp(StrEnum):
    """What is done with each agreement."""

    REMIND = "remind"
    WITHDRAW = "withdraw"
    RESEND = "resend"


_STATES: dict[FollowUp, frozenset[State]] = {
    FollowUp.REMIND: frozenset({State.SENT}),
    FollowUp.WITHDRAW: frozenset({State.SENT}),
    FollowUp.RESEND: frozenset(ENDED_UNSIGNED),
}


@dataclass(frozen=True, slots=True)
class FollowUpOutcome:
    """What came of one agreement; `problem` is why nothing was done, empty where it was."""

    agreement: ListedAgreement
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ChosenAgreements:
    """Those of the chosen agreements that allow an action, those that do not, and the mark of each by its id."""

    allowed: Sequence[ListedAgreement]
    others: Sequence[ListedAgreement]
    marks: Mapping[str, str]


def choose_for(context: Context, agreement_ids: Sequence[str], action: FollowUp, scope: Scope) -> ChosenAgreements:
    """Return which of the chosen agreements within a scope allow an action."""
    found, marks = [], {}
    with context.register.read() as session:
        for agreement_id in dict.fromkeys(agreement_ids[:MOST]):
            row = listing_of(session, agreement_id, scope)
            if row is not None:
                request = session.get(SignatureRequest, row.request_id) if row.request_id else None
                found.append(listed(row, request.signers if request else ()))
                marks[agreement_id] = mark_of(session, row)
    allowed = [one for one in found if one.state in _STATES[action]]
    return ChosenAgreements(allowed, [one for one in found if one not in allowed], marks)


def follow_up(
    context: Context, agreement_ids: Sequence[str], action: FollowUp, scope: Scope, seen: Mapping[str, str]
) -> list[FollowUpOutcome]:
    """Do it for each of the chosen agreements that allows it, in their order.

    `seen` are the marks that the person was shown, by id: what has changed since is left. The documents of those that
    are made anew are asked for as work in the background.
    """
    allowed = choose_for(context, agreement_ids, action, scope).allowed
    outcomes = [FollowUpOutcome(one, _problem(context, one.id, action, scope, seen.get(one.id, ""))) for one in allowed]
    if action is FollowUp.RESEND:
        _ask_for_documents(context, [one.agreement.id for one in outcomes if not one.problem], scope)
    return outcomes


def _ask_for_documents(context: Context, agreement_ids: Sequence[str], scope: Scope) -> None:
    """Have the documents of new versions made with those of their batch; those of no batch are made at once."""
    batches: dict[str | None, list[str]] = defaultdict(list)
    with context.register.write() as transaction:
        for agreement_id in agreement_ids:
            agreement = get_agreement(transaction.session, agreement_id)
            batches[current_version(transaction.session, agreement).batch_id].append(agreement_id)
        for batch_id, ids in batches.items():
            if batch_id is not None:
                record_batch_agreements(transaction, batch_id, [(one, "") for one in ids])
    for batch_id, ids in batches.items():
        if batch_id is None:
            make_documents(context, ids)
        else:
            start_documents(context, batch_id, scope)


def _problem(context: Context, agreement_id: str, action: FollowUp, scope: Scope, seen: str) -> str:
    try:
        match action:
            case FollowUp.REMIND:
                agreement_actions.remind(context, agreement_id, scope, seen)
            case FollowUp.WITHDRAW:
                agreement_actions.withdraw(context, agreement_id, scope, seen)
            case FollowUp.RESEND:
                agreement_actions.require_seen(context, agreement_id, scope, seen)
                restart_agreement(context, agreement_id)
    except RegisterFailed:
        raise
    except AvtaleflytError as refused:
        return str(refused)
    return ""
