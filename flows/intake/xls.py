"""Read sheets of an old .xls workbook, whole (the format ends at row 65,536)."""

import io
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import xlrd
from xlrd.sheet import Sheet as OldSheet

from flows.intake.case_rows import CellValue
from flows.intake.sheet_model import MergedCells, Sheet, SheetRow


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield the visible sheets in their order."""
    # What the reader has to say about small faults goes nowhere. Formats are asked for: they tell a date from a number.
    with xlrd.open_workbook(path, logfile=io.StringIO(), formatting_info=True, ragged_rows=True) as workbook:
        for sheet in workbook.sheets():
            if sheet.visibility == 0:
                yield Sheet(sheet.name, partial(_rows, sheet, workbook.datemode))


def _rows(sheet: OldSheet, first_day: int) -> Iterator[SheetRow]:
    downwards: dict[int, list[tuple[int, int]]] = {}
    for first_row, after_last_row, column, _after_last_column in sheet.merged_cells:
        if after_last_row > first_row + 1:
            downwards.setdefault(first_row + 1, []).append((column, after_last_row))
    merged = MergedCells(downwards)
    for row in range(sheet.nrows):
        cells: dict[int, CellValue] = {}
        for column, cell in enumerate(sheet.row(row)):
            value = _value(cell.ctype, cell.value, first_day)
            if value is not None and value != "":
                cells[column] = value
        if cells:
            yield merged.row(row + 1, cells)


def _value(kind: int, value: str | float, first_day: int) -> CellValue:
    match kind:
        case xlrd.XL_CELL_TEXT | xlrd.XL_CELL_NUMBER:
            return value
        case xlrd.XL_CELL_DATE:
            return _date(float(value), first_day)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(value, "#REF!"))
        case _:
            return None


def _date(value: float, first_day: int) -> datetime | float:
    try:
        found: datetime = xlrd.xldate_as_datetime(value, first_day)
    except (ArithmeticError, ValueError):
        return value
    return found
