"""The same agreement twice in one source."""

from pathlib import Path

from tests.intake.workbooks import ALIS, JSON_CASE, places, read_json, read_rows

FIRST = {**ALIS, "Avtalen gjelder til": "31.01.2027"}


def test_the_same_row_again_is_rejected(tmp_path: Path) -> None:
    """Of equal rows the first goes on, and the others say where it stands."""
    judged = read_rows(tmp_path, ALIS, ALIS, ALIS)
    assert [each.place.row for each in judged.cases] == [2]
    assert places(judged.problems) == [(f"A{row}", "kommunenr", "duplicate", "error") for row in (3, 4)]
    assert "rad 2 i «ALIS-avtale»" in judged.problems[0].message
    assert (judged.count, judged.rejected) == (3, 2)


def test_rows_that_contradict_each_other_are_both_rejected(tmp_path: Path) -> None:
    """Where the same agreement has two contents nobody can know which is right."""
    judged = read_rows(tmp_path, ALIS, {**ALIS, "Arbeidssted": "Et annet kontor"})
    assert not judged.cases
    assert [each.row for each in judged.problems] == [2, 3]
    assert "rad 3" in judged.problems[0].message


def test_another_first_day_is_another_agreement(tmp_path: Path) -> None:
    """A renewal of the same doctor's agreement is no duplicate."""
    judged = read_rows(tmp_path, FIRST, {**ALIS, "Avtalen gjelder fra": "01.02.2027"})
    assert (len(judged.cases), judged.problems) == (2, ())


def test_an_hpr_number_with_leading_zeros_is_the_same_doctor(tmp_path: Path) -> None:
    """HPR numbers are compared padded."""
    rows = [{**JSON_CASE, "lege_hpr_nummer": number} for number in ("9900102", "009900102")]
    judged = read_json(tmp_path, rows)
    assert [each.pointer for each in judged.problems] == ["/0/kommunenr", "/1/kommunenr"]


def test_a_bad_row_is_no_duplicate(tmp_path: Path) -> None:
    """A row that is rejected anyway does not take a good one with it."""
    judged = read_rows(tmp_path, {**ALIS, "Sted": None}, ALIS)
    assert [each.place.row for each in judged.cases] == [3]


def test_one_doctor_under_two_spellings_is_a_warning(tmp_path: Path) -> None:
    """One HPR number with two names is pointed out at the name; accents, å and order of names make no difference."""
    later = {**ALIS, "Avtalen gjelder fra": "01.02.2027"}
    other = {**later, "Legens navn": "Kari Fjordhjem"}
    assert places(read_rows(tmp_path, FIRST, other).problems) == [("E3", "lege_navn", "same_person", "warning")]
    assert read_rows(tmp_path, FIRST, {**later, "Legens navn": "Fjordheim Kári"}).problems == ()


def test_a_slip_of_the_pen_in_the_number_is_a_warning(tmp_path: Path) -> None:
    """The same name at the same workplace with one digit changed is probably one doctor, and told so."""
    slip = {**ALIS, "HPR-nr.": "990010212"}
    assert places(read_rows(tmp_path, ALIS, slip).problems) == [("F3", "lege_hpr_nummer", "same_person", "warning")]
    assert read_rows(tmp_path, ALIS, {**slip, "Arbeidssted": "Et annet kontor"}).problems == ()
