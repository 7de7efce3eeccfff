"""Write text boxes, shapes and floating pictures: between lines, beside the text, or over and behind it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from flows.language import translate as _
from flows.typesetting.docx.model import Block, Box, Paragraph, Place
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat
from flows.typesetting.html.css import Classes, border, ground, points
from flows.typesetting.html.line_layout import longest_line

#: Points that a box stands below the top of its paragraph before a line might go past above it.
_LOWERED = 6.0
#: Points that are left at the foot of a page below a box that is kept down on it.
_SPARE = 36.0


@dataclass(frozen=True, slots=True)
class Paper:
    """The page that boxes are placed on, in points; `top` and `left` are where the text, or a header, begins.

    In a header or footer (`running`), boxes are placed from where it begins, as the page itself is out of reach there.
    """

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    running: bool = False


def group_boxes(boxes: Iterable[Box]) -> list[Box]:
    """Return the boxes of a paragraph, those that stand alone between its lines as one that holds them all.

    Where several have places on the page that text goes past, they make a picture together, and keep their places.
    """
    found = list(boxes)
    on_page = [box for box in found if box.place.down != "paragraph" and box.place.flow in ("beside", "alone")]
    if len(on_page) > 1:
        found = [replace(box, place=replace(box.place, flow="free")) if box in on_page else box for box in found]
    alone = [box for box in found if box.place.flow == "alone" and box.place.down == "paragraph" and not box.stretched]
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

    def write(
        self, item: Box, form: ParagraphFormat, column: float, *, lone: bool = False, opening: bool = False
    ) -> str:
        """Return a box as it stands before the lines of its paragraph.

        A `lone` one is the only one that text goes past there; the paragraph may be the one `opening` its page.
        """
        fitted = item.framed and not item.width
        if item.framed:
            item = self._framed(item, column)
        if item.place.flow in ("beside", "alone") and item.place.down != "paragraph" and not self.paper.running:
            item = self._making_room(item, column, opening)
        place = item.place
        on_paragraph = place.down == "paragraph"
        wide = column if item.stretched else item.width
        look = [
            f"width:{points(wide)}" if wide and (not fitted or place.flow == "alone") else "",
            f"min-height:{points(item.height)}",
        ]
        if place.flow in ("inline", "alone") and on_paragraph:
            if place.flow == "inline":
                left = {"center": (column - wide) / 2, "right": column - wide}.get(form.align, form.left + form.first)
            else:
                left = self._across(item, column)
            look += [f"margin:{points(max(place.y, 0.0))} 0 0 {points(max(left, 0.0))}", "break-inside:avoid"]
            return self._box(item, look, wide)
        if place.flow == "beside" and on_paragraph:
            return self._beside(item, look, wide, column, lone)
        look += ["position:absolute", f"left:{points(self._across(item, column))}"]
        if place.behind:
            look.append("z-index:-1")
        if on_paragraph or self.paper.running:
            top = place.y + form.before if on_paragraph else self._down(item)
            look.append(f"top:{points(top)}")
            holder = self._classes.name("position:relative;height:0;break-after:avoid")
            return f'<div class="{holder}">{self._box(item, look, wide)}</div>'
        look.append(f"top:{points(self._down(item))}")
        return self._box(item, look, wide)

    def _beside(self, item: Box, look: list[str], wide: float, column: float, lone: bool) -> str:
        """Return a box that text goes past, first above it: at the edge, what has no width holds the box down."""
        gap, down = item.place.gap, max(item.place.y, 0.0)
        left, room = self._across(item, column), max(column - wide, 0.0)
        side = "right" if left + wide / 2 > column / 2 else "left"
        holder = ""
        if lone and down > _LOWERED:
            holder = f'<div class="{self._classes.name(f"float:{side};width:0;height:{points(down)}")}"></div>'
            look.append(f"clear:{side}")
            down = 0.0
        if side == "right":
            margins = f"{points(max(min(room - left, room), 0.0))} 0 {points(gap)}"
        else:
            margins = f"{points(gap)} 0 {points(max(min(left, room), 0.0))}"
        look += [f"float:{side}", f"margin:{points(down)} {margins}"]
        return holder + self._box(item, look, wide)

    def _framed(self, item: Box, column: float) -> Box:
        """Return a text frame with its width; one that hangs, left of the text."""
        wide = item.width or min(max(map(longest_line, item.blocks), default=0.0) + 0.5, column)
        place = replace(item.place, x=-wide - item.place.gap) if item.hanging else item.place
        return replace(item, width=wide, place=place)

    def _making_room(self, item: Box, column: float, opening: bool) -> Box:
        """Return a box that has its place on the page, within its text, as one that makes room where its paragraph is.

        Where that paragraph comes to stand is not known here, unless it opens the page; over the text, the box would
        hide it.
        """
        place, paper, wide = item.place, self.paper, item.width
        left, top = self._across(item, column), self._down(item)
        foot = paper.height - paper.top - paper.bottom
        if not (-wide < left < column and -item.height < top < foot):
            return item
        flow: Literal["beside", "alone"] = "beside" if wide < column / 2 else "alone"
        down = max(top, 0.0) if opening and top + item.height < foot - _SPARE else 0.0
        return replace(item, place=replace(place, y=down, down="paragraph", flow=flow))

    def _across(self, item: Box, column: float) -> float:
        """Return the left edge, from the left text margin."""
        place, paper = item.place, self.paper
        areas = {
            "page": (-paper.left, paper.width), "left": (-paper.left, paper.left),
            "right": (paper.width - paper.left - paper.right, paper.right),
        }  # fmt: skip
        start, room = areas.get(place.across, (0.0, column))
        if place.align_x:
            return start + {"center": (room - item.width) / 2, "right": room - item.width}.get(place.align_x, 0.0)
        return start + place.x + place.share_x * room

    def _down(self, item: Box) -> float:
        """Return the upper edge, from where the text of the page begins."""
        place, paper = item.place, self.paper
        start, room = -paper.top, paper.height
        if place.down == "margin" and not paper.running:
            start, room = 0.0, paper.height - paper.top - paper.bottom
        elif place.down == "top":
            room = paper.top
        elif place.down == "bottom":
            start, room = paper.height - paper.top - paper.bottom, paper.bottom
        if place.align_y:
            return start + {"center": (room - item.height) / 2, "bottom": room - item.height}.get(place.align_y, 0.0)
        return start + place.y + place.share_y * room

    def _box(self, item: Box, look: list[str], wide: float) -> str:
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
        return f'<div class="box {self._classes.name(";".join(filter(None, look)))}">{behind}{content}</div>'

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
