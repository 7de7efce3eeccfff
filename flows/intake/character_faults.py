"""Judge the characters of a value: those that nobody wrote, that mislead, that were damaged, or that no page can show.

Invisible marks that change nothing are dropped by `text_normalization`; what is told here would change the value if it
were dropped, and so it is a problem of its cell. A value is judged as it stands in its cell, before it is cleaned.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from flows.intake.damaged_letters import damage_in
from flows.intake.name_parsing import mixed_scripts
from flows.language import translate as _
from flows.typesetting import unshowable

_BREAKS = "\t\n\r\u000b\u000c\u0085"
_TURNS = {"\u202b", "\u202e", "\u2067"}
"""Embedding, override and isolate from right to left: they reverse what is seen."""
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f]|7[Ff]|[89][0-9A-Fa-f])_")
"""How Office writes a control character in a file of XML."""
_OFFICE_BREAKS = {"_x0009_", "_x000a_", "_x000b_", "_x000d_"}
_WORD = re.compile(r"[^\W\d_]+")
_MOST_NAMED = 5


def character_fault(value: Any, *, printed: bool = False) -> str:
    """Return what is wrong with the characters of a raw value, in a sentence with advice, or an empty text.

    With `printed`, a page shows the value as it is written, so that its fonts must have every character.
    """
    if isinstance(value, str):
        return damage_in(value) or _misleading(value) or (_unshowable(value) if printed else "")
    values: Any = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return next((fault for each in values if (fault := character_fault(each, printed=printed))), "")


def _misleading(text: str) -> str:
    if text.isascii() and text.isprintable() and "_x00" not in text:
        return ""
    for match in _ESCAPED.finditer(text):
        if match.group(0).lower() not in _OFFICE_BREAKS:
            return _control(int(match[1], 16), text[: match.start()])
    for place, letter in enumerate(text):
        if letter.isprintable():
            continue
        if flaw := _misleading_letter(letter, text[:place]):
            return flaw
    if text.isascii():
        return ""
    for word in _WORD.findall(text):
        if letter := mixed_scripts(word):
            return _("«{word}» mixes letters of two scripts: «{letter}» may only look right. Write it anew.").format(
                word=word, letter=letter
            )
    return ""


def _misleading_letter(letter: str, before: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cc" and letter not in _BREAKS:
        return _control(ord(letter), before)
    if letter in _TURNS:
        return _(
            "The text holds an invisible character (U+{code}) that turns what follows it round{after}. Write it anew."
        ).format(code=f"{ord(letter):04X}", after=_after(before))
    if category in ("Co", "Cn", "Cs"):
        return _(
            "The text holds a sign (U+{code}) that only one font knows{after}. Delete it, or write what it stands for."
        ).format(code=f"{ord(letter):04X}", after=_after(before))
    return ""


def _control(code: int, before: str) -> str:
    return _(
        "The text holds an invisible control character (U+{code}){after}. Delete it, or write the text anew."
    ).format(code=f"{code:04X}", after=_after(before))


def _after(before: str) -> str:
    words = "".join(letter for letter in before if letter.isprintable()).split()
    return _(" after «{word}»").format(word=words[-1][-30:]) if words else ""


def _unshowable(text: str) -> str:
    """Return which characters no installed font has, and which sequences make one picture, and what to do."""
    signs = unshowable(text)
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
    """Return a character by its code points and as it looks; what cannot be seen at all is told before this."""
    return f"{' '.join(f'U+{ord(each):04X}' for each in sign)} «{sign}»"
