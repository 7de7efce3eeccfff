"""Which status changes of a request the desk allows."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from flows.errors import TransitionRefused
from flows.signing_desk.schemas import IntentIn
from flows.signing_desk.sender_actions import cancel, create, look_up
from flows.signing_desk.service import open_desk
from flows.signing_desk.statuses import RequestStatus, check_transition
from tests.signing_desk.documents import BOTH, agreement, intent_of

ALLOWED = {("open", "signed"), ("open", "declined"), ("open", "cancelled")}
"""Written by hand: an open request ends once, and `expired` is never stored."""


@pytest.mark.parametrize(("before", "after"), list(product(RequestStatus, repeat=2)))
def test_a_request_changes_status_by_the_table_alone(before: RequestStatus, after: RequestStatus) -> None:
    """Every pair that is not in the handwritten table is refused."""
    if (before.value, after.value) in ALLOWED:
        check_transition(before, after)
    else:
        with pytest.raises(TransitionRefused):
            check_transition(before, after)


def test_a_request_that_has_ended_cannot_end_again(tmp_path: Path) -> None:
    """Neither the status nor the events change."""
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    desk = open_desk(tmp_path, lambda: now, "http://desk.example")
    sent = intent_of(agreement(), "ref-1", now + timedelta(days=30))
    intent = IntentIn(
        reference=sent.reference,
        title=sent.title,
        public_title=sent.public_title,
        deadline=sent.deadline,
        sha256=sent.sha256,
        signers=[{"order": one.order, "role": one.role, "name": one.name, "title": one.title} for one in BOTH],
    )
    request = create(desk, intent, agreement())[0]
    ended = cancel(desk, request.id, "Trukket")

    def end_again() -> None:
        with desk.database.writing() as connection:
            desk.end(connection, ended, RequestStatus.SIGNED, "desk")

    with pytest.raises(TransitionRefused):
        end_again()
    assert look_up(desk, request.id) == ended
