"""Read tables (17.4): grid, spans, borders, padding, and the conditional formats of the table's style."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

from lxml import etree

from flows.typesetting.docx.column_widths import column_widths
from flows.typesetting.docx.measurements import number, twips
from flows.typesetting.docx.model import Cell, Row, Table
from flows.typesetting.docx.package import W
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.properties import (
    Properties,
    as_borders,
    borders,
    is_on,
    paragraph_properties,
    run_properties,
    shade,
    value,
)  # fmt: skip
from flows.typesetting.docx.styles import STYLED
from flows.typesetting.docx.text_formatting import Line

_Sides = dict[str, Line | None]
_TURNED: dict[str, Literal["", "up", "down"]] = {
    "btLr": "up", "tbRl": "down", "tbRlV": "down", "tbLrV": "down", "lr": "up", "rl": "down", "lrV": "down",
}  # fmt: skip
#: Largest column span; Word's limit for a whole table is 63.
_MOST_COLUMNS = 1000
_ALIGN = {"center": "center", "right": "right", "end": "right"}


@dataclass(frozen=True, slots=True)
class _Part:
    """The properties of a style, or of one of its conditional parts (17.7.6)."""

    run: Properties
    paragraph: Properties
    borders: _Sides
    cell_borders: _Sides
    shade: str | None
    padding: dict[str, float]


def table(element: etree._Element, story: Story, compatible: int) -> Table:
    """Read one `w:tbl`. Below compatibility mode 15, a table is outdented by its first cell's left padding."""
    own = element.find(W + "tblPr")
    stated = value(None if own is None else own.find(W + "tblStyle"))
    parts = _style_parts(stated or story.styles.default("table"), story)
    look = _look(None if own is None else own.find(W + "tblLook"))
    whole = parts.setdefault("wholeTable", _Part({}, {}, {}, {}, None, {}))
    if stated:
        whole.run[STYLED] = whole.paragraph[STYLED] = True
    outer = {**whole.borders, **borders(None if own is None else own.find(W + "tblBorders"))}
    margins = _padding(None if own is None else own.find(W + "tblCellMar"))
    padding = {"top": 0.0, "right": 5.4, "bottom": 0.0, "left": 5.4, **whole.padding, **margins}
    rows = _rows(element)
    placed = [_place(row) for row in rows]
    room = story.room
    grid = column_widths(element, placed, room)
    read: list[Row] = []
    for index, (row, cells) in enumerate(zip(rows, placed, strict=True)):
        found: list[Cell] = []
        for column, span, cell in cells:
            if _merge(cell) == "continue":
                continue
            last = _last_row(placed, index, column) if _merge(cell) == "restart" else index
            named = _conditions(index, len(rows), column, span, len(grid), look)
            layers = [parts[name] for name in named if name in parts]
            edges = (index == 0, column + span >= len(grid), last == len(rows) - 1, column == 0)
            found.append(
                _cell(
                    cell,
                    story,
                    layers,
                    outer,
                    edges,
                    padding,
                    sum(grid[column : column + span]),
                    span,
                    last - index + 1,
                )
            )
        read.append(_row(row, found))
    indent = twips(value(None if own is None else own.find(W + "tblInd"), "w")) or 0.0
    story.room = room
    holder = next(element.iterancestors(W + "tc", W + "txbxContent"), None)
    if compatible < 15 and (holder is None or holder.tag != W + "tc"):
        indent -= padding["left"]
    stands = [] if own is None else own.findall(W + "jc")
    stands = stands or [said for row in rows for said in row.iterfind(f"{W}trPr/{W}jc")]  # as in older versions of Word
    align = _ALIGN.get((value(stands[-1]) if stands else None) or "", "left")
    visual = None if own is None else own.find(W + "bidiVisual")
    leftward = visual is not None and is_on(visual)
    return Table(
        tuple(grid), tuple(read), align, indent, look["firstColumn"] and "firstCol" in parts, leftward, compatible < 15
    )


def _rows(element: etree._Element) -> list[etree._Element]:
    """Return the rows, including those in content controls, without deleted ones."""
    found: list[etree._Element] = []
    for child in element:
        name = etree.QName(child).localname
        if name == "tr":
            if child.find(f"{W}trPr/{W}del") is None:
                found.append(child)
        elif name in ("sdt", "sdtContent", "customXml", "ins"):
            found.extend(_rows(child))
    return found


def _cells(element: etree._Element) -> list[etree._Element]:
    found: list[etree._Element] = []
    for child in element:
        name = etree.QName(child).localname
        if name == "tc":
            found.append(child)
        elif name in ("sdt", "sdtContent", "customXml"):
            found.extend(_cells(child))
    return found


def _place(row: etree._Element) -> list[tuple[int, int, etree._Element]]:
    """Return the cells of a row with their first grid column and span."""
    column = _columns(row.find(f"{W}trPr/{W}gridBefore"))
    placed = []
    for cell in _cells(row):
        span = max(_columns(cell.find(f"{W}tcPr/{W}gridSpan")), 1)
        placed.append((column, span, cell))
        column += span
    return placed


def _columns(element: etree._Element | None) -> int:
    return max(number(value(element), _MOST_COLUMNS) or 0, 0)


def _merge(cell: etree._Element) -> Literal["", "restart", "continue"]:
    element = cell.find(f"{W}tcPr/{W}vMerge")
    if element is None:
        return ""
    return "restart" if value(element) == "restart" else "continue"


def _last_row(placed: list[list[tuple[int, int, etree._Element]]], index: int, column: int) -> int:
    last = index
    for following in placed[index + 1 :]:
        if not any(start == column and _merge(cell) == "continue" for start, _, cell in following):
            break
        last += 1
    return last


