"""Lines of text: what was broken before in the same style and width is not asked of Pango again."""

from collections.abc import Callable
from itertools import count
from operator import itemgetter
from typing import Any

from weasyprint.layout import inline, preferred
from weasyprint.text import fonts as text_fonts
from weasyprint.text import line_break

from flows.typesetting.weasyprint_patches.replacements import Replacements

#: Everything in a style that decides how a text is measured, broken and drawn, its colour apart.
_TEXT_STYLE = (
    "direction", "font_family", "font_feature_settings", "font_kerning", "font_language_override", "font_size",
    "font_stretch", "font_style", "font_variant_alternates", "font_variant_caps", "font_variant_east_asian",
    "font_variant_ligatures", "font_variant_numeric", "font_variant_position", "font_variation_settings",
    "font_weight", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone", "hyphens", "lang",
    "letter_spacing", "overflow_wrap", "tab_size", "text_decoration_line", "white_space", "word_break", "word_spacing",
)  # fmt: skip
_text_style = itemgetter(*_TEXT_STYLE)
_split: Callable[..., tuple[Any, ...]] = line_break.split_first_line
_strut: Callable[[Any], tuple[float, float]] = line_break.strut

#: Lines and styles that are remembered: some forty pages of text each.
MOST = 4096
#: Letters of the longest text whose first line is remembered: WeasyPrint hands in all that is left of a paragraph.
_LONGEST = 2000
_numbers = count()
_styles: dict[tuple[Any, ...], int] = {}
_lines: dict[tuple[Any, ...], tuple[Any, ...]] = {}
_struts: dict[tuple[Any, ...], tuple[float, float]] = {}
_served: list[object] = []


def serve(fonts: object) -> None:
    """Remember lines that are set with these fonts, and no others."""
    forget()
    _served[:] = [fonts]


def style_of(style: Any) -> int | None:
    """Return a number for all styles that set text alike; None for a style that cannot be told apart."""
    if not _served or style.font_config is not _served[0]:
        return None
    said = _text_style(style)
    try:
        number = _styles.get(said)
    except TypeError:  # the lines that decorate a text are a set
        try:
            said = tuple(frozenset(value) if type(value) is set else value for value in said)
            number = _styles.get(said)
        except TypeError:
            return None
    if number is None:
        if len(_styles) >= MOST:
            forget()
        number = _styles[said] = next(_numbers)
    return number


def forget() -> None:
    """Remember nothing any more."""
    for remembered in (_styles, _lines, _struts):
        remembered.clear()


def make_room(remembered: dict[Any, Any]) -> None:
    """Make room for one more, by forgetting what was asked for the longest time ago."""
    while len(remembered) >= MOST:
        del remembered[next(iter(remembered))]


def split_first_line(
    text: str, style: Any, context: Any, max_width: Any, justification_spacing: float,
    is_line_start: bool = True, minimum: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    """Break the first line off a text, as WeasyPrint does, with a layout that nobody else has."""
    number = style_of(style) if len(text) <= _LONGEST else None
    if number is None:
        return _split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
    key = (text, number, max_width, justification_spacing, is_line_start, minimum)
    known = _lines.pop(key, None)
    if known is None:
        known = _split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        make_room(_lines)
    _lines[key] = known
    layout = line_break.Layout.__new__(line_break.Layout)
    layout.__dict__.update(known[0].__dict__)
    return (layout, *known[1:])


def strut(style: Any) -> tuple[float, float]:
    """Return the height and baseline of an empty line."""
    number = style_of(style)
    if number is None:
        return _strut(style)
    key = (number, style["line_height"])
    try:
        known = _struts.get(key)
    except TypeError:
        return _strut(style)
    if known is None:
        known = _struts[key] = _strut(style)
    return known


REPLACEMENTS: Replacements = (
    (_split, split_first_line, (inline, preferred)),
    (_strut, strut, (inline,)),
)
RELIES_ON = (
    line_break.Layout, line_break.first_line_metrics, line_break.create_layout, text_fonts.get_font_description,
    text_fonts.font_features,
)  # fmt: skip
