"""Say what of a paragraph's content gives its lines their height, and whether there is any."""

from collections.abc import Iterable

from flows.typesetting.docx.model import (
    Bookmark,
    Break,
    Field,
    Inline,
    Link,
    Note,
    Paragraph,
    Picture,
    Stack,
    Tab,
    Text,
)
from flows.typesetting.docx.text_formatting import RunFormat


def looks_of(inlines: Iterable[Inline]) -> Iterable[tuple[RunFormat, int]]:
    """Yield the format and number of letters of each run that counts for the height of its line."""
    for inline in inlines:
        if is_flat(inline):
            continue
        if isinstance(inline, Text):
            yield inline.format, len(inline.text)
        elif isinstance(inline, Field):
            yield inline.format, 1
        elif isinstance(inline, Link):
            yield from looks_of(inline.children)
        elif isinstance(inline, Stack):
            yield from looks_of(item for row in inline.rows for item in row)
        elif isinstance(inline, Note):
            yield inline.format, 1


def is_flat(inline: Inline) -> bool:
    """Return whether an inline is text that makes its line no higher."""
    return isinstance(inline, Text) and inline.flat


def between_lines(paragraph: Paragraph) -> Iterable[RunFormat]:
    """Yield the formats of line breaks, and of the empty line after the last one."""
    for inline in paragraph.inlines:
        if isinstance(inline, Break) and inline.format is not None:
            yield inline.format
    if paragraph.inlines and isinstance(paragraph.inlines[-1], Break):
        yield paragraph.mark


def is_solid(inline: Inline) -> bool:
    """Return whether an inline takes space without letters."""
    if isinstance(inline, Link):
        return any(map(is_solid, inline.children))
    return isinstance(inline, Tab | Picture)


def is_pictured(inline: Inline) -> bool:
    """Return whether an inline is a picture, or takes no space."""
    if isinstance(inline, Link):
        return all(map(is_pictured, inline.children))
    return isinstance(inline, Picture | Bookmark)
