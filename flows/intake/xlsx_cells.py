"""Read cells of an .xlsx workbook: the type of a cell, its style and its formula decide what it holds.

ECMA-376 part 1, 18.3.1.4 (cells), 18.4 (shared texts), 18.8 (styles); Strict Open XML writes dates as ISO 8601.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from flows.intake.cell_problems import (
    CellProblem,
    CellValue,
    error_cell,
    formula_without_value,
    no_day,
    struck_through,
    unreadable_cell,
    without_struck,
)
from flows.intake.format_texts import displayed, displayed_text, telling_code
from flows.intake.number_formats import FormatKind, NoDayError, format_kind, shows_nothing, typed_number
from flows.intake.sheet_model import ReadCell

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Runs = tuple[tuple[str, bool | None], ...]
"""Texts with whether each is struck through; None where the style of the cell decides."""


@dataclass(frozen=True, slots=True)
class Styles:
    """What each cell style shows numbers as, and which styles strike their text through or hide it.

    `struck_by_rule` are the differential styles (18.8.15), which conditional formatting uses, that strike through.
    `codes` are the formats that may show more or less than the value.
    """

    kinds: tuple[FormatKind, ...] = ()
    struck: frozenset[int] = frozenset()
    struck_by_rule: frozenset[int] = frozenset()
    codes: Mapping[int, str] = field(default_factory=dict)

    def kind(self, style: int) -> FormatKind:
        """Return what a style shows numbers as."""
        return self.kinds[style] if 0 <= style < len(self.kinds) else FormatKind.NUMBER


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of all sheets refer to.

    `uncalculated`: the program that wrote the workbook left the formulas for the next one to calculate.
    """

    texts: list[str | Runs]
    styles: Styles
    day_0: datetime
    uncalculated: bool


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def read_styles(root: Any) -> Styles:
    """Return the cell styles of the part `styles.xml`."""
    custom = {each.get("numFmtId"): str(each.get("formatCode", "")) for each in root.iterfind("{*}numFmts/{*}numFmt")}
    struck_fonts = [is_struck(font) for font in root.iterfind("{*}fonts/{*}font")]
    styles = list(root.iterfind("{*}cellXfs/{*}xf"))
    formats = [each.get("numFmtId", "0") for each in styles]
    fonts = [int(each.get("fontId", "0")) for each in styles]
    return Styles(
        tuple(format_kind(int(number), custom.get(number)) for number in formats),
        frozenset(
            index
            for index, (font, number) in enumerate(zip(fonts, formats, strict=True))
            if (font < len(struck_fonts) and struck_fonts[font]) or shows_nothing(custom.get(number))
        ),
        frozenset(
            index
            for index, style in enumerate(root.iterfind("{*}dxfs/{*}dxf"))
            if (font := style.find("{*}font")) is not None and is_struck(font)
        ),
        {
            index: code
            for index, number in enumerate(formats)
            if (code := telling_code(int(number), custom.get(number))) is not None
        },
    )


def is_struck(properties: Any) -> bool:
    """Return whether properties of a text strike it through."""
    strike = properties.find("{*}strike")
    return strike is not None and strike.get("val", "true").lower() not in ("0", "false", "off")


def read_text(item: Any) -> str | Runs:
    """Return a shared or inline text: plain, or as runs where parts of it have a look of their own.

    Phonetic runs (`rPh`) say how a text is pronounced and are no part of it.
    """
    runs: list[tuple[str, bool | None]] = []
    plain = True
    for child in item:
        name = local_name(child)
        if name == "t":
            runs.append((_unescaped(child.text or ""), None))
        elif name == "r":
            plain = False
            properties = child.find("{*}rPr")
            text = "".join(each.text or "" for each in child.iterchildren("{*}t"))
            runs.append((_unescaped(text), None if properties is None else is_struck(properties)))
    return "".join(text for text, _struck in runs) if plain else tuple(runs)


def _unescaped(text: str) -> str:
    """Return the text with `_x000D_` and its like as the characters they stand for (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    found = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_cell(cell: Any, book: Book) -> ReadCell:
    """Return the value of a cell; None where it holds nothing, a `CellProblem` where it cannot be known."""
    parts = {local_name(child): child for child in cell}
    held = parts.get("v")
    text = "" if held is None else held.text or ""
    kind = cell.get("t", "n")
    if "f" in parts and _is_unknown(kind, text, held is not None, book):
        return formula_without_value()
    try:
        style = int(cell.get("s", "0"))
        if kind == "inlineStr" and "is" in parts:
            return _text(read_text(parts["is"]), style, book)
        if not text:
            return None
        value = _value(kind, text, style, book)
    except NoDayError as error:
        return no_day(error.args[0])
    except (ArithmeticError, LookupError, ValueError):
        return unreadable_cell(text)
    return struck_through(value) if style in book.styles.struck and not isinstance(value, str | CellProblem) else value


def _is_unknown(kind: str, text: str, stored: bool, book: Book) -> bool:
    """Return whether the file stores no result of a formula. An empty text is a result: `t="str"` with an empty `v`."""
    if not text:
        return not (kind == "str" and stored)
    # Programs that do not calculate store 0 for every formula, and ask for calculation (XlsxWriter).
    return book.uncalculated and kind == "n" and text == "0"


def _value(kind: str, text: str, style: int, book: Book) -> ReadCell:
    match kind:
        case "s":
            return _text(book.texts[_index(text)], style, book)
        case "str" | "inlineStr":
            return _text(_unescaped(text), style, book)
        case "n":
            return _number(float(text), style, book)
        case "b":
            return _truth(text.strip())
        case "d":
            return _moment(text.strip())
        case "e":
            return error_cell(text)
        case _:
            return unreadable_cell(text)


def _number(number: float, style: int, book: Book) -> ReadCell:
    value = typed_number(number, book.styles.kind(style), book.day_0)
    return value if style not in book.styles.codes else displayed(value, book.styles.codes[style])


def _index(text: str) -> int:
    index = int(text)
    if index < 0:
        raise ValueError(text)
    return index


def _text(text: str | Runs, style: int, book: Book) -> str | CellProblem:
    struck = style in book.styles.struck
    if isinstance(text, str):
        if struck:
            return without_struck([(text, True)])
        return displayed_text(text, book.styles.codes[style]) if style in book.styles.codes else text
    return without_struck((piece, struck if own is None else own) for piece, own in text)


def _truth(text: str) -> bool:
    if text in ("1", "true", "0", "false"):
        return text in ("1", "true")
    raise ValueError(text)


def _moment(text: str) -> CellValue:
    """Return a day, a moment or a time of ISO 8601, without its time zone."""
    if "-" not in text.lstrip("T"):
        return time.fromisoformat(text.removeprefix("T").removesuffix("Z")).replace(tzinfo=None)
    return datetime.fromisoformat(text).replace(tzinfo=None)


def unstored_range(cell: Any) -> Iterator[tuple[str, str]]:
    """Yield the corners of the range that a formula without a stored value fills («X2», «X9»), if it is an array."""
    for formula in cell.iterchildren("{*}f"):
        first, _colon, last = str(formula.get("ref", "")).partition(":")
        if formula.get("t") in ("array", "dataTable") and last:
            yield first, last
