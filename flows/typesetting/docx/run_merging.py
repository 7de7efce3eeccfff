"""Merge neighbouring texts of one format that only editing has divided."""

from collections.abc import Iterable

from flows.typesetting.docx.model import Inline, Text


def merge_runs(inlines: Iterable[Inline]) -> list[Inline]:
    """Return the inlines with neighbouring texts of one format made one."""
    found: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Text):
            if not inline.text:
                continue
            if found and isinstance(last := found[-1], Text) and last.format == inline.format:
                found[-1] = Text(last.text + inline.text, last.format)
                continue
        found.append(inline)
    return found
