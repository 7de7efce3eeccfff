"""Read cells of an OpenDocument spreadsheet: its attributes decide what a cell holds, its paragraphs what it shows.

OpenDocument 1.3 part 3: 9.1.4 (cells), 19.385 to 19.389 (values), 6.1 (text and its spaces).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flows.intake.cell_problems import (
    CellProblem,
    error_cell,
    formula_without_value,
    is_error_text,
    struck_through,
    two_values,
    unreadable_cell,
    without_struck,
)
from flows.intake.number_formats import DAY_0, FormatKind, time_of, typed_number
from flows.intake.sheet_model import ReadCell
from flows.intake.shown_values import compared_with_shown

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT = f"{{{_NAMES}table:1.0}}", f"{{{_NAMES}office:1.0}}", f"{{{_NAMES}text:1.0}}"
STYLE = f"{{{_NAMES}style:1.0}}"
_CALC_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_SPACES = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_HOLD_PARAGRAPHS = {f"{TEXT}{name}" for name in ("list", "list-item", "list-header", "section")}
_HIDDEN = {f"{TEXT}{name}" for name in ("hidden-text", "hidden-paragraph")}
_NO_TEXT = {f"{TEXT}{name}" for name in ("ruby-text", "note", "soft-page-break")}
_BLANKS = re.compile(r"[ \t\r\n]+")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?")
_MOST_SPACES = 1000
_KIND_BY_VALUE = {"value": "float", "date-value": "date", "time-value": "time", "boolean-value": "boolean"}


@dataclass(frozen=True, slots=True)
class TextStyles:
    """Styles by name: whether they strike their text through or hide it. A style that is not named decides nothing."""

    cells: Mapping[str, bool]
    texts: Mapping[str, bool]


def read_cell(cell: Any, style: str, styles: TextStyles) -> ReadCell:
    """Return the value of a cell; None where it holds nothing, a `CellProblem` where it cannot be known.

    `style` is the style of the cell, whether its own or that of its column or row.
    """
    struck = styles.cells.get(style, False)
    paragraphs = list(_paragraphs(cell))
    runs = list(_runs_of(paragraphs, struck, styles))
    shown = "".join(text for text, _struck in runs)
    if cell.get(_CALC_KIND) == "error" or (kind := _kind(cell)) == "error" or is_error_text(shown.strip()):
        return error_cell(shown.strip())
    if kind in ("string", "void", ""):
        return _text(cell, runs, shown, bool(paragraphs), struck)
    try:
        value = _value(cell, kind)
        if not struck and not isinstance(value, CellProblem):
            value = compared_with_shown(value, shown)
    except (ArithmeticError, LookupError, ValueError):
        return formula_without_value() if cell.get(f"{TABLE}formula") and not shown else unreadable_cell(shown)
    return struck_through(value) if struck and not isinstance(value, CellProblem) else value


def _kind(cell: Any) -> str:
    """Return the type of a cell's value: what it says itself, or else the one of its value attribute."""
    named = cell.get(f"{OFFICE}value-type")
    if named is not None:
        return str(named)
    return next((kind for name, kind in _KIND_BY_VALUE.items() if cell.get(f"{OFFICE}{name}") is not None), "")


def _value(cell: Any, kind: str) -> ReadCell:
    def held(name: str) -> str:
        text = cell.get(f"{OFFICE}{name}")
        if text is None:
            raise ValueError(name)
        return str(text).strip()

    match kind:
        case "float" | "currency":
            return typed_number(float(held("value")), FormatKind.NUMBER, DAY_0)
        case "percentage":
            return typed_number(float(held("value")), FormatKind.PERCENTAGE, DAY_0)
        case "date":
            return _moment(held("date-value"))
        case "time":
            return time_of(_duration(held("time-value")))
        case "boolean":
            return {"true": True, "false": False}[held("boolean-value")]
        case _:
            raise ValueError(kind)


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None) if "T" in text else date.fromisoformat(text)


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups()[1:])
    found = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -found if match[1] else found


def _text(cell: Any, runs: list[tuple[str, bool]], shown: str, has_paragraphs: bool, struck: bool) -> ReadCell:
    held = cell.get(f"{OFFICE}string-value")
    if held is None:
        if cell.get(f"{TABLE}formula") and not has_paragraphs:
            return formula_without_value()
        return without_struck(runs)
    if not shown.strip():
        return without_struck([(held, struck)])
    return without_struck(runs) if held.split() == shown.split() or not held else two_values(shown, held)


def _paragraphs(element: Any) -> Iterator[Any]:
    """Yield the paragraphs of a cell; those of its comment and of pictures on it are no contents of it."""
    for child in element:
        if child.tag in (f"{TEXT}p", f"{TEXT}h"):
            yield child
        elif child.tag in _HOLD_PARAGRAPHS:
            yield from _paragraphs(child)


def _runs_of(paragraphs: list[Any], struck: bool, styles: TextStyles) -> Iterator[tuple[str, bool]]:
    for index, paragraph in enumerate(paragraphs):
        if index:
            yield "\n", False
        yield from _runs(paragraph, struck, styles)


def _runs(element: Any, struck: bool, styles: TextStyles) -> Iterator[tuple[str, bool]]:
    """Yield the text of an element and whether it is struck through or hidden; spaces count as the standard has it."""
    struck = styles.texts.get(element.get(f"{TEXT}style-name", ""), struck)
    yield _BLANKS.sub(" ", element.text or ""), struck
    for inner in element:
        if inner.tag in _SPACES:
            yield _SPACES[inner.tag] * min(int(inner.get(f"{TEXT}c", "1")), _MOST_SPACES), struck
        elif inner.tag in _HIDDEN:
            yield "".join(inner.itertext()) or inner.get(f"{TEXT}string-value", ""), True
        elif isinstance(inner.tag, str) and inner.tag.startswith(TEXT) and inner.tag not in _NO_TEXT:
            yield from _runs(inner, struck, styles)
        yield _BLANKS.sub(" ", inner.tail or ""), struck
