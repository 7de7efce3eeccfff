"""Rows between the cases that are no cases are told apart: one problem each; a case that lacks much stays a case."""

from pathlib import Path
from typing import Any

import pytest

from flows.intake import ValidatedSource, read
from tests.intake.spreadsheets import write_csv
from tests.intake.workbooks import ALIS, TODAY, table, write_workbook

HEADINGS, FIRST = table([ALIS])
LAST = [*FIRST[:5], "990010222", *FIRST[6:]]


def between(folder: Path, row: list[Any], name: str = "cases.xlsx") -> ValidatedSource:
    """Read two good cases with a row between them."""
    sheets = {"ALIS-avtale": [HEADINGS, FIRST, [*row, *[None] * (len(HEADINGS) - len(row))], LAST]}
    return read(
        write_csv(folder / name, sheets) if name.endswith("csv") else write_workbook(folder / name, sheets), TODAY
    )


@pytest.mark.parametrize("name", ["cases.xlsx", "cases.csv"])
@pytest.mark.parametrize(
    ("row", "level"),
    [
        (["Kommune: Bodø"], "warning"),
        (["HØSTEN 2027"], "warning"),
        ([None, None, None, None, "HØSTEN 2027"], "warning"),
        ([None, "Salten", None, "Lofoten"], "warning"),
        (["NB! Husk frist 31. august", None, "Ring Kari"], "warning"),
        (["Sum", None, None, None, None, "5"], "warning"),
        (["Totalt 5"], "warning"),
        ([None, "I alt:", "12", None, "3,5", "9", "8", "7"], "warning"),
        (["Antall leger: 12"], "warning"),
        (["Bodø Totalt", None, None, None, None, "5"], "warning"),
        (HEADINGS, "warning"),
        ([heading.upper() for heading in HEADINGS], "warning"),
        (HEADINGS[:8], "warning"),
        (["1804 Bodø"], "error"),
        (["1804", "Bodø"], "error"),
        ([None, None, None, None, None, "990010333"], "error"),
    ],
)
def test_what_is_no_case_is_one_problem(tmp_path: Path, name: str, row: list[Any], level: str) -> None:
    """A section, a note, a total, the headings once more, a beginning: told at its row, and the cases stay good."""
    judged = between(tmp_path, row, name)
    assert [(each.rule, each.row, each.level) for each in judged.problems] == [("row", 3, level)]
    assert (judged.count, [each.place.row for each in judged.cases]) == (2, [2, 4])


@pytest.mark.parametrize(
    "row",
    [
        [None, None, None, None, "Kari Ny", "990010333", "Sentrum legekontor"],
        ["1804", "Bodø", None, None, "Kari Ny"],
        [*FIRST[:3]],
        ["Sum", "Bodø", "313018040", "Marit", "Kari Ny", "990010333"],
        [None, "Bodø", None, "Marit", "Kari Ny", None, "Sentrum", "Fastlege"],
    ],
)
def test_a_case_that_lacks_much_is_still_a_case(tmp_path: Path, row: list[Any]) -> None:
    """Where something stands that only a case has, or much of it, what is missing is told field by field."""
    judged = between(tmp_path, row)
    assert (judged.count, len(judged.cases)) == (3, 2)
    assert "row" not in {each.rule for each in judged.problems}
    assert {each.row for each in judged.problems} == {3}


@pytest.mark.parametrize(
    "row",
    [
        [f"Her skrives {heading.lower()}" for heading in HEADINGS],
        ["4 siffer", "navn", "9 siffer", "navn", "navn", "7–9 siffer", "tekst", "tekst", "velg", "velg", "%", "dato"],
    ],
)
def test_a_row_in_which_nothing_fits_is_one_problem(tmp_path: Path, row: list[Any]) -> None:
    """Explanations below the headings are one error, since they may be meant as a case."""
    judged = between(tmp_path, row)
    assert [(each.rule, each.row, each.level) for each in judged.problems] == [("row", 3, "error")]
    assert [each.place.row for each in judged.cases] == [2, 4]


def test_other_headings_end_the_table(tmp_path: Path) -> None:
    """Below headings in another order nothing is read by those above: two texts would change places in silence."""
    swapped = [*HEADINGS[:15], HEADINGS[16], HEADINGS[15], *HEADINGS[17:]]
    moved = [swapped[1], swapped[0], *swapped[2:]]
    path = write_workbook(tmp_path / "two.xlsx", {"ALIS-avtale": [HEADINGS, FIRST, moved[::-1], LAST[::-1]]})
    judged = read(path, TODAY)
    assert ([(each.rule, each.row) for each in judged.problems], judged.count) == ([("row", 3)], 1)


def test_an_identity_number_in_a_note_is_refused(tmp_path: Path) -> None:
    """A row that would be left out is not, where it holds what must never be there."""
    judged = between(tmp_path, ["Fnr 01019012345"])
    assert "fodselsnummer" in [each.rule for each in judged.problems]
    assert "12345" not in "".join(each.message + each.value for each in judged.problems)
