"""Merge neighbouring texts of one format that only the editing history has split."""

from collections.abc import Iterable

from flows.typesetting.docx.model import Inline, Text


def merge_runs(inlines: Iterable[Inline]) -> list[Inline]:
    """Return the inlines with neighbouring texts of the same format merged."""
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
