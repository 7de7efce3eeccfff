"""Read sheets of an OpenDocument workbook (.ods, or flat XML .fods), streamed from its XML one row at a time."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from openpyxl.utils import column_index_from_string

from flows.intake.cell_problems import CellProblem
from flows.intake.number_formats import DAY_0
from flows.intake.ods_cells import OFFICE, STYLE, TABLE, TEXT, TextStyles, read_cell
from flows.intake.sheet_model import CellRange, MergedCells, ReadCell, Sheet, SheetRow, SourceRemark
from flows.intake.xlsx_comments import OWN_AUTHOR
from flows.intake.xml_events import parse_events
from flows.language import translate as _

_ROW, _COLUMN = f"{TABLE}table-row", f"{TABLE}table-column"
_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_RULE = f"{_CALCEXT}conditional-format"
_RANGE = re.compile(r"\.\$?([A-Z]{1,3})\$?(\d{1,7})(?::(?:'[^']*'|[^.:' ]*)?\.\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_COMMENT, _AUTHOR = f"{OFFICE}annotation", "{http://purl.org/dc/elements/1.1/}creator"
_CELL_STYLE = f"{TABLE}default-cell-style-name"
_NOT_SHOWN = ("collapse", "filter")
_MOST_COLUMNS = 16_384
_MOST_REPEATED = 1000
"""A row with contents that is repeated more often than this is taken once: it is formatting, not cases."""

Part = Callable[[], IO[bytes]]


@dataclass(slots=True)
class _Table:
    """What stands around the rows of a table: name, style, its columns' styles, and which of them are not shown.

    `rules` are the ranges of conditional formatting, each with the name of the style that it gives cells. `commented`
    are row and column of the cells with a comment, `rows` is how many rows were passed.
    """

    name: str
    style: str
    linked: bool = False
    columns: int = 0
    rows: int = 0
    hidden_columns: set[int] = field(default_factory=set)
    commented: set[tuple[int, int]] = field(default_factory=set)
    column_styles: dict[int, str] = field(default_factory=dict)
    rules: list[tuple[CellRange, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Styles:
    """Styles by family and name: parent, and what each says of its text and of the table that has it."""

    parents: dict[tuple[str, str], str] = field(default_factory=dict)
    struck: dict[tuple[str, str], bool] = field(default_factory=dict)
    hidden_tables: set[str] = field(default_factory=set)

    def add(self, style: Any) -> None:
        """Note a style."""
        key = str(style.get(f"{STYLE}family", "")), str(style.get(f"{STYLE}name", ""))
        self.parents[key] = str(style.get(f"{STYLE}parent-style-name", ""))
        table, text = style.find(f"{STYLE}table-properties"), style.find(f"{STYLE}text-properties")
        if table is not None and table.get(f"{TABLE}display") == "false":
            self.hidden_tables.add(key[1])
        if text is not None and (taken_out := _is_taken_out(text)) is not None:
            self.struck[key] = taken_out

    def of_family(self, family: str) -> dict[str, bool]:
        """Return the styles that say, themselves or by those they are based on, whether text is taken out."""
        found = {name: self._said(family, name) for of, name in self.parents if of == family}
        return {name: said for name, said in found.items() if said is not None}

    def _said(self, family: str, name: str) -> bool | None:
        for _step in range(len(self.parents)):
            if (family, name) in self.struck:
                return self.struck[family, name]
            if not (name := self.parents.get((family, name), "")):
                break
        return None


def _is_taken_out(text: Any) -> bool | None:
    """Return whether text properties strike through or hide; None if they do not say."""
    lines = [text.get(f"{STYLE}text-line-through-{each}") for each in ("style", "type")]
    if any(line not in (None, "none") for line in lines) or text.get(f"{TEXT}display") == "none":
        return True
    return False if any(line == "none" for line in lines) else None


def sheets(path: Path) -> Iterator[Sheet | SourceRemark]:
    """Yield every sheet in its order, also hidden ones; each can be read until the next one is asked for."""
    if not zipfile.is_zipfile(path):
        yield from _sheets(lambda: path.open("rb"), None)
        return
    with zipfile.ZipFile(path) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        content = partial(archive.open, names["content.xml"])
        yield from _sheets(content, partial(archive.open, names["styles.xml"]) if "styles.xml" in names else None)


def _sheets(content: Part, common: Part | None) -> Iterator[Sheet | SourceRemark]:
    styles = _Styles()
    if common:
        with common() as stream:
            for _event, element in parse_events(stream, (f"{STYLE}style",), ("end",)):
                styles.add(element)
    tables, day_0 = _tables(content, styles)
    if any(table.linked for table in tables):
        yield SourceRemark(
            _("The workbook fetches values from other files. They are read as they were last saved; check them.")
        )
    texts = TextStyles(styles.of_family("table-cell"), styles.of_family("text"))
    for index, table in enumerate(tables):
        if not table.linked:
            yield Sheet(
                table.name,
                partial(_rows, content, index, table, texts),
                hidden=table.style in styles.hidden_tables,
                hidden_columns=frozenset(table.hidden_columns),
                day_0=day_0,
                commented=frozenset(table.commented),
                struck_by_rules=tuple(dict.fromkeys(each for each, style in table.rules if texts.cells.get(style))),
            )


def _tables(content: Part, styles: _Styles) -> tuple[list[_Table], datetime]:
    """Return what stands before the rows of every table, and the day that dates are counted from."""
    found: list[_Table] = []
    day_0 = DAY_0
    tags = (f"{STYLE}style", f"{TABLE}table", _COLUMN, _ROW, f"{TABLE}null-date", f"{TABLE}table-source", _RULE)
    with content() as stream:
        for event, element in parse_events(stream, tags, ("start", "end")):
            if event == "start":
                if _is_sheet(element):
                    name, style = (str(element.get(f"{TABLE}{each}", "")) for each in ("name", "style-name"))
                    found.append(_Table(name, style))
            elif element.tag == f"{STYLE}style":
                styles.add(element)
            elif element.tag == f"{TABLE}null-date":
                day_0 = datetime.fromisoformat(element.get(f"{TABLE}date-value", "1899-12-30")).replace(tzinfo=None)
            elif element.tag == _ROW:
                if found and _is_sheet(next(element.iterancestors(f"{TABLE}table"))):
                    _note_comments(found[-1], element)
                _forget(element)
            elif found and element.tag == f"{TABLE}table-source":
                found[-1].linked = True
            elif found and element.tag == _COLUMN:
                _note_column(found[-1], element)
            elif found and element.tag == _RULE:
                found[-1].rules += _rules(element)
    return found, day_0


def _rules(formatting: Any) -> Iterator[tuple[CellRange, str]]:
    for match in _RANGE.finditer(formatting.get(f"{_CALCEXT}target-range-address", "")):
        column, row = column_index_from_string(match[1]) - 1, int(match[2])
        last = (column, row) if match[3] is None else (column_index_from_string(match[3]) - 1, int(match[4]))
        for condition in formatting.iterchildren(f"{_CALCEXT}condition"):
            yield CellRange(row, column, last[1], last[0]), str(condition.get(f"{_CALCEXT}apply-style-name", ""))


def _is_sheet(element: Any) -> bool:
    """Return whether an element is a sheet; charts and cells may hold tables of their own."""
    parent = element.getparent()
    return element.tag == f"{TABLE}table" and parent is not None and parent.tag == f"{OFFICE}spreadsheet"


def _note_comments(table: _Table, row: Any) -> None:
    """Note which cells of a row have a comment, those of this program left out."""
    if next(row.iter(_COMMENT), None) is not None:
        column = 0
        for cell in row.iterchildren(*_CELLS):
            authors = [str(each.findtext(_AUTHOR) or "") for each in cell.iterchildren(_COMMENT)]
            if any(not author.startswith(OWN_AUTHOR) for author in authors):
                table.commented.add((table.rows + 1, column))
            column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
    table.rows += int(row.get(f"{TABLE}number-rows-repeated", "1"))


def _note_column(table: _Table, column: Any) -> None:
    repeated = int(column.get(f"{TABLE}number-columns-repeated", "1"))
    columns = range(table.columns, min(table.columns + repeated, _MOST_COLUMNS))
    if _is_hidden(column):
        table.hidden_columns.update(columns)
    if style := column.get(_CELL_STYLE):
        table.column_styles |= dict.fromkeys(columns, style)
    table.columns += repeated


def _is_hidden(element: Any) -> bool:
    """Return whether a row or a column is hidden by hand or by a filter, or lies in a closed group."""
    return element.get(f"{TABLE}visibility") in _NOT_SHOWN or any(
        group.get(f"{TABLE}display") == "false"
        for group in element.iterancestors(f"{TABLE}table-row-group", f"{TABLE}table-column-group")
    )


def _rows(content: Part, wanted: int, table: _Table, texts: TextStyles) -> Iterator[SheetRow]:
    merged = MergedCells()
    at, number = -1, 0
    with content() as stream:
        for event, element in parse_events(stream, (f"{TABLE}table", _ROW), ("start", "end")):
            if element.tag == f"{TABLE}table":
                if _is_sheet(element):
                    at += event == "start"
                    if event == "end" and at == wanted:
                        return
            elif event == "end":
                if at == wanted and _is_sheet(next(element.iterancestors(f"{TABLE}table"))):
                    repeated = int(element.get(f"{TABLE}number-rows-repeated", "1"))
                    yield from _repeated(element, number, repeated, merged, table, texts)
                    number += repeated
                _forget(element)


def _repeated(
    element: Any, above: int, repeated: int, merged: MergedCells, table: _Table, texts: TextStyles
) -> Iterator[SheetRow]:
    cells, downwards = _cells(element, table, texts)
    if not cells:
        return
    for number in range(above + 1, above + 1 + (repeated if repeated <= _MOST_REPEATED else 1)):
        if row := merged.row(number, cells, hidden=_is_hidden(element)):
            yield row
        for column, rows in downwards.items():
            merged.begin(column, number + rows - 1, cells.get(column))


def _cells(row: Any, table: _Table, texts: TextStyles) -> tuple[dict[int, ReadCell], dict[int, int]]:
    """Return the values of a row by column, and over how many rows each merged cell reaches."""
    cells: dict[int, ReadCell] = {}
    downwards: dict[int, int] = {}
    column = 0
    row_style = row.get(_CELL_STYLE)
    for cell in row.iterchildren(*_CELLS):
        repeated = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        if cell.tag == _CELLS[0] and (len(cell) or len(cell.attrib)):
            style = cell.get(f"{TABLE}style-name") or row_style or table.column_styles.get(column, "")
            value = read_cell(cell, style, texts)
            if value is not None and value != "":
                cells |= dict.fromkeys(range(column, min(column + repeated, _MOST_COLUMNS)), value)
            rows = int(cell.get(f"{TABLE}number-rows-spanned", "1"))
            if rows > 1 and cells.get(column) is not None:
                downwards[column] = rows
            elif isinstance(value, CellProblem) and value.level == "error":
                downwards |= _array(cell, column)
        column += repeated
    return cells, downwards


def _array(cell: Any, column: int) -> dict[int, int]:
    """Return over how many rows a formula without a stored value reaches, if it fills more cells than its own."""
    rows = int(cell.get(f"{TABLE}number-matrix-rows-spanned", "1"))
    return {column: rows} if rows > 1 else {}


def _forget(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
