"""Complex fields (17.16.18): runs between begin, separate and end, which may nest and may pass paragraph ends."""

from typing import cast

from lxml import etree

from flows.documents.docx.model import Counter
from flows.documents.docx.package import W
from flows.documents.docx.story import OpenField, Story
from flows.language import translate as _

_COUNTERS = ("PAGE", "NUMPAGES", "SECTIONPAGES")


def counter_of(instruction: str) -> Counter | None:
    """Return the page counter that an instruction asks for; None for every other field, shown by its last result."""
    words = instruction.split()
    name = words[0].upper() if words else ""
    return cast("Counter", name) if name in _COUNTERS else None


def begin(story: Story, element: etree._Element) -> None:
    """Open a field."""
    if element.find(W + "ffData") is not None and element.find(f"{W}ffData/{W}checkBox") is not None:
        story.lose(_("check box of an old form"))
    story.fields.append(OpenField())


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


def inside_instruction(story: Story) -> bool:
    """Return whether a run here is part of an instruction, or is the old result of a counter, and is not shown."""
    return any(not item.showing or counter_of(item.instruction) for item in story.fields)
