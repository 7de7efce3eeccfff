"""Estimates how high blocks stand: a tall header or footer pushes the text of its pages away, as in Word."""

from collections.abc import Sequence

from flows.documents.docx.model import Block, Break, Paragraph, Picture, Tab, Table, Text
from flows.documents.html.lines import Cursor
from flows.documents.html.looks import line_height


def height(blocks: Sequence[Block], column: float, tab_width: float) -> float:
    """Return the height of blocks in a column, in points."""
    found = 0.0
    after = 0.0
    for block in blocks:
        if isinstance(block, Table):
            found += after + _table(block, tab_width)
            after = 0.0
        else:
            found += max(after, block.format.before) + _paragraph(block, column, tab_width)
            after = block.format.after
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
    return max(tallest, line) + line * (cursor.lines - 1)


def _table(table: Table, tab_width: float) -> float:
    found = 0.0
    for row in table.rows:
        tallest = row.height
        for cell in row.cells:
            if cell.rows == 1:
                top, right, bottom, left = cell.padding
                tallest = max(tallest, height(cell.blocks, cell.width - left - right, tab_width) + top + bottom)
        found += row.height if row.height_rule == "exact" else tallest
    return found
