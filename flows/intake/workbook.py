"""Rows of a workbook: which sheets hold cases, where their headings stand, and one `CaseRow` a line below them."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from flows.agreements.fields import fields_of
from flows.agreements.problems import Problem
from flows.agreements.types import AgreementType, types
from flows.errors import CasesUnreadable
from flows.intake.cleaning import clean, shown
from flows.intake.headings import field_of
from flows.intake.rows import CaseRow, CellValue
from flows.intake.values import fold
from flows.language import translate as _

_ROWS_ABOVE_HEADINGS = 30
_LEAST_HEADINGS = 3
_LARGEST_UNPACKED = 600 * 1024 * 1024
_OLE_FILE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class _Headings:
    """The row of headings of one sheet: its number, and the column (from 0) of each field and of each stranger."""

    agreement: AgreementType
    row: int
    fields: Mapping[str, int]
    strangers: Mapping[int, str]
    twice: Mapping[str, int]


def rows(path: Path) -> Iterator[CaseRow | Problem]:
    """Yield every case row of a workbook, and problems of whole sheets. Raises `CasesUnreadable`."""
    found_headings = False
    for sheet in _sheets(path):
        agreement = _agreement_of_name(sheet.name)
        headings = _find_headings(sheet, [agreement] if agreement else list(types().values()))
        if headings:
            found_headings = True
            yield from _heading_problems(sheet.name, headings)
            yield from _case_rows(sheet, headings)
        elif agreement and sheet.start is not None:
            found_headings = True
            yield Problem(
                rule="headings",
                level="error",
                sheet=sheet.name,
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


def _sheets(path: Path) -> Iterator[CalamineSheet]:
    """Yield the visible worksheets, after making sure that the file is a workbook of a reasonable size."""
    _inspect(path)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
                    yield workbook.get_sheet_by_name(sheet.name)
    except (CalamineError, OSError, ValueError) as error:
        raise CasesUnreadable(
            _("«{file}» could not be read as a workbook. Open it in the spreadsheet program and save it anew.").format(
                file=path.name
            )
        ) from error


def _inspect(path: Path) -> None:
    try:
        with path.open("rb") as file:
            if file.read(4) == _OLE_FILE:
                raise CasesUnreadable(
                    _(
                        "«{file}» is protected by a password or saved in an old format. Save it as an ordinary .xlsx."
                    ).format(file=path.name)
                )
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise CasesUnreadable(
            _("«{file}» is no workbook, or it is damaged. Save it anew as .xlsx.").format(file=path.name)
        ) from error
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise CasesUnreadable(_("«{file}» is no workbook. Save the cases as .xlsx.").format(file=path.name))
    if sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
        raise CasesUnreadable(
            _("«{file}» is too large when unpacked. Remove formatting of empty rows, or divide the file.").format(
                file=path.name
            )
        )


def _agreement_of_name(sheet_name: str) -> AgreementType | None:
    return next((each for each in types().values() if fold(sheet_name) in (fold(each.sheet), fold(each.name))), None)


def _rows_of(sheet: CalamineSheet) -> Iterator[tuple[int, Sequence[CellValue]]]:
    """Yield (row number from 1, cells from column A) of every row down to the last that is used."""
    if sheet.start is None:
        return
    # The reader gives blank rows above the first used one, but no blank columns to its left.
    left_out = [None] * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [*left_out, *cells]


def _find_headings(sheet: CalamineSheet, agreements: Sequence[AgreementType]) -> _Headings | None:
    """Return the row among the first that has the most headings of one of the agreements, or None."""
    best: _Headings | None = None
    for tried, (number, cells) in enumerate(_rows_of(sheet)):
        if tried >= _ROWS_ABOVE_HEADINGS:
            break
        for agreement in agreements:
            headings = _as_headings(number, cells, agreement)
            if len(headings.fields) >= _LEAST_HEADINGS and (best is None or len(headings.fields) > len(best.fields)):
                best = headings
    return best


def _as_headings(number: int, cells: Sequence[CellValue], agreement: AgreementType) -> _Headings:
    fields: dict[str, int] = {}
    strangers: dict[int, str] = {}
    twice: dict[str, int] = {}
    for column, cell in enumerate(cells):
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
    return _Headings(agreement, number, fields, strangers, twice)


def _heading_problems(sheet: str, headings: _Headings) -> Iterator[Problem]:
    known = fields_of(headings.agreement.case)

    def problem(level: str, column: int | None, field: str, value: str, message: str) -> Problem:
        return Problem(
            rule="headings",
            level="error" if level == "error" else "warning",
            message=message,
            column=field,
            value=value,
            sheet=sheet,
            cell="" if column is None else _address(column, headings.row),
            row=headings.row,
        )

    for name in _missing(headings):
        label = known[name].column.label
        yield problem(
            "error", None, name, "", _("The column «{label}» is missing. Add it to the headings.").format(label=label)
        )
    for name, column in headings.twice.items():
        label = known[name].column.label
        first = _address(headings.fields[name], headings.row)
        yield problem(
            "error",
            column,
            name,
            label,
            _("The column «{label}» is there twice; the first is {cell}. Remove one of them.").format(
                label=label, cell=first
            ),
        )
    for column, heading in headings.strangers.items():
        yield problem(
            "warning",
            column,
            "",
            shown(heading),
            _("The heading is not known, and the column is not used. Correct it if it should be."),
        )


def _missing(headings: _Headings) -> list[str]:
    known = fields_of(headings.agreement.case)
    return [name for name, field in known.items() if field.required and name not in headings.fields]


def _case_rows(sheet: CalamineSheet, headings: _Headings) -> Iterator[CaseRow]:
    reported = frozenset([*_missing(headings), *headings.twice])
    columns = {name: column for name, column in headings.fields.items() if name not in headings.twice}
    for number, cells in _rows_of(sheet):
        if number <= headings.row:
            continue
        values = {name: cells[column] for name, column in columns.items() if column < len(cells)}
        if all(clean(value) is None for value in values.values()):
            continue
        yield CaseRow(
            type=headings.agreement,
            values=values,
            places={name: _address(column, number) for name, column in headings.fields.items()},
            sheet=sheet.name,
            row=number,
            strangers={_address(column, number): cells[column] for column in headings.strangers if column < len(cells)},
            reported=reported,
        )


def _address(column: int, row: int) -> str:
    return f"{get_column_letter(column + 1)}{row}"
