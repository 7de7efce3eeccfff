"""Deliveries to the municipality's own archive system as people see them."""

from dataclasses import asdict, dataclass
from typing import Any

from flows.language import translate
from flows.register.deliveries import ACCESS, CREATE, DESTROYED
from flows.register.delivery_schema import Delivery
from flows.register.states import DeliveryState

STATE_WORDS = {
    DeliveryState.DUE: "to be delivered",
    DeliveryState.SENDING: "being sent to the archive",
    DeliveryState.SENT: "sent to the archive",
    DeliveryState.RECEIVED: "received by the archive",
    DeliveryState.DELIVERED: "delivered to the archive",
    DeliveryState.REFUSED: "refused by the archive",
    DeliveryState.UNKNOWN: "unknown whether the archive has it",
    DeliveryState.NEEDS_PERSON: "waits for a person",
}
"""What states are called, in the source language: agreements have states of the same names that mean something else."""


_SUBJECTS = {CREATE: "the agreement", ACCESS: "changed access", DESTROYED: "destruction of our copy"}


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as people see it: what it is about, its state, the archive's numbers, and what stands in the way.

    `subject` and `state_in_words` are in the language in use, like `reason`.
    """

    id: str
    record_id: str
    agreement_id: str
    purpose: str
    state: str
    case_number: str
    entry_number: str
    attempts: int
    reason: str
    subject: str = ""
    state_in_words: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self)


def state_in_words(state: str) -> str:
    """Return what a state is called, in the language in use."""
    return translate(STATE_WORDS[DeliveryState(state)])


def delivery_view(delivery: Delivery) -> DeliveryView:
    """Return a delivery as people see it, in the language in use."""
    return DeliveryView(
        delivery.id,
        delivery.record_id,
        delivery.agreement_id,
        delivery.purpose,
        delivery.state,
        delivery.case_number,
        delivery.entry_number,
        delivery.attempts,
        translate(delivery.reason),
        translate(_SUBJECTS[delivery.purpose.partition(":")[0]]),
        state_in_words(delivery.state),
    )
