"""Boxes: what is plain about them takes the short way: sizes in lengths, no background, nothing that floats around."""

from operator import itemgetter
from typing import Any

from weasyprint.css.properties import INITIAL_VALUES, Dimension
from weasyprint.formatting_structure.boxes import Box, LineBox, ParentBox
from weasyprint.layout import absolute, background, block, column, inline, page, percent, table
from weasyprint.layout import float as floats

from flows.typesetting.weasyprint_patches.replacements import Replacements

_LENGTHS = (
    "margin_left", "margin_right", "margin_top", "margin_bottom", "padding_left", "padding_right", "padding_top",
    "padding_bottom", "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")
_RADII = (
    "border_top_left_radius", "border_top_right_radius", "border_bottom_right_radius", "border_bottom_left_radius",
)  # fmt: skip
_GROUNDS = (
    "background_color", "background_image", "border_image_source", "box_shadow", "mask_border_source", "visibility",
)  # fmt: skip
_sizes = itemgetter(*_LENGTHS)
_borders = itemgetter(*_BORDERS)
_radii = itemgetter(*_RADII)
_grounds = itemgetter(*_GROUNDS)
_SHARP = (((0, "px"), (0, "px")),) * len(_RADII)
_NO_RADII = dict.fromkeys(_RADII, (0, 0))
_resolve = percent.resolve_percentages
_resolve_radii = percent.resolve_radii_percentages
_in_normal_flow = Box.is_in_normal_flow
_avoid = floats.avoid_collisions
_ground = background.layout_box_backgrounds
_page_values = ParentBox.page_values
_BARE = _grounds(INITIAL_VALUES)

_MOST = 4096
_fixed: dict[tuple[Any, ...], dict[str, Any] | None] = {}


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Give a box its used sizes: at once where they are lengths, through WeasyPrint where one is a share."""
    style = box.style
    sizes = _sizes(style)
    try:
        used = _fixed[sizes]
    except KeyError:
        if len(_fixed) > _MOST:
            _fixed.clear()
        used = _fixed[sizes] = _used(sizes)
    except TypeError:
        used = None
    if used is None or not isinstance(box, Box):  # a placeholder hands on what is set on it
        _resolve(box, containing_block)
        return
    box.__dict__.update(used)
    if style["border_collapse"] == "collapse":  # what the table has settled stays
        for name in _BORDERS:
            if not hasattr(box, name):
                setattr(box, name, style[name])
    else:
        box.border_top_width, box.border_right_width, box.border_bottom_width, box.border_left_width = _borders(style)
    if style["box_sizing"] != "content-box":
        percent.adjust_box_sizing(box, "width")
        percent.adjust_box_sizing(box, "height")


def _used(sizes: tuple[Any, ...]) -> dict[str, Any] | None:
    """Return the used sizes by name; None where one depends on what is around the box."""
    used: dict[str, Any] = {}
    for name, size in zip(_LENGTHS, sizes, strict=True):
        if isinstance(size, Dimension) and size.unit == "px":
            used[name] = size.value
        elif size == "auto":
            used[name] = 0 if name in ("min_width", "min_height") else "auto"
        else:
            return None
    return used


def resolve_radii_percentages(box: Any) -> None:
    """Give a box its corners, which are mostly sharp."""
    if isinstance(box, Box) and _radii(box.style) == _SHARP:
        box.__dict__.update(_NO_RADII)
    else:
        _resolve_radii(box)


def is_in_normal_flow(box: Any) -> bool:
    """Return whether a box is in normal flow, as most are."""
    style = box.style
    if style["float"] == "none" and style["position"] == "static":
        return True
    return bool(_in_normal_flow(box))


def avoid_collisions(context: Any, box: Any, containing_block: Any, outer: bool = True) -> tuple[float, float, float]:
    """Return where a box stands and how wide it may be; nothing is in the way of a line where nothing floats."""
    if (
        context.excluded_shapes
        or type(box) is not LineBox
        or box.margin_left
        or box.margin_right
        or box.margin_top
        or containing_block.style["direction"] != "ltr"
    ):
        placed: tuple[float, float, float] = _avoid(context, box, containing_block, outer)
        return placed
    left = containing_block.content_box_x()
    return left, box.position_y, left + containing_block.width - left


def layout_box_backgrounds(
    page: Any, box: Any, get_image_from_uri: Any, layout_children: bool = True, style: Any = None
) -> None:
    """Give a box and those in it their backgrounds; most have none."""
    if style is not None or box is page or not layout_children or _grounds(box.style) != _BARE:
        _ground(page, box, get_image_from_uri, layout_children, style)
        return
    resolve_radii_percentages(box)
    for child in box.all_children():
        layout_box_backgrounds(page, child, get_image_from_uri)
    box.background = None


def page_values(box: Any) -> tuple[Any, Any]:
    """Return the names of the pages that a box begins and ends on: those of its first and last child in the flow."""
    return _page_value(box, 0), _page_value(box, 1)


def _page_value(box: Any, side: int) -> Any:
    page = box.style["page"]
    for child in reversed(box.children) if side else box.children:
        if child.is_in_normal_flow() or child.is_floated():
            if type(child).page_values is page_values:
                return _page_value(child, side) or page
            return child.page_values()[side] or page
    return page


REPLACEMENTS: Replacements = (
    (_resolve, resolve_percentages, (absolute, block, column, floats, inline, page, table)),
    (_resolve_radii, resolve_radii_percentages, (background,)),
    (_in_normal_flow, is_in_normal_flow, (Box,)),
    (_avoid, avoid_collisions, (inline,)),
    (_ground, layout_box_backgrounds, (background,)),
    (_page_values, page_values, (ParentBox,)),
)
RELIES_ON = (percent.resolve_one_percentage, percent.percentage, percent.adjust_box_sizing)
