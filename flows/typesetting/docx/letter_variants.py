"""Split the text of a run where letters of one format look different: small capitals, and lines under words alone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from flows.typesetting.docx.model import Text
from flows.typesetting.docx.text_formatting import RunFormat

_WORDS_OR_SPACES = re.compile(r"\s+|\S+")


def split_by_look(text: str, look: RunFormat) -> Iterator[Text]:
    """Yield a text in pieces that look alike throughout.

    Small capitals stand for small letters alone (17.3.2.33), and are smaller than the capitals and digits beside them.
    An underline of `words` leaves out the spaces (17.18.99).
    """
    if look.underline == "words":
        under, between = replace(look, underline="single"), replace(look, underline="")
        for part in _WORDS_OR_SPACES.findall(text):
            yield from split_by_look(part, between if part.isspace() else under)
    elif not look.small_caps:
        yield Text(text, look)
    elif look.caps:
        yield Text(text, replace(look, small_caps=False))
    else:
        for small, letters in groupby(text, _becomes_capital):
            yield Text("".join(letters), look if small else replace(look, small_caps=False))


def _becomes_capital(letter: str) -> bool:
    return letter != letter.upper()
