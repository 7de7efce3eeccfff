"""Every format that coordinators send gives the same cases at the same cells, and what cannot be read says so."""

import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from flows.agreements.alis_case import AlisCase
from flows.errors import CasesUnreadable
from flows.intake import read
from tests.intake.spreadsheets import Sheets, write_csv, write_ods, write_xls, write_xlsx
from tests.intake.workbooks import ALIS, TJENESTEAVTALE6, TODAY, places, table

SECOND = {**ALIS, "HPR-nr.": "990020333", "Legens navn": "Åse Øverbø-Šáŋŧi", "Stillingsprosent": 80}
WRITERS: dict[str, Callable[[Path, Sheets], Path]] = {
    "cases.xlsx": write_xlsx,
    "cases.xls": write_xls,
    "cases.ods": write_ods,
    "cases.csv": write_csv,
}


def alis(*rows: Any) -> Sheets:
    """Return the sheet of ALIS-avtaler with these rows."""
    return {"ALIS-avtale": table(rows)}


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_cases_from_every_format(tmp_path: Path, name: str) -> None:
    """Dates, percentages, digits and Sámi letters come out alike, each row at its number."""
    judged = read(WRITERS[name](tmp_path / name, alis(ALIS, SECOND)), TODAY)
    plain = read(write_xlsx(tmp_path / "plain.xlsx", alis(ALIS, SECOND)), TODAY)
    assert judged.problems == ()
    assert [each.case for each in judged.cases] == [each.case for each in plain.cases]
    assert [each.place.row for each in judged.cases] == [2, 3]


