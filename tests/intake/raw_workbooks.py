"""Workbooks written as XML, cell by cell, with what no library writes: error cells, missing results, odd packages."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter

Sheets = Mapping[str, Sequence[Sequence[Any]]]

GENERAL, DATE, PERCENT, TIME, STRUCK, STRUCK_DATE, ELAPSED, NORWEGIAN_DATE, UNSEEN = range(9)
"""Cell styles of the .xlsx workbooks."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_STYLES = (
    '<{x}numFmts count="3"><{x}numFmt numFmtId="172" formatCode=";;;"/><{x}numFmt numFmtId="170" formatCode="[h]:mm"/>'
    '<{x}numFmt numFmtId="171" formatCode="dd\\.mm\\.åååå"/></{x}numFmts>'
    "<{x}fonts><{x}font/><{x}font><{x}strike/></{x}font></{x}fonts><{x}cellXfs>"
    + "".join(
        f'<{{x}}xf numFmtId="{number}" fontId="{font}"/>'
        for number, font in ((0, 0), (14, 0), (9, 0), (20, 0), (0, 1), (14, 1), (170, 0), (171, 0), (172, 0))
    )
    + "</{x}cellXfs>"
)


class Xml(str):
    """A cell as XML: in .xlsx with `{r}` for its address and `{x}` for the prefix, in .ods as it is."""

    __slots__ = ()


@dataclass(frozen=True)
class XlsxOptions:
    """How an .xlsx workbook is written; `last_format` is the number format of the style UNSEEN."""

    first_year: int = 1900
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    hidden_sheets: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    prefix: str = ""
    part_case: Callable[[str], str] = str
    folder: str = "xl"
    absolute: bool = True
    addresses: bool = True
    last_format: str = ";;;"
    shared: bool = True
    properties: str = ""
    after_rows: str = ""
    main_type: str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def serial(day: date, first_year: int = 1900) -> int:
    """Return the number that stands for a day."""
    return (day - (date(1904, 1, 1) if first_year == 1904 else date(1899, 12, 30))).days


