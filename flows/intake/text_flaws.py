"""Find characters that a person did not write, or that make a text mean other than what is seen.

Invisible marks that change nothing are dropped by `text_normalization`; what is told here would change the value if it
were dropped, and so it is a problem of its cell.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from flows.intake.name_parsing import mixed_scripts
from flows.language import translate as _

_BREAKS = "\t\n\r\u000b\u000c\u0085"
_TURNS = {"\u202b", "\u202e", "\u2067"}
"""Embedding, override and isolate from right to left: they reverse what is seen."""
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f]|7[Ff]|[89][0-9A-Fa-f])_")
"""How Office writes a control character in a file of XML."""
_OFFICE_BREAKS = {"_x0009_", "_x000a_", "_x000b_", "_x000d_"}
_WORD = re.compile(r"[^\W\d_]+")


def flaw_of(value: Any) -> str:
    """Return what is wrong with the characters of a raw value, in a sentence with advice, or an empty text."""
    if isinstance(value, str):
        return _flaw_of_text(value)
    if isinstance(value, Mapping):
        return next((flaw for each in value.values() if (flaw := flaw_of(each))), "")
    if isinstance(value, list | tuple):
        return next((flaw for each in value if (flaw := flaw_of(each))), "")
    return ""


def _flaw_of_text(text: str) -> str:
    if text.isascii() and text.isprintable() and "_x00" not in text:
        return ""
    for match in _ESCAPED.finditer(text):
        if match.group(0).lower() not in _OFFICE_BREAKS:
            return _control(int(match[1], 16), text[: match.start()])
    for place, letter in enumerate(text):
        if letter.isprintable():
            continue
        if flaw := _flaw_of_letter(letter, text[:place]):
            return flaw
    if text.isascii():
        return ""
    for word in _WORD.findall(text):
        if letter := mixed_scripts(word):
            return _("«{word}» mixes letters of two scripts: «{letter}» may only look right. Write it anew.").format(
                word=word, letter=letter
            )
    return ""


def _flaw_of_letter(letter: str, before: str) -> str:
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
