"""Styles: what no rule mentions is the parent's value or the initial one, and the same as in the document before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from weasyprint.css import AnonymousStyle, ComputedStyle, Style
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

from flows.typesetting.weasyprint_patches.replacements import Replacements

#: Properties that leave a trace beside their value, or hang on where the box stands.
_OWN = frozenset({"display", "float", "page", "position"})
_PROPAGATED = {name for name in INITIAL_VALUES if name.startswith("text_decoration_")}
_INHERITED = frozenset(set(INHERITED) - _OWN - _PROPAGATED - set(PHYSICAL_FUNCTIONS))
_INITIAL = frozenset(set(INITIAL_VALUES) - set(INHERITED) - set(INITIAL_NOT_COMPUTED) - _OWN - _PROPAGATED)
#: Logical properties stand in for physical ones; where a rule has one, WeasyPrint sorts that out.
_LOGICAL = frozenset(
    function(block="ttb", inline=direction) for function in PHYSICAL_FUNCTIONS.values() for direction in ("ltr", "rtl")
)
_begin: Callable[..., None] = ComputedStyle.__init__
_begin_anonymous: Callable[..., None] = AnonymousStyle.__init__
_missing: Callable[[Any, str], Any] = ComputedStyle.__missing__
_missing_anonymous: Callable[[Any, str], Any] = AnonymousStyle.__missing__
_copy: Callable[[Any], Any] = ComputedStyle.copy
_copy_anonymous: Callable[[Any], Any] = AnonymousStyle.copy

#: Records that are kept: those of some ten templates.
_MOST = 1024


@dataclass(slots=True)
class _Record:
    """What is known of all styles of one descent: the values that were asked for, and those of boxes without element.

    `below` holds the records of the styles that descend from it, by what the rules say of them.
    """

    values: dict[str, Any] = field(default_factory=dict)
    anonymous: dict[str, Any] = field(default_factory=dict)
    below: "dict[tuple[Any, ...], _Record]" = field(default_factory=dict)


_roots: dict[object, _Record] = {}
_count = [0]


def serve(fonts: object) -> None:
    """Keep the values of styles that are set with these fonts, and no others."""
    _roots.clear()
    _roots[fonts] = _Record()


def begin(
    style: Any, parent_style: Any, cascaded: Any, pseudo_type: Any, root_style: Any, base_url: Any, font_config: Any,
    initial_page_sizes: Any,
) -> None:  # fmt: skip
    """Begin a style with what is known of others of the same descent."""
    _begin(style, parent_style, cascaded, pseudo_type, root_style, base_url, font_config, initial_page_sizes)
    above = _roots.get(font_config) if parent_style is None else getattr(parent_style, "record", None)
    style.record = None if above is None else _record(above, cascaded, pseudo_type)
    if style.record is not None:
        style.update(style.record.values)


def _record(above: _Record, cascaded: Any, pseudo_type: Any) -> _Record:
    """Return the record of the styles that rules make of their parent's."""
    key = (pseudo_type, *((name, _comparable(value)) for name, (value, _) in cascaded.items()))
    known = above.below.get(key)
    if known is None:
        _count[0] += 1
        if _count[0] > _MOST:  # forget all: styles that are in use go on with the records that they have
            _count[0] = 0
            for root in _roots.values():
                root.below.clear()
        known = above.below[key] = _Record()
    return known


class _Same:
    """A value that cannot be compared, as a key; while its sheet is kept, it is itself from document to document."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


def _comparable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return _Same(value)
    return value


def begin_anonymous(style: Any, parent_style: Any) -> None:
    """Begin the style of a box without element; what descends from it has no rules to be known by."""
    _begin_anonymous(style, parent_style)
    above = getattr(parent_style, "record", None)
    style.record, style.kept = None, None if above is None else above.anonymous
    if style.kept:
        style.update(style.kept)


def missing(style: Any, name: str) -> Any:
    """Return a property that is asked for the first time, and keep it."""
    value = _quickly(style, name)
    if value is None:
        value = _missing(style, name)
    if style.record is not None and name in style and name not in _OWN:
        style.record.values[name] = value
    return value


def _quickly(style: Any, name: str) -> Any:
    """Return a property that no rule mentions; None where WeasyPrint must work it out."""
    cascaded, parent = style.cascaded, style.parent_style
    if name in cascaded or parent is None:
        return None
    if name in _INITIAL and _LOGICAL.isdisjoint(cascaded):
        style[name] = INITIAL_VALUES[name]
    elif name in _INHERITED and not check_math(value := parent[name]):
        style[name] = value
    return style.get(name)


def missing_anonymous(style: Any, name: str) -> Any:
    """Return a property of a box without element that is asked for the first time, and keep it."""
    value = _missing_anonymous(style, name)
    if style.kept is not None and name not in _OWN:
        style.kept[name] = value
    return value


def copy(style: Any) -> Any:
    """Return a copy, which will be changed and is therefore of no known descent."""
    copied = _copy(style)
    copied.record = None
    return copied


def copy_anonymous(style: Any) -> Any:
    """Return a copy of the style of a box without element."""
    copied = _copy_anonymous(style)
    copied.kept = None
    return copied


REPLACEMENTS: Replacements = (
    (_begin, begin, (ComputedStyle,)),
    (_missing, missing, (ComputedStyle,)),
    (_copy, copy, (ComputedStyle,)),
    (_begin_anonymous, begin_anonymous, (AnonymousStyle,)),
    (_missing_anonymous, missing_anonymous, (AnonymousStyle,)),
    (_copy_anonymous, copy_anonymous, (AnonymousStyle,)),
)
RELIES_ON = (Style, PHYSICAL_FUNCTIONS["width"].func, PHYSICAL_FUNCTIONS["margin_left"].func, check_math)