def _cell(
    element: etree._Element, story: Story, layers: list[_Part], outer: _Sides, edges: tuple[bool, bool, bool, bool],
    padding: dict[str, float], width: float, span: int, rows: int,
) -> Cell:  # fmt: skip
    own = element.find(W + "tcPr")
    sides: _Sides = {}
    for side, at_edge in zip(("top", "right", "bottom", "left"), edges, strict=True):
        inner = "insideH" if side in ("top", "bottom") else "insideV"
        sides[side] = outer.get(side if at_edge else inner)
    fill: str | None = None
    run: Properties = {}
    paragraph: Properties = {}
    for layer in layers:
        for side in ("top", "right", "bottom", "left"):
            if side in layer.cell_borders:
                sides[side] = layer.cell_borders[side]
        fill = layer.shade if layer.shade is not None else fill
        run.update(layer.run)
        paragraph.update(layer.paragraph)
    sides.update(borders(None if own is None else own.find(W + "tcBorders")))
    inside = {**padding, **_padding(None if own is None else own.find(W + "tcMar"))}
    story.room = max(width - inside["left"] - inside["right"], 0.0)
    own_shade = shade(None if own is None else own.find(W + "shd"))
    align = value(None if own is None else own.find(W + "vAlign"))
    return Cell(
        blocks=story.blocks(element, story, run, paragraph),
        width=width,
        columns=span,
        rows=rows,
        borders=as_borders({side: sides.get(side) for side in ("top", "right", "bottom", "left")}),
        shade=(fill if own_shade is None else own_shade) or "",
        vertical="middle" if align == "center" else "bottom" if align == "bottom" else "top",
        padding=(inside["top"], inside["right"], inside["bottom"], inside["left"]),
        turned=_TURNED.get(value(None if own is None else own.find(W + "textDirection")) or "", ""),
    )


def _row(element: etree._Element, cells: list[Cell]) -> Row:
    own = element.find(W + "trPr")
    result = Row(tuple(cells), 0.0, "auto", header=False, whole=False)
    for child in () if own is None else own:
        name = etree.QName(child).localname
        if name == "trHeight":
            rule = value(child, "hRule") or "atLeast"
            height = twips(value(child)) or 0.0
            result = replace(result, height=height, height_rule=cast('Literal["auto", "exact", "atLeast"]', rule))
        elif name == "tblHeader":
            result = replace(result, header=is_on(child))
        elif name == "cantSplit":
            result = replace(result, whole=is_on(child))
        elif name == "gridBefore":
            result = replace(result, skipped=_columns(child))
    return result


def _padding(element: etree._Element | None) -> dict[str, float]:
    sides = {"start": "left", "end": "right"}
    found: dict[str, float] = {}
    for child in () if element is None else element:
        side = etree.QName(child).localname
        length = twips(value(child, "w"))
        if length is not None:
            found[sides.get(side, side)] = length
    return found


def _look(element: etree._Element | None) -> dict[str, bool]:
    """Return the conditional parts that a table uses (`w:tblLook`), from names or the older bit mask."""
    bits = {
        "firstRow": 0x20,
        "lastRow": 0x40,
        "firstColumn": 0x80,
        "lastColumn": 0x100,
        "noHBand": 0x200,
        "noVBand": 0x400,
    }
    if element is None:
        return dict.fromkeys(bits, False)
    try:
        mask = int(value(element) or "0", 16)
    except ValueError:
        mask = 0
    return {
        name: bool(mask & bit) if (said := value(element, name)) is None else said in ("1", "true", "on")
        for name, bit in bits.items()
    }


def _conditions(row: int, rows: int, column: int, span: int, columns: int, look: Mapping[str, bool]) -> list[str]:
    """Return the conditional parts of a cell in order of precedence, the weakest first (17.7.6.6)."""
    first_row = look["firstRow"] and row == 0
    last_row = look["lastRow"] and row == rows - 1
    first_column = look["firstColumn"] and column == 0
    last_column = look["lastColumn"] and column + span >= columns
    named = ["wholeTable"]
    if not look["noVBand"] and not first_column and not last_column:
        named.append("band1Vert" if (column - look["firstColumn"]) % 2 == 0 else "band2Vert")
    if not look["noHBand"] and not first_row and not last_row:
        named.append("band1Horz" if (row - look["firstRow"]) % 2 == 0 else "band2Horz")
    named += [
        name
        for name, applies in (
            ("firstCol", first_column), ("lastCol", last_column), ("firstRow", first_row), ("lastRow", last_row),
            ("nwCell", first_row and first_column), ("neCell", first_row and last_column),
            ("swCell", last_row and first_column), ("seCell", last_row and last_column),
        )
        if applies
    ]  # fmt: skip
    return named


def _style_parts(style: str | None, story: Story) -> dict[str, _Part]:
    parts: dict[str, _Part] = {}
    for layer in story.styles.chain(style):
        elements = [("wholeTable", layer.element)]
        elements += [(value(child, "type") or "", child) for child in layer.element.iterchildren(W + "tblStylePr")]
        for name, element in elements:
            base = parts.get(name, _Part({}, {}, {}, {}, None, {}))
            fill = shade(element.find(f"{W}tcPr/{W}shd"))
            parts[name] = _Part(
                {**base.run, **run_properties(element.find(W + "rPr"), story.styles.theme)},
                {**base.paragraph, **paragraph_properties(element.find(W + "pPr"))},
                {**base.borders, **borders(element.find(f"{W}tblPr/{W}tblBorders"))},
                {**base.cell_borders, **borders(element.find(f"{W}tcPr/{W}tcBorders"))},
                base.shade if fill is None else fill,
                {**base.padding, **_padding(element.find(f"{W}tblPr/{W}tblCellMar"))},
            )
    return parts
