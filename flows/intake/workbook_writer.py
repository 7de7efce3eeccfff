"""Write the input workbook: one sheet per agreement type, with help, drop-downs, formats and an example row.

What it makes is read back without a problem.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import BaseModel

from flows.agreements import municipalities
from flows.agreements.fields import CaseField, FieldKind, fields_of
from flows.agreements.types import AgreementType
from flows.intake.cell_values import cells_of, named
from flows.intake.example_row import example_of
from flows.intake.help_texts import help_for
from flows.language import current
from flows.language import translate as _

_LAST_ROW = 3000
_LISTS = "Lister"
_REQUIRED, _OPTIONAL = "D9E2F3", "F2F2F2"
_FORMATS = {
    FieldKind.DATE: "DD.MM.YYYY",
    FieldKind.WORK: "0.0%",
    FieldKind.NUMBER: "#,##0.00",
    FieldKind.WHOLE: "0",
}
_TEXT_FORMAT = "@"
_WIDTHS = {
    FieldKind.TEXT: 44,
    FieldKind.DATE: 14,
    FieldKind.MONTH: 14,
    FieldKind.WORK: 14,
    FieldKind.YES_NO: 14,
    FieldKind.MUNICIPALITY: 26,
}


def write_sheet(agreement: AgreementType, target: Path, today: date, cases: Sequence[BaseModel] = ()) -> None:
    """Write the input workbook of an agreement: an example row, or a row for each of the cases where there are any."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = agreement.sheet
    lists = workbook.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    example = {} if cases else example_of(agreement, today)
    filled = [_in_its_words(agreement, cells_of(case)) for case in cases]
    example = _in_its_words(agreement, example)
    for column, field in enumerate(fields_of(agreement.case).values(), start=1):
        _write_column(sheet, column, agreement, field, example.get(field.name))
        for row, values in enumerate(filled, start=2):
            _write_cell(sheet, row, column, field, values[field.name])
        if choices := _choices(agreement, field):
            _add_drop_down(sheet, lists, column, choices)
    sheet.row_dimensions[1].height = 62
    sheet.freeze_panes = "B2"
    _protect(sheet)
    sheet.page_setup.orientation = "landscape"
    workbook.save(target)


def _in_its_words(agreement: AgreementType, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row by field, with choices in the language of the workbook."""
    labels = {
        name: {choice.label: agreement.text(choice.label, current()) for choice in field.choices}
        for name, field in fields_of(agreement.case).items()
    }
    return {name: labels[name].get(value, value) if labels[name] else value for name, value in values.items()}


def _write_column(sheet: Worksheet, column: int, agreement: AgreementType, field: CaseField, example: Any) -> None:
    letter = get_column_letter(column)
    heading: Any = sheet.cell(1, column, agreement.text(field.column.label, current()))
    heading.font = Font(name="Calibri", bold=field.required)
    heading.fill = PatternFill(fgColor=_REQUIRED if field.required else _OPTIONAL, fill_type="solid")
    heading.alignment = Alignment(wrap_text=True, vertical="top")
    comment = Comment(help_for(agreement, field), "Avtaleflyt")
    comment.width, comment.height = 320, 60 + len(comment.text) // 2
    heading.comment = comment
    dimension: Any = sheet.column_dimensions[letter]
    dimension.width = _WIDTHS.get(field.kind, 22)
    dimension.number_format = _FORMATS.get(field.kind, _TEXT_FORMAT)
    dimension.protection = Protection(locked=False)
    first = _write_cell(sheet, 2, column, field, example)
    first.font = Font(name="Calibri", italic=True, color="7F7F7F")
    if column == 1 and example is not None:
        first.comment = Comment(
            _("An example. Write over it, or delete the row, before you send the file."), "Avtaleflyt"
        )


def _write_cell(sheet: Worksheet, row: int, column: int, field: CaseField, value: Any) -> Any:
    cell: Any = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is a text, never a formula
    cell.number_format = _FORMATS.get(field.kind, _TEXT_FORMAT)
    cell.protection = Protection(locked=False)
    cell.alignment = Alignment(vertical="top", wrap_text=field.kind is FieldKind.TEXT)
    return cell


def _choices(agreement: AgreementType, field: CaseField) -> Sequence[str]:
    if field.kind is FieldKind.CHOICE:
        return [agreement.text(choice.label, current()) for choice in field.choices]
    if field.kind is FieldKind.YES_NO:
        return ["Ja", "Nei"]
    if field.kind is FieldKind.MUNICIPALITY:
        return [named(each) for each in municipalities.all_municipalities()]
    return []


def _add_drop_down(sheet: Worksheet, lists: Worksheet, column: int, choices: Sequence[str]) -> None:
    letter = get_column_letter(column)
    for row, choice in enumerate(choices, start=1):
        lists.cell(row, column, choice)
    validation = DataValidation(
        type="list",
        formula1=f"'{_LISTS}'!${letter}$1:${letter}${len(choices)}",
        allow_blank=True,
        showErrorMessage=True,
    )
    validation.errorTitle = _("Not in the list")
    validation.error = _("Choose one of the values in the list.")
    validation.errorStyle = "warning"
    validation.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(validation)


def _protect(sheet: Worksheet) -> None:
    """Lock the headings alone; rows and columns can be sized, sorted, put in and deleted."""
    for row in sheet.iter_rows(min_row=1, max_row=1):
        for cell in row:
            cell.protection = Protection(locked=True)
    protection = sheet.protection
    protection.sheet = True
    protection.formatCells = protection.formatColumns = protection.formatRows = False
    protection.insertRows = protection.deleteRows = protection.sort = protection.autoFilter = False
