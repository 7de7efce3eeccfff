"""The statuses of requests and signers at the desk, and the changes of a request's status that are allowed."""

from collections.abc import Mapping
from enum import StrEnum

from flows.errors import TransitionRefused
from flows.language import translate
from flows.language import translate as _


class RequestStatus(StrEnum):
    """Status of a whole request, as senders read it."""

    OPEN = "open"
    SIGNED = "signed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class SignerStatus(StrEnum):
    """Status of one signer. `closed`: the request ended before the signer answered."""

    WAITING = "waiting"
    READY = "ready"
    SIGNED = "signed"
    DECLINED = "declined"
    CLOSED = "closed"


TRANSITIONS: Mapping[RequestStatus, frozenset[RequestStatus]] = {
    RequestStatus.OPEN: frozenset({RequestStatus.SIGNED, RequestStatus.DECLINED, RequestStatus.CANCELLED}),
    RequestStatus.SIGNED: frozenset(),
    RequestStatus.DECLINED: frozenset(),
    RequestStatus.CANCELLED: frozenset(),
    RequestStatus.EXPIRED: frozenset(),
}
"""The status changes that are stored. `expired` follows from the deadline when a request is read, and is not stored."""


def check_transition(before: RequestStatus, after: RequestStatus) -> None:
    """Raise `TransitionRefused` if a request may not change from one status to the other."""
    if after not in TRANSITIONS[before]:
        raise TransitionRefused(
            _("A signature request cannot change from {before} to {after}; look up its status.").format(
                before=translate(before), after=translate(after)
            )
        )
