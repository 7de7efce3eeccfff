"""Write the problem report: the coordinator's own workbook with every wrong cell marked and explained.

A mark is a conditional format and a comment, so the cell's own look stays; a report that is mended and checked again
loses its old marks. Sources that are no .xlsx come back as a new workbook with the same cells. No text is ever written
as a formula.
"""

import math
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from flows.agreements.fields import fields_of
from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.errors import CasesUnreadable
from flows.intake.format_detection import WORKBOOKS, one_sentence, reader_of
from flows.intake.http_source import is_address
from flows.intake.number_formats import Percentage
from flows.intake.sheet_model import SourceRemark
from flows.intake.text_normalization import masked
from flows.intake.xlsx import covered_cells
from flows.language import translate as _

_SUMMARY = "Problemer"
_AUTHOR = "Avtaleflyt, kontroll"
_BETWEEN = "\n\n– Avtaleflyt –\n"
"""Stands between a comment that was there and what the report adds to it."""
_OURS = '"avtaleflyt"="avtaleflyt"'
"""The condition of our marks: always true, and how they are known again."""
_COLOURS = {"error": "FFC7CE", "warning": "FFEB9C"}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_KEEPABLE = {".xlsx", ".xlsm"}
_MOST_KEPT = 40 * 1024 * 1024
_MOST_COVERED = 100_000
"""Cells under merged ones, past which the cells are copied: each would take 16 microseconds and 400 bytes."""
_FONT = "Calibri"
_WIDTHS = (16, 9, 30, 24, 70, 10)
_POINTS_A_LINE = 15.5


