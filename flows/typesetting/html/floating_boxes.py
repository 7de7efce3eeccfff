"""Write text boxes, shapes and floating pictures: between lines, beside the text, or over and behind it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from flows.language import translate as _
from flows.typesetting.docx.model import Block, Box, Paragraph, Place
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat
from flows.typesetting.html.css import Classes, border, ground, line_height, points
from flows.typesetting.html.line_layout import longest_line
from flows.typesetting.placed_boxes import ATTRIBUTE, Target

#: Points beside a box in which text may still stand.
_NARROW = 15.0
_EDGES: Mapping[str, Literal["start", "centre", "end"]] = {"center": "centre", "right": "end", "bottom": "end"}


@dataclass(frozen=True, slots=True)
class Paper:
    """The page that boxes are placed on, and its margins, in points.

    Boxes that a header or footer (`running`) places on the page are kept apart, for a margin box of their own.
    """

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    running: bool = False


def group_boxes(boxes: Iterable[Box]) -> list[Box]:
    """Return the boxes of a paragraph, those that stand alone above its lines as one that holds them all."""
    found = list(boxes)
    alone = [box for box in found if box.place.flow == "alone" and box.place.down == "paragraph" and not box.stretched]
    alone = [box for box in alone if box.height or not box.blocks]  # others are as high as their text
    if len(alone) < 2:
        return found
    top = min(box.place.y for box in alone)
    bottom = max(box.place.y + box.height for box in alone)
    inside = tuple(replace(box, place=replace(box.place, flow="free", y=box.place.y - top)) for box in alone)
    holder = Paragraph("", ParagraphFormat(), RunFormat(size=1.0), inside)
    whole = Box((holder,), 0.0, bottom - top, Place("alone", 0.0, top), stretched=True)
    return [whole, *(box for box in found if box not in alone)]


class Boxes:
    """Writes the boxes of one document.

    `write` writes the blocks that they hold in a column of a given width, and `measure` says how high those are.
    """

    def __init__(
        self,
        classes: Classes,
        write: Callable[[Sequence[Block], float], str],
        measure: Callable[[Sequence[Block], float], float],
    ) -> None:
        """Begin a document; `paper` is set before the blocks of each section are written."""
        self._classes, self._write, self._measure = classes, write, measure
        self.paper = Paper(595.3, 841.9, 72.0, 72.0, 72.0, 72.0)
        self.on_page: list[str] = []  # what a header or footer has placed on the page
        self.behind_page = False  # whether any of that is behind the text

    def write(self, item: Box, form: ParagraphFormat, column: float, after: float = 0.0, *, paged: bool = True) -> str:
        """Return a box as it stands before the lines of its paragraph, `after` being the space after the one before.

        In a cell or a box, which is not `paged`, what is placed on the page is placed from where that begins.
        """
        fitted = item.framed and not item.width
        if item.framed:
            item = self._framed(item, column)
        if (
            not (paged or self.paper.running)
            and item.place.flow in ("beside", "alone")
            and item.place.down != "paragraph"
        ):
            item = replace(item, place=replace(item.place, across="column", down="paragraph", align_y=""))
        if item.place.leading and item.place.y < -self.paper.top and item.place.down == "paragraph":  # off the paper
            item = replace(item, place=replace(item.place, y=-self.paper.top))
        place = item.place
        on_paragraph = place.down == "paragraph"
        if place.flow in ("beside", "alone") and paged and item.blocks and self._is_high(item):
            return self._write(item.blocks, column)  # on one page, what is higher would be cut off
        wide = column if item.stretched else item.width
        look = [
            f"width:{points(wide)}" if wide and (not fitted or place.flow == "alone") else "",
            f"min-height:{points(item.height)}",
        ]
        if place.flow == "inline":
            left = {"center": (column - wide) / 2, "right": column - wide}.get(form.align, form.left + form.first)
            look += [f"margin:{points(max(place.y, 0.0))} 0 0 {points(max(left, 0.0))}", "break-inside:avoid"]
            return self._box(item, look, wide)
        if place.flow == "alone" and on_paragraph and self._is_first(place, form):
            return self._between(item, look, wide, column, form, after)
        if self.paper.running and not on_paragraph:
            look += self._on_page(item, column)
            self.on_page.append(self._box(item, look, wide))
            self.behind_page |= place.behind
            return ""
        if place.flow == "free" and (on_paragraph or not paged):
            left, edge_x = self._across(item, column)
            top, edge_y = (place.y, "start") if on_paragraph else self._down(item)
            look += ["position:absolute", f"left:{points(_start(left, edge_x, wide))}"]
            look += [f"top:{points(_start(top, edge_y, item.height))}", "z-index:-1" if place.behind else ""]
            box = self._box(item, look, wide)
            holder = self._classes.name("position:relative;height:0;break-after:avoid")
            return f'<div class="{holder}">{box}</div>' if on_paragraph else box
        return self._placed(item, look, wide, column)

    def _is_first(self, place: Place, form: ParagraphFormat) -> bool:
        """Return whether a box stands above the first line of its paragraph, and below all lines before it."""
        return place.leading if place.y < 0 else place.y < line_height(form, RunFormat())

    def _between(
        self, item: Box, look: list[str], wide: float, column: float, form: ParagraphFormat, after: float
    ) -> str:
        """Return a box above the lines of its paragraph, whose space above it stands above and below the box."""
        left, edge = self._across(item, column)
        above = after + item.place.y
        below = item.place.gaps[2] + max(form.before, after)
        look.append(f"margin:{points(above)} 0 {points(below)} {points(_start(left, edge, wide))}")
        return self._box(item, [*look, "break-inside:avoid", "break-after:avoid"], wide)

    def _is_high(self, item: Box) -> bool:
        """Return whether the content of a box may be higher than the text of a page."""
        room = max(item.width - item.padding[1] - item.padding[3], 10.0)
        return self._measure(item.blocks, room) > self.paper.height - self.paper.top - self.paper.bottom

    def _placed(self, item: Box, look: list[str], wide: float, column: float) -> str:
        """Return a box that is laid out at its target (`flows/typesetting/placed_boxes.py`)."""
        place = item.place
        left, edge_x = self._across(item, column)
        start = _start(left, edge_x, wide)
        before, after = start - place.gaps[3], column - start - wide - place.gaps[1]
        side = {"left": "right", "right": "left"}.get(place.side, "right" if before > after else "left")
        on_column = place.across == "column"
        down: Literal["page", "text", "below"] = "text"
        if place.down == "paragraph":
            top, edge_y = place.y, _EDGES.get("", "start")
        else:
            top, edge_y = self._down(item)
            top += self.paper.top
            down = "page" if place.leading or place.flow == "free" else "below"
        text: Literal["past", "between", "over"] = "past" if place.flow == "beside" else "between"
        if place.flow == "free":
            text = "over"
        elif max(before, after) < _NARROW:
            text = "between"
        target = Target(
            "text" if on_column else "page", left if on_column else left + self.paper.left, edge_x,
            down, top, edge_y, text,
        )  # fmt: skip
        look += [f"float:{side}", f"margin:{' '.join(map(points, place.gaps))}"]
        if text == "over":
            look.append(f"position:relative;z-index:{-1 if place.behind else 'auto'}")
        return self._box(item, look, wide, f' {ATTRIBUTE}="{target.written()}"')

    def _on_page(self, item: Box, column: float) -> list[str]:
        """Return the declarations that place a box from the left upper corner of the page."""
        (left, edge_x), (top, edge_y) = self._across(item, column), self._down(item)
        left, top = _start(left, edge_x, item.width), _start(top, edge_y, item.height)
        where = f"left:{points(left + self.paper.left)};top:{points(top + self.paper.top)}"
        return ["position:absolute", where, "z-index:-1" if item.place.behind else ""]

    def _framed(self, item: Box, column: float) -> Box:
        """Return a text frame with its width; one that hangs, left of the text."""
        wide = item.width or min(max(map(longest_line, item.blocks), default=0.0) + 0.5, column)
        place = replace(item.place, x=-wide - item.place.gaps[1]) if item.hanging else item.place
        return replace(item, width=wide, place=place)

    def top_of(self, item: Box) -> float:
        """Return how far below the beginning of the text of a page a box stands that has its place there."""
        top, edge = self._down(item)
        return _start(top, edge, item.height)

    def room_before(self, item: Box, column: float) -> float:
        """Return how much room for text a box leaves left of it."""
        left, edge = self._across(item, column)
        return _start(left, edge, item.width) - item.place.gaps[3]

    def _across(self, item: Box, column: float) -> tuple[float, Literal["start", "centre", "end"]]:
        """Return where a box stands from the left text margin, and which of its edges that is.

        What text goes past keeps its distance to the text also from the edge that it is aligned to, as in LibreOffice.
        """
        place, paper = item.place, self.paper
        areas = {
            "page": (-paper.left, paper.width), "left": (-paper.left, paper.left),
            "right": (paper.width - paper.left - paper.right, paper.right),
        }  # fmt: skip
        start, room = areas.get(place.across, (0.0, column))
        if place.align_x:
            gaps = place.gaps if place.flow == "beside" and not item.framed else (0.0, 0.0, 0.0, 0.0)
            share = {"center": 0.5, "right": 1.0}.get(place.align_x, 0.0)
            away = {"right": -gaps[1], "left": gaps[3]}.get(place.align_x, 0.0)
            return start + share * room + away, _EDGES.get(place.align_x, "start")
        return start + place.x + place.share_x * room, "start"

    def _down(self, item: Box) -> tuple[float, Literal["start", "centre", "end"]]:
        """Return where a box stands from the upper text margin, and which of its edges that is."""
        place, paper = item.place, self.paper
        text = paper.height - paper.top - paper.bottom
        areas = {"margin": (0.0, text), "top": (-paper.top, paper.top), "bottom": (text, paper.bottom)}
        start, room = areas.get(place.down, (-paper.top, paper.height))
        if place.align_y:
            share = {"center": 0.5, "bottom": 1.0}.get(place.align_y, 0.0)
            return start + share * room, _EDGES.get(place.align_y, "start")
        return start + place.y + place.share_y * room, "start"

    def _box(self, item: Box, look: list[str], wide: float, attribute: str = "") -> str:
        if item.vertical != "top":
            item = self._lowered(item, wide)
        if any(item.padding):
            look.append("padding:" + " ".join(map(points, item.padding)))
        if item.line is not None:
            look += [border(side, item.line) for side in ("top", "right", "bottom", "left")]
        if item.fill:
            look.append(ground(item.fill))
        look.append("box-sizing:border-box")
        behind = self._ground(item, look, wide) if item.ground else ""
        if item.picture is not None:
            size = self._classes.name(f"display:block;width:{points(item.width)};height:{points(item.height)}")
            alternative = escape(item.picture.alternative or _("Picture"))
            content = f'<img class="{size}" src="docx:{escape(item.picture.part)}" alt="{alternative}"/>'
        else:
            content = self._write(item.blocks, max(wide - item.padding[1] - item.padding[3], 10.0))
        return f'<div class="box {self._classes.name(";".join(filter(None, look)))}"{attribute}>{behind}{content}</div>'

    def _ground(self, item: Box, look: list[str], wide: float) -> str:
        """Return the picture behind a box, as an element that only has it for its ground, so that nobody reads it."""
        if "position:absolute" not in look:
            look.append("position:relative")
        size = (wide + 2 * item.around, item.height + 2 * item.around)
        place = f"position:absolute;left:{points(-item.around)};top:{points(-item.around)}"
        drawn = f"background:url('docx:{item.ground}') no-repeat;background-size:{points(size[0])} {points(size[1])}"
        name = self._classes.name(f"{place};width:{points(size[0])};height:{points(size[1])};{drawn};z-index:-1")
        return f'<div class="{name}"></div>'

    def _lowered(self, item: Box, wide: float) -> Box:
        """Return a box whose text stands in its middle or at its bottom, by room above it."""
        top, right, bottom, left = item.padding
        free = max(item.height - top - bottom - self._measure(item.blocks, wide - left - right), 0.0)
        return replace(item, padding=(top + (free if item.vertical == "bottom" else free / 2), right, bottom, left))


def _start(position: float, edge: str, size: float) -> float:
    """Return where something of a size begins, one of whose edges has a position."""
    return position - {"centre": 0.5, "end": 1.0}.get(edge, 0.0) * size
