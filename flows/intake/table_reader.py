"""Read the tables of a workbook: which sheets hold cases, where their headings stand, and one `CaseRow` per line."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from flows.agreements.problems import Level, Problem
from flows.agreements.types import AgreementType, types
from flows.errors import CasesUnreadable
from flows.intake.case_rows import CaseRow
from flows.intake.format_detection import one_sentence, reader_of
from flows.intake.heading_rows import HeadingRow, address, find_headings, heading_problems
from flows.intake.row_kinds import no_case, proofs
from flows.intake.sheet_model import Sheet, SheetRow, SourceRemark, counted
from flows.intake.text_normalization import clean, shown
from flows.intake.value_parsing import fold
from flows.language import translate as _

_ROWS_TO_LOOK_AT = 30
"""Rows with contents among which the headings are looked for."""
_Item = TypeVar("_Item")


def rows(path: Path) -> Iterator[CaseRow | Problem]:
    """Yield every case row of a workbook, and problems of whole sheets. Raises `CasesUnreadable`."""
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
            yield from heading_problems(sheet.name, headings)
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


def _case_rows(sheet: Sheet, headings: HeadingRow, rows: Iterable[SheetRow]) -> Iterator[CaseRow | Problem]:
    """Yield a row for each case below the headings, and a problem for each row that is none."""
    columns = headings.matched.fields
    told: set[int] = set()
    case: SheetRow | None = None  # waits for the next line, which may show that its last text was cut off
    for row in rows:
        # What a merged cell reaches down into makes no case of a row that is otherwise empty.
        if row.number <= headings.number or all(
            clean(row.cells.get(column)) is None for column in headings.texts if column not in row.covered
        ):
            continue
        remark = no_case(row.cells, sum(column in row.covered for column in columns.values()), headings)
        if case:
            yield _case_row(sheet, case, headings, _cut_off(case, row, headings))
        case = None if remark else row
        if remark:
            yield _of_row(sheet, row, remark.level, remark.message)
            if remark.ends_table:
                return
        elif not _wrongly_cut(row, headings):
            yield from _without_heading(sheet, row, headings, told)
    if case:
        yield _case_row(sheet, case, headings)


def _case_row(sheet: Sheet, row: SheetRow, headings: HeadingRow, cut_off: str = "") -> CaseRow:
    """Return the values of a case by field, or a rejected one whose values may stand in the wrong columns."""
    if sentence := _wrongly_cut(row, headings) or cut_off:
        problem = _of_row(sheet, row, "error", sentence)
        return CaseRow(None, {}, {}, sheet=sheet.name, row=row.number, problems=(problem,))
    columns, values = headings.matched.fields, row.values()
    return CaseRow(
        type=headings.agreement,
        values={name: values[column] for name, column in columns.items() if column in values},
        places={name: f"{headings.letters[column]}{row.number}" for name, column in columns.items()},
        sheet=sheet.name,
        row=row.number,
        first_place=address(headings.first_column, row.number),
        strangers={address(column, row.number): values[column] for column in values if column in headings.unused},
        reported=headings.unread,
    )


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


def _without_heading(sheet: Sheet, row: SheetRow, headings: HeadingRow, told: set[int]) -> Iterator[Problem]:
    """Yield a warning for each column in which a case has a value without a heading, once."""
    for column, value in row.cells.items():
        if column not in headings.texts and column not in told and clean(value) is not None:
            told.add(column)
            message = _("The column has no heading, and is not used. Give it one if it should be.")
            cell = address(column, row.number)
            yield Problem("headings", "warning", message, "", shown(value), sheet.name, cell, row.number)
