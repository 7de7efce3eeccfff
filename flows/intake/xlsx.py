"""Read sheets of an .xlsx or .xlsm workbook, streamed from its XML one row at a time.

Formulas count as the values they had when the workbook was saved. Macros are never run and other files never opened;
a remark says so.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from lxml import etree
from openpyxl.utils import column_index_from_string

from flows.intake.case_rows import CellValue
from flows.intake.sheet_model import MergedCells, Sheet, SheetRow, SourceRemark
from flows.language import translate as _

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_FILLED: Any = etree.XPath("*[*]")
_TEXTS: Any = etree.XPath("*[local-name()='t'] | *[local-name()='r']/*[local-name()='t']")
_MERGED = re.compile(rb"mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)")
_DATE_FORMATS = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_NO_FORMAT_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DAY_0, _DAY_0_OF_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  a cell has no time zone
_LAST_SERIAL = 2_958_465
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Book:
    """What the cells of all sheets refer to: shared texts, which styles show a date, and the first day."""

    texts: list[str]
    date_styles: frozenset[int]
    day_0: datetime


def sheets(path: Path) -> Iterator[Sheet | SourceRemark]:
    """Yield the visible sheets in their order; each can be read until the next one is asked for."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        yield from (SourceRemark(sentence) for sentence in _remarks(names))
        root = _root(archive, _book_part(archive, names))
        parts = _relations(archive, _book_part(archive, names), names)
        book = _Book(
            texts=list(_shared_texts(archive, _first(parts, "sharedStrings"))),
            date_styles=_date_styles(archive, _first(parts, "styles")),
            day_0=_DAY_0_OF_1904 if _is_1904(root) else _DAY_0,
        )
        for element in root.iterfind("{*}sheets/{*}sheet"):
            kind, part = parts.get(element.get(_RELATION) or element.get(_STRICT_RELATION) or "", ("", ""))
            if kind == "worksheet" and element.get("state", "visible") == "visible" and part in names:
                yield Sheet(str(element.get("name", "")), partial(_rows, archive, part, book))


def _remarks(names: set[str]) -> Iterator[str]:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        yield _("The workbook has macros. They are not run; the cells are read as they were saved.")
    if any(name.lower().startswith("xl/externallinks/") for name in names):
        yield _("The workbook fetches values from other files. They are read as they were last saved; check them.")


def _parser(stream: IO[bytes], tag: str) -> Iterator[Any]:
    """Yield each element of a name when it is complete, and forget it afterwards."""
    for _event, element in etree.iterparse(
        stream, events=("end",), tag=tag, resolve_entities=False, no_network=True, huge_tree=True
    ):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _root(archive: zipfile.ZipFile, part: str) -> Any:
    with archive.open(part) as stream:
        return etree.parse(stream, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()


def _book_part(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "_rels/.rels" in names:
        for relation in _root(archive, "_rels/.rels"):
            target = str(relation.get("Target", "")).lstrip("/")
            if str(relation.get("Type", "")).endswith("/officeDocument") and target in names:
                return target
    return "xl/workbook.xml"


def _relations(archive: zipfile.ZipFile, part: str, names: set[str]) -> dict[str, tuple[str, str]]:
    """Return kind and part of what the workbook refers to, by relation id."""
    folder = PurePosixPath(part).parent
    listed = f"{folder}/_rels/{PurePosixPath(part).name}.rels"
    found: dict[str, tuple[str, str]] = {}
    for relation in _root(archive, listed) if listed in names else ():
        target = str(relation.get("Target", ""))
        where = target.lstrip("/") if target.startswith("/") else str(folder / target)
        found[str(relation.get("Id"))] = (str(relation.get("Type", "")).rpartition("/")[2], where)
    return {key: found[key] for key in found if found[key][1] in names}


def _first(parts: dict[str, tuple[str, str]], kind: str) -> str:
    return next((part for each, part in parts.values() if each == kind), "")


def _is_1904(root: Any) -> bool:
    properties = root.find("{*}workbookPr")
    return properties is not None and properties.get("date1904") in ("1", "true")


def _shared_texts(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    if part:
        with archive.open(part) as stream:
            for item in _parser(stream, "{*}si"):
                yield _joined(item)


def _joined(item: Any) -> str:
    return "".join(text.text or "" for text in _TEXTS(item))


def _date_styles(archive: zipfile.ZipFile, part: str) -> frozenset[int]:
    if not part:
        return frozenset()
    root = _root(archive, part)
    custom = {each.get("numFmtId"): str(each.get("formatCode", "")) for each in root.iterfind("{*}numFmts/{*}numFmt")}
    formats = [each.get("numFmtId", "0") for each in root.iterfind("{*}cellXfs/{*}xf")]
    return frozenset(index for index, number in enumerate(formats) if _shows_date(number, custom.get(number)))


def _shows_date(number: str, code: str | None) -> bool:
    if code is None:
        return int(number) in _DATE_FORMATS
    letters = _NO_FORMAT_LETTERS.sub("", code.split(";")[0]).casefold()
    return "d" in letters or "y" in letters or "å" in letters


def _rows(archive: zipfile.ZipFile, part: str, book: _Book) -> Iterator[SheetRow]:
    merged = MergedCells(_merged_downwards(archive, part))
    number = 0
    with archive.open(part) as stream:
        for element in _parser(stream, "{*}row"):
            number = int(element.get("r") or number + 1)
            cells: dict[int, CellValue] = {}
            column = -1
            for cell in _FILLED(element):
                address = _ADDRESS.fullmatch(cell.get("r", ""))
                column = column_index_from_string(address[1]) - 1 if address else column + 1
                value = _value(cell, book)
                if value is not None and value != "":
                    cells[column] = value
            if cells:
                yield merged.row(number, cells)


def _merged_downwards(archive: zipfile.ZipFile, part: str) -> dict[int, list[tuple[int, int]]]:
    """Return the cells that are merged over several rows. They stand after all rows, so they are looked for first."""
    found: dict[int, list[tuple[int, int]]] = {}
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            text = rest + piece
            for match in _MERGED.finditer(text):
                first, last = int(match[2]), int(match[4])
                entry = (column_index_from_string(match[1].decode()) - 1, last)
                if last > first and entry not in found.setdefault(first, []):
                    found[first].append(entry)
            rest = text[-200:]
    return found


def _value(cell: Any, book: _Book) -> CellValue:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        held = cell.find("{*}is")
        return None if held is None else _joined(held)
    held = cell.find("{*}v")
    text = None if held is None else held.text
    if text is None:
        return None
    match kind:
        case "s":
            return book.texts[int(text)]
        case "b":
            return text.strip() in ("1", "true")
        case "n":
            return _number(float(text), int(cell.get("s", "0")), book)
        case "d":
            return datetime.fromisoformat(text.removesuffix("Z"))
        case _:  # "str": the text that a formula gave; "e": its error
            return str(text)


def _number(number: float, style: int, book: _Book) -> CellValue:
    if style in book.date_styles and 1 <= number <= _LAST_SERIAL:
        # Rounded to seconds: a serial has no exact fractions.
        return book.day_0 + timedelta(days=int(number), seconds=round(number % 1 * 86_400))
    return number
