"""Write the running elements of headers and footers, and where footers stand."""

from collections.abc import Callable, Sequence

from flows.typesetting.docx.model import Block, Paragraph
from flows.typesetting.html.css import points
from flows.typesetting.html.line_layout import boxes_of


def running(name: str, written: str, on_page: str, corner: float) -> str:
    """Return the running elements of a header or footer: its text, and the boxes that it places on the page."""
    written = f'<div style="display:flow-root">{written}</div>'
    if not on_page:
        return f'<div style="position:running({name})">{written}</div>'
    from_page = f"position:relative;height:0;top:{points(-corner)}"
    return (
        f'<div style="position:running({name})">{written}</div>'
        f'<div style="position:running({name}-page)"><div style="{from_page}">{on_page}</div></div>'
    )


def slot_name(name: str, kind: str, side: str) -> str:
    """Return the name of the running element for the header or footer of a section."""
    return f"{name}-{kind}-{side}"


def above_edge(
    blocks: Sequence[Block], distance: float, margin: float, measure: Callable[[Sequence[Block]], float]
) -> str:
    """Return the declarations that stand a footer at its distance from the lower edge of the paper.

    `margin` is the margin that it stands in; `measure` estimates heights. Boxes beside its text do not raise it, as in
    LibreOffice, unless they would leave the paper then.
    """
    found = (box for block in blocks if isinstance(block, Paragraph) for box in boxes_of(block.inlines))
    beside = [box for box in found if box.place.flow == "beside" and box.place.down == "paragraph"]
    room = distance + measure(blocks) if beside else 0.0
    if beside and all(box.place.y + max(box.height, measure(box.blocks)) <= room for box in beside):
        return f"padding-top:{points(max(margin - room, 0.0))};vertical-align:top"
    return f"padding-bottom:{points(distance)};vertical-align:bottom"
