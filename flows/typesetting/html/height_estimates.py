"""Estimate the height of blocks: a tall header or footer moves the text of its pages, as in Word."""

from collections.abc import Sequence
from itertools import takewhile
from math import ceil

from flows.typesetting.docx.model import Block, Box, Break, Cell, Link, Paragraph, Picture, Row, Tab, Table, Text
from flows.typesetting.html.block_flow import Grid, Piece, Spacing, Where, box_of, pieces
from flows.typesetting.html.css import depth, line_height, spacing
from flows.typesetting.html.line_layout import Cursor, boxes_of, total_width, with_flat_blanks

#: Points: the lowest line, and a height above that of any page.
_LINE, _TALL = 8.0, 10_000.0
#: Fraction of the text after a tab that lies before its stop, by alignment.
_BEFORE_STOP = {"right": 1.0, "center": 0.5, "decimal": 1.0}


def height(
    blocks: Sequence[Block], column: float, tab_width: float, spacing: Spacing, where: Where = "running"
) -> float:
    """Return the height of blocks in a column, in points."""
    found = 0.0
    after = 0.0
    items = list(pieces(blocks, spacing, where))
    found += sum(map(_borders, items, [None, *items], [*items[1:], None]))
    for item in items:
        if isinstance(item, Grid):
            found += after + _table(item.table, tab_width, spacing)
            after = 0.0
        else:
            found += max(after, item.before) + _paragraph(item.paragraph, column, tab_width)
            after = item.after
    return found + after


def piece_height(item: Piece | Grid, column: float, tab_width: float, spacing: Spacing) -> float:
    """Return the height of a piece of text or a table, without the space around it."""
    if isinstance(item, Grid):
        return _table(item.table, tab_width, spacing)
    return _paragraph(item.paragraph, column, tab_width)


def _borders(item: Piece | Grid, above: Piece | Grid | None, below: Piece | Grid | None) -> float:
    """Return the height of a paragraph's borders and their space, where no neighbour shares its box."""
    if isinstance(item, Grid):
        return 0.0
    form = item.paragraph.format
    shared = [isinstance(other, Piece) and box_of(other.paragraph.format) == box_of(form) for other in (above, below)]
    ends = [side for side, goes_on in zip(("top", "bottom"), shared, strict=True) if not goes_on]
    ends += ["between"] if shared[0] else []
    return sum(line.width + line.space for side, line in form.borders if side in ends)


def _paragraph(paragraph: Paragraph, column: float, tab_width: float) -> float:
    paragraph = with_flat_blanks(paragraph, column, tab_width)
    cursor = Cursor(paragraph.format, column, tab_width)
    tallest = 0.0
    for place, inline in enumerate(paragraph.inlines):
        if isinstance(inline, Tab):
            stop = cursor.stop() if inline.stop is None else None
            share = 0.0 if stop is None else _BEFORE_STOP.get(stop.align, 0.0)
            following = takewhile(lambda item: not isinstance(item, Tab | Break), paragraph.inlines[place + 1 :])
            reach = cursor.x if stop is None else stop.position - (total_width(following) * share if share else 0.0)
            cursor.x = max(reach, cursor.x)
        elif isinstance(inline, Break):
            cursor.new_line()
        else:
            cursor.advance((inline,))
        if isinstance(inline, Picture):
            tallest = max(tallest, inline.height + inline.gaps[0] + inline.gaps[2])
    texts = [inline for inline in paragraph.inlines if isinstance(inline, Text) and not inline.flat]
    looks = [text.format for text in texts] or [paragraph.mark]
    line = max(line_height(paragraph.format, look) for look in looks)
    above = sum(box.height for box in boxes_of(paragraph.inlines) if box.place.flow in ("inline", "alone"))
    if tallest and paragraph.format.line_rule != "exact":
        tallest += spacing(paragraph.format, looks[0]) + (depth(looks[0]) if looks[0] is not paragraph.mark else 0.0)
    return max(tallest, line) + line * (cursor.lines - 1) + above


def _table(table: Table, tab_width: float, spacing: Spacing) -> float:
    found = 0.0
    for row in table.rows:
        tallest = row.height
        for cell in row.cells:
            if cell.rows == 1:
                top, right, bottom, left = cell.padding
                inside = height(cell.blocks, cell.width - left - right, tab_width, spacing, "cell")
                tallest = max(tallest, inside + top + bottom)
        found += row.height if row.height_rule == "exact" else tallest
    return found


def is_unbreakable(row: Row) -> bool:
    """Return whether a row cannot be split, as in LibreOffice: each of its cells must begin on the first page.

    A cell begins with a picture or a line: cells have no widow control. If that is as high as the row, nothing remains
    for the next page. The lines are estimated from the width of their text.
    """
    begins = ends = 0.0
    for cell in row.cells:
        first, whole = _beginning(cell)
        begins, ends = max(begins, first), max(ends, whole)
    return begins > ends - _LINE


def _beginning(cell: Cell) -> tuple[float, float]:
    """Return the height of the beginning of a cell, and of the whole cell."""
    room = max(cell.width - cell.padding[1] - cell.padding[3], 1.0)
    first = whole = 0.0
    for block in cell.blocks:
        if isinstance(block, Table):
            high, beginning = _TALL, _LINE
        else:
            texts = [item for item in block.inlines if isinstance(item, Text | Link)]
            breaks = sum(isinstance(item, Break) for item in block.inlines)
            lines = max(ceil(total_width(texts) / room), 1) + breaks
            line = line_height(block.format, block.mark)
            tallest = max((item.height for item in block.inlines if isinstance(item, Picture | Box)), default=0.0)
            high = max(lines * line, tallest)
            beginning = max(line, tallest)
        first = first or beginning
        whole += high
    return first, whole
