"""Compute where text ends in a line, so that tabs and labels reach the same stops as in Word.

HTML has no tab stops. The writer replaces each tab by a box of the width that leads to its stop; for that it must know
where the text before it ended. Ligatures are off, and kerning unless the document asks for it, so widths simply add up.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from math import floor

from flows.typesetting.docx.model import (
    Block,
    Bookmark,
    Box,
    Break,
    Field,
    Inline,
    Link,
    Note,
    Paragraph,
    Picture,
    Stack,
    Table,
    Text,
)
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat, TabStop
from flows.typesetting.fonts import face
from flows.typesetting.html.css import letter_size
from flows.typesetting.kerning import kerning

#: Points: the least width of a line that words are broken for.
_NARROWEST = 10.0
_WORDS = re.compile(r"[^ ]* *")
#: Characters that show nothing.
_BLANKS = " \u2002\u2003\u2005\u3000"


@lru_cache(maxsize=4096)
def width(text: str, look: RunFormat) -> float:
    """Return the width of a text, in points."""
    size = letter_size(look)
    letters = text.upper() if look.caps or look.small_caps else text
    font = face(look.font, look.bold, look.italic, look.script)
    share = font.width(letters) + (kerning(font.file)(letters) if look.kerned and font.file else 0.0)
    return share * size + look.spacing * len(text)


def total_width(inlines: Iterable[Inline]) -> float:
    """Return the width of inlines in one line; page numbers count one digit."""
    length = 0.0
    for inline in inlines:
        if isinstance(inline, Text):
            length += width(inline.text, inline.format)
        elif isinstance(inline, Field):
            length += width("0", inline.format)
        elif isinstance(inline, Picture):
            length += inline.width + inline.gaps[1] + inline.gaps[3]
        elif isinstance(inline, Link):
            length += total_width(inline.children)
        elif isinstance(inline, Stack):
            length += max(map(total_width, inline.rows), default=0.0)
        elif isinstance(inline, Note):
            length += width(inline.label, inline.format)
    return length


def whole_width(inlines: Iterable[Inline]) -> float:
    """Return the width of the text before the decimal separator."""
    length = 0.0
    for inline in inlines:
        if isinstance(inline, Text):
            for sign in ",.":
                if sign in inline.text:
                    return length + width(inline.text.split(sign)[0], inline.format)
        length += total_width((inline,))
    return length


def boxes_of(inlines: Iterable[Inline]) -> Iterable[Box]:
    """Yield the boxes among inlines, including those in links."""
    for inline in inlines:
        if isinstance(inline, Box):
            yield inline
        elif isinstance(inline, Link):
            yield from boxes_of(inline.children)


def longest_line(block: Block) -> float:
    """Return the width of a paragraph in one line, or of a table."""
    if isinstance(block, Table):
        return sum(block.grid)
    form = block.format
    return total_width(block.inlines) + form.left + form.right + max(form.first, 0.0)


class Cursor:
    """The position in a line, in points from the left text margin, in a column of a given width."""

    def __init__(self, paragraph: ParagraphFormat, column: float, tab_width: float) -> None:
        """Start at the paragraph's first line."""
        self._paragraph = paragraph
        self._edge = column - paragraph.right
        self._tab_width = tab_width
        self.x = paragraph.left + paragraph.first
        self.lines = 1
        self._hanging = False  # spaces reach over the edge of the line

    def advance(self, inlines: Iterable[Inline]) -> None:
        """Advance past inlines, and to the next line at breaks."""
        for inline in inlines:
            if isinstance(inline, Text):
                for match in _WORDS.finditer(inline.text):
                    if match[0]:
                        shown = width(match[0].rstrip(" "), inline.format)
                        self._word(shown, width(match[0], inline.format), parted=True)
            elif isinstance(inline, Link):
                self.advance(inline.children)
            elif isinstance(inline, Break):
                self.new_line()
            elif not isinstance(inline, Bookmark):
                length = total_width((inline,))
                self._word(length, length)

    def _word(self, visible: float, whole: float, *, parted: bool = False) -> None:
        if self.x + visible > self._edge + 0.01 and self.x > self._paragraph.left:
            self.new_line()
        room = max(self._edge - self._paragraph.left, _NARROWEST)
        while parted and visible > room + 0.01:  # a long word is broken after the last letter that fits
            self.new_line()
            visible, whole = visible - room, whole - room
        self.x += whole
        self._hanging = whole > visible and self.x > self._edge

    def new_line(self) -> None:
        """Go to the beginning of the next line."""
        self.x = self._paragraph.left
        self.lines += 1
        self._hanging = False

    def room(self) -> float:
        """Return how much room the line has left."""
        return max(self._edge - 0.1 - self.x, 0.0)

    def full(self) -> bool:
        """Return whether the line ends at its very edge."""
        return abs(self._edge - self.x) < 0.05

    def stop(self) -> TabStop:
        """Return the next tab stop: one of the paragraph's, its hanging indent, or a default one.

        Behind spaces that hang over the edge, it is on the next line.
        """
        if self._hanging:
            self.new_line()
        paragraph = self._paragraph
        stops = [stop for stop in paragraph.tabs if stop.position > self.x + 0.05 and stop.align != "bar"]
        if paragraph.first < 0 and self.x + 0.05 < paragraph.left:
            stops.append(TabStop(paragraph.left, "left", "none"))
        if stops:
            nearest = min(stops, key=lambda stop: stop.position)
            if nearest.align in ("right", "center", "decimal") or nearest.position <= self._edge:
                return TabStop(min(nearest.position, self._edge - 0.1), nearest.align, nearest.leader)
            return nearest
        last = max((stop.position for stop in paragraph.tabs), default=self.x)
        position = (floor((max(self.x, last) + 0.05) / self._tab_width) + 1) * self._tab_width
        return TabStop(position, "left", "none")

    def edge_stop(self, align: str, leader: str) -> TabStop:
        """Return the stop of a position tab: left, centre or right of the column."""
        share = {"center": 0.5, "right": 1.0}.get(align, 0.0)
        return TabStop(max(self._edge * share - 0.1, self.x), align, leader)


def with_flat_blanks(paragraph: Paragraph, column: float, tab_width: float) -> Paragraph:
    """Return a paragraph whose blanks make its first line no higher, as in LibreOffice's layout of Word files.

    Blanks alone give their line its height.
    """
    shown = [inline for inline in paragraph.inlines if not isinstance(inline, Bookmark)]
    blank = sum(map(_is_blank, shown))
    if not blank or (blank == len(shown) and not paragraph.label):
        return paragraph
    cursor = Cursor(paragraph.format, column, tab_width)
    found: list[Inline] = []
    for inline in paragraph.inlines:
        if cursor.lines == 1 and isinstance(inline, Text) and _is_blank(inline):
            found.append(replace(inline, flat=True))
        else:
            found.append(inline)
        cursor.advance((inline,))
    return replace(paragraph, inlines=tuple(found))


def _is_blank(inline: Inline) -> bool:
    return isinstance(inline, Text) and not inline.text.strip(_BLANKS)
