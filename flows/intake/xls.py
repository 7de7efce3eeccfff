"""Read sheets of an old .xls workbook, whole (the format ends at row 65,536)."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import xlrd
from xlrd.sheet import Sheet as OldSheet

from flows.intake.cell_problems import (
    CellProblem,
    error_cell,
    formula_without_value,
    no_day,
    struck_through,
    unreadable_cell,
    without_struck,
)
from flows.intake.format_texts import displayed, telling_code
from flows.intake.number_formats import (
    DAY_0,
    DAY_0_OF_1904,
    FormatKind,
    NoDayError,
    format_kind,
    shows_nothing,
    typed_number,
)
from flows.intake.sheet_model import MergedCells, ReadCell, Sheet, SheetRow
from flows.intake.xlsx_comments import OWN_AUTHOR

_BEGIN, _END, _FORMULA, _CALCULATED, _NOTE = 0x0809, 0x000A, 0x0006, 0x01C1, 0x001C
"""Records of the format ([MS-XLS] 2.3): BOF, EOF, Formula, RecalcId, Note."""
_BIFF_8, _AUTHOR_AT = 80, 11
_EMPTY_TEXT = 3
_UNKNOWN_ERROR = "#REF!"


@dataclass(frozen=True, slots=True)
class _Looks:
    """What a cell shows, by number of its style.

    What it shows numbers as, whether it strikes its text through or hides it, and its format if that may show more or
    less than the value.
    """

    kinds: list[FormatKind]
    struck: list[bool]
    struck_fonts: list[bool]
    codes: list[str | None]


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield every sheet in its order, also hidden ones."""
    # What the reader has to say about small faults goes nowhere. Formats are asked for: they tell a date from a number.
    # On demand, because the records themselves are dropped otherwise.
    with xlrd.open_workbook(
        path, logfile=io.StringIO(), formatting_info=True, ragged_rows=True, on_demand=True
    ) as workbook:
        looks = _looks(workbook)
        content = workbook.mem or b""
        calculated = any(kind == _CALCULATED for kind, _content in _records(content, workbook.base))
        for number in range(workbook.nsheets):
            sheet = workbook.sheet_by_index(number)
            unknown = frozenset() if calculated else _empty_formulas(content, workbook._sh_abs_posn[number])
            yield Sheet(
                sheet.name,
                partial(_rows, sheet, looks, workbook.datemode, unknown),
                hidden=sheet.visibility != 0,
                hidden_columns=frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden),
                day_0=DAY_0_OF_1904 if workbook.datemode else DAY_0,
                commented=frozenset(_comments(content, workbook._sh_abs_posn[number], workbook.biff_version)),
            )


def _looks(workbook: xlrd.Book) -> _Looks:
    formats = [workbook.format_map.get(style.format_key) for style in workbook.xf_list]
    struck_fonts = [bool(font.struck_out) for font in workbook.font_list]
    fonts = [style.font_index for style in workbook.xf_list]
    return _Looks(
        [format_kind(0, each.format_str if each else "") for each in formats],
        [
            (font < len(struck_fonts) and struck_fonts[font]) or (each is not None and shows_nothing(each.format_str))
            for font, each in zip(fonts, formats, strict=True)
        ],
        struck_fonts,
        [telling_code(0, each.format_str) if each else None for each in formats],
    )


def _records(content: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records from a BOF to its EOF; those of charts within are passed over."""
    depth = 0
    while position + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, position)
        if kind == _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, bytes(content[position + 4 : position + 4 + length])
        position += 4 + length


def _comments(content: bytes, position: int, version: int) -> Iterator[tuple[int, int]]:
    """Yield row (from 1) and column (from 0) of the comments of a sheet, those of this program left out."""
    for kind, note in _records(content, position):
        if kind == _NOTE and len(note) >= _AUTHOR_AT:
            row, column = struct.unpack_from("<HH", note)
            wide = bool(note[_AUTHOR_AT - 1])  # fHighByte of the author's name ([MS-XLS] 2.4.179)
            author = (
                note[_AUTHOR_AT:].decode("utf-16-le" if wide else "latin-1", "ignore") if version >= _BIFF_8 else ""
            )
            if not author.startswith(OWN_AUTHOR):
                yield row + 1, column


def _empty_formulas(content: bytes, position: int) -> frozenset[tuple[int, int]]:
    """Return row and column (from 0) of the formulas whose stored result is an empty text.

    That is what a program writes that does not calculate; one that does notes so in the workbook.
    """
    return frozenset(
        struct.unpack_from("<HH", record)
        for kind, record in _records(content, position)
        if kind == _FORMULA and len(record) >= 14 and record[12:14] == b"\xff\xff" and record[6] == _EMPTY_TEXT
    )


def _rows(sheet: OldSheet, looks: _Looks, first_day: int, unknown: frozenset[tuple[int, int]]) -> Iterator[SheetRow]:
    merged = MergedCells()
    for first_row, after_last_row, column, after_last_column in sheet.merged_cells:
        merged.add(first_row + 1, column, after_last_row, after_last_column - 1)
    for row in range(sheet.nrows):
        cells: dict[int, ReadCell] = {}
        for column in range(sheet.row_len(row)):
            value = formula_without_value() if (row, column) in unknown else _cell(sheet, row, column, looks, first_day)
            if value is not None and value != "":
                cells[column] = value
        info = sheet.rowinfo_map.get(row)
        if cells and (shown := merged.row(row + 1, cells, hidden=bool(info and info.hidden))):
            yield shown


def _cell(sheet: OldSheet, row: int, column: int, looks: _Looks, first_day: int) -> ReadCell:
    cell = sheet.cell(row, column)
    style = cell.xf_index or 0
    struck = looks.struck[style] if style < len(looks.struck) else False
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            runs = sheet.rich_text_runlist_map.get((row, column), ())
            if runs or struck:
                return without_struck(_runs(cell.value, runs, struck, looks.struck_fonts))
            value = cell.value
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            value = _number(float(cell.value), looks.kinds[style], first_day)
        case xlrd.XL_CELL_BOOLEAN:
            value = bool(cell.value)
        case xlrd.XL_CELL_ERROR:
            return error_cell(str(xlrd.error_text_from_code.get(cell.value, _UNKNOWN_ERROR)))
        case _:
            return None
    if struck and not isinstance(value, CellProblem):
        return struck_through(value)
    code = looks.codes[style] if style < len(looks.codes) else None
    return value if code is None else displayed(value, code)


def _runs(text: str, runs: list[tuple[int, int]], struck: bool, struck_fonts: list[bool]) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text, each with whether its font is struck through; runs are (start, font)."""
    starts = [0, *(start for start, _font in runs)]
    fonts = [struck, *(font < len(struck_fonts) and struck_fonts[font] for _start, font in runs)]
    for index, begin in enumerate(starts):
        yield text[begin : starts[index + 1] if index + 1 < len(starts) else None], fonts[index]


def _number(number: float, kind: FormatKind, first_day: int) -> ReadCell:
    try:
        return typed_number(number, kind, DAY_0_OF_1904 if first_day else DAY_0)
    except NoDayError:
        return no_day(number)
    except (ArithmeticError, ValueError):
        return unreadable_cell(str(number))