@pytest.mark.parametrize("name", WRITERS)
def test_a_wrong_cell_is_named_in_every_format(tmp_path: Path, name: str) -> None:
    """Titles above, blank rows and blank columns do not move the cells that a problem names."""
    headings, cells = table([{**ALIS, "HPR-nr.": "12AB"}])
    rows = [["Avtaler 2027"], [], [None, *headings], [], [None, *cells]]
    judged = read(WRITERS[name](tmp_path / name, {"ALIS-avtale": rows}), TODAY)
    assert places(judged.problems) == [("G5", "lege_hpr_nummer", "A-F04", "error")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_in_every_dress(tmp_path: Path, encoding: str, separator: str) -> None:
    """UTF-8 with and without a mark, UTF-16 and Windows-1252; semicolons, commas and tabs, also inside quotes."""
    row = {**ALIS, "Legens navn": "Åse Øverbø", "4.3 Kommunal finansiering": "Kurs; reise, opphold\nog «mer»"}
    judged = read(write_csv(tmp_path / "cases.csv", alis(row), encoding, separator), TODAY)
    assert judged.problems == ()
    found = judged.cases[0].case
    assert isinstance(found, AlisCase)
    assert (found.lege_navn, found.avtalt_kommunal_finansiering) == ("Åse Øverbø", "Kurs; reise, opphold\nog «mer»")


def test_a_line_that_names_the_separator(tmp_path: Path) -> None:
    """«sep=;» in the first line, as spreadsheet programs write it, is no title and no case."""
    path = write_csv(tmp_path / "cases.csv", alis(ALIS))
    path.write_text("sep=;\n" + path.read_text())
    assert [each.place.row for each in read(path, TODAY).cases] == [3]


@pytest.mark.parametrize("name", ["cases.xlsx", "cases.xls", "cases.ods"])
def test_hidden_sheets_and_sheets_of_both_agreements(tmp_path: Path, name: str) -> None:
    """Both agreements come out of one workbook in every format."""
    sheets = {"ALIS-avtale": table([ALIS]), "Tjenesteavtale 6": table([TJENESTEAVTALE6])}
    judged = read(WRITERS[name](tmp_path / name, sheets), TODAY)
    assert [each.type for each in judged.cases] == ["alis", "tjenesteavtale6"]


def test_a_hidden_sheet_of_ods_is_left_alone(tmp_path: Path) -> None:
    """What the coordinator cannot see is not sent."""
    path = write_ods(tmp_path / "cases.ods", {**alis(ALIS), "Gammel": table([ALIS])}, hidden=["Gammel"])
    assert read(path, TODAY).count == 1


def _merged(path: Path) -> Path:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "ALIS-avtale"
    rows = [{**ALIS, "HPR-nr.": f"99001{number}02{number}"} for number in range(3)]
    headings, *cells = table(rows)
    for number, row in enumerate([["Avtaler for 2027"], headings, headings, *cells], start=1):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    sheet.merge_cells("A1:F1")
    for letter in "ABCDEFGHIJKLMNOPQRSTU":
        sheet.merge_cells(f"{letter}2:{letter}3")
    sheet.merge_cells("A4:A6")
    sheet.merge_cells("B4:B7")
    workbook.save(path)
    return path


def test_merged_cells_reach_down(tmp_path: Path) -> None:
    """A municipality merged over its doctors counts for each of them; headings merged over two rows are one row."""
    judged = read(_merged(tmp_path / "merged.xlsx"), TODAY)
    assert judged.problems == ()
    assert [each.place.row for each in judged.cases] == [4, 5, 6]


def test_merged_cells_of_ods_reach_down(tmp_path: Path) -> None:
    """The same holds in OpenDocument, where the cell itself says how far it reaches."""
    path = write_ods(tmp_path / "merged.ods", alis(ALIS, {**SECOND, "Kommune": None}))
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    cell = content.index("<table:table-cell", content.index("1804"))
    content = content[:cell] + '<table:table-cell table:number-rows-spanned="2"' + content[cell + 17 :]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    judged = read(path, TODAY)
    assert (judged.problems, len(judged.cases)) == ((), 2)


@pytest.mark.parametrize("address", ["XFD1048576", "AB500000"])
def test_a_stray_cell_far_away_costs_nothing(tmp_path: Path, address: str) -> None:
    """A cell at the far corner is read past: no table of that size is ever made."""
    path = write_xlsx(tmp_path / "stray.xlsx", alis(ALIS))
    workbook = load_workbook(path)
    workbook.worksheets[0][address] = "x"
    workbook.save(path)
    begun = time.process_time()
    judged = read(path, TODAY)
    assert (judged.count, judged.problems) == (1, ())
    assert time.process_time() - begun < 20


def test_a_formula_counts_as_its_value_and_its_error_is_named(tmp_path: Path) -> None:
    """A cell whose formula went wrong is a problem of that cell, not a name «#REF!»."""
    judged = read(write_xlsx(tmp_path / "error.xlsx", alis({**ALIS, "Arbeidssted": "#REF!"})), TODAY)
    assert places(judged.problems) == [("G2", "arbeidssted", "A-F05", "error")]
    assert "Formelen" in judged.problems[0].message


def _with_parts(path: Path, *parts: str) -> Path:
    write_xlsx(path, alis(ALIS))
    with zipfile.ZipFile(path, "a") as archive:
        for part in parts:
            archive.writestr(part, b"x")
    return path


@pytest.mark.parametrize(
    ("part", "sentence"),
    [("xl/vbaProject.bin", "makroer"), ("xl/externalLinks/externalLink1.xml", "andre filer")],
)
def test_macros_and_links_are_remarked_on(tmp_path: Path, part: str, sentence: str) -> None:
    """The cases are read, nothing is run or fetched, and one sentence says so."""
    judged = read(_with_parts(tmp_path / "cases.xlsm", part), TODAY)
    assert len(judged.cases) == 1
    assert [each.rule for each in judged.problems] == ["workbook"]
    assert sentence in judged.problems[0].message


def _ole(*names: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(name.encode("utf-16-le") for name in names)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("locked.xlsx", _ole("EncryptionInfo", "EncryptedPackage"), "beskyttet med passord"),
        ("letter.xls", _ole("WordDocument"), "et annet dokument"),
        ("report.xls", b"<html><table><tr><td>1804</td></tr></table>", "en nettside"),
        ("empty.csv", b"", "Ingen av arkene"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    """Whatever the name says, the contents decide, and the sentence says what to do."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CasesUnreadable, match=sentence):
        read(path, TODAY)


def test_a_gigabyte_of_blank_formatting_is_one_sentence(tmp_path: Path) -> None:
    """A sheet that unpacks to a gigabyte is refused before it is unpacked."""
    path = write_xlsx(tmp_path / "blank.xlsx", alis(ALIS))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    row = b'<row r="9">' + b'<c s="1"/>' * 100_000 + b"</row>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _number in range(1050):
                sheet.write(row)
    begun = time.process_time()
    with pytest.raises(CasesUnreadable, match="for stor"):
        read(path, TODAY)
    assert time.process_time() - begun < 5


def test_much_blank_formatting_is_read_past(tmp_path: Path) -> None:
    """Fifty thousand formatted, empty rows cost a moment, and the cases above them are read."""
    path = write_xlsx(tmp_path / "formatted.xlsx", alis(ALIS))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    blank = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(9, 50_000))
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", f"{blank}</sheetData>".encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, content)
    assert len(read(path, TODAY).cases) == 1
