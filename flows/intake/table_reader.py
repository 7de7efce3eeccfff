"""Read the tables of a workbook: which sheets hold cases, where their headings stand, and one `CaseRow` per line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from openpyxl.utils import get_column_letter

from flows.agreements.case_place import CasePlace
from flows.agreements.fields import fields_of
from flows.agreements.problems import Level, Problem
from flows.agreements.types import AgreementType, types
from flows.errors import CasesUnreadable
from flows.intake.case_rows import CaseRow
from flows.intake.format_detection import one_sentence, reader_of
from flows.intake.heading_rows import HeadingRow, address, find_headings, heading_problems
from flows.intake.hidden_parts import HiddenParts, commented, hidden_column, hidden_sheet, set_aside, struck_by_rules
from flows.intake.row_cells import RowCells, is_day, struck_row, take_cells, unreadable_row, with_problems
from flows.intake.row_kinds import no_case, proofs
from flows.intake.sheet_model import Sheet, SheetRow, SourceRemark, counted
from flows.intake.text_normalization import clean, shown
from flows.intake.value_parsing import fold
from flows.language import translate as _

_ROWS_TO_LOOK_AT = 30
"""Rows with contents among which the headings are looked for."""
_Item = TypeVar("_Item")


def rows(path: Path, include_hidden: bool = False) -> Iterator[CaseRow | Problem]:
    """Yield every case row of a workbook, and problems of whole sheets. Raises `CasesUnreadable`.

    What the workbook does not show (sheets, columns and rows that are hidden by hand, by a filter or in a group) is
    left out with a warning, or with `include_hidden` taken with a warning.
    """
    found_headings = False
    for sheet in _guarded(path, reader_of(path)(path)):
        if isinstance(sheet, SourceRemark):
            yield Problem(rule="workbook", level="warning", message=sheet.sentence)
            continue
        if isinstance(sheet, Problem):
            found_headings = True
            yield sheet
            continue
        every_row = counted(_guarded(path, sheet.rows()))
        first_rows = list(islice(every_row, _ROWS_TO_LOOK_AT))
        agreement = _agreement_of_name(sheet.name)
        headings = find_headings(first_rows, [agreement] if agreement else list(types().values()))
        if headings:
            found_headings = True
            if sheet.hidden:
                yield hidden_sheet(sheet.name, taken=include_hidden)
            if include_hidden or not sheet.hidden:
                table = _Table(sheet, headings, include_hidden)
                yield from table.problems_and_cases(chain(first_rows, every_row))
                if table.has_cases and not agreement and not sheet.hidden and (aside := set_aside(sheet.name)):
                    yield aside
        elif agreement and first_rows and not sheet.hidden:
            found_headings = True
            yield Problem(
                rule="headings",
                level="error",
                sheet=sheet.name,
                cell="A1",
                row=1,
                message=_("No row of headings was found in this sheet. Put the headings of {title} in one row.").format(
                    title=agreement.title
                ),
            )
    if not found_headings:
        raise CasesUnreadable(
            _("No sheet of the workbook has headings of an agreement. The sheets are called {names}.").format(
                names=", ".join(f"«{each.sheet}»" for each in types().values())
            )
        )


def _guarded(path: Path, items: Iterable[_Item]) -> Iterator[_Item]:
    with one_sentence(path):
        yield from items


def _agreement_of_name(sheet_name: str) -> AgreementType | None:
    return next((each for each in types().values() if fold(sheet_name) in (fold(each.sheet), fold(each.name))), None)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table that may be a case, with its cells by field."""

    row: SheetRow
    cells: RowCells


