"""The states of an agreement on its way through the program, and every change that is allowed."""

from enum import StrEnum

from flows.errors import TransitionRefused
from flows.language import translate
from flows.language import translate as _


class State(StrEnum):
    """Where an agreement stands. The legal life of a signed agreement is another matter (reviews and their dates)."""

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
"""The request has ended and nobody is bound: a new version may be sent."""

WAITS_FOR_A_PERSON = frozenset({State.UNKNOWN, State.DECLINED, State.EXPIRED, State.CANCELLED, State.QUARANTINED})
"""Nothing happens to an agreement in these states until somebody decides."""

TRANSITIONS: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.RECEIVED, State.GENERATED}),
    State.GENERATED: frozenset({State.RECEIVED, State.APPROVED}),
    State.APPROVED: frozenset({State.RECEIVED, State.SENDING}),
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
