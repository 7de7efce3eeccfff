"""What a workbook does not show is left out and named, or taken and named on request: sheets, columns and rows."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import load_workbook
from openpyxl.comments import Comment
from typer.testing import CliRunner

from flows.agreements.alis_case import AlisCase
from flows.cli import app
from flows.intake import ValidatedSource, read
from flows.intake.problem_report import write_report
from tests.intake.raw_workbooks import OdsOptions, XlsxOptions, write_raw_ods, write_raw_xlsx
from tests.intake.workbooks import ALIS, TODAY, table, write_workbook

END = "Avtalen gjelder til"
ROWS = [{**ALIS, "HPR-nr.": f"99001{number}02{number}", END: date(2028, 12, 31)} for number in range(5)]
ALL = {"ALIS-avtale": table(ROWS)}
COLUMN = list(ROWS[0]).index(END)
NEEDED = list(ROWS[0]).index("Arbeidssted")


def write_xls(path: Path, rows: Any = (), columns: Any = (), sheets: Any = ()) -> Path:
    """Write an old workbook with hidden parts; rows count from 1, columns from 0."""
    workbook = xlwt.Workbook()
    for name in ("ALIS-avtale", *sheets):
        sheet = workbook.add_sheet(name)
        sheet.visibility = 2 if name in sheets else 0
        for number, row in enumerate(ALL["ALIS-avtale"]):
            sheet.row(number).hidden = number + 1 in rows
            for column, value in enumerate(row):
                sheet.write(number, column, f"{value:%d.%m.%Y}" if isinstance(value, date) else value)
        for column in columns:
            sheet.col(column).hidden = True
    workbook.save(str(path))
    return path


WITH_ROWS: dict[str, Callable[[Path], Path]] = {
    "xlsx": lambda path: write_raw_xlsx(path, ALL, XlsxOptions(hidden_rows=(3, 4, 6))),
    "ods": lambda path: write_raw_ods(path, ALL, OdsOptions(hidden_rows=(3, 4, 6))),
    "fods": lambda path: write_raw_ods(path, ALL, OdsOptions(hidden_rows=(3, 4, 6), row_visibility="filter")),
    "group.ods": lambda path: write_raw_ods(path, ALL, OdsOptions(hidden_rows=(3, 4, 6), row_group=True)),
    "xls": lambda path: write_xls(path, rows=(3, 4, 6)),
}


@pytest.mark.parametrize("kind", WITH_ROWS)
def test_hidden_rows_are_named_and_left_out(tmp_path: Path, kind: str) -> None:
    """By hand, by a filter or in a closed group: one warning for all of them."""
    path = WITH_ROWS[kind](tmp_path / f"cases.{kind}")
    judged = read(path, TODAY)
    assert [one.place.row for one in judged.cases] == [2, 5]
    (problem,) = judged.problems
    assert (problem.rule, problem.level, problem.cell) == ("hidden", "warning", "A3")
    assert problem.message == "Skjulte rader er utelatt: 3–4, 6. Vis radene, eller bruk --include-hidden."
    taken = read(path, TODAY, include_hidden=True)
    assert [one.place.row for one in taken.cases] == [2, 3, 4, 5, 6]
    assert [one.message for one in taken.problems] == ["Skjulte rader er tatt med: 3–4, 6."]


WITH_COLUMN: dict[str, Callable[[Path, int], Path]] = {
    "xlsx": lambda path, column: write_raw_xlsx(path, ALL, XlsxOptions(hidden_columns=(column,))),
    "ods": lambda path, column: write_raw_ods(path, ALL, OdsOptions(hidden_columns=(column,))),
    "xls": lambda path, column: write_xls(path, columns=(column,)),
}


def _ends(judged: ValidatedSource) -> set[date | None]:
    return {one.case.avtale_gjelder_til for one in judged.cases if isinstance(one.case, AlisCase)}


@pytest.mark.parametrize("kind", WITH_COLUMN)
def test_hidden_columns_are_named_and_left_out(tmp_path: Path, kind: str) -> None:
    """A column that is not shown prints nothing into an agreement; one that every case needs stops the cases."""
    path = WITH_COLUMN[kind](tmp_path / f"cases.{kind}", COLUMN)
    judged, taken = read(path, TODAY), read(path, TODAY, include_hidden=True)
    assert (_ends(judged), _ends(taken)) == ({None}, {date(2028, 12, 31)})
    assert [(one.cell, one.rule, one.level) for one in judged.problems] == [("V1", "hidden", "warning")]
    assert [(one.cell, one.rule, one.level) for one in taken.problems] == [("V1", "hidden", "warning")]
    needed = read(WITH_COLUMN[kind](path, NEEDED), TODAY)
    assert (needed.count, len(needed.cases)) == (5, 0)
    assert [(one.cell, one.rule, one.level) for one in needed.problems if one.level == "error"] == [
        ("G1", "hidden", "error")
    ]


def test_a_hidden_column_that_holds_nothing_is_not_worth_a_word(tmp_path: Path) -> None:
    """Coordinators hide what they do not use."""
    sheets = {"ALIS-avtale": table([{**ROWS[0], END: None}])}
    judged = read(write_raw_xlsx(tmp_path / "cases.xlsx", sheets, XlsxOptions(hidden_columns=(COLUMN,))), TODAY)
    assert (len(judged.cases), judged.problems) == (1, ())


OLD = {"ALIS-avtale": table(ROWS[:2]), "Gammel": table(ROWS[2:])}
WITH_SHEET: dict[str, Callable[[Path], Path]] = {
    "xlsx": lambda path: write_raw_xlsx(path, OLD, XlsxOptions(hidden_sheets={"Gammel": "hidden"})),
    "very.xlsx": lambda path: write_raw_xlsx(path, OLD, XlsxOptions(hidden_sheets={"Gammel": "veryHidden"})),
    "ods": lambda path: write_raw_ods(path, OLD, OdsOptions(hidden_sheets=("Gammel",))),
}


@pytest.mark.parametrize("kind", WITH_SHEET)
def test_hidden_sheets_are_named_and_left_out(tmp_path: Path, kind: str) -> None:
    """A sheet of cases that is not shown is told; a hidden sheet of anything else is none of our business."""
    path = WITH_SHEET[kind](tmp_path / f"cases.{kind}")
    judged, taken = read(path, TODAY), read(path, TODAY, include_hidden=True)
    assert (len(judged.cases), len(taken.cases)) == (2, 5)
    for found in (judged, taken):
        assert [(one.sheet, one.rule, one.level) for one in found.problems] == [("Gammel", "hidden", "warning")]


def test_a_very_hidden_sheet_of_xls(tmp_path: Path) -> None:
    """The old format knows both kinds of hidden sheets, too."""
    judged = read(write_xls(tmp_path / "cases.xls", sheets=("Gammel",)), TODAY)
    assert (len(judged.cases), [one.sheet for one in judged.problems]) == (5, ["Gammel"])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Gammel", True),
        ("Kopi av ALIS-avtale", True),
        ("ALIS-avtale (2)", True),
        ("ALIS_utkast", True),
        ("Ikke bruk", True),
        ("Avtaler 2027", False),
        ("Malvik", False),
        ("Nyansatte", False),
        ("Arkivleger", False),
    ],
)
def test_a_sheet_that_seems_set_aside_is_named(tmp_path: Path, name: str, told: bool) -> None:
    """Its cases are taken, since nobody has hidden it; with headings alone it is not worth a word."""
    judged = read(
        write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table(ROWS[:2]), name: table(ROWS[2:])}), TODAY
    )
    assert [(one.rule, one.level, one.sheet) for one in judged.problems] == (
        [("sheet_name", "warning", name)] if told else []
    )
    assert len(judged.cases) == len(ROWS)
    empty = {"ALIS-avtale": table(ROWS), name: [list(ROWS[0])]}
    assert read(write_workbook(tmp_path / "empty.xlsx", empty), TODAY).problems == ()


def test_a_workbook_with_nothing_but_a_hidden_sheet(tmp_path: Path) -> None:
    """The sheet is named, instead of saying that there is none."""
    options = XlsxOptions(hidden_sheets={"ALIS-avtale": "hidden"})
    judged = read(write_raw_xlsx(tmp_path / "cases.xlsx", ALL, options), TODAY)
    assert (judged.count, [one.rule for one in judged.problems]) == (0, ["hidden"])


@pytest.mark.usefixtures("own_output")
def test_the_screen_and_the_report_say_it(tmp_path: Path) -> None:
    """`check` names the hidden rows on the screen, takes them with the switch, and the report marks the first."""
    path = WITH_ROWS["xlsx"](tmp_path / "cases.xlsx")
    shown = CliRunner().invoke(app, ["check", str(path)])
    assert "3–4, 6" in shown.output
    assert "--include-hidden" in shown.output
    taken = CliRunner().invoke(app, ["check", str(path), "--include-hidden", "--json"])
    assert '"cases": 5' in taken.output
    write_report(path, read(path, TODAY), tmp_path / "report.xlsx")
    report = load_workbook(tmp_path / "report.xlsx")
    assert "Skjulte rader" in report["Problemer"]["E6"].value
    assert "Skjulte rader" in report["ALIS-avtale"]["A3"].comment.text


def test_a_report_hides_what_its_source_hides(tmp_path: Path) -> None:
    """The copy of another format keeps hidden rows, columns and sheets hidden, so that it is read alike."""
    options = OdsOptions(hidden_rows=(3,), hidden_columns=(COLUMN,), hidden_sheets=("Gammel",))
    path = write_raw_ods(tmp_path / "cases.ods", {**ALL, "Gammel": table(ROWS[2:])}, options)
    judged = read(path, TODAY)
    write_report(path, judged, tmp_path / "report.xlsx")
    again = read(tmp_path / "report.xlsx", TODAY)
    assert [one.message for one in again.problems] == [one.message for one in judged.problems]
    assert [one.case for one in again.cases] == [one.case for one in judged.cases]


def _old_comment(row: int, column: int, author: str) -> bytes:
    """Return the record of a comment in an old workbook ([MS-XLS] 2.4.179)."""
    content = struct.pack("<4HHB", row, column, 0, 1, len(author), 0) + author.encode("latin-1") + b"\0"
    return struct.pack("<HH", 0x001C, len(content)) + content


def test_comments_of_old_workbooks_are_named(tmp_path: Path) -> None:
    """As those of new ones are."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("ALIS-avtale")
    for number, row in enumerate(ALL["ALIS-avtale"]):
        for column, value in enumerate(row):
            sheet.write(number, column, f"{value:%d.%m.%Y}" if isinstance(value, date) else value)
    written = sheet.get_biff_data()
    notes = b"".join(_old_comment(*one) for one in ((2, 4, "GN"), (0, 0, "GN"), (3, 1, "Avtaleflyt, kontroll")))
    sheet.get_biff_data = lambda: written[:-4] + notes + written[-4:]
    workbook.save(str(tmp_path / "cases.xls"))
    judged = read(tmp_path / "cases.xls", TODAY)
    assert [(one.rule, one.level, one.cell) for one in judged.problems] == [("comments", "warning", "")]
    assert "Det er merknader i E3," in judged.problems[0].message
    assert len(judged.cases) == len(ROWS)


