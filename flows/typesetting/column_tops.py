"""Leave out the space above what a column begins with, as at the beginning of a page.

WeasyPrint keeps it in columns of a document's first page, and where its columns are balanced. What a break was asked
for before keeps its space. This relies on functions that are private to WeasyPrint, and refuses a release where their
signature differs.
"""

from typing import Any

from weasyprint.css.properties import ZERO_PIXELS
from weasyprint.layout import block

from flows.typesetting.weasyprint_signatures import another_weasyprint, parameters_of

_block_box_layout: Any = block.block_box_layout
_PARAMETERS = ["context", "box", "bottom_space", "skip_stack"]


def install() -> None:
    """Replace WeasyPrint's function; raises `ComponentMissing` if its signature is not the expected one."""
    if parameters_of(_block_box_layout)[: len(_PARAMETERS)] != _PARAMETERS:
        raise another_weasyprint()
    block.block_box_layout = layout_column


def layout_column(context: Any, box: Any, bottom_space: float, skip_stack: Any, *rest: Any, **named: Any) -> Any:
    """Lay out a box as WeasyPrint does; a column without the space above its first block, if that is a whole one."""
    first, inner = next(iter(skip_stack.items())) if skip_stack and box.is_column else (0, None)
    if (
        skip_stack
        and box.is_column
        and inner is None
        and first < len(box.children)
        and not _asked_for(box.children, first)
    ):
        child = box.children[first].copy()
        child.style = child.style.copy()
        child.style["margin_top"] = ZERO_PIXELS
        box = box.copy_with_children([*box.children[:first], child, *box.children[first + 1 :]])
    return _block_box_layout(context, box, bottom_space, skip_stack, *rest, **named)


def _asked_for(children: Any, first: int) -> bool:
    """Return whether a page or column break was asked for before a block."""
    breaks = [children[first].style["break_before"], *(child.style["break_after"] for child in children[:first][-1:])]
    return any(kind in ("column", "page", "left", "right", "recto", "verso", "always") for kind in breaks)
