"""The problem report: the coordinator's own workbook back, marked, and safe to open."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from flows.intake import read
from flows.intake.problem_report import write_report
from tests.intake.spreadsheets import write_csv, write_ods, write_xls
from tests.intake.workbooks import ALIS, TODAY, table, write_workbook

WRONG = {**ALIS, "HPR-nr.": "12AB", "Arbeidssted": None}


def report_of(path: Path, folder: Path) -> Any:
    """Write the report of a source and open it."""
    target = folder / "report.xlsx"
    write_report(path, read(path, TODAY), target)
    return load_workbook(target)


def marked(sheet: Any) -> dict[str, str]:
    """Return the marked cells of a sheet, with what their comments say."""
    cells = [str(formatted.sqref) for formatted in sheet.conditional_formatting]
    return {cell: sheet[cell].comment.text for cell in cells}


def test_each_wrong_cell_is_marked_and_explained(tmp_path: Path) -> None:
    """The cells of the problems are marked, say what would be right, and no other cell is touched."""
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([ALIS, WRONG])})
    report = report_of(path, tmp_path)
    found = marked(report["ALIS-avtale"])
    assert found.keys() == {"F3", "G3"}
    assert "7 til 9 sifre" in found["F3"]
    assert "Arbeidssted mangler" in found["G3"]


def test_the_first_sheet_sums_up(tmp_path: Path) -> None:
    """How many cases need a person, and every problem with sheet, cell and a link to it."""
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([ALIS, WRONG])})
    first = report_of(path, tmp_path).worksheets[0]
    lines = [[cell.value for cell in row] for row in first.iter_rows(min_row=6)]
    assert first.title == "Problemer"
    assert first["A2"].value == "2 saker: 1 kan gå videre, 1 må rettes."
    assert sorted(line[:4] for line in lines) == [
        ["ALIS-avtale", "F3", "HPR-nr.", "12AB"],
        ["ALIS-avtale", "G3", "Arbeidssted", None],
    ]
    assert {first[cell].hyperlink.location for cell in ("B6", "B7")} == {"'ALIS-avtale'!F3", "'ALIS-avtale'!G3"}


def test_the_workbook_keeps_its_own_look(tmp_path: Path) -> None:
    """Fonts, fills, widths, comments, formulas and other sheets of the coordinator come back as they were."""
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([WRONG]), "Notater": [["Husk"], ["=1+1"]]})
    workbook = load_workbook(path)
    sheet = workbook["ALIS-avtale"]
    sheet["F2"].fill = PatternFill(fgColor="00FF00", fill_type="solid")
    sheet["F2"].font = Font(name="Arial", italic=True)
    sheet["F2"].comment = Comment("Spør legen", "Marit")
    sheet.column_dimensions["F"].width = 33
    workbook.save(path)
    report = report_of(path, tmp_path)
    cell = report["ALIS-avtale"]["F2"]
    assert (cell.fill.fgColor.rgb, cell.font.name, cell.font.italic) == ("0000FF00", "Arial", True)
    assert cell.comment.text.startswith("Spør legen\n")
    assert "Et HPR-nummer har 7" in cell.comment.text
    assert report["ALIS-avtale"].column_dimensions["F"].width == 33
    assert report["Notater"]["A2"].value == "=1+1"


def test_mended_and_checked_again_it_is_clean(tmp_path: Path) -> None:
    """The report is itself a source of the same cases; mended, its marks and its summary are gone."""
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([ALIS, WRONG])})
    report = report_of(path, tmp_path)
    report["ALIS-avtale"]["F3"] = "990050505"
    report["ALIS-avtale"]["G3"] = "Sentrum"
    report.save(tmp_path / "mended.xlsx")
    judged = read(tmp_path / "mended.xlsx", TODAY)
    again = report_of(tmp_path / "mended.xlsx", tmp_path)
    assert (judged.count, judged.problems) == (2, ())
    assert again["ALIS-avtale"]["F3"].comment is None
    assert marked(again["ALIS-avtale"]) == {}
    assert again.sheetnames == ["Problemer", "ALIS-avtale"]


@pytest.mark.parametrize("text", ["=1+1", "+47 900", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")'])
@pytest.mark.parametrize("ending", ["csv", "xls", "ods", "xlsx"])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str, ending: str) -> None:
    """Texts that begin like formulas stay texts, in the summary and in the sheets, whatever the source."""
    sheets = {"ALIS-avtale": table([{**ALIS, "HPR-nr.": text}])}
    path = tmp_path / f"cases.{ending}"
    if ending == "xlsx":
        write_workbook(path, sheets)
        workbook = load_workbook(path)
        workbook["ALIS-avtale"]["F2"].data_type = "s"
        workbook.save(path)
    else:
        {"csv": write_csv, "xls": write_xls, "ods": write_ods}[ending](path, sheets)
    target = tmp_path / "report.xlsx"
    write_report(path, read(path, TODAY), target)
    with zipfile.ZipFile(target) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets/" in name)


def test_own_comments_come_back_when_the_cell_is_mended(tmp_path: Path) -> None:
    """What the report added to a comment goes with the mark; what was there stays."""
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([WRONG])})
    workbook = load_workbook(path)
    workbook["ALIS-avtale"]["F2"].comment = Comment("Spør legen", "Marit")
    workbook.save(path)
    report = report_of(path, tmp_path)
    report["ALIS-avtale"]["F2"] = "990050505"
    report.save(tmp_path / "mended.xlsx")
    again = report_of(tmp_path / "mended.xlsx", tmp_path)["ALIS-avtale"]
    assert (again["F2"].comment.text, again["F2"].comment.author) == ("Spør legen", "Marit")
    assert marked(again).keys() == {"G2"}


def test_awkward_sheets_are_marked_all_the_same(tmp_path: Path) -> None:
    """Merged cells and a stray cell far away neither stop the report nor make it slow."""
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([WRONG, {**WRONG, "Sted": "Oslo"}])})
    workbook = load_workbook(path)
    workbook["ALIS-avtale"].merge_cells("F2:F3")
    workbook["ALIS-avtale"]["XFD1048576"] = "x"
    workbook.save(path)
    report = report_of(path, tmp_path)["ALIS-avtale"]
    assert {str(each.sqref) for each in report.conditional_formatting} == {"F2", "F3", "G2", "G3"}


def test_an_empty_report_says_that_all_is_well(tmp_path: Path) -> None:
    """Without problems the summary counts the cases and lists nothing."""
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([ALIS])})
    first = report_of(path, tmp_path).worksheets[0]
    assert (first["A2"].value, first.max_row) == ("1 saker: 1 kan gå videre, 0 må rettes.", 5)


def test_ten_thousand_wide_merges_are_reported(tmp_path: Path) -> None:
    """Each covers five hundred cells, of which openpyxl would make five million objects: the cells are copied."""
    path = write_workbook(tmp_path / "a.xlsx", {"ALIS-avtale": table([{**ALIS, "HPR-nr.": "12AB"}])})
    merges = "".join(f'<mergeCell ref="A{row}:SR{row}"/>' for row in range(10, 10_010))
    wide = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(wide, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>".encode())
            target.writestr(name, content)
    write_report(wide, read(wide, TODAY), tmp_path / "report.xlsx")
    reported = load_workbook(tmp_path / "report.xlsx")
    assert reported["ALIS-avtale"]["F2"].comment is not None
    assert len(reported["ALIS-avtale"].merged_cells.ranges) == 0
