"""The same sheets written in every format that is read, each by other means than the program's own."""

import csv
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlwt

from tests.intake.workbooks import write_workbook

Sheets = Mapping[str, Sequence[Sequence[Any]]]

_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles>'
    '<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    "</office:document-content>"
)


def write_xls(path: Path, sheets: Sheets) -> Path:
    """Write an old workbook."""
    workbook = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="DD.MM.YYYY")
    for name, rows in sheets.items():
        sheet = workbook.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, value, *([day] if isinstance(value, date) else []))
    workbook.save(str(path))
    return path


def write_ods(path: Path, sheets: Sheets, hidden: Sequence[str] = ()) -> Path:
    """Write an OpenDocument workbook, with the blank rows and columns to the end that such programs write."""
    tables = ""
    for name, rows in sheets.items():
        style = ' table:style-name="gone"' if name in hidden else ""
        lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}{_BLANK}</table:table-row>" for row in rows)
        blank = f'<table:table-row table:number-rows-repeated="1048000">{_BLANK}</table:table-row>'
        tables += f"<table:table table:name={quoteattr(name)}{style}>{lines}{blank}</table:table>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ODS.format(tables=tables))
    return path


_BLANK = '<table:table-cell table:number-columns-repeated="16000"/>'


def _ods_cell(value: Any) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case bool():
            shown = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
        case float() | int():
            shown = f'office:value-type="float" office:value="{value}"'
        case date():
            shown = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case _:
            shown = 'office:value-type="string"'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    note = "<office:annotation><dc:creator>Avtaleflyt</dc:creator><text:p>En merknad</text:p></office:annotation>"
    return f"<table:table-cell {shown}>{note}{lines}</table:table-cell>"


def write_csv(path: Path, sheets: Sheets, encoding: str = "utf-8", separator: str = ";") -> Path:
    """Write the first sheet as separated values, dates as in Norway."""
    (rows,) = sheets.values()
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        for row in rows:
            writer.writerow([f"{cell:%d.%m.%Y}" if isinstance(cell, date) else cell for cell in row])
    return path


def write_xlsx(path: Path, sheets: Sheets) -> Path:
    """Write a workbook of today."""
    return write_workbook(path, sheets)
