"""Read sheets of an .ods workbook (OpenDocument), streamed from its XML one row at a time."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from lxml import etree

from flows.intake.case_rows import CellValue
from flows.intake.sheet_model import MergedCells, Sheet, SheetRow

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = f"{{{_NAMES}table:1.0}}", f"{{{_NAMES}office:1.0}}", f"{{{_NAMES}text:1.0}}"
_STYLE = f"{{{_NAMES}style:1.0}}"
_SPACES = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_MOST_COLUMNS = 16_384
_MOST_REPEATED = 1000
"""A row with contents that is repeated more often than this is taken once: it is formatting, not cases."""


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield the visible sheets in their order; each can be read until the next one is asked for."""
    with zipfile.ZipFile(path) as archive:
        for index, (name, visible) in enumerate(_tables(archive)):
            if visible:
                yield Sheet(name, partial(_rows, archive, index))


def _events(stream: IO[bytes], tags: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    yield from etree.iterparse(
        stream, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, huge_tree=True
    )


def _tables(archive: zipfile.ZipFile) -> list[tuple[str, bool]]:
    """Return name and visibility of every table."""
    hidden: set[str] = set()
    found: list[tuple[str, bool]] = []
    row = f"{_TABLE}table-row"
    with archive.open("content.xml") as stream:
        for event, element in _events(stream, (f"{_STYLE}style", f"{_TABLE}table", row)):
            if event == "end" and element.tag == f"{_STYLE}style":
                properties = element.find(f"{_STYLE}table-properties")
                if properties is not None and properties.get(f"{_TABLE}display") == "false":
                    hidden.add(str(element.get(f"{_STYLE}name")))
            elif event == "start" and element.tag == f"{_TABLE}table":
                name = str(element.get(f"{_TABLE}name", ""))
                found.append((name, element.get(f"{_TABLE}style-name") not in hidden))
            elif event == "end" and element.tag == row:
                _forget(element)
    return found


def _rows(archive: zipfile.ZipFile, wanted: int) -> Iterator[SheetRow]:
    merged = MergedCells()
    table, number = -1, 0
    with archive.open("content.xml") as stream:
        for event, element in _events(stream, (f"{_TABLE}table", f"{_TABLE}table-row")):
            if element.tag == f"{_TABLE}table":
                if event == "start":
                    table += 1
                elif table == wanted:
                    return
            elif event == "end":
                if table == wanted:
                    repeated = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                    yield from _repeated(element, number, repeated, merged)
                    number += repeated
                _forget(element)


def _repeated(element: Any, above: int, repeated: int, merged: MergedCells) -> Iterator[SheetRow]:
    cells, downwards = _cells(element)
    if not cells:
        return
    for number in range(above + 1, above + 1 + (repeated if repeated <= _MOST_REPEATED else 1)):
        yield merged.row(number, cells)
        for column, rows in downwards.items():
            merged.begin(column, number + rows - 1, cells.get(column))


def _cells(row: Any) -> tuple[dict[int, CellValue], dict[int, int]]:
    """Return the values of a row by column, and over how many rows each merged cell reaches."""
    cells: dict[int, CellValue] = {}
    downwards: dict[int, int] = {}
    column = 0
    for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        value = _value(cell) if len(cell) or cell.get(f"{_OFFICE}value-type") else None
        if value is not None and value != "" and cell.tag == f"{_TABLE}table-cell":
            for each in range(column, min(column + repeated, _MOST_COLUMNS)):
                cells[each] = value
            rows = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
            if rows > 1:
                downwards[column] = rows
        column += repeated
    return cells, downwards


def _value(cell: Any) -> CellValue:
    match cell.get(f"{_OFFICE}value-type"):
        case "float" | "percentage" | "currency":
            return float(cell.get(f"{_OFFICE}value"))
        case "date":
            return _date(cell.get(f"{_OFFICE}date-value", ""))
        case "boolean":
            return bool(cell.get(f"{_OFFICE}boolean-value") == "true")
        case _:
            return "\n".join(_text(paragraph) for paragraph in cell.iterchildren(f"{_TEXT}p"))


def _date(text: str) -> date | datetime:
    return datetime.fromisoformat(text.removesuffix("Z")) if "T" in text else date.fromisoformat(text)


def _text(paragraph: Any) -> str:
    pieces = [paragraph.text or ""]
    for inner in paragraph:
        if inner.tag in _SPACES:
            pieces.append(_SPACES[inner.tag] * min(int(inner.get(f"{_TEXT}c", "1")), _MOST_REPEATED))
        elif isinstance(inner.tag, str) and inner.tag.startswith(_TEXT):
            pieces.append(_text(inner))
        pieces.append(inner.tail or "")
    return "".join(pieces)


def _forget(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
