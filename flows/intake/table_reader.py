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


def rows(path: Path) -> Iterator[CaseRow | Problem]:
    """Yield every case row of a workbook, and problems of whole sheets. Raises `CasesUnreadable`."""
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
            yield from _heading_problems(sheet.name, headings)
            yield from _case_rows(sheet, headings, chain(first_rows, every_row))
        elif agreement and first_rows:
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
        if heading is None:
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


def _case_rows(sheet: Sheet, headings: _Headings, rows: Iterable[SheetRow]) -> Iterator[CaseRow]:
    reported = frozenset([*headings.missing, *headings.twice])
    columns = {name: column for name, column in headings.fields.items() if name not in headings.twice}
    letters = {name: get_column_letter(column + 1) for name, column in headings.fields.items()}
    for row in rows:
        if row.number <= headings.row:
            continue
        # What a merged cell reaches down into makes no case of a row that is otherwise empty.
        if all(clean(row.cells.get(column)) is None for column in columns.values() if column not in row.covered):
            continue
        values = row.values()
        yield CaseRow(
            type=headings.agreement,
            values={name: values[column] for name, column in columns.items() if column in values},
            places={name: f"{letter}{row.number}" for name, letter in letters.items()},
            sheet=sheet.name,
            row=row.number,
            first_place=headings.first_cell(row.number),
            strangers={
                _address(column, row.number): values[column] for column in headings.strangers if column in values
            },
            reported=reported,
        )


def _address(column: int, row: int) -> str:
    return f"{get_column_letter(column + 1)}{row}"
