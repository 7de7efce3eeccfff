"""Rows that ask for a change («Endres») or for nothing («Uendret») that the register does not have."""

from pathlib import Path
from typing import Any

import pytest

from flows.dates import parse_day
from flows.errors import TransitionRefused
from flows.intake.register_comparison import as_received
from flows.register import Register, State
from flows.register.agreement_ends import EARLY_END
from flows.register.agreements import Reception, receive, start_anew
from flows.register.deadlines import PlannedDeadline, put_deadline
from tests.intake.test_register_contradictions import compared, take_in_as
from tests.intake.workbooks import ALIS, read_rows

ASKED, SINCE, SHARE, UNTIL = "Hva som gjøres", "Endres fra", "Stillingsprosent", "Avtalen gjelder til"
CHANGE = {ASKED: "Endres", SINCE: "01.01.2029", "Arbeidssted": "Havna legesenter"}


def told(register: Register, folder: Path, row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return column and level of what is told about one row."""
    judged = compared(register, read_rows(folder, row))
    assert judged.rejected == any(one.level == "error" for one in judged.problems)
    return [(one.column, one.level) for one in judged.problems]


def amend(register: Register, folder: Path) -> None:
    """Let the change be signed."""
    take_in_as(register, read_rows(folder, {**ALIS, **CHANGE}), State.ARCHIVED)


@pytest.mark.parametrize(
    ("state", "field"),
    [
        (None, "avtale_gjelder_fra"),
        (State.RECEIVED, "endres_fra"),
        (State.APPROVED, "endres_fra"),
        (State.DECLINED, "endres_fra"),
        (State.ENDED, "endres_fra"),
        (State.ARCHIVED, ""),
    ],
)
def test_only_a_signed_agreement_in_force_is_changed(
    tmp_path: Path, register: Register, state: State | None, field: str
) -> None:
    """Anything else would be a second agreement, or hold from another day than the row says."""
    if state:
        take_in_as(register, read_rows(tmp_path, ALIS), state)
    assert told(register, tmp_path, {**ALIS, **CHANGE}) == ([(field, "error")] if field else [])


def test_a_change_of_an_agreement_with_another_first_day_is_no_new_agreement(
    tmp_path: Path, register: Register
) -> None:
    """One day off, and the row meant another agreement than it names."""
    take_in_as(register, read_rows(tmp_path, ALIS), State.ARCHIVED)
    found = told(register, tmp_path, {**ALIS, **CHANGE, "Avtalen gjelder fra": "02.01.2027"})
    assert ("avtale_gjelder_fra", "error") in found


@pytest.mark.parametrize(
    ("since", "until", "wrong"),
    [
        ("01.12.2028", "31.12.2028", False),
        ("01.01.2029", "31.12.2028", True),
        ("01.01.2029", "31.12.2029", False),  # prolonged from the day after its last
        ("02.01.2029", "31.12.2029", True),
    ],
)
def test_a_change_begins_while_the_agreement_holds(
    tmp_path: Path, register: Register, since: str, until: str, wrong: bool
) -> None:
    """Or on the day after, where it is prolonged."""
    take_in_as(register, read_rows(tmp_path, {**ALIS, UNTIL: "31.12.2028"}), State.ARCHIVED)
    found = told(register, tmp_path, {**ALIS, **CHANGE, SINCE: since, UNTIL: until})
    assert found == ([("endres_fra", "error")] if wrong else [])


def test_an_agreement_that_was_ended_early_is_changed_until_then(tmp_path: Path, register: Register) -> None:
    """The day that was recorded counts, not the one that was agreed first."""
    judged = read_rows(tmp_path, ALIS)
    take_in_as(register, judged, State.ARCHIVED)
    last_day = parse_day("30.06.2028")
    assert last_day
    with register.write() as transaction:
        one = receive(transaction, as_received(judged.cases[0])).agreement_id
        ended = PlannedDeadline(one, "alis", "1804", EARLY_END, "", last_day, last_day, "", "")
        put_deadline(transaction, ended)
    assert told(register, tmp_path, {**ALIS, **CHANGE, SINCE: "01.03.2028"}) == []
    assert told(register, tmp_path, {**ALIS, **CHANGE}) == [("endres_fra", "error")]


def test_a_change_comes_after_those_that_are_signed(tmp_path: Path, register: Register) -> None:
    """One from before would take over what holds from later on."""
    take_in_as(register, read_rows(tmp_path, ALIS), State.ARCHIVED)
    amend(register, tmp_path)
    later = {**ALIS, **CHANGE, "Arbeidssted": "Torget"}
    assert told(register, tmp_path, {**later, SINCE: "01.01.2028"}) == [("endres_fra", "error")]
    assert told(register, tmp_path, {**later, SINCE: "01.01.2030"}) == []


def test_one_change_of_an_agreement_is_under_way_at_a_time(tmp_path: Path, register: Register) -> None:
    """One that was declined is not taken up while another waits: it would change what that has changed by then."""
    take_in_as(register, read_rows(tmp_path, ALIS), State.ARCHIVED)
    declined = read_rows(tmp_path, {**ALIS, **CHANGE})
    take_in_as(register, declined, State.DECLINED)
    take_in_as(register, read_rows(tmp_path, {**ALIS, **CHANGE, SINCE: "01.01.2030"}), State.RECEIVED)
    again = as_received(read_rows(tmp_path, {**ALIS, **CHANGE, "Arbeidssted": "Torget"}).cases[0])
    with register.write() as transaction:
        assert receive(transaction, again).reception is Reception.OUT_FOR_SIGNATURE
        first = receive(transaction, as_received(declined.cases[0])).agreement_id
        with pytest.raises(TransitionRefused, match="En annen endring"):
            start_anew(transaction, first)


@pytest.mark.parametrize(
    ("share", "wrong"),
    [
        ("50 %", True),
        ("100 %; 50 % fra 01.01.2028", True),
        ("100 %; 50 % fra 01.01.2029", False),
        ("100 %; 80 % fra 01.01.2029; 50 % fra 01.01.2030", False),
        ("100 %", False),
    ],
)
def test_a_change_of_the_share_leaves_the_time_before_it_alone(
    tmp_path: Path, register: Register, share: str, wrong: bool
) -> None:
    """50 % alone would hold from the first day, and the agreement last two years longer than it does."""
    take_in_as(register, read_rows(tmp_path, ALIS), State.ARCHIVED)
    judged = compared(register, read_rows(tmp_path, {**ALIS, **CHANGE, SHARE: share}))
    assert [(one.column, one.level) for one in judged.problems] == ([("stillingsprosent", "error")] if wrong else [])
    if wrong:
        assert "«100 %; 50 % fra 01.01.2029»" in judged.problems[0].message


@pytest.mark.parametrize(
    "changes",
    [{}, {"Signatar for kommunen, navn": "Siv Dal", "Legens e-post": "ny@example.no"}],
    ids=["none", "signers"],
)
def test_a_change_of_nothing_is_told(tmp_path: Path, register: Register, changes: dict[str, str]) -> None:
    """Nothing is made of it; once the change is signed, the same row is no longer told."""
    take_in_as(register, read_rows(tmp_path, ALIS), State.ARCHIVED)
    row = {**ALIS, ASKED: "Endres", SINCE: "01.01.2029", **changes}
    assert told(register, tmp_path, row) == [("sesongvalg", "warning")]
    amend(register, tmp_path)
    assert told(register, tmp_path, {**ALIS, **CHANGE}) == []


@pytest.mark.parametrize(
    ("state", "changes", "wrong"),
    [
        (None, {}, True),
        (State.RECEIVED, {}, False),
        (State.RECEIVED, {"Arbeidssted": "Havna"}, True),
        (State.ARCHIVED, {}, False),
        (State.ARCHIVED, {"Arbeidssted": "Havna"}, False),  # told as such: it is signed as it was
    ],
)
def test_what_is_unchanged_is_in_the_register(
    tmp_path: Path, register: Register, state: State | None, changes: dict[str, str], wrong: bool
) -> None:
    """«Uendret» makes no new agreement, and changes none."""
    if state:
        take_in_as(register, read_rows(tmp_path, ALIS), state)
    found = told(register, tmp_path, {**ALIS, **changes, ASKED: "Uendret"})
    assert found == ([("sesongvalg", "error")] if wrong else [])
