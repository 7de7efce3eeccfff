"""Read the tables of a workbook: which sheets hold cases, where their headings stand, and one `CaseRow` per line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from openpyxl.utils import get_column_letter

from flows.agreements.fields import fields_of
from flows.agreements.problems import Level, Problem
from flows.agreements.types import AgreementType, types
from flows.errors import CasesUnreadable
from flows.intake.case_rows import CaseRow
from flows.intake.format_detection import one_sentence, reader_of
from flows.intake.headings import field_of
from flows.intake.hidden_parts import HiddenParts, hidden_column, hidden_sheet
from flows.intake.row_cells import is_day, struck_row, take_cells, unreadable_row, with_problems
from flows.intake.sheet_model import Sheet, SheetRow, SourceRemark, counted
from flows.intake.text_normalization import clean, shown
from flows.intake.value_parsing import fold
from flows.language import translate as _

_ROWS_TO_LOOK_AT = 30
"""Rows with contents among which the headings are looked for."""
_LEAST_HEADINGS = 3
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class _Headings:
    """The row of headings of one sheet: its number, and the column (from 0) of each field and of each stranger."""

    agreement: AgreementType
    row: int
    fields: Mapping[str, int]
    strangers: Mapping[int, str]
    twice: Mapping[str, int]

    @property
    def missing(self) -> list[str]:
        """Fields that every case must have and this sheet has no column for."""
        known = fields_of(self.agreement.case)
        return [name for name, field in known.items() if field.required and name not in self.fields]

    def first_cell(self, row: int) -> str:
        """Return the table's first cell in a row: the place of what concerns a column that is not there."""
        return _address(min(self.fields.values()), row)


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
        every_row = counted(_guarded(path, sheet.rows()))
        first_rows = list(islice(every_row, _ROWS_TO_LOOK_AT))
        agreement = _agreement_of_name(sheet.name)
        headings = _find_headings(first_rows, [agreement] if agreement else list(types().values()))
        if headings:
            found_headings = True
            if sheet.hidden:
                yield hidden_sheet(sheet.name, taken=include_hidden)
            if include_hidden or not sheet.hidden:
                yield from _table(sheet, headings, chain(first_rows, every_row), include_hidden)
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


def _find_headings(rows: Sequence[SheetRow], agreements: Sequence[AgreementType]) -> _Headings | None:
    """Return the row among the first that has the most headings of one of the agreements, or None."""
    best: _Headings | None = None
    for row in rows:
        for agreement in agreements:
            headings = _as_headings(row, agreement)
            if len(headings.fields) >= _LEAST_HEADINGS and (
                best is None or len(headings.fields) > len(best.fields) or _goes_on(best, headings)
            ):
                best = headings
    return best


def _goes_on(above: _Headings, headings: _Headings) -> bool:
    """Return whether a row only repeats the one above: headings merged over two rows."""
    return headings.row == above.row + 1 and headings.fields == above.fields and headings.agreement is above.agreement


def _as_headings(row: SheetRow, agreement: AgreementType) -> _Headings:
    fields: dict[str, int] = {}
    strangers: dict[int, str] = {}
    twice: dict[str, int] = {}
    for column, cell in sorted(row.values().items()):
        heading = clean(cell) if isinstance(cell, str) else None
        if heading is None or row.cannot_be_known(column):
            continue
        name = field_of(heading, agreement)
        if name is None:
            strangers[column] = heading
        elif name in fields:
            twice[name] = column
        else:
            fields[name] = column
    return _Headings(agreement, row.number, fields, strangers, twice)


def _heading_problems(sheet: str, headings: _Headings) -> Iterator[Problem]:
    known = fields_of(headings.agreement.case)

    def problem(level: Level, cell: str, field: str, value: str, message: str) -> Problem:
        return Problem("headings", level, message, field, value, sheet, cell, headings.row)

    for name in headings.missing:
        label = known[name].column.label
        message = _("The column «{label}» is missing. Add it to the headings.").format(label=label)
        yield problem("error", headings.first_cell(headings.row), name, "", message)
    for name, column in headings.twice.items():
        label = known[name].column.label
        message = _("The column «{label}» is there twice; the first is {cell}. Remove one of them.").format(
            label=label, cell=_address(headings.fields[name], headings.row)
        )
        yield problem("error", _address(column, headings.row), name, label, message)
    for column, heading in headings.strangers.items():
        message = _("The heading is not known, and the column is not used. Correct it if it should be.")
        yield problem("warning", _address(column, headings.row), "", shown(heading), message)


def _table(
    sheet: Sheet, headings: _Headings, rows: Iterable[SheetRow], include_hidden: bool
) -> Iterator[CaseRow | Problem]:
    """Yield the cases of a table, and what is wrong with its headings or not shown."""
    fields = fields_of(headings.agreement.case)
    labels = {column: fields[name].column.label for name, column in headings.fields.items()}
    hidden = HiddenParts(
        sheet.name,
        include_hidden,
        headings.row,
        {each: labels[each] for each in labels if each in sheet.hidden_columns},
    )
    left_out: frozenset[str] = frozenset()
    if not include_hidden:
        left_out = frozenset(name for name, column in headings.fields.items() if column in hidden.columns)
    yield from _heading_problems(sheet.name, headings)
    for name in left_out:
        if fields[name].required:
            column = headings.fields[name]
            yield hidden_column(sheet.name, headings.row, column, labels[column], taken=False, needed=True)
    yield from _case_rows(sheet, headings, rows, hidden, left_out)
    yield from hidden.problems()


def _case_rows(
    sheet: Sheet, headings: _Headings, rows: Iterable[SheetRow], hidden: HiddenParts, left_out: frozenset[str]
) -> Iterator[CaseRow | Problem]:
    fields = fields_of(headings.agreement.case)
    needed = frozenset(name for name in left_out if fields[name].required)
    reported = frozenset([*headings.missing, *headings.twice]) | needed
    columns = {
        name: column for name, column in headings.fields.items() if name not in headings.twice and name not in left_out
    }
    days = {name: column for name, column in columns.items() if is_day(fields[name])}
    letters = {name: get_column_letter(column + 1) for name, column in headings.fields.items()}
    for row in rows:
        if row.number == headings.row:
            yield from _problems_of_headings(sheet.name, row)
        if row.number <= headings.row:
            continue
        cells = take_cells(row, columns, days, sheet.day_0)
        if cells.is_empty or (row.hidden and not hidden.note_row(row.number)):
            continue
        hidden.note_columns(row)
        found = CaseRow(
            type=headings.agreement,
            values=cells.values,
            places={name: f"{letter}{row.number}" for name, letter in letters.items()},
            sheet=sheet.name,
            row=row.number,
            first_place=headings.first_cell(row.number),
            strangers={
                _address(column, row.number): value
                for column in headings.strangers
                if (value := row.value(column)) is not None
            },
            reported=reported,
        )
        if not cells.only_problems:
            yield with_problems(found, cells, fields)
        else:
            yield struck_row(found) if cells.is_struck else unreadable_row(found, cells, fields)


def _problems_of_headings(sheet: str, row: SheetRow) -> Iterator[Problem]:
    """Yield what is wrong with the headings as cells: an error, a formula without a value, a struck-through text."""
    for column, found in row.problems.items():
        cell = _address(column, row.number)
        yield Problem("headings", found.level, found.message, "", shown(found.shown), sheet, cell, row.number)


def _address(column: int, row: int) -> str:
    return f"{get_column_letter(column + 1)}{row}"
