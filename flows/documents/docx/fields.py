"""Complex fields (17.16.18): runs between begin, separate and end, which may nest and may pass paragraph ends."""

import re
from typing import cast

from lxml import etree

from flows.documents.docx.formats import RunFormat
from flows.documents.docx.measures import number
from flows.documents.docx.model import Counter, Text
from flows.documents.docx.package import W
from flows.documents.docx.properties import on, value
from flows.documents.docx.story import OpenField, Story
from flows.documents.docx.symbols import plain, symbolic
from flows.language import translate as _

_BUTTONS = ("MACROBUTTON", "GOTOBUTTON")
_WORKED_OUT = ("EQ", "DISPLAYBARCODE", "MERGEBARCODE", "BARCODE", "LISTNUM")
_COUNTERS = ("PAGE", "NUMPAGES", "SECTIONPAGES")
#: The number formats that a counter may ask for after `\\*` (17.16.4.3.1), by Word's names of them elsewhere.
_FORMS = {
    "Arabic": "decimal",
    "roman": "lowerRoman",
    "ROMAN": "upperRoman",
    "alphabetic": "lowerLetter",
    "ALPHABETIC": "upperLetter",
}


def counter_of(instruction: str) -> Counter | None:
    """Return the page counter that an instruction asks for; None for every other field, shown by its last result."""
    words = instruction.split()
    name = words[0].upper() if words else ""
    return cast("Counter", name) if name in _COUNTERS else None


def form_of(instruction: str) -> str:
    """Return the number format that a counter's instruction asks for; nothing where it is that of its section."""
    words = instruction.replace("\\*", " ").split()
    return next((_FORMS[word] for word in words if word in _FORMS), "")


def begin(story: Story, element: etree._Element) -> str:
    """Open a field; return what an old form's check box or list shows, which has no result of its own."""
    shown = "" if inside_instruction(story) else _form_field(element)
    story.fields.append(OpenField())
    return shown


def _form_field(element: etree._Element) -> str:
    box = element.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        checked = box.find(W + "checked")
        checked = box.find(W + "default") if checked is None else checked
        return "☒" if checked is not None and on(checked) else "☐"
    choices = element.find(f"{W}ffData/{W}ddList")
    if choices is not None:
        entries = [value(entry) or "" for entry in choices.iterchildren(W + "listEntry")]
        chosen = number(value(choices.find(W + "result"))) or 0
        return entries[chosen] if 0 <= chosen < len(entries) else ""
    return ""


def separate(story: Story) -> None:
    """Begin the result of the innermost field; the result of a link is gathered."""
    if story.fields:
        innermost = story.fields[-1]
        innermost.showing = True
        if innermost.instruction.strip().upper().startswith("HYPERLINK"):
            innermost.collected = []


def end(story: Story) -> tuple[OpenField, Counter | None]:
    """Close the innermost field; return it, and the page counter it stands for if there is nothing hidden around."""
    if not story.fields:
        return OpenField(), None
    closed = story.fields.pop()
    counter = counter_of(closed.instruction)
    return closed, None if inside_instruction(story) else counter


def stand_in(closed: OpenField, look: RunFormat, story: Story) -> Text | None:
    """Return what is shown of a field that keeps no result: the words of a button, or a sign by its number.

    What is worked out only when it is shown, which are formulas and bar codes, is recorded as lost.
    """
    words = closed.instruction.split()
    kind = words[0].upper() if words else ""
    if closed.filled or inside_instruction(story) or look.hidden:
        return None
    if kind in _BUTTONS:
        return Text(" ".join(words[2:]), look)
    if kind == "SYMBOL":
        return _sign(words[1:], look)
    if kind in _WORKED_OUT:
        story.lose(_("field of the kind {kind}").format(kind=kind))
    return None


def _sign(words: list[str], look: RunFormat) -> Text | None:
    """Return the sign of a number in the font that the field names; signs of a symbol font as those of Unicode."""
    code = words[0] if words else ""
    sign = number(str(int(code, 16)) if re.fullmatch("0[xX][0-9a-fA-F]{1,4}", code) else code)
    font = re.search(r'\\f\s+(?:"([^"]+)"|(\S+))', " ".join(words))
    name = look.font if font is None else font[1] or font[2]
    if sign is None or not 0x20 <= sign < 0xD800:
        return None
    return Text(plain(chr(0xF000 + sign), name) if sign < 0x100 and symbolic(name) else chr(sign), look)


def inside_instruction(story: Story) -> bool:
    """Return whether a run here is part of an instruction, or is the old result of a counter, and is not shown."""
    return any(not item.showing or counter_of(item.instruction) for item in story.fields)
