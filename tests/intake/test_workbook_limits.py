"""Workbooks that would take gigabytes end in one sentence before they do, whatever the size of their file."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from flows.errors import CasesUnreadable
from flows.intake import json_file, pipeline, read, workbook_limits
from tests.intake.raw_workbooks import XlsxOptions, Xml, write_raw_xlsx

TODAY = date(2026, 11, 28)
HEADINGS = ["Kommunenr", "HPR-nummer", "Lege", "Startdato"]


def refusal(path: Path) -> str:
    """Return the sentence that a source is refused with."""
    with pytest.raises(CasesUnreadable) as refused:
        read(path, TODAY)
    return str(refused.value)


def outcome(path: Path) -> str:
    """Return the sentence that a source is refused with; empty where it is read."""
    try:
        read(path, TODAY)
    except CasesUnreadable as refused:
        return str(refused)
    return ""


def ods(path: Path, content: str) -> Path:
    """Write an OpenDocument workbook with one table of this content."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="ALIS-avtale">{content}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def one_row_of_many_cells(folder: Path) -> Path:
    """Write a row with ten thousand cells."""
    return write_raw_xlsx(folder / "rad.xlsx", {"ALIS-avtale": [HEADINGS, ["1"] * 10_000]})


def one_long_text(folder: Path) -> Path:
    """Write a text of half a megabyte."""
    return write_raw_xlsx(folder / "tekst.xlsx", {"ALIS-avtale": [HEADINGS, ["x" * 500_000]]})


def unknown_elements(folder: Path) -> Path:
    """Write elements that no reader asks for, which a parser keeps all the same."""
    options = XlsxOptions(after_rows="<ignored/>" * 50_000)
    return write_raw_xlsx(folder / "ukjent.xlsx", {"ALIS-avtale": [HEADINGS]}, options)


def large_list_of_sheets(folder: Path) -> Path:
    """Write a part that is parsed whole."""
    options = XlsxOptions(properties="<ignored/>" * 50_000)
    return write_raw_xlsx(folder / "liste.xlsx", {"ALIS-avtale": [HEADINGS]}, options)


def many_merged_cells(folder: Path) -> Path:
    """Write merged cells in every row."""
    cells = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 500))
    options = XlsxOptions(after_rows=f"<mergeCells>{cells}</mergeCells>")
    return write_raw_xlsx(folder / "slått sammen.xlsx", {"ALIS-avtale": [HEADINGS]}, options)


def many_texts(folder: Path) -> Path:
    """Write more different texts than are read."""
    return write_raw_xlsx(folder / "tekster.xlsx", {"ALIS-avtale": [HEADINGS, [f"t{n}" for n in range(500)]]})


def open_document_row(folder: Path) -> Path:
    """Write a row of an OpenDocument workbook."""
    return ods(folder / "rad.ods", f"<table:table-row>{'<table:table-cell/>' * 20_000}</table:table-row>")


def open_document_junk(folder: Path) -> Path:
    """Write elements of an OpenDocument workbook that no reader asks for."""
    return ods(folder / "ukjent.ods", "<text:ignored/>" * 20_000)


@pytest.mark.parametrize(
    "hostile",
    [
        one_row_of_many_cells, one_long_text, unknown_elements, large_list_of_sheets, many_merged_cells, many_texts,
        open_document_row, open_document_junk,
    ],
)  # fmt: skip
def test_no_part_of_a_workbook_is_held_beyond_a_limit(
    hostile: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With limits of a thousandth, files of a thousandth are refused; with the true ones they are read."""
    path = hostile(tmp_path)
    assert "for stor" not in outcome(path)
    monkeypatch.setattr(workbook_limits, "LARGEST_ELEMENT", 100_000)
    monkeypatch.setattr(workbook_limits, "LARGEST_WHOLE_PART", 100_000)
    monkeypatch.setattr(workbook_limits, "MOST_MERGED", 100)
    monkeypatch.setattr(workbook_limits, "MOST_TEXTS", 100)
    assert outcome(path) == (
        f"«{path.name}» er for stor når den pakkes ut. Fjern formatering av tomme rader, eller del opp filen."
    )


def test_rows_of_a_usual_size_are_never_too_many_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is of one element: what is done with no longer counts."""
    monkeypatch.setattr(workbook_limits, "LARGEST_ELEMENT", 100_000)
    path = write_raw_xlsx(tmp_path / "mange.xlsx", {"ALIS-avtale": [HEADINGS, *[[Xml("<c><v>1</v></c>")] * 4] * 6000]})
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size > 250_000
    read(path, TODAY)


def test_an_archive_that_packs_like_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """Twenty megabytes of blanks in twenty kilobytes."""
    path = write_raw_xlsx(
        tmp_path / "bombe.xlsx", {"ALIS-avtale": [HEADINGS]}, XlsxOptions(after_rows=" " * 20_000_000)
    )
    assert path.stat().st_size < 40_000
    assert "for stor" in refusal(path)


def test_a_source_that_needs_more_memory_than_there_is_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program goes on, with the memory that it had."""
    path = tmp_path / "saker.json"
    path.write_text('{"cases": [' + '{"a": 1},' * 500_000 + '{"a": 1}]}')
    monkeypatch.setattr(pipeline, "MEMORY", 30)
    assert refusal(path) == "«saker.json» trenger mer enn 30 MB minne. Del den i flere filer."
    monkeypatch.undo()
    assert len(bytearray(200_000_000)) == 200_000_000


def test_a_json_file_of_an_impossible_size_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told by its size alone."""
    monkeypatch.setattr(json_file, "LARGEST", 10)
    path = tmp_path / "saker.json"
    path.write_text('{"cases": []}')
    assert refusal(path) == "«saker.json» er for stor. Del den i flere filer."
