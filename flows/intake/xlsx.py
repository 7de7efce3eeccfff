"""Read sheets of an .xlsx workbook and its kin (.xlsm, .xltx, .xltm), streamed from its XML one row at a time.

Formulas count as the values they had when the workbook was saved. Macros are never run and other files never opened;
a remark says so. Names of parts are compared without regard to case (ECMA-376 part 2, 6.2.2.3).
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from lxml import etree
from openpyxl.utils import column_index_from_string

from flows.intake import workbook_limits
from flows.intake.cell_problems import CellProblem
from flows.intake.number_formats import DAY_0, DAY_0_OF_1904
from flows.intake.sheet_model import MOST_MERGED_COLUMNS, MergedCells, ReadCell, Sheet, SheetRow, SourceRemark
from flows.intake.workbook_limits import WorkbookTooLarge
from flows.intake.xlsx_cells import Book, Runs, Styles, local_name, read_cell, read_styles, read_text, unstored_range
from flows.intake.xlsx_comments import commented_cells
from flows.intake.xlsx_conditional_formats import struck_by_rules
from flows.intake.xml_events import parse_events, refuse_entities
from flows.language import translate as _

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_CELLS: Any = etree.XPath("*[*] | *[not(@r)]")
"""Cells that hold something, and those that take a column without saying which."""
_MERGED = re.compile(rb"mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)")
_YES = ("1", "true")
_PIECE = 1024 * 1024
_LONGEST_ELEMENT = 200
"""Bytes of a `mergeCell` that may stand astride two pieces."""


class _Package:
    """The parts of the workbook's archive, found by name without regard to case."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = {part_name(name): name for name in archive.namelist()}

    def open(self, part: str) -> IO[bytes]:
        return self._archive.open(self.names[part.lower()])

    def root(self, part: str) -> Any:
        if self._archive.getinfo(self.names[part.lower()]).file_size > workbook_limits.LARGEST_WHOLE_PART:
            raise WorkbookTooLarge
        with self.open(part) as stream:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
            root = etree.parse(stream, parser).getroot()
        refuse_entities(root)
        return root

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and part of what a part refers to, by relation id; "" stands for the package itself."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}
        for relation in self.root(listed) if listed.lower() in self.names else ():
            target = unquote(str(relation.get("Target", "")))
            where = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            if relation.get("TargetMode") != "External":
                found[str(relation.get("Id"))] = (str(relation.get("Type", "")).rpartition("/")[2], where)
        return found


def part_name(name: str) -> str:
    """Return the name of a file in an archive as parts are compared: small letters, and slashes between folders."""
    return name.replace("\\", "/").lower().lstrip("/")


def sheets(path: Path) -> Iterator[Sheet | SourceRemark]:
    """Yield every sheet in its order, also hidden ones; each can be read until the next one is asked for."""
    with zipfile.ZipFile(path) as archive:
        package = _Package(archive)
        yield from (SourceRemark(sentence) for sentence in _remarks(package.names))
        main = _first(package.relations(""), "officeDocument") or "xl/workbook.xml"
        root, parts = package.root(main), package.relations(main)
        book = _book(package, root, parts)
        for element in root.iterfind("{*}sheets/{*}sheet"):
            kind, part = parts[element.get(_RELATION) or element.get(_STRICT_RELATION)]
            if kind == "worksheet":
                yield Sheet(
                    str(element.get("name", "")),
                    partial(_rows, package, part, book),
                    hidden=element.get("state", "visible") != "visible",
                    hidden_columns=_hidden_columns(package, part),
                    day_0=book.day_0,
                    struck_by_rules=struck_by_rules(partial(package.open, part), book.styles),
                    commented=_commented(package, part),
                )


def _commented(package: _Package, part: str) -> frozenset[tuple[int, int]]:
    """Return which cells have a comment; a damaged part of comments keeps nobody from the cells."""
    comments = _first(package.relations(part), "comments")
    try:
        return commented_cells(package.root(comments)) if comments.lower() in package.names else frozenset()
    except etree.XMLSyntaxError:
        return frozenset()


def _remarks(names: Mapping[str, str]) -> Iterator[str]:
    if any(name.endswith("vbaproject.bin") for name in names):
        yield _("The workbook has macros. They are not run; the cells are read as they were saved.")
    if any(name.startswith("xl/externallinks/") for name in names):
        yield _("The workbook fetches values from other files. They are read as they were last saved; check them.")


def _first(parts: dict[str, tuple[str, str]], kind: str) -> str:
    return next((part for each, part in parts.values() if each == kind), "")


