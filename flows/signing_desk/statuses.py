"""The statuses of requests and signers at the desk, and the changes of a request's status that are allowed."""

from collections.abc import Mapping
from enum import StrEnum


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