class Reported(Protocol):
    """What a report tells: how many cases there are, how many of them need a person, and every problem."""

    @property
    def count(self) -> int:
        """Return how many cases there are."""

    @property
    def rejected(self) -> int:
        """Return how many of them need a person."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return every problem, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """What a report tells where not only the reading of a source found problems."""

    count: int
    rejected: int
    problems: tuple[Problem, ...]


def write_report(source: str | Path, judged: Reported, target: Path) -> None:
    """Write the report of a source to an .xlsx file. Raises `CasesUnreadable` where the source cannot be read again."""
    workbook = Workbook() if is_address(source) else _workbook(Path(source))
    _unmark(workbook)
    placed: dict[tuple[str, str], list[Problem]] = {}
    for problem in judged.problems:
        if problem.sheet in workbook.sheetnames and problem.cell:
            placed.setdefault((problem.sheet, problem.cell), []).append(problem)
    for (sheet, cell), problems in placed.items():
        _mark(workbook[sheet], cell, problems)
    _summarise(workbook, judged)
    for empty in workbook.worksheets[1:] if is_address(source) else ():
        workbook.remove(empty)
    workbook.save(target)


def write_report_of(judged: Reported, source: str, target: Path) -> Path | None:
    """Write the report where something is wrong, and return it; None where all is well, or the disk says no."""
    if not any(problem.level == "error" for problem in judged.problems):
        return None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_report(source, judged, target)
    except (CasesUnreadable, OSError):
        return None  # the cases are taken in: a report that cannot be written must not undo that
    return target


def _workbook(path: Path) -> Any:
    """Return the source as a workbook to write in: itself where it can be kept, otherwise its cells."""
    ending = path.suffix.lower()
    if ending in _KEEPABLE and path.stat().st_size < _MOST_KEPT and not _merges_too_much(path):
        # A valid workbook may be one that this library cannot open, such as Strict Open XML: then its cells are copied.
        with suppress(Exception), path.open("rb") as file:
            kept = load_workbook(file, rich_text=True)
            if kept.worksheets:
                return kept
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    if ending in WORKBOOKS:
        with one_sentence(path):
            _copy_cells(path, workbook)
    return workbook


def _merges_too_much(path: Path) -> bool:
    """Return whether merged cells cover too much for openpyxl, which makes an object of each cell that they cover."""
    covered = 0
    with suppress(zipfile.BadZipFile, OSError, NotImplementedError), zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if "/worksheets/" in name.lower():
                with archive.open(name) as part:
                    covered += covered_cells(part)
    return covered > _MOST_COVERED


def _copy_cells(path: Path, workbook: Any) -> None:
    for sheet in reader_of(path)(path):
        if isinstance(sheet, SourceRemark | Problem):
            continue
        copy = workbook.create_sheet(sheet.name[:31])
        copy.sheet_state = "hidden" if sheet.hidden else "visible"
        for column in sheet.hidden_columns:
            copy.column_dimensions[get_column_letter(column + 1)].hidden = True
        for row in sheet.rows():
            copy.row_dimensions[row.number].hidden = row.hidden
            for column, value in row.cells.items():
                _put(copy, row.number, column + 1, value)


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """Write a value; a text stays a text, whatever it begins with."""
    cell: Any = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, Percentage):
        cell.number_format = "0.##%"
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        cell.data_type = "s"
        cell.quotePrefix = True


def _unmark(workbook: Any) -> None:
    """Remove the summary and the marks of an earlier report."""
    if _SUMMARY in workbook.sheetnames:
        del workbook[_SUMMARY]
    for sheet in workbook.worksheets:
        kept = ConditionalFormattingList()
        for formatted in sheet.conditional_formatting:
            for rule in formatted.rules:
                if _OURS not in rule.formula:
                    kept.add(str(formatted.sqref), rule)
        sheet.conditional_formatting = kept
        for cell in list(sheet._cells.values()):  # the cells that are there; `iter_rows` would make all between them
            if cell.comment and _BETWEEN in cell.comment.text:
                cell.comment = Comment(cell.comment.text.partition(_BETWEEN)[0], cell.comment.author)
            elif cell.comment and cell.comment.author == _AUTHOR:
                cell.comment = None


def _mark(sheet: Worksheet, address: str, problems: Sequence[Problem]) -> None:
    level = "error" if any(each.level == "error" for each in problems) else "warning"
    fill = PatternFill(bgColor=_COLOURS[level], fill_type="solid")
    sheet.conditional_formatting.add(address, FormulaRule(formula=[_OURS], fill=fill))  # type: ignore[no-untyped-call]
    cell: Any = sheet[address]
    if isinstance(cell, MergedCell):
        return  # the cell lies under a merged one: marked, and told about in the summary
    said = "\n\n".join(each.message for each in problems)
    own = cell.comment
    comment = Comment(f"{own.text}{_BETWEEN}{said}", own.author) if own else Comment(said, _AUTHOR)
    comment.width, comment.height = 360, min(60 + len(comment.text) // 2, 400)
    cell.comment = comment


def _summarise(workbook: Any, judged: Reported) -> None:
    sheet = workbook.create_sheet(_SUMMARY, 0)
    bold, top = Font(name=_FONT, bold=True), Alignment(vertical="top", wrap_text=True)
    sheet["A1"] = _("What must be mended before the agreements can be made")
    sheet["A1"].font = Font(name=_FONT, bold=True, size=14)
    sheet["A2"] = _("{count} cases: {good} can go on, {bad} need you.").format(
        count=judged.count, good=judged.count - judged.rejected, bad=judged.rejected
    )
    sheet["A3"] = _("Mend the marked cells in the sheets behind this one, save, and send the file again.")
    for column, heading in enumerate(_headings(), start=1):
        sheet.cell(5, column, heading).font = bold
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[column - 1]
    labels = _labels()
    for row, problem in enumerate(judged.problems, start=6):
        place = problem.cell or problem.pointer
        words = _("error") if problem.level == "error" else _("warning")
        texts = (
            problem.sheet,
            place,
            labels.get(problem.column, problem.column),
            problem.value,
            problem.message,
            words,
        )
        for column, text in enumerate(texts, start=1):
            _put(sheet, row, column, masked(text))
            sheet.cell(row, column).alignment = top
        if problem.cell and problem.sheet in workbook.sheetnames:
            name = problem.sheet.replace("'", "''")
            sheet.cell(row, 2).hyperlink = Hyperlink(ref=f"B{row}", location=f"'{name}'!{problem.cell}")
            sheet.cell(row, 2).font = Font(name=_FONT, color="0563C1", underline="single")
        lines = max(math.ceil(len(text) / (width - 6)) for text, width in zip(texts, _WIDTHS, strict=True) if width > 9)
        sheet.row_dimensions[row].height = max(lines, 1) * _POINTS_A_LINE
        colour = _COLOURS[problem.level]
        sheet.cell(row, 6).fill = PatternFill(fgColor=colour, fill_type="solid")
    sheet.freeze_panes = "A6"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    workbook.active = 0
    for other in workbook.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _headings() -> Iterator[str]:
    yield from (_("Sheet"), _("Cell"), _("Column"), _("Value"), _("What is wrong, and what would be right"), _("Level"))


def _labels() -> dict[str, str]:
    """Return the heading of every field, as the sheets show it."""
    every = chain.from_iterable(fields_of(each.case).values() for each in types().values())
    return {field.name: field.column.label for field in every}
