"""Say of each glyph of a PDF which characters it stands for, where several glyphs make one letter with its marks.

WeasyPrint gives the whole text of such a cluster to one of its glyphs and none to the others, so that a mark is read,
copied and searched for as the letter that it first stood on, or as nothing (ISO 19005-2, 6.2.11.7 asks for a character
of every glyph). The font itself knows what most glyphs are: by its character map, or by their names.
"""

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any
from unicodedata import normalize

import weasyprint.pdf
from fontTools import agl
from fontTools.ttLib import TTFont, TTLibError
from weasyprint.pdf import generate_pdf
from weasyprint.pdf.fonts import build_fonts_dictionary

__all__ = ["generate_pdf"]

#: Stands for a glyph that adds nothing to what the others of its cluster say.
_NOTHING = "\u200b"


def mended(texts: Mapping[int, str], known: Mapping[int, tuple[str, ...]]) -> dict[int, str]:
    """Return the text of each glyph, by number; `known` gives what the font knows of glyphs, the best first."""
    return {glyph: text if len(text) == 1 else _text(text, known.get(glyph, ())) for glyph, text in texts.items()}


def _text(cluster: str, known: tuple[str, ...]) -> str:
    """Return the part of a cluster that a glyph stands for."""
    if not cluster:
        return normalize("NFKD", known[0]) if known else _NOTHING
    letters = set(cluster) | set(normalize("NFD", cluster))
    for one in known:
        for form in (one, normalize("NFKD", one)):
            if letters.issuperset(form):
                return form
    return cluster


@lru_cache(maxsize=32)
def _known(content: bytes, index: int) -> Mapping[int, tuple[str, ...]]:
    """Return what a font's character map and the names of its glyphs say of each glyph."""
    try:
        font = TTFont(BytesIO(content), fontNumber=index, lazy=True)
        found: dict[int, list[str]] = {}
        for code, name in sorted((font.getBestCmap() or {}).items()):
            found.setdefault(font.getGlyphID(name), []).append(chr(code))
        for number, name in enumerate(font.getGlyphOrder()):
            if number not in found and (text := agl.toUnicode(name)):
                found[number] = [text]
    except (TTLibError, LookupError, ValueError, OSError, AssertionError):
        return {}
    return {glyph: tuple(texts) for glyph, texts in found.items()}


def _build(pdf: Any, fonts: Mapping[Any, Any], *rest: Any) -> Any:
    for font in fonts.values():
        if not font.bitmap and any(len(text) != 1 for text in font.to_unicode.values()):
            font.to_unicode = mended(font.to_unicode, _known(font.file_content, font.index))
    return build_fonts_dictionary(pdf, fonts, *rest)


weasyprint.pdf.build_fonts_dictionary = _build
