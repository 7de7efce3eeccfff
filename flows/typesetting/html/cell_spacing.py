"""Compute what line spacing adds below the text of a table cell, as LibreOffice sets Word files."""

from collections.abc import Sequence
from dataclasses import replace

from flows.typesetting.docx.model import Block, Paragraph, Text
from flows.typesetting.docx.text_formatting import RunFormat
from flows.typesetting.html.css import spacing


def space_below_cell(blocks: Sequence[Block]) -> float:
    """Return how much more space stands below the last paragraph of a cell than the spacing of its lines, in points.

    LibreOffice leaves the spacing of a cell's first line out, and adds that of a line in the format of the last
    paragraph's style at the end: it differs where the text has another size than its style. May be negative.
    """
    if not blocks:
        return 0.0
    first, last = blocks[0], blocks[-1]
    if not isinstance(first, Paragraph) or not isinstance(last, Paragraph):
        return 0.0
    ending = last.styled if last.styled and _texts(last) else last.mark
    opening = max(_spacing(first, look) for look in _texts(first) or [first.mark])
    return _spacing(last, ending) - opening


def _spacing(paragraph: Paragraph, look: RunFormat) -> float:
    """Return what line spacing adds to the letters of a line; a grid of lines adds its part elsewhere."""
    return spacing(replace(paragraph.format, grid=0.0), look)


def _texts(paragraph: Paragraph) -> list[RunFormat]:
    return [item.format for item in paragraph.inlines if isinstance(item, Text)]
