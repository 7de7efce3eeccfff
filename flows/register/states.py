"""The states of agreements, signature requests, records, deadlines, e-mails and deliveries, and each allowed change.

Each enum has a table of its changes. The writers of the register take every change through `check_change`, and those of
agreements through `check_transition`; a change that is not in the table raises `TransitionRefused`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flows.errors import TransitionRefused
from flows.language import translate
from flows.language import translate as _


class State(StrEnum):
    """The state of an agreement. The legal life of a signed agreement is separate (reviews and their dates)."""

    RECEIVED = "received"
    GENERATED = "generated"
    APPROVED = "approved"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SIGNED = "signed"
    QUARANTINED = "quarantined"
    ARCHIVED = "archived"
    ENDED = "ended"


UNSENT = frozenset({State.RECEIVED, State.GENERATED, State.APPROVED})
"""A changed case replaces an agreement in these states; nobody outside has seen it."""

OUT = frozenset({State.SENDING, State.UNKNOWN, State.SENT, State.SIGNED, State.QUARANTINED})
"""Out for signature, or on its way back: a changed case is reported, and waits for a person."""

ENDED_UNSIGNED = frozenset({State.DECLINED, State.EXPIRED, State.CANCELLED})
"""The request has ended, or was never sent, and nobody is bound: a new version may be sent."""

WAITS_FOR_A_PERSON = frozenset({State.UNKNOWN, State.DECLINED, State.EXPIRED, State.CANCELLED, State.QUARANTINED})
"""Agreements in these states wait for a person."""

TRANSITIONS: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.RECEIVED, State.GENERATED, State.CANCELLED}),
    State.GENERATED: frozenset({State.RECEIVED, State.APPROVED, State.CANCELLED}),
    State.APPROVED: frozenset({State.RECEIVED, State.SENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.APPROVED, State.SENT, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.SENT, State.APPROVED}),
    State.SENT: frozenset({State.SIGNED, State.DECLINED, State.EXPIRED, State.CANCELLED}),
    State.SIGNED: frozenset({State.ARCHIVED, State.QUARANTINED}),
    State.QUARANTINED: frozenset({State.ARCHIVED, State.RECEIVED}),
    State.DECLINED: frozenset({State.RECEIVED}),
    State.EXPIRED: frozenset({State.RECEIVED}),
    State.CANCELLED: frozenset({State.RECEIVED}),
    State.ARCHIVED: frozenset({State.RECEIVED, State.ENDED}),
    State.ENDED: frozenset(),
}
"""Allowed changes. To `received` always means a new version of the case; the old one's record, if any, stays."""


def check_transition(before: State, after: State) -> None:
    """Raise `TransitionRefused` unless the table of states has this change."""
    if after not in TRANSITIONS[before]:
        raise TransitionRefused(
            _("An agreement that is {before} cannot become {after}; see its events with `status ID`.").format(
                before=translate(before), after=translate(after)
            )
        )


class RequestState(StrEnum):
    """The state of a signature request in the register."""

    INTENDED = "intended"
    OPEN = "open"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"
    SIGNED = "signed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SIGNED_LATE = "signed_late"
    STRAY = "stray"
    REFUSED = "refused"


REQUEST_CHANGES: dict[RequestState, frozenset[RequestState]] = {
    RequestState.INTENDED: frozenset({RequestState.OPEN, RequestState.UNKNOWN, RequestState.NOT_SENT}),
    RequestState.UNKNOWN: frozenset({RequestState.OPEN, RequestState.NOT_SENT}),
    RequestState.NOT_SENT: frozenset({RequestState.STRAY, RequestState.SIGNED_LATE}),
    RequestState.STRAY: frozenset({RequestState.SIGNED_LATE}),
    RequestState.OPEN: frozenset(
        {RequestState.SIGNED, RequestState.DECLINED, RequestState.EXPIRED, RequestState.CANCELLED}
    ),
    RequestState.SIGNED: frozenset({RequestState.REFUSED}),
    RequestState.DECLINED: frozenset({RequestState.SIGNED_LATE}),
    RequestState.EXPIRED: frozenset({RequestState.SIGNED_LATE}),
    RequestState.CANCELLED: frozenset({RequestState.SIGNED_LATE}),
    RequestState.SIGNED_LATE: frozenset(),
    RequestState.REFUSED: frozenset(),
}
"""A request that has ended here is never open again; a signature that arrives afterwards is kept for a person."""

