"""Set a paragraph or a cell that has been set before, at the same place and width, from a copy of its boxes.

The documents of a template are the same paragraphs but for a few. What a paragraph comes to follows from its texts and
styles, its place and its width, as long as it stands whole on its page, beside nothing that floats, and holds nothing
but text: this is the key. The copies refer to the elements of the document that they are for.
"""

from collections.abc import Callable, Sequence
from itertools import count
from operator import itemgetter
from typing import Any

from weasyprint.formatting_structure.boxes import BlockBox, InlineBlockBox, InlineBox, LineBox, TableCellBox, TextBox
from weasyprint.layout import absolute, block, page, table
from weasyprint.layout import float as floats

from flows.typesetting.weasyprint_patches.replacements import Replacements

_layout: Callable[..., tuple[Any, ...]] = block.block_container_layout

#: What the layout of a box starts from, and what it changes of the box itself.
_GEOMETRY = (
    "position_x", "position_y", "width", "height", "min_width", "max_width", "min_height", "max_height",
    "margin_left", "margin_right", "margin_top", "margin_bottom",
    "padding_left", "padding_right", "padding_top", "padding_bottom",
    "border_left_width", "border_right_width", "border_top_width", "border_bottom_width",
)  # fmt: skip
_geometry = itemgetter(*_GEOMETRY)
_INSIDE = (BlockBox, InlineBlockBox, InlineBox, LineBox)
#: Boxes that are kept, of all paragraphs: some twenty documents.
MOST_BOXES = 20_000
#: Paragraphs that are known by their digest alone, since they were set only once.
_MOST_MET = 20_000
#: Room that must be left below: less may move the last line.
_SPARE = 20.0

_numbers = count(1)
_met: set[int] = set()
_known: "dict[tuple[Any, ...], _Paragraph]" = {}
_kept = 0


class _Paragraph:
    """A box as it was set: its geometry, and its children, whose elements are numbers in the order of their sources."""

    __slots__ = ("children", "count", "geometry", "margins", "page")

    def __init__(self, box: Any, elements: dict[int, int], margins: Sequence[float], page_name: Any) -> None:
        self.geometry, self.margins, self.page = _geometry(box.__dict__), tuple(margins), page_name
        self.count = 1
        self.children = [self._kept(child, elements) for child in box.children]

    def _kept(self, box: Any, elements: dict[int, int]) -> Any:
        copy = _copied(box)
        copy.element = elements[id(box.element)]
        self.count += 1
        if type(box) is not TextBox:
            copy.children = [self._kept(child, elements) for child in box.children]
        return copy

    def for_box(self, box: Any, elements: Sequence[Any]) -> Any:
        """Return this paragraph as the set form of a box with equal content."""
        new = _copied(box)
        new.__dict__.update(zip(_GEOMETRY, self.geometry, strict=True))
        new.children = [_bound(child, elements) for child in self.children]
        return new


def _copied(box: Any) -> Any:
    kind: Any = type(box)
    copy = kind.__new__(kind)
    copy.__dict__.update(box.__dict__)
    copy.remove_decoration_sides = set(box.remove_decoration_sides)
    return copy


def _bound(box: Any, elements: Sequence[Any]) -> Any:
    copy = _copied(box)
    copy.element = elements[box.element]
    if type(box) is not TextBox:
        copy.children = [_bound(child, elements) for child in box.children]
    return copy


def clear() -> None:
    """Forget all paragraphs."""
    global _kept
    _known.clear()
    _met.clear()
    _kept = 0


def block_container_layout(
    context: Any, box: Any, bottom_space: float, skip_stack: Any, page_is_empty: bool, absolute_boxes: Any,
    fixed_boxes: Any, adjoining_margins: list[float] | None, first_letter_style: Any, first_line_style: Any,
    discard: bool, max_lines: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """Lay out a block container as WeasyPrint does, or return a copy of one that was laid out before."""
    margins = [] if adjoining_margins is None else adjoining_margins

    def laid_out() -> tuple[Any, ...]:
        return _layout(
            context, box, bottom_space, skip_stack, page_is_empty, absolute_boxes, fixed_boxes, margins,
            first_letter_style, first_line_style, discard, max_lines,
        )  # fmt: skip

    elements: list[Any] = []
    if (
        skip_stack is not None
        or discard
        or not (first_letter_style is first_line_style is max_lines is None)
        or not _is_candidate(box)
        or context.excluded_shapes
        or (content := _content(box, elements)) is None
    ):
        return laid_out()
    began = context.current_page > 1 and page_is_empty
    key = (content, _geometry(box.__dict__), tuple(margins), began, began and bool(context.forced_break))
    room = context.page_bottom - bottom_space - _SPARE
    known = _known.get(key)
    if known is not None:
        new = known.for_box(box, elements)
        if new.position_y + new.margin_height() <= room:
            return new, None, {"break": "any", "page": known.page}, list(known.margins), False, None
        return laid_out()
    digest = hash(key)
    if digest not in _met:
        if len(_met) >= _MOST_MET:
            _met.clear()
        _met.add(digest)
        return laid_out()
    result = laid_out()
    new, resume_at, next_page, left, through, _lines = result
    if (
        new is not None
        and resume_at is None
        and next_page["break"] == "any"
        and not through
        and new.position_y + new.margin_height() <= room
    ):
        _keep(key, _Paragraph(new, {id(item): place for place, item in enumerate(elements)}, left, next_page["page"]))
    return result


def _is_candidate(box: Any) -> bool:
    kind = type(box)
    if kind is not TableCellBox and (
        kind is not BlockBox or type(box.children[0] if box.children else None) is not LineBox
    ):
        return False
    style = box.style
    return bool(
        style["position"] == "static"
        and style["overflow"] == "visible"
        and box.first_letter_style is None
        and box.first_line_style is None
        and style["max_lines"] == "none"
    )


def _keep(key: tuple[Any, ...], paragraph: _Paragraph) -> None:
    global _kept
    _known[key] = paragraph
    _kept += paragraph.count
    while _kept > MOST_BOXES:
        _kept -= _known.pop(next(iter(_known))).count


def _content(box: Any, elements: list[Any]) -> tuple[Any, ...] | None:
    """Return the content of a box as a key, and add the elements within it; None for what is not mere text in flow."""
    elements.append(box.element)
    parts: list[Any] = [_number(box.style), box.element_tag]
    for child in box.children:
        kind = type(child)
        if kind is TextBox:
            elements.append(child.element)
            parts.append((child.text, _number(child.style), child.element_tag, child.leading_collapsible_space))
            continue
        if kind not in _INSIDE or not _is_plain(child):
            return None
        found = _content(child, elements)
        if found is None:
            return None
        parts.append((kind, found))
    return tuple(parts)


def _is_plain(box: Any) -> bool:
    style = box.style
    return (
        style["position"] == "static"
        and style["float"] == "none"
        and not (box.link or box.footnote or box.note or box.missing_link or box.string_set or box.is_leader)
        and not (box.bookmark_label or box.first_letter_style or box.first_line_style)
    )


def _number(style: Any) -> int:
    """Return the number of a style, which no other has; a style that documents share keeps it."""
    number: int | None = style.__dict__.get("number")
    if number is None:
        number = style.number = next(_numbers)
    return number


REPLACEMENTS: Replacements = ((_layout, block_container_layout, (block, page)),)
RELIES_ON = (absolute.absolute_layout, floats.float_layout, table.table_layout)
