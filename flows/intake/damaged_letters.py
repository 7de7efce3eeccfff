"""Recognise letters that were damaged on their way: «BodÃ¸», «Bod&oslash;», «Bod�», «S?rfold».

Such text reads as text, so no format refuses it; what it said can only be told by the person who has the original.
"""

import html
import re

from flows.intake.text_normalization import masked
from flows.language import translate as _

_LETTERS = "æøåÆØÅáéíóúýÁÉàèâêôäëïöüÄÖÜñçčđŋšŧžČŽŦŊ–—’‘“”…•ÃÂ" + "".join(map(chr, range(0xA0, 0xC0)))
_MAY_BE_MEANT = {"Å\u00a0", "Å§"}


def _seen_as(byte: int, codec: str) -> str:
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return chr(byte)


_TWICE = {
    twice: letter
    for codec in ("cp850", "mac-roman", "latin-1", "cp1252")
    for letter in _LETTERS
    if (twice := "".join(_seen_as(byte, codec) for byte in letter.encode())) not in _MAY_BE_MEANT
}
"""What a letter becomes when its UTF-8 is taken for another encoding («Ã¸») → the letter."""
_TWICE_ENCODED = re.compile("|".join(map(re.escape, sorted(_TWICE, key=len, reverse=True))))
_LOST = re.compile(r"(?<![^\s])[^\W\d_]*[A-Za-zæøåÆØÅ]\?[a-zæøå][^\W\d_]*(?![^\s.,;:!)»])")
_WRITTEN_OUT = re.compile(
    r"&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z]{2,8});|\\u[0-9A-Fa-f]{4}|(?:=[C-F][0-9A-F](?:=[89AB][0-9A-F])+)"
)
"""A letter in the code of web pages, of programs, or of e-mail: «&oslash;», «\\u00f8», «=C3=B8»."""
_HARMLESS = re.compile(r"[\x01-\x25\x27-\x3c\x3e\x40-\x5b\x5d-\x7f]*")
"""Text without any of «&=?\\» or a character beyond ASCII."""


def encoded_twice(text: str) -> str | None:
    """Return what a text was meant to say whose letters were encoded twice, or None where it has no such letters."""
    if text.isascii() or not _TWICE_ENCODED.search(text):
        return None
    while (right := _TWICE_ENCODED.sub(lambda match: _TWICE[match[0]], text)) != text:
        text = right
    return text


def is_wholly_encoded_twice(text: str) -> bool:
    """Return whether every letter beyond ASCII in a text was encoded twice: the mark of a whole file that was."""
    return bool(_TWICE_ENCODED.search(text)) and _TWICE_ENCODED.sub("", text).isascii()


def _letters_of(code: str) -> str:
    """Return the letters beyond ASCII that a code stands for; other codes («&amp;») may be meant, and stay."""
    try:
        if code.startswith("="):
            text = bytes.fromhex(code.replace("=", "")).decode("utf-8")
        elif code.startswith("\\u"):
            text = bytes.fromhex(code[2:]).decode("utf-16-be")
        else:
            text = html.unescape(code)
    except ValueError:
        return code
    return text if text.isalpha() and not text.isascii() else code


def damage_in(text: str) -> str:
    """Return a sentence about damaged letters in a text as it came from its source, or nothing."""
    if _HARMLESS.fullmatch(text):
        return ""
    right = encoded_twice(text) or _WRITTEN_OUT.sub(lambda match: _letters_of(match[0]), text)
    if right != text:
        return _("The letters are damaged: it was probably meant to say «{right}». Write it anew.").format(
            right=masked(right)
        )
    if "\ufffd" in text:
        return _("Letters are missing or damaged here: there are characters that mean nothing. Write the text anew.")
    if _LOST.search(text):
        return _("A letter seems to be lost: there is a question mark inside a word. Write the word anew.")
    return ""