class _Table:
    """The table of one sheet: its headings, and what of it is hidden."""

    def __init__(self, sheet: Sheet, headings: HeadingRow, include_hidden: bool) -> None:
        self._sheet, self._headings = sheet, headings
        self._fields = fields_of(headings.agreement.case)
        columns = headings.matched.fields
        labels = {column: self._fields[name].column.label for name, column in columns.items()}
        hidden = {column: labels[column] for column in labels if column in sheet.hidden_columns}
        self._hidden = HiddenParts(sheet.name, include_hidden, headings.number, hidden)
        self._left_out = frozenset(name for name, column in columns.items() if column in hidden and not include_hidden)
        self._needed = frozenset(name for name in self._left_out if self._fields[name].required)
        self._columns = {name: column for name, column in columns.items() if name not in self._left_out}
        self._days = {name: column for name, column in self._columns.items() if is_day(self._fields[name])}
        self._first_column = get_column_letter(headings.first_column + 1)
        self._told: set[int] = set()
        self._last_case = headings.number

    @property
    def has_cases(self) -> bool:
        """Whether any row that was read is a case."""
        return self._last_case > self._headings.number

    def problems_and_cases(self, rows: Iterable[SheetRow]) -> Iterator[CaseRow | Problem]:
        """Yield the cases of the table, and what is wrong with its headings or not shown."""
        headings, number = self._headings, self._headings.number
        yield from heading_problems(self._sheet.name, headings)
        for name in sorted(self._needed):
            column, label = headings.matched.fields[name], self._fields[name].column.label
            yield hidden_column(self._sheet.name, number, column, label, taken=False, needed=True)
        yield from self._cases(rows)
        yield from self._hidden.problems()
        yield from struck_by_rules(self._sheet, number, self._columns.values(), self._last_case)
        yield from commented(self._sheet, number, self._last_case)

    def _cases(self, rows: Iterable[SheetRow]) -> Iterator[CaseRow | Problem]:
        """Yield a row for each case below the headings, and a problem for each row that is none."""
        case: _Row | None = None  # waits for the next line, which may show that its last text was cut off
        for row in rows:
            if row.number == self._headings.number:
                self._told |= set(row.problems)
                yield from _problems_of_headings(self._sheet.name, row)
            found = self._filled(row) if row.number > self._headings.number else None
            if found is None:
                continue
            covered = sum(column in row.covered for column in self._columns.values())
            remark = None if found.cells.only_problems else no_case(row.cells, covered, self._headings)
            if case:
                yield self._case(case, _cut_off(case.row, row, self._headings))
            case = None if remark else found
            if remark:
                yield _of_row(self._sheet, row, remark.level, remark.message)
                if remark.ends_table:
                    return
            elif not _wrongly_cut(row, self._headings):
                yield from self._without_heading(row)
        if case:
            yield self._case(case)

    def _filled(self, row: SheetRow) -> _Row | None:
        """Return a row that holds something and is to be read; what is hidden is noted.

        What a merged cell reaches down into makes no case of a row that is otherwise empty.
        """
        cells = take_cells(row, self._columns, self._days, self._sheet.day_0)
        own = (column for column in self._headings.texts if column not in row.covered)
        if cells.is_empty and all(clean(row.cells.get(column)) is None for column in own):
            return None
        if row.hidden and not self._hidden.note_row(row.number):
            return None
        self._hidden.note_columns(row)
        return _Row(row, cells)

    def _case(self, found: _Row, cut_off: str = "") -> CaseRow | Problem:
        """Return the values of a case by field, or a rejected one whose values may stand in the wrong columns."""
        row, cells, headings = found.row, found.cells, self._headings
        self._last_case = row.number
        if sentence := _wrongly_cut(row, headings) or cut_off:
            problem = _of_row(self._sheet, row, "error", sentence)
            return CaseRow(None, {}, CasePlace(self._sheet.name, row.number), problems=(problem,))
        values = row.values()
        case = CaseRow(
            type=headings.agreement,
            values=cells.values,
            place=CasePlace(self._sheet.name, row.number, "", headings.letters, self._first_column),
            strangers={
                address(column, row.number): values[column]
                for column in headings.unused
                if values.get(column) is not None
            },
            reported=headings.unread | self._needed,
        )
        if not cells.only_problems:
            return with_problems(case, cells, self._fields)
        return struck_row(case) if cells.is_struck else unreadable_row(case, cells, self._fields)

    def _without_heading(self, row: SheetRow) -> Iterator[Problem]:
        """Yield a warning for each column in which a case has a value without a heading, once."""
        for column, value in row.cells.items():
            if column not in self._headings.texts and column not in self._told and clean(value) is not None:
                self._told.add(column)
                message = _("The column has no heading, and is not used. Give it one if it should be.")
                cell = address(column, row.number)
                yield Problem("headings", "warning", message, "", shown(value), self._sheet.name, cell, row.number)


def _problems_of_headings(sheet: str, row: SheetRow) -> Iterator[Problem]:
    """Yield what is wrong with the headings as cells: an error, a formula without a value, a struck-through text."""
    for column, found in row.problems.items():
        cell = address(column, row.number)
        yield Problem("headings", found.level, found.message, "", shown(found.shown), sheet, cell, row.number)


def _of_row(sheet: Sheet, row: SheetRow, level: Level, message: str) -> Problem:
    """Return a problem of a row as a whole, at its first cell that holds something."""
    column = min(row.cells)
    cell = address(column, row.number)
    return Problem("row", level, message, value=shown(row.cells[column]), sheet=sheet.name, cell=cell, row=row.number)


def _wrongly_cut(row: SheetRow, headings: HeadingRow) -> str:
    """Return a sentence about a line of a text file that has other cells than its headings, or nothing.

    Where a text holds a separator without quotation marks, or lost one, everything behind it stands in the wrong
    column.
    """
    if row.line is None:
        return ""
    cells, expected = row.line.width, headings.width
    if cells == expected:
        cells, expected = max(row.cells) + 1, max(headings.texts) + 1
    if cells == expected or (cells < expected and (row.line.may_be_short or row.line.width == headings.width)):
        return ""
    return _(
        "Line {line} has {cells} cells, but the headings have {headings}, so its values may stand in the wrong "
        "columns. Put a text with separators in quotation marks, and write a separator for every empty cell."
    ).format(line=row.line.number, cells=cells, headings=expected)


def _cut_off(case: SheetRow, row: SheetRow, headings: HeadingRow) -> str:
    """Return a sentence where a line may be the rest of the last text of the case above, or nothing."""
    if case.line is None or row.line is None or row.line.width >= headings.width or row.line.may_be_short:
        return ""
    if max(case.cells) != case.line.width - 1 or proofs(row.cells, headings) > 1:
        return ""
    return _(
        "Line {line} may be the rest of the last text in line {above}, or a row of its own. Put a text with line "
        "breaks in quotation marks, and write a separator for every empty cell of a row."
    ).format(line=row.line.number, above=case.line.number)
