"""Keep a piece of text on its line if all but the spaces at its end fits, as Word and LibreOffice do.

WeasyPrint counts those spaces when it asks whether the text of one run fits. If they alone do not, it breaks the line
after the first word of the run, as if the run were one long word. Each run is therefore measured without them first.

This decides where lines end, so it holds for every WeasyPrint that `pyproject.toml` admits, unlike the accelerations of
`weasyprint_patches`.
"""

from typing import Any

from weasyprint.layout import inline

from flows.typesetting.weasyprint_signatures import another_weasyprint, parameters_of

_split_text_box: Any = inline.split_text_box
_PARAMETERS = ["context", "box", "available_width", "skip", "is_line_start"]


def install() -> None:
    """Replace WeasyPrint's function; raises `ComponentMissing` if its signature is not the expected one."""
    if parameters_of(_split_text_box) != _PARAMETERS:
        raise another_weasyprint()
    inline.split_text_box = split_text_box


def split_text_box(
    context: Any, box: Any, available_width: float | None, skip: int, is_line_start: bool = True
) -> tuple[Any, ...]:
    """Break the first line off a text, as WeasyPrint does; spaces at its end need no room."""
    text = box.text
    if available_width is not None and text[-1:] == " " and box.style["white_space"] == "normal":
        shown = text.rstrip(" ")
        if skip < len(shown.encode()):
            found = _split_text_box(context, box.copy_with_text(shown), available_width, skip, is_line_start)
            if found[1] is not None:
                return tuple(found)
            whole = _split_text_box(context, box, None, skip, is_line_start)
            if whole[1] is None:
                return tuple(whole)
    return tuple(_split_text_box(context, box, available_width, skip, is_line_start))
