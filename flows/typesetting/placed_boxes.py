"""Lay out floating boxes where the document places them: from the page, its column or the text that they stand before.

CSS floats go to an edge of their column, at the height of the text. A box of Word stands anywhere, and text goes past
it, ends above it and goes on below it, or runs over it. The writer says so in an attribute of the box (`Target`), and
WeasyPrint's layout of what is out of the flow is replaced for such boxes alone.

This decides where text stands, so it holds for every WeasyPrint that `pyproject.toml` admits, unlike the accelerations
of `weasyprint_patches`. It relies on a private function, and refuses a WeasyPrint where its signature differs.
"""

from dataclasses import dataclass
from typing import Any, Literal, cast

from weasyprint.layout import block
from weasyprint.layout.float import float_width
from weasyprint.layout.percent import resolve_percentages, resolve_position_percentages

from flows.typesetting.weasyprint_signatures import another_weasyprint, parameters_of

#: The attribute of a box that has its place.
ATTRIBUTE = "data-place"
_PX = 96 / 72  # WeasyPrint's unit in a point
_NO_END = -1e9  # the room below a page that never ends a box; a height above all pages
_out_of_flow_layout: Any = block._out_of_flow_layout
_PARAMETERS = [
    "context", "box", "index", "child", "new_children", "page_is_empty", "absolute_boxes", "fixed_boxes",
    "adjoining_margins", "bottom_space",
]  # fmt: skip

_Edge = Literal["start", "centre", "end"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a box stands: which of its edges (or its middle) is how many points from where, across and down.

    `text` is the left edge of the column across, and the text that the box stands before down. A box stands `below` if
    it has its place on the page, but no higher than that text. Text goes `past` the box, `between` ends above it, and
    `over` runs over it.
    """

    from_x: Literal["page", "text"]
    x: float
    edge_x: _Edge
    from_y: Literal["page", "text", "below"]
    y: float
    edge_y: _Edge
    text: Literal["past", "between", "over"]

    def written(self) -> str:
        """Return the target as the value of the attribute."""
        return f"{self.from_x} {self.x:.2f} {self.edge_x} {self.from_y} {self.y:.2f} {self.edge_y} {self.text}"


def _read(written: str) -> Target:
    from_x, x, edge_x, from_y, y, edge_y, text = cast("Any", written.split())
    return Target(from_x, float(x) * _PX, edge_x, from_y, float(y) * _PX, edge_y, text)


def install() -> None:
    """Replace WeasyPrint's function; raises `ComponentMissing` if its signature is not the expected one."""
    if parameters_of(_out_of_flow_layout) != _PARAMETERS:
        raise another_weasyprint()
    block._out_of_flow_layout = lay_out


def lay_out(context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any) -> tuple[Any, ...]:
    """Lay out what is out of the flow as WeasyPrint does, and a box with a target at its target."""
    written = None if child.element is None or not child.is_floated() else child.element.get(ATTRIBUTE)
    if not written:
        return tuple(_out_of_flow_layout(context, box, index, child, new_children, *rest))
    page_is_empty, absolute_boxes, fixed_boxes, adjoining_margins, bottom_space = rest
    start = child.position_y + block.collapse_margin(adjoining_margins)
    target = _read(written)
    placed = _placed(context, child, box, target, start, absolute_boxes, fixed_boxes)
    past = target.text != "over" and target.from_y != "page" and (new_children or not page_is_empty)
    if past and context.overflows_page(bottom_space, placed.border_box_y() + placed.border_height()):
        context.excluded_shapes.pop()
        return _on_next_page(context, index, child, placed, new_children, absolute_boxes, fixed_boxes)
    placed.index = index
    new_children.append(placed)
    return False, None, placed, None


def _on_next_page(
    context: Any, index: int, child: Any, placed: Any, new_children: list[Any], absolute_boxes: Any, fixed_boxes: Any
) -> tuple[Any, ...]:
    """End the page before a box that does not fit on it, as WeasyPrint does for its own floats."""
    block.remove_placeholders(context, [placed], absolute_boxes, fixed_boxes)
    last = block.find_last_class_a_break_point_child(new_children)
    if new_children and block.avoid_page_break(block.block_level_page_break(last, child), context):
        earlier = block.find_earlier_page_break(context, new_children, absolute_boxes, fixed_boxes)
        if earlier:
            new_children[:], resume_at = earlier
            return True, resume_at, None, None
    return True, {index: None}, placed, None


def _placed(
    context: Any,
    child: Any,
    container: Any,
    target: Target,
    start: float,
    absolute_boxes: list[Any],
    fixed_boxes: list[Any],
) -> Any:
    """Return the box at its target, and keep text away from it."""
    start_x = container.content_box_x() if target.from_x == "text" else 0
    start_y = start if target.from_y == "text" else 0
    size = (container.width, 0)
    resolve_percentages(child, size)
    resolve_position_percentages(child, size)
    if child.width == "auto":
        float_width(child, context, container)
    highest = start if target.from_y == "below" else _NO_END
    child.position_x, child.position_y = start_x + target.x, start_y + target.y
    laid, *_rest = block.block_container_layout(
        context, child, bottom_space=_NO_END, skip_stack=None, page_is_empty=True, absolute_boxes=absolute_boxes,
        fixed_boxes=fixed_boxes, adjoining_margins=None, first_letter_style=None, first_line_style=None, discard=False,
        max_lines=None,
    )  # fmt: skip
    back = {"start": 0.0, "centre": 0.5, "end": 1.0}
    laid.translate(
        -laid.margin_left - back[target.edge_x] * laid.border_width(),
        -laid.margin_top - back[target.edge_y] * laid.border_height(),
    )
    laid.translate(0, max(highest - laid.border_box_y(), 0))
    if target.text == "past":
        context.excluded_shapes.append(laid)
    elif target.text == "between":
        context.excluded_shapes.append(_as_wide(laid, container))
    return laid


def _as_wide(laid: Any, container: Any) -> Any:
    """Return the shape of a box as wide as its column, so that no line fits beside it."""
    shape = laid.copy()
    shape.style = laid.style.copy()
    shape.style["float"] = "left"
    shape.position_x = container.content_box_x()
    shape.margin_left = 0
    shape.margin_right = container.width + 1 - shape.border_width()
    return shape
