"""Shorten WeasyPrint's layout of boxes whose sizes are all lengths, that paint no background or that meet no float.

Every replacement tests whether its box is such a plain one, and hands any other to WeasyPrint's own function.
"""

from operator import itemgetter
from typing import Any

from weasyprint.css.properties import INITIAL_VALUES, Dimension
from weasyprint.draw.color import get_color
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
_IMAGES = ("background_image", "border_image_source", "box_shadow", "mask_border_source", "visibility")
_sizes = itemgetter(*_LENGTHS)
_borders = itemgetter(*_BORDERS)
_radii = itemgetter(*_RADII)
_images = itemgetter(*_IMAGES)
_SHARP = (((0, "px"), (0, "px")),) * len(_RADII)
_NO_RADII = dict.fromkeys(_RADII, (0, 0))
_resolve = percent.resolve_percentages
_resolve_radii = percent.resolve_radii_percentages
_in_normal_flow = Box.is_in_normal_flow
_avoid_collisions = floats.avoid_collisions
_layout_backgrounds = background.layout_box_backgrounds
_page_values = ParentBox.page_values
_NO_IMAGES = _images(INITIAL_VALUES)

_MAX_CACHED = 4096
_used_sizes: dict[tuple[Any, ...], dict[str, Any] | None] = {}


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Set the used sizes of a box: from a cache if all of them are lengths or `auto`, else through WeasyPrint."""
    style = box.style
    sizes = _sizes(style)
    try:
        used = _used_sizes[sizes]
    except KeyError:
        if len(_used_sizes) > _MAX_CACHED:
            _used_sizes.clear()
        used = _used_sizes[sizes] = _used(sizes)
    except TypeError:
        used = None
    if used is None or not isinstance(box, Box):  # an AbsolutePlaceholder passes attributes on to the box it stands for
        _resolve(box, containing_block)
        return
    box.__dict__.update(used)
    if style["border_collapse"] == "collapse":  # widths that the table has already resolved are kept
        for name in _BORDERS:
            if not hasattr(box, name):
                setattr(box, name, style[name])
    else:
        box.border_top_width, box.border_right_width, box.border_bottom_width, box.border_left_width = _borders(style)
    if style["box_sizing"] != "content-box":
        percent.adjust_box_sizing(box, "width")
        percent.adjust_box_sizing(box, "height")


def _used(sizes: tuple[Any, ...]) -> dict[str, Any] | None:
    """Return the used sizes by name; None if one depends on the containing block."""
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
    """Set the used corner radii of a box, which are mostly zero."""
    if isinstance(box, Box) and _radii(box.style) == _SHARP:
        box.__dict__.update(_NO_RADII)
    else:
        _resolve_radii(box)


def is_in_normal_flow(box: Any) -> bool:
    """Return whether a box is in normal flow."""
    style = box.style
    if style["float"] == "none" and style["position"] == "static":
        return True
    return bool(_in_normal_flow(box))


def avoid_collisions(context: Any, box: Any, containing_block: Any, outer: bool = True) -> tuple[float, float, float]:
    """Return x, y and the available width of a box; for a line among no floats, those of its containing block."""
    if (
        context.excluded_shapes
        or type(box) is not LineBox
        or box.margin_left
        or box.margin_right
        or box.margin_top
        or containing_block.style["direction"] != "ltr"
    ):
        placed: tuple[float, float, float] = _avoid_collisions(context, box, containing_block, outer)
        return placed
    left = containing_block.content_box_x()
    return left, box.position_y, left + containing_block.width - left


def layout_box_backgrounds(
    page: Any, box: Any, get_image_from_uri: Any, layout_children: bool = True, style: Any = None
) -> None:
    """Set the backgrounds of a box and its descendants, most of which have none."""
    if style is not None or box is page or not layout_children or not _paints_nothing(box.style):
        _layout_backgrounds(page, box, get_image_from_uri, layout_children, style)
        return
    resolve_radii_percentages(box)
    for child in box.all_children():
        layout_box_backgrounds(page, child, get_image_from_uri)
    box.background = None


def _paints_nothing(style: Any) -> bool:
    """Return whether a style has no background, no shadow and no image of its border.

    The opacity decides about the colour: tinycss2 compares colours without it, so that black equals `transparent`.
    """
    return bool(get_color(style, "background_color").alpha == 0) and _images(style) == _NO_IMAGES


def page_values(box: Any) -> tuple[Any, Any]:
    """Return the page names of the first and last child in the flow, or the box's own."""
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
    (_avoid_collisions, avoid_collisions, (inline,)),
    (_layout_backgrounds, layout_box_backgrounds, (background,)),
    (_page_values, page_values, (ParentBox,)),
)
RELIES_ON = (get_color, percent.resolve_one_percentage, percent.percentage, percent.adjust_box_sizing)
