"""Shortcuts through WeasyPrint 70: the same pages with less work.

The documents of a batch are mostly the same text in the same styles. WeasyPrint knows nothing of the document before,
so it measures, breaks and draws each line anew. Here functions of its inside are replaced by ones that give the same
answers: `lines` and `drawings` remember what a line of text comes to; `boxes`, `styles` and `tags` take the short way
through what is asked for a hundred thousand times.

That reaches past WeasyPrint's public face, so it is guarded. The replacements are used only where the sources that they
were written for are there to the letter; with another WeasyPrint none is used, and documents are made the ordinary way.
`tests/typesetting/test_weasyprint_patches.py` fails then, and holds that the pages are the same with and without.
"""

from functools import cache

from flows.typesetting.weasyprint_patches import boxes, drawings, lines, styles, tags
from flows.typesetting.weasyprint_patches.replacements import known

_MODULES = (boxes, drawings, lines, styles, tags)


@cache
def take(fonts: object) -> bool:
    """Replace the functions, lines of text for documents that are set with these fonts; return whether that was done.

    All are replaced, or none where one is not known.
    """
    if not fit():
        return False
    lines.serve(fonts)
    drawings.forget()
    styles.serve(fonts)
    for module in _MODULES:
        for original, replacement, places in module.REPLACEMENTS:
            for place in places:
                setattr(place, original.__name__, replacement)
    return True


def leave() -> None:
    """Put WeasyPrint's own functions back."""
    take.cache_clear()
    for module in _MODULES:
        for original, _, places in module.REPLACEMENTS:
            for place in places:
                setattr(place, original.__name__, original)


def fit() -> bool:
    """Return whether WeasyPrint is the one that the replacements were written for."""
    return all(
        known(item)
        for module in _MODULES
        for item in (*(original for original, _, _ in module.REPLACEMENTS), *module.RELIES_ON)
    )
