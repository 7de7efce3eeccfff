"""Withdraw agreements that were never sent."""

from flows.register.agreements import get_agreement
from flows.register.database import Transaction
from flows.register.states import UNSENT, State


def withdraw_unsent(transaction: Transaction, agreement_id: str) -> bool:
    """Withdraw an agreement that nobody outside has seen; False if it is sent, or on its way, or has ended.

    Raises `NotFound`.
    """
    agreement = get_agreement(transaction.session, agreement_id)
    if agreement.state not in UNSENT:
        return False
    transaction.move(agreement, State.CANCELLED, "withdrawn before it was sent")
    return True
