"""End columns where LibreOffice does: higher on the page that their section begins on, if there is space above them.

Where a section in columns ends on the page that it begins on, and its content has room then, its columns are lower by
the space between it and the section above. On the pages after that, they begin at the upper margin. WeasyPrint gives
columns the rest of the page, and repeats the space above them.

This decides where columns end, so it holds for every WeasyPrint that `pyproject.toml` admits, unlike the accelerations
of `weasyprint_patches`. It relies on private functions, and refuses a WeasyPrint where their signatures differ.
"""

from typing import Any

from weasyprint.layout import block

from flows.typesetting.weasyprint_signatures import another_weasyprint, parameters_of

_columns_layout: Any = block.columns_layout
#: The parameters that are relied on, by position.
_PARAMETERS = (
    "context", "box", "bottom_space", "skip_stack", "containing_block", "page_is_empty", "absolute_boxes",
    "fixed_boxes",
)  # fmt: skip
_ABSOLUTE, _FIXED, _RESUME_AT = 2, 3, 1  # where they stand behind the first four, and in the result
#: The property that carries the space above the columns; columns do not use it otherwise.
_SPACE = "row_gap"


def install() -> None:
    """Replace WeasyPrint's function; raises `ComponentMissing` if its signature is not the expected one."""
    if tuple(parameters_of(_columns_layout))[: len(_PARAMETERS)] != _PARAMETERS:
        raise another_weasyprint()
    block.columns_layout = layout_columns


def layout_columns(context: Any, box: Any, bottom_space: float, skip_stack: Any, *rest: Any) -> tuple[Any, ...]:
    """Lay out columns as WeasyPrint does; lower ones, if their whole content has room in them."""
    if skip_stack:
        box = box.copy()
        box.padding_top = 0
    elif (said := box.style[_SPACE]) != "normal" and said.value:
        found = _columns_layout(context, box, bottom_space + said.value, skip_stack, *rest)
        if found[_RESUME_AT] is None:
            return tuple(found)
        if found[0] is not None:
            block.remove_placeholders(context, [found[0]], rest[_ABSOLUTE], rest[_FIXED])
    return tuple(_columns_layout(context, box, bottom_space, skip_stack, *rest))
