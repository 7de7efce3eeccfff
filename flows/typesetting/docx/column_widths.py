"""Compute the column widths of a table (17.4.48, 17.4.63), as LibreOffice does.

The grid gives the relative widths, the table its total width. The widths of cells count only if there is no grid.
"""

from collections.abc import Sequence

from lxml import etree

from flows.typesetting.docx.measurements import decimal, twips
from flows.typesetting.docx.package import W
from flows.typesetting.docx.properties import value

#: Fiftieths of a per cent in 100 %.
_WHOLE = 5000.0
#: Width in points of a column without any stated width, if the available width is not known either.
_COLUMN = 36.0
#: Tolerance for rounding.
_NEAR = 0.002

_Placed = Sequence[tuple[int, int, etree._Element]]


def column_widths(table: etree._Element, placed: Sequence[_Placed], room: float) -> list[float]:
    """Return the widths of a table's columns in points; `room` is the available width (0: not known).

    `placed` gives the cells of each row with their first column and their span.
    """
    columns = max((start + span for row in placed for start, span, _ in row), default=1)
    grid = _declared(table)
    if not any(grid):
        grid = [1.0] * columns if grid else _of_cells(placed, columns) or [1.0] * columns
        whole = _said(table, room) or room or (sum(grid) if sum(grid) > columns else _COLUMN * columns)
    else:
        whole = _said(table, room) or sum(grid)
        if len(grid) < columns:
            grid = [1.0] * columns
    known = [width for width in grid if width]
    grid = [width or sum(known) / len(known) for width in grid]
    scale = whole / sum(grid)
    return grid if abs(scale - 1) < _NEAR else [width * scale for width in grid]


def _declared(table: etree._Element) -> list[float]:
    declared = table.find(W + "tblGrid")
    return [
        twips(value(column, "w")) or 0.0
        for column in ([] if declared is None else declared.iterchildren(W + "gridCol"))
    ]


def _of_cells(placed: Sequence[_Placed], columns: int) -> list[float]:
    """Return the widths of the cells of the first row; empty if one is missing."""
    found = []
    for _, span, cell in placed[0] if placed else ():
        said = cell.find(f"{W}tcPr/{W}tcW")
        if span > 1 or value(said, "type") not in ("dxa", None):
            return []
        found.append(twips(value(said, "w")) or 0.0)
    return found if len(found) == columns and all(found) else []


def _said(table: etree._Element, room: float) -> float:
    """Return the stated width of the table; 0 if there is none."""
    said = table.find(f"{W}tblPr/{W}tblW")
    text, kind = value(said, "w") or "", value(said, "type")
    if text.endswith("%") or kind == "pct":
        share = decimal(text[:-1]) / 100 if text.endswith("%") else decimal(text) / _WHOLE
        return max(min(share, 1.0), 0.0) * room
    return max(twips(text) or 0.0, 0.0) if kind in ("dxa", None) else 0.0
