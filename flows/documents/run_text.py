"""Read what single elements of a DOCX say: symbols, fonts of runs, instructions of fields; and find tags in text.

Templates, their official wording and the proof are read by readers of their own, which differ in what they look for.
What one element says is the same to all of them.
"""

import re
from collections.abc import Iterator

from lxml import etree

from flows.typesetting import W, to_unicode

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
"""A whole tag of a template."""


def font_of(run: etree._Element) -> str:
    """Return the font that a run names for Latin letters, or nothing."""
    fonts = run.find(f"{W}rPr/{W}rFonts")
    return "" if fonts is None else fonts.get(W + "ascii", "")


def symbol(element: etree._Element, font: str = "") -> str | None:
    """Return the character of a `w:sym` (17.3.3.30), in `font` where it names none; None where it has none."""
    try:
        return to_unicode(chr(int(element.get(W + "char", ""), 16)), element.get(W + "font", font))
    except (ValueError, OverflowError):
        return None


def field_name(instruction: str) -> str:
    """Return the name of a field by its instruction (17.16.5), in capitals; nothing where there is none."""
    return (instruction.split() or [""])[0].upper()


def outermost_boxes(drawing: etree._Element, *unread: str) -> Iterator[etree._Element]:
    """Yield the contents of text boxes in a drawing, but for those in others, and those in elements named `unread`."""
    for box in drawing.iter(W + "txbxContent"):
        above = next(box.iterancestors(W + "txbxContent", drawing.tag, *unread), None)
        if above is drawing:
            yield box
