"""Decide whether a delivery that failed is tried again by itself, looked for first, or left to a person."""

from datetime import timedelta

from flows.language import translate as _
from flows.register import Transaction
from flows.register.deliveries import CREATE, postpone, set_delivery_state
from flows.register.delivery_schema import Delivery
from flows.register.states import DeliveryState

PAUSES = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""Before each repeat; after the last one a person decides. KS asks for a limit and for pauses."""


def repeat_or_leave(
    transaction: Transaction, delivery: Delivery, why: str, words: str = "", *, look: bool = False
) -> None:
    """Let a delivery go again after a pause with the same bytes, or leave it to a person after too many tries.

    With `look`, it is not certain that the archive has nothing: an agreement is then looked for first. What is only
    told about an entry may be told twice. `words` are the archive's own.
    """
    if look and delivery.purpose == CREATE:
        if delivery.state != DeliveryState.UNKNOWN:
            set_delivery_state(transaction, delivery, DeliveryState.UNKNOWN, why, words=words)
        return
    if delivery.attempts > len(PAUSES):
        told = _("It was tried {count} times. {why}").format(count=delivery.attempts, why=words or why)
        set_delivery_state(transaction, delivery, DeliveryState.NEEDS_PERSON, _("tried too many times"), words=told)
        return
    postpone(transaction, delivery, PAUSES[max(delivery.attempts - 1, 0)])
    set_delivery_state(transaction, delivery, DeliveryState.DUE, why, words=words)
