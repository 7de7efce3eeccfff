"""Stand text where Word and LibreOffice stand it between the edges of its line, which CSS has in the middle.

A line of Word has the font's line gap above its letters and the line spacing below them; an exact or least height is
divided otherwise again. The writer says how far below the upper edge of its line each text has its baseline, in a
property that counts for tab signs alone, of which no text has any.

This decides where text stands, so it holds for every WeasyPrint that `pyproject.toml` admits, unlike the accelerations
of `weasyprint_patches`. It relies on private functions, and refuses a WeasyPrint where their signatures differ.
"""

from typing import Any

from weasyprint.layout import inline

from flows.typesetting import line_ends
from flows.typesetting.weasyprint_signatures import another_weasyprint, parameters_of

#: The property that carries the distance from the upper edge of a line to its baseline; CSS's own place if no length.
CARRIER = "tab-size"
_NAME = CARRIER.replace("-", "_")
_adjust_line_height: Any = inline._adjust_line_height
_split_text_box: Any = line_ends.split_text_box
_PARAMETERS = ["context", "box", "available_width", "skip", "is_line_start"]


def install() -> None:
    """Replace WeasyPrint's functions; raises `ComponentMissing` if a signature is not the expected one."""
    for function, parameters in ((_adjust_line_height, ["box"]), (_split_text_box, _PARAMETERS)):
        if parameters_of(function) != parameters:
            raise another_weasyprint()
    inline._adjust_line_height = adjust_line_height
    inline.split_text_box = split_text_box


def adjust_line_height(box: Any) -> None:
    """Give an inline box the height of its line, as WeasyPrint does, and the baseline that its style says."""
    _adjust_line_height(box)
    _stand(box, box.style[_NAME])


def split_text_box(
    context: Any, box: Any, available_width: float | None, skip: int, is_line_start: bool = True
) -> tuple[Any, ...]:
    """Break the first line off a text, as WeasyPrint does, and move it to its baseline."""
    found = _split_text_box(context, box, available_width, skip, is_line_start)
    if found[0] is not None:
        _stand(found[0], box.style[_NAME])
    return tuple(found)


def _stand(box: Any, said: Any) -> None:
    """Move a box in its line to its baseline, if that is a length; the height of the line stays."""
    if not isinstance(said, int):
        down = said.value - box.baseline
        box.baseline += down
        box.margin_top += down
        box.margin_bottom -= down
