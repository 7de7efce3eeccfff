"""Anchor boxes to the text that they push away.

A box that stands higher than the paragraph it is anchored to also has text go past it there. Text that is laid out
already cannot, so such a box is anchored to an earlier paragraph of its page, as far as heights can be estimated.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flows.typesetting.docx.model import Box, Paragraph, Tab, Text
from flows.typesetting.html.block_flow import Grid, Piece
from flows.typesetting.html.line_layout import boxes_of, longest_line

#: The share of a page that text may fill by estimate and still be on one page.
_SURE = 0.85


def anchor_boxes(
    items: Sequence[Piece | Grid], page: float, top_of: Callable[[Box], float], height: Callable[[Piece | Grid], float]
) -> list[Piece | Grid]:
    """Return pieces with each box, that text goes past, at the paragraph where it begins.

    `page` is the height of the text of a page; `top_of` says how far below its beginning a box on the page stands.
    """
    found = list(items)
    for index, item in enumerate(items):
        boxes = list(boxes_of(item.paragraph.inlines)) if isinstance(item, Piece) else []
        for box in boxes:
            if box.place.flow not in ("beside", "alone") or box.stretched:
                continue
            if box.place.down != "paragraph":
                _anchor_on_page(found, index, box, page, top_of, height)
            elif box.place.y < 0:
                _anchor_above(found, index, box, height)
    return found


def side_boxes(items: Sequence[Piece | Grid], room: Callable[[Box], float]) -> list[Piece | Grid]:
    """Return pieces with each box that has text on both sides right of that text, if its `room` there is enough.

    The text is that of its own paragraph, or of the next one. Lines are not divided by a box.
    """
    found = list(items)
    for index, item in enumerate(items):
        if isinstance(item, Piece) and any(isinstance(inline, Box) for inline in item.paragraph.inlines):
            length = _length_beside(items[index : index + 2])
            inlines = tuple(
                replace(inline, place=replace(inline.place, side="left"))
                if isinstance(inline, Box)
                and inline.place.flow == "beside"
                and not inline.place.side
                and 0 < length <= room(inline)
                else inline
                for inline in item.paragraph.inlines
            )
            found[index] = replace(item, paragraph=replace(item.paragraph, inlines=inlines))
    return found


def _length_beside(items: Sequence[Piece | Grid]) -> float:
    """Return the length of the first of some texts in one line; 0 if there is none, or it is not known."""
    for item in items:
        if not isinstance(item, Piece) or any(isinstance(inline, Tab) for inline in item.paragraph.inlines):
            return 0.0
        if any(isinstance(inline, Text) for inline in item.paragraph.inlines):
            return longest_line(item.paragraph)
    return 0.0


def _anchor_on_page(
    items: list[Piece | Grid], index: int, box: Box, page: float, top_of: Callable[[Box], float],
    height: Callable[[Piece | Grid], float],
) -> None:  # fmt: skip
    """Move a box with its place on the page to the first paragraph of the page, if it stands above its own."""
    above = _above(items, index, height)
    if above is None or above > _SURE * page:
        return
    if top_of(box) >= above and index:
        start = index
    else:
        start = next(place for place in range(index, -1, -1) if place == 0 or _begins(items[place]))
        start = next(place for place in range(start, index + 1) if isinstance(items[place], Piece))
    _move(items, index, start, box, replace(box, place=replace(box.place, leading=True)))


def _anchor_above(items: list[Piece | Grid], index: int, box: Box, height: Callable[[Piece | Grid], float]) -> None:
    """Move a box that stands above its paragraph to the one that it begins beside.

    It may begin above all text of its page, but not beside a table.
    """
    y, start = box.place.y, index
    for above in range(index - 1, -1, -1):
        one = items[above]
        if y >= 0 or _begins(items[above + 1]) or not isinstance(one, Piece):
            break
        y += height(one) + _space(items, above + 1)
        start = above
    if start != index:
        leads = not start or _begins(items[start])
        place = replace(box.place, y=y if leads else max(y, 0.0), leading=leads)
        _move(items, index, start, box, replace(box, place=place))


def _above(items: Sequence[Piece | Grid], index: int, height: Callable[[Piece | Grid], float]) -> float | None:
    """Return the height of what stands above a piece on its page, by estimate."""
    found = 0.0
    for place in range(index, 0, -1):
        if _begins(items[place]):
            break
        found += height(items[place - 1]) + _space(items, place)
    return found


def _space(items: Sequence[Piece | Grid], index: int) -> float:
    """Return the space between a piece and the one before it."""
    before, own = items[index - 1], items[index]
    after = before.after if isinstance(before, Piece) else 0.0
    return max(after, own.before if isinstance(own, Piece) else 0.0)


def _begins(item: Piece | Grid) -> bool:
    return bool(item.begins)


def _move(items: list[Piece | Grid], index: int, start: int, box: Box, moved: Box) -> None:
    """Take a box out of one paragraph, and put it before the text of another, or of the same."""
    one, other = items[index], items[start]
    if isinstance(one, Piece) and isinstance(other, Piece):
        if start == index:
            inlines = tuple(moved if item is box else item for item in one.paragraph.inlines)
            items[index] = replace(one, paragraph=replace(one.paragraph, inlines=inlines))
            return
        rest = tuple(item for item in one.paragraph.inlines if item is not box)
        items[index] = replace(one, paragraph=replace(one.paragraph, inlines=rest))
        items[start] = replace(other, paragraph=_with(moved, other.paragraph))


def _with(box: Box, paragraph: Paragraph) -> Paragraph:
    return replace(paragraph, inlines=(box, *paragraph.inlines))
