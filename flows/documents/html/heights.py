"""Estimates how high blocks stand: a tall header or footer pushes the text of its pages away, as in Word."""

from collections.abc import Sequence

from flows.documents.docx.model import Block, Break, Paragraph, Picture, Tab, Table, Text
from flows.documents.html.boxes import boxes_of
from flows.documents.html.lines import Cursor
from flows.documents.html.looks import line_height
from flows.documents.html.pieces import Grid, Spacing, Where, pieces


def height(
    blocks: Sequence[Block], column: float, tab_width: float, spacing: Spacing, where: Where = "running"
) -> float:
    """Return the height of blocks in a column, in points."""
    found = 0.0
    after = 0.0
    for item in pieces(blocks, spacing, where):
        if isinstance(item, Grid):
            found += after + _table(item.table, tab_width, spacing)
            after = 0.0
        else:
            found += max(after, item.before) + _paragraph(item.paragraph, column, tab_width)
            after = item.after
    return found + after


def _paragraph(paragraph: Paragraph, column: float, tab_width: float) -> float:
    cursor = Cursor(paragraph.format, column, tab_width)
    tallest = 0.0
    for inline in paragraph.inlines:
        if isinstance(inline, Tab):
            cursor.x = max(cursor.stop().position if inline.stop is None else cursor.x, cursor.x)
        elif isinstance(inline, Break):
            cursor.new_line()
        else:
            cursor.advance((inline,))
        tallest = max(tallest, inline.height if isinstance(inline, Picture) else 0.0)
    looks = [inline.format for inline in paragraph.inlines if isinstance(inline, Text)] or [paragraph.mark]
    line = max(line_height(paragraph.format, look) for look in looks)
    above = sum(box.height for box in boxes_of(paragraph.inlines) if box.place.flow in ("inline", "alone"))
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
