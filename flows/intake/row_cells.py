"""Take the cells of one row of a sheet for the fields of a case: the values, and what is wrong with cells as stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flows.agreements.fields import CaseField, FieldKind
from flows.agreements.problems import Finding, Problem
from flows.intake.case_rows import CaseRow
from flows.intake.cell_problems import CellProblem, CellValue
from flows.intake.hidden_parts import STRUCK
from flows.intake.number_formats import DAY_0, Percentage, serial_date
from flows.intake.sheet_model import SheetRow
from flows.intake.text_normalization import as_text, clean, shown
from flows.language import translate as _

FORMAT = "format"
_YEARS = range(2000, 2101)
"""Years that a number in a column of days can stand for."""


@dataclass(frozen=True, slots=True)
class RowCells:
    """The values of a row by field, what is wrong with its cells by field, and whether the row itself holds any.

    What a merged cell reaches down into makes no case of a row that is otherwise empty: it is not the row's own.
    """

    values: Mapping[str, CellValue]
    problems: Mapping[str, CellProblem]
    own_values: bool
    own_problems: bool

    @property
    def is_empty(self) -> bool:
        """Return whether the row holds nothing of its own."""
        return not self.own_values and not self.own_problems

    @property
    def only_problems(self) -> bool:
        """Return whether the row holds cells of its own, and no value in any of them."""
        return self.own_problems and not self.own_values

    @property
    def is_struck(self) -> bool:
        """Return whether all that the row holds of its own is struck through."""
        return not self.own_values and all(problem.left_out for problem in self.problems.values())


def take_cells(row: SheetRow, columns: Mapping[str, int], days: Mapping[str, int], day_0: datetime) -> RowCells:
    """Return the cells of a row for the fields in `columns`; `days` are those of them that hold days or months.

    A number without a date format in a column of days is a day, counted from the first day of this workbook.
    """
    seen = row.values() if row.covered else row.cells
    values = {name: seen[column] for name, column in columns.items() if column in seen}
    for name in days:
        if isinstance(value := values.get(name), int | float) and not isinstance(value, bool):
            values[name] = day_of(value, day_0)
    problems: dict[str, CellProblem] = {}
    if row.problems:
        problems = {name: row.problems[column] for name, column in columns.items() if column in row.problems}
        for name in problems:
            if row.cannot_be_known(columns[name]):
                values.pop(name, None)
    return RowCells(
        values,
        problems,
        any(clean(value) is not None for name, value in values.items() if columns[name] not in row.covered),
        any(columns[name] not in row.covered for name in problems),
    )


def day_of(number: float, day_0: datetime) -> CellValue:
    """Return the day that a number without a date format stands for, or the number if it cannot be one.

    Of a workbook that counts from 1904, such a number comes back as a text, so that nobody counts it from 1900.
    """
    if isinstance(number, Percentage):
        return as_text(number)
    try:
        day = serial_date(number, day_0)
    except (OverflowError, ValueError):
        return as_text(number)
    if day.year in _YEARS:
        return day
    return number if day_0 == DAY_0 else as_text(number)


def is_day(field: CaseField) -> bool:
    """Return whether a field holds a day or a month."""
    return field.kind in (FieldKind.DATE, FieldKind.MONTH)


def with_problems(row: CaseRow, cells: RowCells, fields: Mapping[str, CaseField]) -> CaseRow:
    """Return the row with what is wrong with its cells; a field whose value cannot be known is reported once."""
    if not cells.problems:
        return row
    found = list(_problems(row, cells, fields))
    unknown = [one.column for one in found if one.level == "error"]
    return replace(row, reported=row.reported.union(unknown), problems=(*row.problems, *found))


def _problems(row: CaseRow, cells: RowCells, fields: Mapping[str, CaseField]) -> Iterator[Problem]:
    for name, problem in cells.problems.items():
        lost = problem.level == "error" or (problem.value is None and fields[name].required)
        finding = Finding(name, fields[name].column.id or FORMAT, problem.message, "error" if lost else "warning")
        yield row.place.problem(finding, shown(problem.shown))


def struck_row(row: CaseRow) -> Problem:
    """Return the warning about a row that is struck through as a whole."""
    message = _("The row is struck through, and is left out. If it is a case, remove the line through it.")
    return row.place.problem(Finding("", STRUCK, message, "warning"), "")


def unreadable_row(row: CaseRow, cells: RowCells, fields: Mapping[str, CaseField]) -> CaseRow:
    """Return a row of which no cell can be known as a case that is rejected for the first of them."""
    first = next(one for one in _problems(row, cells, fields) if cells.problems[one.column].level == "error")
    return replace(row, type=None, values={}, problems=(first,))
