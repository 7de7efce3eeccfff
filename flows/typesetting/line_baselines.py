"""Stand text where Word and LibreOffice stand it between the edges of its line, which CSS has in the middle.

A line of Word has the font's line gap above its letters and the line spacing below them; an exact or least height is
divided otherwise again. The writer says how far below the upper edge of its line each text has its baseline, in a
property that counts for tab signs alone, of which no text has any.

This decides where text stands, so it holds for every WeasyPrint that `pyproject.toml` admits, unlike the accelerations
of `weasyprint_patches`. It relies on private functions, and refuses a WeasyPrint where their signatures differ.
"""

import inspect
from typing import Any

import weasyprint
from weasyprint.layout import inline

from flows.errors import ComponentMissing
from flows.language import translate as _

#: The property that carries the distance from the upper edge of a line to its baseline; CSS's own place if no length.
CARRIER = "tab-size"
_NAME = CARRIER.replace("-", "_")
_PARAMETERS = {
    "_adjust_line_height": ["box"],
    "split_text_box": ["context", "box", "available_width", "skip", "is_line_start"],
    "strut": ["style"],
}
_adjust_line_height: Any = inline._adjust_line_height
_split_text_box: Any = inline.split_text_box
_strut: Any = inline.strut


def install() -> None:
    """Replace WeasyPrint's functions; raises `ComponentMissing` if a signature is not the expected one."""
    global _adjust_line_height, _split_text_box, _strut
    for name, parameters in _PARAMETERS.items():
        if list(inspect.signature(getattr(inline, name)).parameters) != parameters:
            raise ComponentMissing(
                _("WeasyPrint {version} cannot set pages as this program needs; install it with: {line}").format(
                    version=weasyprint.__version__, line='pip install "weasyprint>=70,<71"'
                )
            )
    if inline.strut is strut:
        return
    _adjust_line_height, _split_text_box, _strut = inline._adjust_line_height, inline.split_text_box, inline.strut
    inline._adjust_line_height, inline.split_text_box, inline.strut = adjust_line_height, split_text_box, strut


def strut(style: Any) -> tuple[float, float]:
    """Return the height and the baseline of an empty line."""
    height, baseline = _strut(style)
    said = style[_NAME]
    return (height, baseline) if isinstance(said, int) else (height, said.value)


def adjust_line_height(box: Any) -> None:
    """Give an inline box the height and the baseline of its line."""
    _adjust_line_height(box)
    if not isinstance(box.style[_NAME], int):
        _move(box, box.baseline - _strut(box.style)[1])


def split_text_box(
    context: Any, box: Any, available_width: float | None, skip: int, is_line_start: bool = True
) -> tuple[Any, ...]:
    """Break the first line off a text, as WeasyPrint does, and move it to its baseline."""
    found = _split_text_box(context, box, available_width, skip, is_line_start)
    text, said = found[0], box.style[_NAME]
    if text is not None and not isinstance(said, int):
        _move(text, said.value - text.baseline)
        text.baseline = said.value
    return tuple(found)


def _move(box: Any, down: float) -> None:
    """Move a box down in its line, whose height it keeps."""
    box.margin_top += down
    box.margin_bottom -= down
