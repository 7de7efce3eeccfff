"""Replace functions inside WeasyPrint 70 by faster ones that lay out and draw the same pages.

The documents of a batch are mostly the same text in the same styles, which WeasyPrint measures, breaks and draws anew
each time. `paragraphs` copies whole paragraphs and cells from the document before, `lines` and `drawings` cache what a
line of text comes to, and `boxes` shortens the layout of plain boxes.

The replacements reach past WeasyPrint's public interface, so they are installed only if the sources of everything that
they replace or rely on are those of the release they were written for. With any other release none is installed: the
pages are the same and take longer. `tests/typesetting/test_weasyprint_patches.py` compares the pages with and without.
"""

import logging
from functools import cache

import weasyprint
from weasyprint import document
from weasyprint.css import StyleFor
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.layout import layout_document, page

from flows.typesetting.weasyprint_patches import boxes, drawings, lines, paragraphs
from flows.typesetting.weasyprint_patches.replacements import is_known

_log = logging.getLogger(__name__)
_MODULES = (boxes, drawings, lines, paragraphs)
#: What `flows.typesetting.pdf` and `flows.typesetting.computed_styles` rely on.
_RELIES_ON = (
    StyleFor, build_formatting_structure, document.Document, layout_document, page.set_page_type_computed_styles,
)  # fmt: skip


@cache
def install(fonts: object) -> bool:
    """Install all replacements, caching lines that are set with these fonts; return False if WeasyPrint is another.

    Cached, so that the warning is logged once in a process.
    """
    if not is_supported():
        _log.warning(
            "WeasyPrint %s is not the release that the accelerations were written for: documents are typeset more"
            " slowly, with the same layout.",
            weasyprint.__version__,
        )
        return False
    lines.cache_for(fonts)
    forget()
    for module in _MODULES:
        for original, replacement, places in module.REPLACEMENTS:
            for place in places:
                setattr(place, original.__name__, replacement)
    return True


def forget() -> None:
    """Clear the caches: the next document takes as long as the first."""
    for module in (drawings, lines, paragraphs):
        module.clear()


def uninstall() -> None:
    """Put WeasyPrint's own functions back."""
    install.cache_clear()
    for module in _MODULES:
        for original, _, places in module.REPLACEMENTS:
            for place in places:
                setattr(place, original.__name__, original)


def is_supported() -> bool:
    """Return whether the installed WeasyPrint is the one that the replacements were written for."""
    return all(
        is_known(item)
        for module in _MODULES
        for item in (*(original for original, _, _ in module.REPLACEMENTS), *module.RELIES_ON, *_RELIES_ON)
    )
