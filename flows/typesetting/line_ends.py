"""Keep a piece of text on its line if all but the spaces at its end fits, as Word and LibreOffice do.

WeasyPrint counts those spaces when it asks whether the text of one run fits. If they alone do not, it breaks the line
after the first word of the run, as if the run were one long word. Each run is therefore measured without them first.

Several spaces in a row are written as no-break spaces and a last one that can break. Where they meet the end of a line,
WeasyPrint would take the word before them to the next line, since it keeps it with the first of them.

This decides where lines end, so it holds for every WeasyPrint that `pyproject.toml` admits, unlike the accelerations of
`weasyprint_patches`.
"""

import re
from typing import Any

from weasyprint.layout import inline

from flows.typesetting.weasyprint_signatures import another_weasyprint, parameters_of

_split_text_box: Any = inline.split_text_box
_PARAMETERS = ["context", "box", "available_width", "skip", "is_line_start"]
#: The end of several spaces in a row, and a word with those that follow it.
_SEVERAL = "\u00a0 "
_WORD = re.compile("([^ \u00a0]+)(\u00a0+ )")


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
    spaced = available_width is not None and box.style["white_space"] == "normal"
    if spaced and text[-1:] == " ":
        shown = text.rstrip(_SEVERAL)
        if skip < len(shown.encode()):
            found = _split_text_box(context, box.copy_with_text(shown), available_width, skip, is_line_start)
            if found[1] is not None:
                return _with_word(context, box, available_width, skip, is_line_start, tuple(found))
            whole = _split_text_box(context, box, None, skip, is_line_start)
            if whole[1] is None:
                return tuple(whole)
    found = tuple(_split_text_box(context, box, available_width, skip, is_line_start))
    return _with_word(context, box, available_width, skip, is_line_start, found) if spaced else found


def _with_word(
    context: Any, box: Any, available_width: float | None, skip: int, is_line_start: bool, found: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return a first line with the word after it, if that has room without the several spaces that follow it."""
    if found[1] is None or _SEVERAL not in box.text:
        return found
    content = box.text.encode()
    word = _WORD.match(content[found[1] :].decode())
    if word is None:
        return found
    end = found[1] + len(word[1].encode())
    line = _split_text_box(context, box.copy_with_text(content[:end].decode()), available_width, skip, is_line_start)
    return (line[0], end + len(word[2].encode()), False) if line[1] is None else found
