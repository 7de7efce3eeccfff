"""Read complex fields (17.16.18): runs between begin, separate and end, nested or across paragraphs."""

from typing import cast

from lxml import etree

from flows.language import translate as _
from flows.typesetting.docx.measurements import number
from flows.typesetting.docx.model import Counter
from flows.typesetting.docx.package import W
from flows.typesetting.docx.part_context import OpenField, Story
from flows.typesetting.docx.properties import is_on, value
from flows.typesetting.docx.symbol_fonts import UNSHOWN, symbolic, to_unicode

_COUNTERS = ("PAGE", "NUMPAGES", "SECTIONPAGES")
_BUTTONS = ("MACROBUTTON", "GOTOBUTTON")
_WORKED_OUT = ("AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "BARCODE", "DISPLAYBARCODE", "EQ", "LISTNUM", "MERGEBARCODE")
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


def text_without_result(field: OpenField, story: Story, font: str) -> str:
    """Return what a field shows that has no result: the words of a button, or a sign by its number (17.16.5.36, 62).

    Fields that only Word can work out are reported.
    """
    name, *rest = field.instruction.split() or [""]
    if field.filled or not name:
        return ""
    if name.upper() in _BUTTONS:
        return field.instruction.strip().partition(rest[0])[2].strip() if rest else ""
    if name.upper() == "SYMBOL" and rest:
        if (sign := _sign(rest, font)) == UNSHOWN:
            story.lose(_("symbol without a Unicode counterpart"))
        return sign
    if name.upper() in _WORKED_OUT:
        story.lose(_("field {name}, which has no result").format(name=name.upper()))
    return ""


def _sign(said: list[str], font: str) -> str:
    """Return the sign that the words after SYMBOL ask for: its number, and behind a switch its font."""
    if "\\f" in said[:-1]:
        font = said[said.index("\\f") + 1].strip('"')
    try:
        number = int(said[0], 16 if said[0][:2].lower() == "0x" else 10)
        if symbolic(font) and number <= 0xFF:
            return to_unicode(chr(0xF000 + number), font)
        sign = chr(number) if "\\u" in said or number > 0xFF else bytes([number]).decode("cp1252")
    except (ValueError, OverflowError):
        return UNSHOWN
    return sign if sign.isprintable() else UNSHOWN


def begin_field(story: Story, element: etree._Element) -> str:
    """Open a field; return what an old form's check box or list shows, which has no result of its own."""
    shown = "" if inside_instruction(story) else _form_field(element)
    story.fields.append(OpenField())
    return shown


def _form_field(element: etree._Element) -> str:
    box = element.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        checked = box.find(W + "checked")
        checked = box.find(W + "default") if checked is None else checked
        return "☒" if checked is not None and is_on(checked) else "☐"
    choices = element.find(f"{W}ffData/{W}ddList")
    if choices is not None:
        entries = [value(entry) or "" for entry in choices.iterchildren(W + "listEntry")]
        chosen = number(value(choices.find(W + "result"))) or 0
        return entries[chosen] if 0 <= chosen < len(entries) else ""
    return ""


def begin_field_result(story: Story) -> None:
    """Begin the result of the innermost field; the result of a link is gathered."""
    if story.fields:
        innermost = story.fields[-1]
        innermost.showing = True
        if innermost.instruction.strip().upper().startswith("HYPERLINK"):
            innermost.collected = []


def end_field(story: Story) -> tuple[OpenField, Counter | None]:
    """Close the innermost field; return it, and the page counter it stands for if there is nothing hidden around."""
    if not story.fields:
        return OpenField(), None
    closed = story.fields.pop()
    counter = counter_of(closed.instruction)
    return closed, None if inside_instruction(story) else counter


def inside_instruction(story: Story) -> bool:
    """Return whether a run here is part of an instruction, or is the old result of a counter, and is not shown."""
    return any(not item.showing or counter_of(item.instruction) for item in story.fields)
