"""Approve documents: a person has looked at them, and they may be sent. Nothing is sent here."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.application.context import Context
from flows.errors import NotFound
from flows.language import for_the_register
from flows.language import translate as _
from flows.register import State
from flows.register.agreements import approve, get_agreement
from flows.register.listing_query import Scope, listing_of


@dataclass(frozen=True, slots=True)
class ApprovalResult:
    """The agreements that were approved, and those that have changed since they were shown, or were approved before."""

    approved: tuple[str, ...]
    left: tuple[str, ...]


def approve_documents(context: Context, shown: Sequence[tuple[str, int]], scope: Scope) -> ApprovalResult:
    """Approve the documents of agreements in the versions that a person was shown; all in one transaction.

    A document that is not there any more, because its case has changed meanwhile, is left. Raises `NotFound` where one
    is outside the scope, and approves nothing then.
    """
    approved, left = [], []
    why = for_the_register(_("looked at and approved at the workplace"))
    with context.register.write() as transaction:
        for agreement_id, version in dict.fromkeys(shown):
            if listing_of(transaction.session, agreement_id, scope) is None:
                raise NotFound(_("There is no such agreement."))
            agreement = get_agreement(transaction.session, agreement_id)
            same = agreement.version == version and agreement.state == State.GENERATED
            if same and approve(transaction, agreement_id, why):
                approved.append(agreement_id)
            else:
                left.append(agreement_id)
    return ApprovalResult(tuple(approved), tuple(left))
