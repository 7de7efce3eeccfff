"""Find where conditional formatting of an .xlsx workbook strikes text through (ECMA-376 part 1, 18.3.1.18).

Whether a condition holds is not worked out: that takes a spreadsheet program. Rules of newer kinds stand in extensions
(`x14`), with the look beside them and the range as text.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO, Any

from openpyxl.utils import column_index_from_string

from flows.intake.sheet_model import CellRange
from flows.intake.xlsx_cells import Styles, is_struck, local_name
from flows.intake.xml_events import parse_events

_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
_STRIKE = b"strike"
_PIECE = 1024 * 1024


def struck_by_rules(open_part: Callable[[], IO[bytes]], styles: Styles) -> tuple[CellRange, ...]:
    """Return the ranges in which a rule of a sheet strikes text through where its condition holds."""
    if not styles.struck_by_rule and not _mentions_strike(open_part):
        return ()
    found: dict[CellRange, None] = {}
    with open_part() as stream:
        for _event, element in parse_events(stream, ("{*}row", "{*}conditionalFormatting"), ("end",)):
            if local_name(element) == "conditionalFormatting" and _strikes(element, styles):
                found |= dict.fromkeys(_ranges(element))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return tuple(found)


def _mentions_strike(open_part: Callable[[], IO[bytes]]) -> bool:
    rest = b""
    with open_part() as stream:
        while piece := stream.read(_PIECE):
            if _STRIKE in rest + piece:
                return True
            rest = piece[-len(_STRIKE) :]
    return False


def _strikes(formatting: Any, styles: Styles) -> bool:
    for rule in formatting.iterfind("{*}cfRule"):
        style = str(rule.get("dxfId", ""))
        if style.isdecimal() and int(style) in styles.struck_by_rule:
            return True
        if any(is_struck(font) for font in rule.iterfind("{*}dxf/{*}font")):
            return True
    return False


def _ranges(formatting: Any) -> Iterator[CellRange]:
    said = [str(formatting.get("sqref", "")), *(text.text or "" for text in formatting.iterfind("{*}sqref"))]
    for match in _RANGE.finditer(" ".join(said)):
        column, row = column_index_from_string(match[1].upper()) - 1, int(match[2])
        last = (column, row) if match[3] is None else (column_index_from_string(match[3].upper()) - 1, int(match[4]))
        yield CellRange(row, column, last[1], last[0])