def write_raw_xlsx(path: Path, sheets: Sheets, options: XlsxOptions | None = None) -> Path:
    """Write a workbook part by part."""
    chosen = options or XlsxOptions()
    x = f"{chosen.prefix}:" if chosen.prefix else ""
    namespace = f'xmlns{":" if x else ""}{chosen.prefix}="{_STRICT_MAIN if chosen.strict else _MAIN}"'
    relations = _STRICT_RELATIONS if chosen.strict else _RELATIONS
    texts: dict[str, int] = {}
    parts: dict[str, str] = {}
    names, links = "", ""
    base = f"/{chosen.folder}/" if chosen.absolute else ""
    for index, (name, rows) in enumerate(sheets.items(), start=1):
        parts[f"{chosen.folder}/worksheets/sheet{index}.xml"] = (
            f"<{x}worksheet {namespace}>{_columns(chosen, x)}<{x}sheetData>"
            + "".join(_row(number, row, chosen, x, texts) for number, row in enumerate(rows, start=1))
            + f"</{x}sheetData>{chosen.after_rows}</{x}worksheet>"
        )
        state = f' state="{chosen.hidden_sheets[name]}"' if name in chosen.hidden_sheets else ""
        names += f'<{x}sheet name={quoteattr(name)} sheetId="{index}"{state} r:id="r{index}"/>'
        links += (
            f'<Relationship Id="r{index}" Type="{relations}/worksheet" Target="{base}worksheets/sheet{index}.xml"/>'
        )
    links += f'<Relationship Id="s" Type="{relations}/styles" Target="{base}styles.xml"/>'
    parts[f"{chosen.folder}/styles.xml"] = f"<{x}styleSheet {namespace}>{_styles(chosen, x)}</{x}styleSheet>"
    if texts:
        links += f'<Relationship Id="t" Type="{relations}/sharedStrings" Target="{base}sharedStrings.xml"/>'
        items = "".join(
            text if isinstance(text, Xml) else f"<{x}si><{x}t>{escape(text)}</{x}t></{x}si>" for text in texts
        )
        parts[f"{chosen.folder}/sharedStrings.xml"] = f"<{x}sst {namespace}>{items}</{x}sst>"
    year = ' date1904="1"' if chosen.first_year == 1904 else ""
    parts[f"{chosen.folder}/workbook.xml"] = (
        f'<{x}workbook {namespace} xmlns:r="{relations}"><{x}workbookPr{year}/><{x}sheets>{names}</{x}sheets>'
        f"{chosen.properties}</{x}workbook>"
    )
    parts[f"{chosen.folder}/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="a" Type="{relations}/officeDocument" '
        f'Target="{chosen.folder}/workbook.xml"/></Relationships>'
    )
    parts["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{chosen.folder}/workbook.xml" ContentType="{chosen.main_type}"/></Types>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(chosen.part_case(name), '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return path


def _styles(chosen: XlsxOptions, x: str) -> str:
    styles = _STYLES.format(x=x)
    return styles.replace('formatCode=";;;"', f"formatCode={quoteattr(chosen.last_format)}")


def _columns(chosen: XlsxOptions, x: str) -> str:
    columns = "".join(f'<{x}col min="{each + 1}" max="{each + 1}" hidden="1"/>' for each in chosen.hidden_columns)
    return f"<{x}cols>{columns}</{x}cols>" if columns else ""


def _row(number: int, row: Sequence[Any], chosen: XlsxOptions, x: str, texts: dict[str, int]) -> str:
    hidden = ' hidden="1"' if number in chosen.hidden_rows else ""
    cells = "".join(
        _cell(f"{get_column_letter(column)}{number}", value, chosen, x, texts)
        for column, value in enumerate(row, start=1)
        if value is not None or not chosen.addresses
    )
    address = f' r="{number}"' if chosen.addresses else ""
    return f"<{x}row{address}{hidden}>{cells}</{x}row>"


def _cell(address: str, value: Any, chosen: XlsxOptions, x: str, texts: dict[str, int]) -> str:
    place = f'r="{address}"' if chosen.addresses else ""
    match value:
        case Xml() if "<c " in value or "<{x}c " in value:
            return value.replace("{r}", address).replace("{x}", x)
        case Xml():  # a shared text
            index = texts.setdefault(Xml(value.replace("{x}", x)), len(texts))
            return f'<{x}c {place} t="s"><{x}v>{index}</{x}v></{x}c>'
        case None:
            return f"<{x}c {place}/>"
        case bool():
            return f'<{x}c {place} t="b"><{x}v>{int(value)}</{x}v></{x}c>'
        case int() | float():
            return f"<{x}c {place}><{x}v>{value}</{x}v></{x}c>"
        case date():
            day = value.date() if isinstance(value, datetime) else value
            if chosen.strict:
                return f'<{x}c {place} s="{DATE}" t="d"><{x}v>{day.isoformat()}</{x}v></{x}c>'
            return f'<{x}c {place} s="{DATE}"><{x}v>{serial(day, chosen.first_year)}</{x}v></{x}c>'
        case _ if chosen.shared:
            return f'<{x}c {place} t="s"><{x}v>{texts.setdefault(str(value), len(texts))}</{x}v></{x}c>'
        case _:
            return f'<{x}c {place} t="inlineStr"><{x}is><{x}t>{escape(str(value))}</{x}t></{x}is></{x}c>'


_UNSEEN = ' table:visibility="collapse"'
_ODS = (
    '<office:document{kind} xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
    'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>'
    '<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>'
    '<style:style style:name="cut" style:family="table-cell">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="of-cut" style:family="table-cell" style:parent-style-name="cut"/>'
    '<style:style style:name="whole" style:family="text">'
    '<style:text-properties style:text-line-through-style="none"/></style:style>'
    '<style:style style:name="cut" style:family="text">'
    '<style:text-properties style:text-line-through-type="double"/></style:style>'
    '<style:style style:name="unseen" style:family="text"><style:text-properties text:display="none"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>{before}{tables}</office:spreadsheet></office:body>"
    "</office:document{kind}>"
)


@dataclass(frozen=True)
class OdsOptions:
    """How an OpenDocument workbook is written; `row_group` closes a group around hidden rows."""

    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    hidden_sheets: Sequence[str] = ()
    row_visibility: str = "collapse"
    row_group: bool = False
    column_style: str = ""
    before: str = ""
    in_table: str = ""


def write_raw_ods(path: Path, sheets: Sheets, options: OdsOptions | None = None) -> Path:
    """Write an OpenDocument workbook; as flat XML if its name ends in .fods."""
    chosen = options or OdsOptions()
    tables = ""
    for name, rows in sheets.items():
        style = ' table:style-name="gone"' if name in chosen.hidden_sheets else ""
        lines = "".join(_ods_row(number, row, chosen) for number, row in enumerate(rows, start=1))
        columns = _ods_columns(max(map(len, rows), default=1), chosen)
        tables += f"<table:table table:name={quoteattr(name)}{style}>{chosen.in_table}{columns}{lines}</table:table>"
    flat = path.suffix == ".fods"
    content = _ODS.format(kind="" if flat else "-content", before=chosen.before, tables=tables)
    if flat:
        path.write_text(content, encoding="utf-8")
        return path
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def _ods_columns(count: int, chosen: OdsOptions) -> str:
    style = f' table:default-cell-style-name="{chosen.column_style}"' if chosen.column_style else ""
    return "".join(
        f"<table:table-column{style}{_UNSEEN if each in chosen.hidden_columns else ''}/>" for each in range(count)
    )


def _ods_row(number: int, row: Sequence[Any], chosen: OdsOptions) -> str:
    cells = "".join(map(_ods_cell, row))
    if number not in chosen.hidden_rows:
        return f"<table:table-row>{cells}</table:table-row>"
    if chosen.row_group:
        line = f"<table:table-row>{cells}</table:table-row>"
        return f'<table:table-row-group table:display="false">{line}</table:table-row-group>'
    return f'<table:table-row table:visibility="{chosen.row_visibility}">{cells}</table:table-row>'


def _ods_cell(value: Any) -> str:
    match value:
        case Xml():
            return str(value)
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
    return f"<table:table-cell {shown}>{lines}</table:table-cell>"
