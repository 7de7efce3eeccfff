"""Keep the last line of a page on it if its text fits, without its line spacing, as Word and LibreOffice do.

Line spacing above single adds space below the text of a line, which may overhang the end of a page. In CSS it is part
of the line. WeasyPrint's layout of lines is therefore given a page that is longer by that space, and the last line is
cut to the page.

This decides where pages end, so it holds for every WeasyPrint that `pyproject.toml` admits, unlike the accelerations of
`weasyprint_patches`. It relies on a private function, and refuses a WeasyPrint where its signature differs.
"""

from typing import Any

from weasyprint.layout import block

from flows.typesetting.weasyprint_signatures import another_weasyprint, parameters_of

_linebox_layout: Any = block._linebox_layout
#: The parameters that are relied on, by position, and the index of the vertical position in the result.
_PARAMETERS = {0: "context", 1: "box", 4: "new_children", 9: "bottom_space"}
_BOTTOM_SPACE, _POSITION = 9, 3
#: The property that carries the line spacing that may overhang; blocks do not use it otherwise.
_SPARE = "row_gap"


def install() -> None:
    """Replace WeasyPrint's function; raises `ComponentMissing` if its signature is not the expected one."""
    parameters = parameters_of(_linebox_layout)
    if any(parameters[place : place + 1] != [name] for place, name in _PARAMETERS.items()):
        raise another_weasyprint()
    block._linebox_layout = layout_lines


def layout_lines(
    context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any
) -> tuple[Any, ...]:
    """Lay out the lines of a block as WeasyPrint does, on a page that is longer by the space that may overhang."""
    said = box.style[_SPARE]
    if said == "normal":
        return tuple(_linebox_layout(context, box, index, child, new_children, *rest))
    spare = said.value
    arguments = [context, box, index, child, new_children, *rest]
    room, arguments[_BOTTOM_SPACE] = arguments[_BOTTOM_SPACE], arguments[_BOTTOM_SPACE] - spare
    found = list(_linebox_layout(*arguments))
    over = found[_POSITION] - (context.page_bottom - room)
    if new_children and 0 < over < spare * 1.01:
        new_children[-1].height -= over
        found[_POSITION] -= over
    return tuple(found)
