"""Cells of the drill that damages workbooks, and how each is written in each format."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

import xlwt

from tests.intake.raw_workbooks import (
    PERCENT,
    STRUCK,
    OdsOptions,
    XlsxOptions,
    Xml,
    serial,
    write_raw_ods,
    write_raw_xlsx,
)

Kind = Literal["error", "formula", "result", "struck", "rich", "percent", "serial", "noted"]


@dataclass(frozen=True)
class Special:
    """A cell that is more than its value.

    `error`: an error value; `formula`: one without a stored result; `result`: one with it; `struck`: struck through as
    a whole; `rich`: `other` is struck through before the text; `percent`: a share shown as per cent; `serial`: a day
    without a format; `noted`: a text with a comment (ods), pronunciation (xlsx) and no paragraph where that is allowed.
    """

    kind: Kind
    value: Any = ""
    other: str = ""


@dataclass
class Layout:
    """How a workbook is written: the options of each format, and what a text file looks like."""

    xlsx: dict[str, Any] = field(default_factory=dict)
    ods: dict[str, Any] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    hidden_sheet: list[list[Any]] = field(default_factory=list)
    first_year: int = 1900
    encoding: str = "utf-8"
    mark: bytes = b""
    separator: str = ";"
    names_separator: bool = False
    line_end: str = "\r\n"
    text: str = ""


def write(path: Path, rows: Sequence[Sequence[Any]], layout: Layout) -> Path:
    """Write rows as the format that the path's ending names."""
    sheets = {"ALIS-avtale": rows, **({"Gammel": layout.hidden_sheet} if layout.hidden_sheet else {})}
    match path.suffix:
        case ".xlsx":
            cells = {name: [[_xlsx(each, layout) for each in row] for row in sheet] for name, sheet in sheets.items()}
            return write_raw_xlsx(
                path,
                cells,
                XlsxOptions(
                    hidden_rows=layout.hidden_rows,
                    hidden_columns=layout.hidden_columns,
                    hidden_sheets={"Gammel": "veryHidden"},
                    first_year=layout.first_year,
                    **layout.xlsx,
                ),
            )
        case ".ods" | ".fods":
            cells = {name: [[_ods(each) for each in row] for row in sheet] for name, sheet in sheets.items()}
            options = OdsOptions(
                hidden_rows=layout.hidden_rows,
                hidden_columns=layout.hidden_columns,
                hidden_sheets=("Gammel",),
                **layout.ods,
            )
            return write_raw_ods(path, cells, options)
        case ".xls":
            return _write_xls(path, sheets, layout)
        case _:
            path.write_bytes(layout.mark + (layout.text or text_of(rows, layout)).encode(layout.encoding))
            return path


def text_of(rows: Sequence[Sequence[Any]], layout: Layout) -> str:
    """Return rows as the text of a file of separated values."""
    lines = io.StringIO(newline="")
    # Where a lone carriage return ends lines, the writer would leave line feeds within cells unquoted.
    writer = csv.writer(
        lines,
        delimiter=layout.separator,
        lineterminator=layout.line_end,
        quoting=csv.QUOTE_ALL if layout.line_end == "\r" else csv.QUOTE_MINIMAL,
    )
    for row in rows:
        writer.writerow(["" if each is None else plain(each) for each in row])
    first = f"sep={layout.separator}{layout.line_end}" if layout.names_separator else ""
    return first + lines.getvalue()


def plain(cell: Any) -> str:
    """Return a cell as text, the way that a spreadsheet program exports it."""
    if isinstance(cell, Special):
        return "" if cell.kind == "formula" else plain(cell.value)
    return f"{cell:%d.%m.%Y}" if isinstance(cell, date) else str(cell)


def _xlsx(cell: Any, layout: Layout) -> Any:
    if not isinstance(cell, Special):
        return cell
    text = escape(plain(cell.value))
    prefix = "{x}"
    place = '{x}c r="{r}"' if layout.xlsx.get("addresses", True) else "{x}c "
    match cell.kind:
        case "error":
            return Xml(f'<{place} t="e"><{prefix}f>X()</{prefix}f><{prefix}v>{text}</{prefix}v></{prefix}c>')
        case "formula":
            return Xml(f"<{place} ><{prefix}f>A1</{prefix}f>{cell.other.replace('<', f'<{prefix}')}</{prefix}c>")
        case "result":
            return Xml(f'<{place} t="str"><{prefix}f>A1</{prefix}f><{prefix}v>{text}</{prefix}v></{prefix}c>')
        case "struck":
            return Xml(f'<{place} s="{STRUCK}" t="str"><{prefix}v>{text}</{prefix}v></{prefix}c>')
        case "rich":
            return Xml(
                f"<{prefix}si><{prefix}r><{prefix}rPr><{prefix}strike/></{prefix}rPr><{prefix}t>{escape(cell.other)}"
                f"</{prefix}t></{prefix}r><{prefix}r><{prefix}t>{text}</{prefix}t></{prefix}r></{prefix}si>"
            )
        case "percent":
            return Xml(f'<{place} s="{PERCENT}"><{prefix}v>{cell.value}</{prefix}v></{prefix}c>')
        case "serial":
            return serial(cell.value, layout.first_year)
        case "noted":
            sound = f"<{prefix}rPh><{prefix}t>lyd</{prefix}t></{prefix}rPh>"
            held = f"<{prefix}is><{prefix}t>{text}</{prefix}t>{sound}</{prefix}is>"
            return Xml(f'<{place} t="inlineStr">{held}</{prefix}c>')