REQUEST_ENDED = frozenset(
    {
        RequestState.DECLINED,
        RequestState.EXPIRED,
        RequestState.CANCELLED,
        RequestState.NOT_SENT,
        RequestState.STRAY,
        RequestState.SIGNED_LATE,
    }
)
"""Requests that can no longer lead to a record without a person's decision."""


class RecordStatus(StrEnum):
    """The status of a record in the archive."""

    QUARANTINED = "quarantined"
    ARCHIVED = "archived"
    REFUSED = "refused"
    DESTROYED = "destroyed"


RECORD_CHANGES: dict[RecordStatus, frozenset[RecordStatus]] = {
    RecordStatus.QUARANTINED: frozenset({RecordStatus.ARCHIVED, RecordStatus.REFUSED, RecordStatus.DESTROYED}),
    RecordStatus.ARCHIVED: frozenset({RecordStatus.DESTROYED}),
    RecordStatus.REFUSED: frozenset({RecordStatus.DESTROYED}),
    RecordStatus.DESTROYED: frozenset(),
}


class DeadlineStatus(StrEnum):
    """The status of a deadline."""

    OPEN = "open"
    DONE = "done"
    PASSED = "passed"
    CANCELLED = "cancelled"


DEADLINE_CHANGES: dict[DeadlineStatus, frozenset[DeadlineStatus]] = {
    DeadlineStatus.OPEN: frozenset({DeadlineStatus.DONE, DeadlineStatus.PASSED, DeadlineStatus.CANCELLED}),
    DeadlineStatus.DONE: frozenset({DeadlineStatus.OPEN}),
    DeadlineStatus.PASSED: frozenset({DeadlineStatus.OPEN}),
    DeadlineStatus.CANCELLED: frozenset({DeadlineStatus.OPEN}),
}
"""A deadline opens again where its date is moved, or where an agreement imposes it again."""


class MailStatus(StrEnum):
    """The delivery status of an e-mail."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"


MAIL_CHANGES: dict[MailStatus, frozenset[MailStatus]] = {
    MailStatus.WAITING: frozenset({MailStatus.SENDING}),
    MailStatus.SENDING: frozenset({MailStatus.WAITING, MailStatus.SENDING, MailStatus.SENT, MailStatus.REFUSED}),
    MailStatus.SENT: frozenset(),
    MailStatus.REFUSED: frozenset(),
}
"""Another try of an e-mail whose answer was lost is `sending` again."""


class DeliveryState(StrEnum):
    """The state of a delivery to the municipality's own archive system."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    RECEIVED = "received"
    DELIVERED = "delivered"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NEEDS_PERSON = "needs_person"


_ANSWERED = frozenset({DeliveryState.DELIVERED, DeliveryState.REFUSED})
_OPEN_ENDS = frozenset({DeliveryState.DUE, DeliveryState.UNKNOWN, DeliveryState.NEEDS_PERSON})
DELIVERY_CHANGES: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.DUE: _ANSWERED | {DeliveryState.SENDING, DeliveryState.NEEDS_PERSON},
    DeliveryState.SENDING: _ANSWERED | _OPEN_ENDS | {DeliveryState.SENT, DeliveryState.RECEIVED},
    DeliveryState.SENT: _ANSWERED | _OPEN_ENDS | {DeliveryState.RECEIVED},
    DeliveryState.RECEIVED: _ANSWERED | _OPEN_ENDS,
    DeliveryState.UNKNOWN: _ANSWERED | {DeliveryState.SENT, DeliveryState.DUE, DeliveryState.NEEDS_PERSON},
    DeliveryState.NEEDS_PERSON: _ANSWERED | {DeliveryState.DUE},
    DeliveryState.REFUSED: frozenset({DeliveryState.DUE, DeliveryState.DELIVERED}),
    DeliveryState.DELIVERED: frozenset(),
}
"""A receipt may come for a delivery in any state: the answers of an archive keep no order. `delivered` is final."""

_Status = TypeVar("_Status", RequestState, RecordStatus, DeadlineStatus, MailStatus, DeliveryState)


def check_change(table: Mapping[_Status, frozenset[_Status]], before: str, after: _Status) -> _Status:
    """Return the new status if the table has the change from `before`. Raises `TransitionRefused`."""
    kind = type(after)
    if after not in table[kind(before)]:
        message = _("This cannot be changed from «{before}» to «{after}» in the register ({kind}).")
        raise TransitionRefused(message.format(before=before, after=after, kind=kind.__name__))
    return after
