"""Styles: a property that no rule mentions is the parent's or the initial one, and that is soon said."""

from typing import Any

from weasyprint.css import ComputedStyle, Style
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

from flows.documents.shortcuts.replacements import Replacements

#: Properties whose value hangs on more than their own rule, parent and initial value.
_SPECIAL = {"display", "float", "page", "position"} | {
    name for name in (*INITIAL_VALUES, *INHERITED) if name.startswith(("text_decoration_", "__"))
}
_INHERITED = frozenset(set(INHERITED) - _SPECIAL - set(PHYSICAL_FUNCTIONS))
_INITIAL = frozenset(set(INITIAL_VALUES) - set(INHERITED) - set(INITIAL_NOT_COMPUTED) - _SPECIAL)
#: Logical properties stand in for physical ones; where a rule has one, WeasyPrint sorts that out.
_LOGICAL = frozenset(
    function(block="ttb", inline=direction) for function in PHYSICAL_FUNCTIONS.values() for direction in ("ltr", "rtl")
)
_missing = ComputedStyle.__missing__


def missing(style: Any, name: str) -> Any:
    """Return a property that is asked for the first time, and keep it."""
    cascaded, parent = style.cascaded, style.parent_style
    if name not in cascaded and parent is not None:
        if name in _INITIAL:
            if _LOGICAL.isdisjoint(cascaded):
                value = style[name] = INITIAL_VALUES[name]
                return value
        elif name in _INHERITED:
            value = parent[name]
            if not check_math(value):
                style[name] = value
                return value
    return _missing(style, name)


REPLACEMENTS: Replacements = ((_missing, missing, (ComputedStyle,)),)
RELIES_ON = (Style, PHYSICAL_FUNCTIONS["width"].func, PHYSICAL_FUNCTIONS["margin_left"].func, check_math)
