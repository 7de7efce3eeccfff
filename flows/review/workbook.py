"""Write what is due as a workbook, with a column for the outcome of each review."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from flows.agreements.types import types
from flows.language import translate as _
from flows.review import deadline_kinds
from flows.review.agenda import AgendaItem

_WIDTHS = (12, 44, 34, 30, 12, 40, 38)


def write_workbook(path: Path, dates: Sequence[AgendaItem]) -> None:
    """Write the dates to an .xlsx file, one a row, in their order. Days are real dates; nothing is a formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Due")
    headings = (
        _("Due"),
        _("What"),
        _("Municipality"),
        _("Type of agreement"),
        _("Day before it was moved"),
        _("Where it says so"),
        _("Id"),
    )
    sheet.append(headings)
    for one in dates:
        title = types()[one.type].title if one.type in types() else one.type
        what = f"{deadline_kinds.title_of(one.kind)} {one.number}" if one.number else deadline_kinds.title_of(one.kind)
        source = f"{one.section} ({one.rule})" if one.rule else one.section
        sheet.append((one.due, what, one.municipality, title, one.nominal, source, one.agreement_id or one.id))
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in sheet.iter_rows(min_row=2):
        row[0].number_format = row[4].number_format = "DD.MM.YYYY"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{max(2, len(dates) + 1)}"
    book.save(path)
