"""Mend the quotes inside tags: Word turns "…" into “…” or «…» as one writes, and Jinja reads only straight ones.

A tag is mended where its quotes can be read in one way only: each opening sign has its closing one, or there are just
two in the tag. Typographic quotes inside straight ones are part of the text and stay.
"""

import re

from flows.errors import TemplateRefused
from flows.language import translate as _

_STRAIGHT = "\"'"
#: By which signs each opening sign is closed, in the ways of Norway and of Word.
_CLOSING = {
    "«": "»", "»": "«»", "“": "”“", "”": "”“", "„": "“”", "‘": "’‘", "’": "’‘", "‚": "‘’", "‹": "›", "›": "‹›",
}  # fmt: skip
_SIGNS = frozenset(_CLOSING)  # those that close also open
_TYPOGRAPHIC = re.compile(f"[{''.join(sorted(_SIGNS))}]")
_MARKUP = r"(?:<[^>]*>)*"
#: A whole tag of one paragraph, whatever runs Word has divided it into.
_TAG = re.compile(
    rf"(\{{{_MARKUP}[{{%])((?:(?!</w:p>|\{{{_MARKUP}[{{%]).)*?)([}}%]{_MARKUP}\}})", re.DOTALL
)  # fmt: skip
_BETWEEN_RUNS = re.compile(r"</w:t>.*?<w:t(?: [^>]*)?>", re.DOTALL)
_ANY_MARKUP = re.compile(r"<[^>]*>")
_STORY = re.compile(r"<w:(body|document|hdr|ftr|footnotes|endnotes)[ >]")
_STORIES = {"body": "document", "hdr": "header", "ftr": "footer"}
_PARAGRAPH = re.compile(r"<w:p[ >]")


def mend_tags(source: str) -> str:
    """Return a part's XML with the quotes in its tags made straight; raises `TemplateRefused` where that is a guess."""
    if not _TYPOGRAPHIC.search(source):
        return source

    def mend(found: re.Match[str]) -> str:
        if not _TYPOGRAPHIC.search(found[2]):
            return found[0]
        tag = _tag(found)
        mended = mend_quotes(tag)
        if mended is None:
            raise TemplateRefused(
                _("Write straight quotes in the tag {tag} ({where}); which belong together cannot be told.").format(
                    tag=tag, where=_place(source, found.start())
                )
            )
        return mended

    return _TAG.sub(mend, source)


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


def _tag(found: re.Match[str]) -> str:
    """Return a tag in one piece, as the text of one run."""
    opening, inside, closing = (_ANY_MARKUP.sub("", found[1]), found[2], _ANY_MARKUP.sub("", found[3]))
    whole = _ANY_MARKUP.sub("", _BETWEEN_RUNS.sub("", inside))
    return opening + whole.replace("&quot;", '"').replace("&apos;", "'") + closing


def _place(source: str, position: int) -> str:
    story = _STORY.search(source)
    part = _STORIES.get(story[1], story[1]) if story else "document"
    number = len(_PARAGRAPH.findall(source, 0, position))
    return _("{part}, paragraph {number}").format(part=part, number=number)
