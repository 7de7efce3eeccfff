"""Fold text for comparison: what paper, fonts and line ends change without changing what is said does not count."""

import re
import unicodedata
from functools import lru_cache

#: PDFium's signs for a hyphen at the end of a line.
_HYPHENS = {0xFFFE: "-", 0x02: "-", 0x2010: "-", 0x2011: "-"}
_INVISIBLE = dict.fromkeys((173, *range(8203, 8208), *range(8234, 8239), *range(8288, 8304), 65279))
_VARIATIONS = dict.fromkeys(range(65024, 65040))
_FOLDED = {**_HYPHENS, **_INVISIBLE, **_VARIATIONS}
_FOLDABLE = re.compile("[" + "".join(map(re.escape, map(chr, _FOLDED))) + "]")
_SPACE = re.compile(r"\s+")
#: Scripts that are written from right to left, as far as a text can stand in an agreement.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return a text without spaces, case, ligatures and invisible signs; its accents stand behind their letters."""
    if _FOLDABLE.search(text):
        text = text.translate(_FOLDED)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_INVISIBLE)
        text = unicodedata.normalize("NFKD", text.casefold())
    else:
        text = text.lower()
    return _SPACE.sub("", text)


def right_to_left(text: str) -> bool:
    """Return whether a text holds signs that are written from right to left."""
    return _RIGHT_TO_LEFT.search(text) is not None
