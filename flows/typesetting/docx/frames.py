"""Read text frames (17.3.1.11), drop caps among them: paragraphs beside the text, or at a place on the page.

Word keeps a frame as properties of its paragraphs. It becomes a box on the paragraph that follows it,
unless it is higher than a page: then it stays in line with the text, as a box would lose what no page has room for.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Literal

from flows.typesetting.docx.measurements import twips
from flows.typesetting.docx.model import Block, Box, Link, Paragraph, Place, Text
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat

_Align = Literal["", "left", "right", "center", "top", "bottom"]
_ALIGNMENTS: Mapping[str, _Align] = {
    "left": "left", "right": "right", "center": "center", "inside": "left", "outside": "right",
}  # fmt: skip
_DOWN: Mapping[str, _Align] = {
    "top": "top", "center": "center", "bottom": "bottom", "inside": "top", "outside": "bottom",
}  # fmt: skip
_FLOWS: Mapping[str, Literal["alone", "free"]] = {"notBeside": "alone", "none": "free"}
_FROM: Mapping[str, Literal["paragraph", "page"]] = {"text": "paragraph", "page": "page"}
#: What makes a frame of a paragraph, by what every paragraph has of it: Pages writes these into each style.
_USUAL = {"w": "0", "h": "0", "x": "0", "y": "0", "xAlign": "left", "dropCap": "none"}
#: Points: how wide a frame may be that does not say it, and how high one that stands on a single page, as all do.
_TEXT_WIDTH, _PAGE_HEIGHT = 450.0, 600.0
#: What holds a box where no paragraph follows it.
_HOLDER = Paragraph("", ParagraphFormat(line=1.0, line_rule="exact"), RunFormat(size=1.0), ())


def group_frames(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return blocks with neighbouring paragraphs of one frame as a box on the paragraph that follows them."""
    found: list[Block] = []
    waiting: list[Box] = []
    for frame, group in groupby(blocks, _frame):
        together = list(group)
        framed = [block for block in together if isinstance(block, Paragraph)] if frame else []
        if framed and not _high(dict(frame), framed):
            waiting += _box(dict(frame), framed)
        elif waiting:
            first = together[0] if isinstance(together[0], Paragraph) else _HOLDER
            found.append(replace(first, inlines=(*_settled(waiting, first), *first.inlines)))
            found += together if first is _HOLDER else together[1:]
            waiting = []
        else:
            found += together
    if waiting:
        found.append(replace(_HOLDER, inlines=tuple(_settled(waiting, _HOLDER))))
    return tuple(found)


def _settled(boxes: Sequence[Box], holder: Paragraph) -> Iterable[Box]:
    """Yield boxes; where no text could go past them they stand free, as all do on pages that are made of frames."""
    alone = len(boxes) > 1 or not any(isinstance(inline, Text | Link) for inline in holder.inlines)
    for box in boxes:
        free = alone and box.place.down != "paragraph"
        yield replace(box, place=replace(box.place, flow="free")) if free else box


def _frame(block: Block) -> tuple[tuple[str, str], ...]:
    """Return what is said of the frame of a block; nothing where it stands in line with the text."""
    frame = block.format.frame if isinstance(block, Paragraph) else ()
    inline = ("yAlign", "inline") in frame or all(_USUAL.get(name, said) == said for name, said in frame)
    return () if inline else frame


def _high(frame: Mapping[str, str], paragraphs: Sequence[Paragraph]) -> bool:
    """Return whether a frame is higher than a page is sure to be, by the room that its letters take."""
    width = twips(frame.get("w")) or _TEXT_WIDTH
    height = 0.0
    for paragraph in paragraphs:
        signs = [(len(inline.text), inline.format.size) for inline in paragraph.inlines if isinstance(inline, Text)]
        size = max((size for _, size in signs), default=paragraph.mark.size)
        height += 1.15 * size * math.ceil(sum(count * size for count, size in signs) / 2 / width or 1)
    return height > _PAGE_HEIGHT


def _box(frame: Mapping[str, str], paragraphs: Sequence[Paragraph]) -> Iterable[Box]:
    """Yield the box of a frame, unless it is empty. A capital drops into the first lines beside it."""
    if not any(paragraph.inlines or paragraph.label for paragraph in paragraphs):
        return
    dropped = frame.get("dropCap", "none") != "none"
    gap = twips(frame.get("hSpace")) or 0.0
    if dropped:
        place = Place("free" if frame["dropCap"] == "margin" else "beside", gap=gap)
    else:
        place = Place(
            _FLOWS.get(frame.get("wrap", ""), "beside"),
            twips(frame.get("x")) or 0.0,
            twips(frame.get("y")) or 0.0,
            "page" if frame.get("hAnchor") == "page" else "column",
            _FROM.get(frame.get("vAnchor", ""), "margin"),
            _ALIGNMENTS.get(frame.get("xAlign", ""), ""),
            _DOWN.get(frame.get("yAlign", ""), ""),
            gap=gap,
        )
    inside = tuple(replace(paragraph, format=replace(paragraph.format, frame=())) for paragraph in paragraphs)
    height = 0.0 if dropped or frame.get("hRule") == "auto" else twips(frame.get("h")) or 0.0
    yield Box(
        inside, twips(frame.get("w")) or 0.0, height, place, framed=True, hanging=frame.get("dropCap") == "margin"
    )
