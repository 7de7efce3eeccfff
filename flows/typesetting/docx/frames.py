"""Read text frames (ECMA-376, 17.3.1.11), drop caps among them: paragraphs beside the text or positioned on the page.

In OOXML a frame is a property of its paragraphs. It becomes a box anchored to the following paragraph, unless it is
higher than a page: then it stays in the text, since a box does not break across pages.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Literal, cast

from flows.typesetting.docx.measurements import twips
from flows.typesetting.docx.model import Block, Box, Paragraph, Place, Table, Text
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat

_Align = Literal["", "left", "right", "center", "top", "bottom"]
#: What frames and floating tables (17.4.57) say alike: alignment across and down, and what they are placed from.
ALIGN_ACROSS: Mapping[str, _Align] = {
    "left": "left", "right": "right", "center": "center", "inside": "left", "outside": "right",
}  # fmt: skip
ALIGN_DOWN: Mapping[str, _Align] = {
    "top": "top", "center": "center", "bottom": "bottom", "inside": "top", "outside": "bottom",
}  # fmt: skip
_FLOWS: Mapping[str, Literal["alone", "free"]] = {"notBeside": "alone", "none": "free"}
PLACED_FROM: Mapping[str, Literal["paragraph", "page"]] = {"text": "paragraph", "page": "page"}
#: Attributes that make a paragraph a frame, with their neutral values: Pages writes these into each style.
_USUAL = {"w": "0", "h": "0", "x": "0", "y": "0", "xAlign": "left", "dropCap": "none"}
#: Points: the width of a frame without a stated width, and the height that fits on every page.
_TEXT_WIDTH, _PAGE_HEIGHT = 450.0, 600.0
#: The paragraph that anchors a box if none follows it.
_HOLDER = Paragraph("", ParagraphFormat(line=1.0, line_rule="exact"), RunFormat(size=1.0), ())


def group_frames(blocks: Sequence[Block | Box]) -> tuple[Block, ...]:
    """Return blocks with boxes, and the neighbouring paragraphs of a frame as a box, anchored to the next paragraph."""
    if all(isinstance(block, Table) or (isinstance(block, Paragraph) and not block.format.frame) for block in blocks):
        return tuple(cast("Sequence[Block]", blocks))
    found: list[Block] = []
    waiting: list[Box] = []
    for frame, group in groupby(blocks, _frame):
        members = list(group)
        waiting += [block for block in members if isinstance(block, Box)]
        together = [block for block in members if not isinstance(block, Box)]
        if not together:
            continue
        framed = [block for block in together if isinstance(block, Paragraph)] if frame else []
        if framed and not _high(dict(frame or ()), framed):
            waiting += _box(dict(frame or ()), framed)
        elif waiting:
            first = together[0] if isinstance(together[0], Paragraph) else _HOLDER
            found.append(replace(first, inlines=(*waiting, *first.inlines)))
            found += together if first is _HOLDER else together[1:]
            waiting = []
        else:
            found += together
    if waiting:
        found.append(replace(_HOLDER, inlines=tuple(waiting)))
    return tuple(found)


def _frame(block: Block | Box) -> tuple[tuple[str, str], ...] | None:
    """Return the frame properties of a block; empty if it is no frame, None if it is a box."""
    if isinstance(block, Box):
        return None
    frame = block.format.frame if isinstance(block, Paragraph) else ()
    inline = ("yAlign", "inline") in frame or all(_USUAL.get(name, said) == said for name, said in frame)
    return () if inline else frame


def _high(frame: Mapping[str, str], paragraphs: Sequence[Paragraph]) -> bool:
    """Return whether a frame may be higher than a page, estimated from its letters."""
    width = twips(frame.get("w")) or _TEXT_WIDTH
    height = 0.0
    for paragraph in paragraphs:
        signs = [(len(inline.text), inline.format.size) for inline in paragraph.inlines if isinstance(inline, Text)]
        size = max((size for _, size in signs), default=paragraph.mark.size)
        height += 1.15 * size * math.ceil(sum(count * size for count, size in signs) / 2 / width or 1)
    return height > _PAGE_HEIGHT


def _box(frame: Mapping[str, str], paragraphs: Sequence[Paragraph]) -> Iterable[Box]:
    """Yield the box of a frame, unless it is empty. A drop cap is as high as the lines beside it."""
    if not any(paragraph.inlines or paragraph.label for paragraph in paragraphs):
        return
    dropped = frame.get("dropCap", "none") != "none"
    beside, above = twips(frame.get("hSpace")) or 0.0, twips(frame.get("vSpace")) or 0.0
    gaps = (above, beside, above, beside)
    if dropped:
        place = Place("free" if frame["dropCap"] == "margin" else "beside", gaps=gaps)
    else:
        place = Place(
            _FLOWS.get(frame.get("wrap", ""), "beside"),
            twips(frame.get("x")) or 0.0,
            twips(frame.get("y")) or 0.0,
            "page" if frame.get("hAnchor") == "page" else "column",
            PLACED_FROM.get(frame.get("vAnchor", ""), "margin"),
            ALIGN_ACROSS.get(frame.get("xAlign", ""), ""),
            ALIGN_DOWN.get(frame.get("yAlign", ""), ""),
            gaps=gaps,
        )
    inside = tuple(replace(paragraph, format=replace(paragraph.format, frame=())) for paragraph in paragraphs)
    height = 0.0 if dropped or frame.get("hRule") == "auto" else twips(frame.get("h")) or 0.0
    yield Box(
        inside, twips(frame.get("w")) or 0.0, height, place, framed=True, hanging=frame.get("dropCap") == "margin"
    )
