"""Mend the quotes inside tags: Word turns "…" into “…” or «…» as one writes, and Jinja reads only straight ones.

A tag is mended where its quotes can be read in one way only: each opening sign has its closing one, or there are just
two in the tag. Typographic quotes inside straight ones are part of the text and stay.
"""

import re

_STRAIGHT = "\"'"
#: By which signs each opening sign is closed, in the ways of Norway and of Word.
_CLOSING = {
    "«": "»", "»": "«»", "“": "”“", "”": "”“", "„": "“”", "‘": "’‘", "’": "’‘", "‚": "‘’", "‹": "›", "›": "‹›",
}  # fmt: skip
_SIGNS = frozenset(_CLOSING)  # those that close also open
_TYPOGRAPHIC = re.compile(f"[{''.join(sorted(_SIGNS))}]")


def mend_quotes(tag: str) -> str | None:
    """Return a tag with straight quotes, or None where it can be read in several ways or in none."""
    quotes = [index for index, sign in enumerate(tag) if sign in _STRAIGHT or sign in _SIGNS]
    mended, index = [], 0
    while index < len(tag):
        sign = tag[index]
        if sign not in _STRAIGHT and sign not in _SIGNS:
            mended.append(sign)
            index += 1
            continue
        end = _end(tag, index, quotes)
        if end is None:
            return None
        text = tag[index + 1 : end]
        around = sign if sign in _STRAIGHT else next((one for one in _STRAIGHT if one not in text), "")
        if not around:
            return None
        # As escapes, signs inside the text stay what they are on the rest of their way.
        inside = _TYPOGRAPHIC.sub(lambda one: f"\\u{ord(one[0]):04x}", text)
        mended.append(f"{around}{inside}{around}")
        index = end + 1
    return "".join(mended)


def _end(tag: str, start: int, quotes: list[int]) -> int | None:
    """Return where the quote that begins at `start` ends; None where that is a guess."""
    sign = tag[start]
    if len(quotes) == 2:
        return quotes[1] if quotes[0] == start else None
    if sign in _STRAIGHT:
        end = tag.find(sign, start + 1)
        return None if end < 0 else end
    closing = [index for index in quotes if index > start and tag[index] in _CLOSING.get(sign, "")]
    if not closing or any(tag[index] in _STRAIGHT for index in quotes if start < index < closing[0]):
        return None
    return closing[0]
