"""Break words that are longer than their line after the last letter that fits, as Word does.

WeasyPrint does so for a word that begins its line and has one format. A word in several formats, as e-mail addresses
and names of merge fields often are, or a link after a parenthesis, would run past the edge of the paper.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

from flows.typesetting.docx.model import Bookmark, Inline, Link, Text
from flows.typesetting.html.line_layout import width

#: Upper estimate of the mean width of a long word's letters, as a fraction of the font size.
_WIDE = 0.8
#: Points by which a part of a word is narrower than its line, since widths are rounded when the line is set.
_MARGIN = 0.1
_PART, _NO_BREAK = "\u200b", "\u2060"
#: Where lines break anyway; scripts without spaces break everywhere.
_APART = re.compile(r"[^\S\u00a0\u202f\u2060]|[\u200b\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff-]")
#: Signs that lines also break after, where a letter or figure follows in the same text.
_ENDING = "|!?"
#: Lines do not break at a space after an opening bracket (UAX 14, LB14), but between a closing and an opening one.
_OPENING, _CLOSING = "([{", ")]}"
_SPACE = re.compile(r"(?<![(\[{])[^\S\u00a0\u202f]+")


def break_long_words(inlines: Sequence[Inline], room: float, *, labelled: bool = False) -> Sequence[Inline]:
    """Return inlines with words that are longer than a line of a width of `room` broken.

    Such a word stays beside the label of a paragraph that it begins.
    """
    if (len(inlines) < 2 and not labelled) or room <= 0:
        return inlines
    texts = [item for inline in inlines for item in _texts(inline)]
    longest = max(map(len, _SPACE.split("".join(item.text for item in texts))), default=0)
    if longest * max((item.format.size for item in texts), default=0.0) * _WIDE < room:
        return inlines
    reach = 0.0  # width since the beginning of the word, in points
    found: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Text):
            inline, reach = _divided(inline, reach, room)
        elif isinstance(inline, Link):
            children: list[Inline] = []
            for child in inline.children:
                child, reach = _divided(child, reach, room) if isinstance(child, Text) else (child, 0.0)
                children.append(child)
            inline = replace(inline, children=tuple(children))
        elif not isinstance(inline, Bookmark):
            reach = 0.0
        found.append(inline)
    if labelled and isinstance(first := found[0], Text) and _PART in _SPACE.split("".join(map(_shown, found)))[0]:
        found[0] = replace(first, text=_NO_BREAK + first.text)
    return found


def _shown(inline: Inline) -> str:
    return "".join(item.text for item in _texts(inline)) if isinstance(inline, Text | Link | Bookmark) else " "


def _texts(inline: Inline) -> Iterable[Text]:
    if isinstance(inline, Text):
        yield inline
    elif isinstance(inline, Link):
        for child in inline.children:
            yield from _texts(child)


def _divided(item: Text, reach: float, room: float) -> tuple[Text, float]:
    """Return a text with its long words broken, and the width of its last word so far."""
    signs: list[str] = []
    for sign, following in zip_longest(item.text, item.text[1:], fillvalue=""):
        if _APART.match(sign) and not (sign == " " and signs and signs[-1] in _OPENING):
            reach = 0.0
        else:
            if sign in _OPENING and signs and signs[-1] in _CLOSING:
                reach = 0.0
            length = width(sign, item.format)
            if reach and reach + length > room - _MARGIN:
                signs.append(_PART)
                reach = 0.0
            reach = 0.0 if sign in _ENDING and following.isalnum() else reach + length
        signs.append(sign)
    return replace(item, text="".join(signs)), reach