def _ods(cell: Any) -> Any:
    if not isinstance(cell, Special):
        return cell
    text = escape(plain(cell.value))
    start = "<table:table-cell"
    match cell.kind:
        case "error":
            kind = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
            return Xml(f'{start} table:formula="of:=X()" {kind}><text:p>{text}</text:p></table:table-cell>')
        case "formula":
            return Xml(f'{start} table:formula="of:=A1"/>')
        case "result":
            kind = 'office:value-type="string" table:formula="of:=A1"'
            lines = text.replace("\n", "</text:p><text:p>")
            return Xml(f"{start} {kind}><text:p>{lines}</text:p></table:table-cell>")
        case "struck":
            kind = 'table:style-name="cut" office:value-type="string"'
            return Xml(f"{start} {kind}><text:p>{text}</text:p></table:table-cell>")
        case "rich":
            struck = f'<text:span text:style-name="cut">{escape(cell.other)}</text:span>'
            lines = text.replace("\n", "</text:p><text:p>")
            return Xml(f'{start} office:value-type="string"><text:p>{struck}{lines}</text:p></table:table-cell>')
        case "percent":
            return Xml(f'{start} office:value-type="percentage" office:value="{cell.value}"/>')
        case "serial":
            return serial(cell.value)
        case "noted":
            note = "<office:annotation><text:p>merknad</text:p></office:annotation>"
            held = f'office:value-type="string" office:string-value={quoteattr(plain(cell.value))}'
            return Xml(f"{start} {held}>{note}</table:table-cell>")


def _write_xls(path: Path, sheets: dict[str, Any], layout: Layout) -> Path:
    workbook = xlwt.Workbook()
    workbook.dates_1904 = layout.first_year == 1904
    for name, rows in sheets.items():
        sheet = workbook.add_sheet(name)
        sheet.visibility = 2 if name == "Gammel" else 0
        for number, row in enumerate(rows):
            sheet.row(number).hidden = name != "Gammel" and number + 1 in layout.hidden_rows
            for column, cell in enumerate(row):
                if cell is not None:
                    _put(sheet, number, column, cell, layout)
        for column in layout.hidden_columns:
            sheet.col(column).hidden = True
    workbook.save(str(path))
    return path


_NOT_AVAILABLE = 0x2A
_ERROR_CODES = {"#REF!": 0x17, "#NAVN?": 0x1D, "#NUM!": 0x24, "#VERDI!": 0x0F}
_STRUCK_FONT = xlwt.Font()
_STRUCK_FONT.struck_out = True
_STRUCK_STYLE = xlwt.XFStyle()
_STRUCK_STYLE.font = _STRUCK_FONT


def _put(sheet: Any, row: int, column: int, cell: Any, layout: Layout) -> None:
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        sheet.write(row, column, serial(day, layout.first_year), xlwt.easyxf(num_format_str="DD.MM.YYYY"))
    elif not isinstance(cell, Special):
        sheet.write(row, column, cell)
    elif cell.kind == "error":
        sheet.row(row).set_cell_error(column, _ERROR_CODES.get(cell.value, _NOT_AVAILABLE))
    elif cell.kind == "formula":
        sheet.write(row, column, xlwt.Formula('CONCATENATE("a";"b")'))
    elif cell.kind == "struck":
        sheet.write(row, column, plain(cell.value), _STRUCK_STYLE)
    elif cell.kind == "rich":
        sheet.write_rich_text(row, column, ((cell.other, _STRUCK_FONT), (cell.value, xlwt.Font())))
    elif cell.kind == "percent":
        sheet.write(row, column, cell.value, xlwt.easyxf(num_format_str="0%"))
    elif cell.kind == "serial":
        sheet.write(row, column, serial(cell.value, layout.first_year))
    else:
        sheet.write(row, column, plain(cell.value))
