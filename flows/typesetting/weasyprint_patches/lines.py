"""Cache how WeasyPrint breaks and measures lines, by their text, style and width."""

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

#: Entries of each cache: some twenty pages of text. Whole paragraphs are kept by `paragraphs`.
MOST = 2048
#: Letters of the longest text that is cached: WeasyPrint passes all that is left of a paragraph.
_LONGEST = 2000
_numbers = count()
_styles: dict[tuple[Any, ...], int] = {}
_lines: dict[tuple[Any, ...], tuple[Any, ...]] = {}
_struts: dict[tuple[Any, ...], tuple[float, float]] = {}
_fonts: list[object] = []


def cache_for(fonts: object) -> None:
    """Clear the caches, and from now on cache lines that are set with these fonts, and no others."""
    clear()
    _fonts[:] = [fonts]


def style_of(style: Any) -> int | None:
    """Return one number for all styles that set text alike; None for a style with values that cannot be hashed."""
    if not _fonts or style.font_config is not _fonts[0]:
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
            clear()
        number = _styles[said] = next(_numbers)
    return number


def clear() -> None:
    """Clear all caches."""
    for cache in (_styles, _lines, _struts):
        cache.clear()


def evict_oldest(cache: dict[Any, Any]) -> None:
    """Remove the least recently used entries until there is room for one more."""
    while len(cache) >= MOST:
        del cache[next(iter(cache))]


def split_first_line(
    text: str, style: Any, context: Any, max_width: Any, justification_spacing: float,
    is_line_start: bool = True, minimum: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    """Break the first line off a text as WeasyPrint does, and return it with a copy of the cached layout."""
    number = style_of(style) if len(text) <= _LONGEST else None
    if number is None:
        return _split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
    key = (text, number, max_width, justification_spacing, is_line_start, minimum)
    known = _lines.pop(key, None)
    if known is None:
        known = _split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        evict_oldest(_lines)
    _lines[key] = known
    layout = line_break.Layout.__new__(line_break.Layout)
    layout.__dict__.update(known[0].__dict__)
    return (layout, *known[1:])


def strut(style: Any) -> tuple[float, float]:
    """Return the height and baseline of an empty line, cached by style."""
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
