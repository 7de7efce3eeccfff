"""Split text by script, since Word gives East Asian and complex scripts a font of their own."""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

Script: TypeAlias = Literal["", "asian", "complex"]

#: Hebrew, Arabic, Syriac; the scripts of India, Thailand, Laos, Burma and Cambodia.
_COMPLEX = "\u0590-\u08ff\u0900-\u0eff\u1000-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc"
#: Hangul, kana, Han and the full-width signs that go with them.
_ASIAN = "\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff9f"
_BETWEEN = r"\s.,:;()\-"
_PIECES = re.compile(
    f"(?P<complex>[{_COMPLEX}](?:[{_COMPLEX}{_BETWEEN}]*[{_COMPLEX}])?)|(?P<asian>[{_ASIAN}]+)|[^{_COMPLEX}{_ASIAN}]+"
)


def split_by_script(text: str) -> Iterator[tuple[str, Script]]:
    """Yield runs of a text with their script; neutral characters between words of a complex script belong to it."""
    if text.isascii():
        yield text, ""
        return
    for found in _PIECES.finditer(text):
        yield found[0], "complex" if found["complex"] else "asian" if found["asian"] else ""
