"""Statuses change as their tables say. The tables here are written by hand and share nothing with the code."""

import ast
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import pytest

import flows
from flows.errors import TransitionRefused
from flows.register.states import (
    DEADLINE_CHANGES,
    DELIVERY_CHANGES,
    ENDED_UNSIGNED,
    MAIL_CHANGES,
    OUT,
    RECORD_CHANGES,
    REQUEST_CHANGES,
    REQUEST_ENDED,
    UNSENT,
    WAITS_FOR_A_PERSON,
    DeadlineStatus,
    DeliveryState,
    MailStatus,
    RecordStatus,
    RequestState,
    State,
    check_change,
    check_transition,
)

AGREEMENT = """
received    -> received generated cancelled
generated   -> received approved cancelled
approved    -> received sending cancelled
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
open        -> signed declined expired cancelled
signed      -> refused
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

GROUPS = """
unsent         -> received generated approved
out            -> sending unknown sent signed quarantined
ended_unsigned -> declined expired cancelled
waits          -> unknown declined expired cancelled quarantined
request_ended  -> declined expired cancelled not_sent stray signed_late
"""
DELIVERY = """
due          -> sending delivered refused needs_person
sending      -> sent received delivered refused due unknown needs_person
sent         -> received delivered refused due unknown needs_person
received     -> delivered refused due unknown needs_person
unknown      -> sent delivered refused due needs_person
needs_person -> delivered refused due
refused      -> due delivered
delivered    ->
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
    (DELIVERY, DeliveryState, lambda before, after: check_change(DELIVERY_CHANGES, before, DeliveryState(after))),
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


def test_the_groups_of_statuses_hold_what_their_names_say() -> None:
    """What may be replaced, what is out, what has ended unsigned, and what waits for a person."""
    groups = {
        "unsent": UNSENT,
        "out": OUT,
        "ended_unsigned": ENDED_UNSIGNED,
        "waits": WAITS_FOR_A_PERSON,
        "request_ended": REQUEST_ENDED,
    }
    assert {name: {str(one) for one in group} for name, group in groups.items()} == parsed(GROUPS)


WRITERS = {
    "register/agreements.py: Agreement",
    "register/database.py: move",
    "register/deadlines.py: Deadline",
    "register/deadlines.py: set_deadline_status",
    "register/deliveries.py: set_delivery_state",
    "register/listing_update.py: _describe",
    "register/mail.py: Mail",
    "register/mail.py: set_mail_status",
    "register/records.py: Record",
    "register/records.py: set_record_status",
    "register/signature_requests.py: set_request_status",
}
"""What gives a row its status: who makes the row, the one function that changes it, and the list that copies it."""


def test_only_writers_of_the_register_set_a_status() -> None:
    """A status is given where its row is made, and is changed in one function for each table of the register."""
    folder = Path(flows.__file__).parent
    stages = ("intake", "documents", "signing", "archive", "delivery", "review")
    rooms = ("agreements", *stages, "mail", "application", "commands")
    found = {
        f"{path.relative_to(folder).as_posix()}: {name}"
        for room in (*rooms, "web", "register")
        for path in (folder / room).rglob("*.py")
        for name in status_writers(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == WRITERS


def status_writers(tree: ast.AST, function: str = "") -> Iterator[str]:
    """Yield the functions that assign a status, and the names of the tables that are given one when a row is made."""
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, ast.FunctionDef) else function
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in {"status", "state"}:
            yield function
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TABLE_NAMES:
            yield from (node.func.id for given in node.keywords if given.arg in {"status", "state"})
        yield from status_writers(node, inside)


TABLE_NAMES = {"Agreement", "SignatureRequest", "Record", "Deadline", "Mail", "Delivery"}