def test_comments_of_opendocument_are_named(tmp_path: Path) -> None:
    """Each at its own cell, below rows and beside cells that are repeated."""
    path = write_raw_ods(tmp_path / "plain.ods", ALL, OdsOptions())
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "cases.ods", "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            parts = content.split("<text:p>Sentrum fastlegekontor")
            note = "<office:annotation><text:p>Slutter i mars</text:p></office:annotation>"
            target.writestr(name, f"{note}<text:p>Sentrum fastlegekontor".join(parts))
    judged = read(tmp_path / "cases.ods", TODAY)
    assert "Det er merknader i G2, G3, G4, G5, G6," in judged.problems[0].message
    assert len(judged.cases) == len(ROWS)


def test_comments_in_the_rows_of_cases_are_named(tmp_path: Path) -> None:
    """What somebody wrote beside a cell is read by nobody; the program's own comments are none of these."""
    workbook = load_workbook(write_workbook(tmp_path / "plain.xlsx", ALL))
    sheet = workbook["ALIS-avtale"]
    for cell, author in (("E3", "GN"), ("G2", ""), ("A1", "GN"), ("B4", "Avtaleflyt, kontroll"), ("E99", "GN")):
        sheet[cell].comment = Comment("Slutter i mars, ikke send", author)
    workbook.save(tmp_path / "cases.xlsx")
    judged = read(tmp_path / "cases.xlsx", TODAY)
    assert [(one.rule, one.level, one.cell) for one in judged.problems] == [("comments", "warning", "")]
    assert "Det er merknader i G2, E3," in judged.problems[0].message
    assert len(judged.cases) == len(ROWS)
    write_report(tmp_path / "cases.xlsx", judged, tmp_path / "report.xlsx")
    again = read(tmp_path / "report.xlsx", TODAY)
    assert [one.message for one in again.problems] == [one.message for one in judged.problems]
