"""Sheets of an old .xls workbook. The format ends at row 65,536 and column IV, so a sheet is read as a whole."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from flows.intake.sheets import MergedCells, Sheet, SheetRow


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield the visible sheets in their order."""
    with CalamineWorkbook.from_path(path) as workbook:
        for sheet in workbook.sheets_metadata:
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
                yield Sheet(sheet.name, partial(_rows, workbook.get_sheet_by_name(sheet.name)))


def _rows(sheet: CalamineSheet) -> Iterator[SheetRow]:
    if sheet.start is None:
        return
    downwards: dict[int, list[tuple[int, int]]] = {}
    for (first_row, column), (last_row, _last_column) in sheet.merged_cell_ranges or ():
        if last_row > first_row:
            downwards.setdefault(first_row + 1, []).append((column, last_row + 1))
    merged = MergedCells(downwards)
    # The reader gives blank rows above the first used one, but no blank columns to its left.
    left_out = sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = {
            column: value for column, value in enumerate(values, start=left_out) if value is not None and value != ""
        }
        if cells:
            yield merged.row(number, cells)
