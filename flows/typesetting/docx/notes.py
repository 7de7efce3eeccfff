"""Read footnotes and endnotes (17.11) at their references."""

from dataclasses import replace

from lxml import etree

from flows.language import translate as _
from flows.typesetting.docx.model import Block, Note, Paragraph, Text
from flows.typesetting.docx.package import W
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.properties import value
from flows.typesetting.docx.text_formatting import RunFormat
from flows.typesetting.numerals import numeral

_USUAL = {"footnote": "decimal", "endnote": "lowerRoman"}


def footnote(reference: etree._Element, story: Story, look: RunFormat) -> Note | None:
    """Read the footnote of a reference; None, and a recorded loss, if it is missing."""
    found = _note("footnote", reference, story)
    if found is None:
        return None
    element, part = found
    label = _label("footnote", reference, story)
    blocks = story.blocks(element, story.within(part, label or "*"), None, None)
    return Note(label, look, _labelled(blocks, "" if _has_own(element) else label))


def endnote(reference: etree._Element, story: Story) -> str:
    """Collect an endnote for the end of the document, and return its label."""
    found = _note("endnote", reference, story)
    if found is None:
        return ""
    element, part = found
    label = _label("endnote", reference, story)
    blocks = story.blocks(element, story.within(part, label or "*"), None, None)
    story.endnotes.extend(_labelled(blocks, "" if _has_own(element) else label))
    return label


def _has_own(note: etree._Element) -> bool:
    """Return whether the text of a note contains its label (`w:footnoteRef`)."""
    return next(note.iter(W + "footnoteRef", W + "endnoteRef"), None) is not None


def _labelled(blocks: tuple[Block, ...], label: str) -> tuple[Block, ...]:
    """Return the text of a note with its label in front, as LibreOffice shows it if the text has none."""
    first = blocks[0] if blocks else None
    if not label or not isinstance(first, Paragraph):
        return blocks
    return replace(first, inlines=(Text(f"{label} ", first.mark), *first.inlines)), *blocks[1:]


def _note(kind: str, reference: etree._Element, story: Story) -> tuple[etree._Element, str] | None:
    part = story.package.related(story.package.main, kind + "s")
    identifier = value(reference, "id")
    if part is not None and not story.note_label:  # a note within a note has no target
        for note in story.package.xml(part).iterchildren(W + kind):
            if value(note, "id") == identifier:
                return note, part
    story.lose(_("note that is not there"))
    return None


def _label(kind: str, reference: etree._Element, story: Story) -> str:
    """Count a note and return its label; a note with a custom mark is not counted, and has none."""
    custom = value(reference, "customMarkFollows")
    if custom in ("1", "true", "on"):
        return ""
    count = story.notes[kind] = story.notes.get(kind, 0) + 1
    return numeral(count, story.note_forms.get(kind, _USUAL[kind]), story.styles.language())
