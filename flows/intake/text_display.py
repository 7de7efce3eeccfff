"""Tell values that no page can show: characters that no installed font has, and sequences that make one picture."""

import unicodedata
from typing import Any

from flows.agreements.fields import FieldKind
from flows.language import translate as _
from flows.typesetting import unshowable

PRINTED = (FieldKind.LINE, FieldKind.NAME, FieldKind.TEXT)
"""Kinds of fields whose text a document prints as it is written."""
_MOST_NAMED = 5
_UNSEEN = ("Co", "Cn", "Cs")


def display_fault(value: Any) -> str:
    """Return what is wrong with the characters of a value as it stands in its cell, and what to do; empty if nothing.

    Ask with the value before it is cleaned, so that what joins a sequence or means nothing is not taken out unseen.
    """
    signs = unshowable(value) if isinstance(value, str) else ()
    if not signs:
        return ""
    named = ", ".join(_named(sign) for sign in signs[:_MOST_NAMED])
    if len(signs) > _MOST_NAMED:
        named += _(" and {number} more").format(number=len(signs) - _MOST_NAMED)
    return _advice(signs[0]).format(signs=named)


def _advice(sign: str) -> str:
    kinds = [unicodedata.category(each) for each in sign]
    if kinds[0][0] == "M" or (kinds[-1][0] == "M" and kinds[0][0] == "L" and not unshowable(sign[0])):
        return _("The accents in {signs} stand on no letter, or too many on one. Type the word again.")
    if kinds[0][0] in "LMN" and "\u20e3" not in sign and "\ufe0f" not in sign:
        return _("No installed font can show {signs}. Write it in Latin letters, or have a font with it installed.")
    return _("No installed font can show {signs}. Take it out, or say it in words.")


def _named(sign: str) -> str:
    """Return a character by its code points and, where it can be seen at all, as it looks."""
    codes = " ".join(f"U+{ord(each):04X}" for each in sign)
    seen = not any(unicodedata.category(each) in _UNSEEN for each in sign)
    return f"{codes} «{sign}»" if seen else codes
