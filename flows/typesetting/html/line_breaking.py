"""Break lines where Word and LibreOffice break them, where that differs from Unicode's rules (UAX 14)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from flows.typesetting.docx.model import Inline, Text

_NO_BREAK, _BREAK = "\u2060", "\u200b"
#: No break after a slash within a word, nor after a closing brace within a tag or before a letter.
_JOINED = re.compile(r"/(?=[\w(])|\}(?=[\w>])")
_JOINING, _JOINED_TO = "/}", re.compile(r"\w")
_HYPHEN, _BACKSLASH = re.compile(r"(?<=\w)-(?=\d)"), re.compile(r"\\(?=\w)")
_DOTS = re.compile(r"(?<= )(?=\.\.)")


def with_breaks(text: str, before: str) -> str:
    """Return a text with signs that allow or forbid breaks; `before` is the character before it, if any.

    Lines break after a hyphen before a digit, after a backslash, and before a row of dots, as forms have it.
    """
    if "/" in text or "}" in text:
        text = _JOINED.sub(lambda found: found[0] + _NO_BREAK, text)
    if "\\" in text:
        text = _BACKSLASH.sub("\\\\" + _BREAK, text)
    if "-" in text:
        text = _HYPHEN.sub("-" + _BREAK, text)
    if ".." in text:
        text = _DOTS.sub(_BREAK, text)
    if before == " " and text.startswith(".."):
        return _BREAK + text
    if before and before in _JOINING and _JOINED_TO.match(text):
        return _NO_BREAK + text
    return text


def without_last_spaces(inlines: Sequence[Inline]) -> Sequence[Inline]:
    """Return inlines with one of the spaces that end them: the others hang over the edge of the line, unseen."""
    kept = list(inlines)
    while kept and isinstance(last := kept[-1], Text) and last.text.endswith(" "):
        look, shown = last.format, last.text.rstrip(" ")
        if look.underline or look.strike or look.highlight or look.border:
            break
        before = kept[-2] if len(kept) > 1 else None
        if shown or not isinstance(before, Text) or before.format.size < look.size:
            kept[-1] = replace(last, text=shown + " ") if shown or before is not None else last
            break
        kept.pop()
    return kept
