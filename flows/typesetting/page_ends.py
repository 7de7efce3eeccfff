"""Lets the last line of a page stand where its text has room, as LibreOffice does.

What a line spacing of more than one line adds stands below the text of a line, and needs no room where a page ends. In
CSS it is part of the line. So a function of WeasyPrint's inside is told of a page that is as much longer, and the last
line is cut to the page. This reaches past its public face and is done only with the WeasyPrint that it was written for.
"""

from typing import Any

from weasyprint.layout import block

from flows.typesetting.weasyprint_patches.replacements import known

_lay: Any = block._linebox_layout
#: Where `bottom_space` stands among the arguments, and the position among what is returned.
_BOTTOM_SPACE, _POSITION = 9, 3
#: What says how much of their height the lines of a paragraph could do without. Blocks have no other use for it.
_SPARE = "row_gap"


def take() -> bool:
    """Have pages end so from now on; return whether that could be done, or put WeasyPrint's own function back."""
    fit = known(_lay)
    block._linebox_layout = lay_lines if fit else _lay
    return fit


def lay_lines(context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any) -> tuple[Any, ...]:
    """Lay out the lines of a block as WeasyPrint does, on a page that is longer by what the last one could spare."""
    said = box.style[_SPARE]
    if said == "normal":
        return tuple(_lay(context, box, index, child, new_children, *rest))
    spare = said.value
    arguments = [context, box, index, child, new_children, *rest]
    room, arguments[_BOTTOM_SPACE] = arguments[_BOTTOM_SPACE], arguments[_BOTTOM_SPACE] - spare
    found = list(_lay(*arguments))
    over = found[_POSITION] - (context.page_bottom - room)
    if new_children and 0 < over < spare * 1.01:
        new_children[-1].height -= over
        found[_POSITION] -= over
    return tuple(found)