def _book(package: _Package, root: Any, parts: dict[str, tuple[str, str]]) -> Book:
    texts, styles = _first(parts, "sharedStrings"), _first(parts, "styles")
    return Book(
        texts=list(_shared_texts(package, texts)) if texts else [],
        styles=read_styles(package.root(styles)) if styles else Styles(),
        day_0=DAY_0_OF_1904 if _is_set(root.find("{*}workbookPr"), "date1904") else DAY_0,
        uncalculated=_is_set(root.find("{*}calcPr"), "fullCalcOnLoad"),
    )


def _is_set(element: Any, attribute: str) -> bool:
    return element is not None and element.get(attribute) in _YES


def _shared_texts(package: _Package, part: str) -> Iterator[str | Runs]:
    with package.open(part) as stream:
        for number, item in enumerate(_parser(stream, "{*}si")):
            if number >= workbook_limits.MOST_TEXTS:
                raise WorkbookTooLarge
            yield read_text(item)


def _parser(stream: IO[bytes], *tags: str) -> Iterator[Any]:
    """Yield each element of a name when it is complete, and forget it afterwards."""
    for _event, element in parse_events(stream, tags, ("end",)):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _hidden_columns(package: _Package, part: str) -> frozenset[int]:
    """Return the columns that are not shown. They are told before the rows."""
    hidden: set[int] = set()
    with package.open(part) as stream:
        for element in _parser(stream, "{*}col", "{*}row"):
            if local_name(element) == "row":
                break
            if element.get("hidden") in _YES or float(element.get("width") or "1") == 0:
                hidden.update(range(int(element.get("min")) - 1, min(int(element.get("max")), 16_384)))
    return frozenset(hidden)


def _rows(package: _Package, part: str, book: Book) -> Iterator[SheetRow]:
    merged = _merged_cells(package, part)
    number = 0
    with package.open(part) as stream:
        for element in _parser(stream, "{*}row"):
            above, number = number, int(element.get("r") or number + 1)
            if number <= above:
                raise ValueError(f"row {number} stands below row {above}")
            cells = _cells(element, number, book, merged)
            hidden = element.get("hidden") in _YES or float(element.get("ht") or "1") == 0
            if cells and (row := merged.row(number, cells, hidden=hidden)):
                yield row


def _cells(row: Any, number: int, book: Book, merged: MergedCells) -> dict[int, ReadCell]:
    """Return the cells of a row that hold something. Raises `ValueError` for one that stands elsewhere, or twice."""
    cells: dict[int, ReadCell] = {}
    arrays: list[tuple[str, str, CellProblem]] = []
    column = -1
    for cell in _CELLS(row):
        if address := cell.get("r"):
            column, line = _place(address)
            if line != number or column in cells:
                raise ValueError(f"{address} in row {number}")
        else:
            column += 1
        value = read_cell(cell, book)
        if value is not None and value != "":
            cells[column] = value
        if isinstance(value, CellProblem):
            arrays += [(first, last, value) for first, last in unstored_range(cell)]
    for first, last, problem in arrays:
        _spread(first, last, problem, cells, merged)
    return cells


def _spread(first: str, last: str, problem: CellProblem, cells: dict[int, ReadCell], merged: MergedCells) -> None:
    """Let a formula without stored values stand in every cell that it fills."""
    (column, row), (last_column, last_row) = _place(first), _place(last)
    for each in range(column, min(last_column + 1, MOST_MERGED_COLUMNS)):
        cells.setdefault(each, problem)
        merged.add(row, each, last_row, each)


def _place(address: str) -> tuple[int, int]:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(address)
    return column_index_from_string(match[1].upper()) - 1, int(match[2])


def _merged_cells(package: _Package, part: str) -> MergedCells:
    """Return the merged cells. They stand after all rows, so they are looked for first."""
    merged = MergedCells()
    with package.open(part) as stream:
        for number, corners in enumerate(_corners(stream)):
            if number >= workbook_limits.MOST_MERGED:
                raise WorkbookTooLarge
            merged.add(*corners)
    return merged


def covered_cells(part: IO[bytes]) -> int:
    """Return how many cells the merged cells of a sheet's XML cover."""
    return sum(
        (last_row - row + 1) * (last_column - column + 1) for row, column, last_row, last_column in _corners(part)
    )


def _corners(stream: IO[bytes]) -> Iterator[tuple[int, int, int, int]]:
    """Yield row and column of the first and the last cell of each merged cell; one may come twice."""
    rest = b""
    while piece := stream.read(_PIECE):
        text = rest + piece
        for match in _MERGED.finditer(text):
            column, last_column = (column_index_from_string(match[each].decode()) - 1 for each in (1, 3))
            yield int(match[2]), column, int(match[4]), last_column
        rest = text[-_LONGEST_ELEMENT:]
