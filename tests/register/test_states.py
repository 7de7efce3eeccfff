"""Statuses change as their tables say. The tables here are written by hand and share nothing with the code."""

import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import pytest

import flows
from flows.errors import TransitionRefused
from flows.register.states import (
    DEADLINE_CHANGES,
    MAIL_CHANGES,
    RECORD_CHANGES,
    REQUEST_CHANGES,
    DeadlineStatus,
    MailStatus,
    RecordStatus,
    RequestState,
    State,
    check_change,
    check_transition,
)

AGREEMENT = """
received    -> received generated
generated   -> received approved
approved    -> received sending
sending     -> approved sent unknown
unknown     -> sent approved
sent        -> signed declined expired cancelled
signed      -> archived quarantined
quarantined -> archived received
declined    -> received
expired     -> received
cancelled   -> received
archived    -> received ended
ended       ->
"""
REQUEST = """
intended    -> open unknown not_sent
unknown     -> open not_sent
not_sent    -> stray signed_late
stray       -> signed_late
open        -> signed declined expired cancelled signed_late
signed      -> refused signed_late
declined    -> signed_late
expired     -> signed_late
cancelled   -> signed_late
signed_late ->
refused     ->
"""
RECORD = """
quarantined -> archived refused destroyed
archived    -> destroyed
refused     -> destroyed
destroyed   ->
"""
DEADLINE = """
open        -> done passed cancelled
done        -> open
passed      -> open
cancelled   -> open
"""
MAIL = """
waiting     -> sending
sending     -> waiting sending sent refused
sent        ->
refused     ->
"""

Change = Callable[[str, str], object]


def parsed(table: str) -> dict[str, set[str]]:
    """Return the allowed changes by the status before."""
    rows = (line.partition("->") for line in table.strip().splitlines())
    return {before.strip(): set(after.split()) for before, _, after in rows}


TABLES: list[tuple[str, type[StrEnum], Change]] = [
    (AGREEMENT, State, lambda before, after: check_transition(State(before), State(after))),
    (REQUEST, RequestState, lambda before, after: check_change(REQUEST_CHANGES, before, RequestState(after))),
    (RECORD, RecordStatus, lambda before, after: check_change(RECORD_CHANGES, before, RecordStatus(after))),
    (DEADLINE, DeadlineStatus, lambda before, after: check_change(DEADLINE_CHANGES, before, DeadlineStatus(after))),
    (MAIL, MailStatus, lambda before, after: check_change(MAIL_CHANGES, before, MailStatus(after))),
]


@pytest.mark.parametrize(("table", "statuses", "change"), TABLES, ids=[kind.__name__ for _, kind, _ in TABLES])
def test_a_status_changes_as_its_table_says(table: str, statuses: type[StrEnum], change: Change) -> None:
    """Every change in the table passes, and every other pair of statuses is refused."""
    allowed = parsed(table)
    assert set(allowed) == {str(one) for one in statuses}
    for before in allowed:
        for after in allowed:
            if after in allowed[before]:
                change(before, after)
            else:
                with pytest.raises(TransitionRefused):
                    change(before, after)


def test_only_writers_of_the_register_set_a_status() -> None:
    """No stage, use case or command assigns the status of anything that the register holds."""
    assignment = re.compile(r"(?<![=!<>])\b(?:request|record|deadline|mail|agreement)\.(?:status|state)\s*=[^=]")
    rooms = ("intake", "documents", "signing", "archive", "review", "application", "commands", "web")
    found = [
        f"{path}: {line}"
        for room in rooms
        for path in (Path(flows.__file__).parent / room).rglob("*.py")
        for line in path.read_text().splitlines()
        if assignment.search(line)
    ]
    assert found == []
