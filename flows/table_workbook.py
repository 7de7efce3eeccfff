"""Write a table as a workbook (.xlsx) for people: headings that stay in sight, days, and nothing a formula."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

_DAY = "DD.MM.YYYY"


def write_table(
    path: Path, title: str, headings: Sequence[tuple[str, int]], rows: Iterable[Sequence[str | int | date | None]]
) -> None:
    """Write one sheet; `headings` gives each column's heading and its width in characters."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    sheet.append([heading for heading, _width in headings])
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for row in rows:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what begins with = is a name, and no formula
            elif isinstance(cell.value, date):
                cell.number_format = _DAY
    for column, (_heading, width) in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{max(2, sheet.max_row)}"
    book.save(path)
