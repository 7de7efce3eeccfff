"""The text of a PDF, and the form in which search compares it: «bodo» is Bodø, «as» is Ås, NFD equals NFC."""

import io
import re
import unicodedata

from pypdf import PdfReader
from pypdf.errors import PyPdfError

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss", "ð": "d", "þ": "th"})
_WORD = re.compile(r"\w+")


def text_of(pdf: bytes) -> str:
    """Return a PDF's text, a line a line; empty where it cannot be read."""
    try:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return ""
    return unicodedata.normalize("NFC", "\n".join(pages)).replace("\x00", "")


def fold(text: str) -> str:
    """Return text without case and diacritics: å is a, ø is o, æ is ae, č đ ŋ š ŧ ž are c d n s t z."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Return the folded words of a text or a question, in order."""
    return _WORD.findall(fold(text))


def index_form(text: str) -> str:
    """Return what is indexed of a text: its folded words; «aa» stands beside every å, for those who write it so."""
    folded = " ".join(words(text))
    doubled = [word for word in _WORD.findall(unicodedata.normalize("NFC", text.casefold())) if "å" in word]
    return " ".join([folded, *(fold(word.replace("å", "aa")) for word in dict.fromkeys(doubled))])


def has_word(folded: str, asked: str) -> bool:
    """Say whether a folded text has a word asked for within one of its own; a short one must be at the beginning."""
    return f" {asked}" in f" {folded}" if len(asked) < 3 else asked in folded


def sentence_with(text: str, asked: list[str]) -> str:
    """Return the first line of a text that holds a word that was asked for, at most 200 letters; empty without one."""
    for line in text.splitlines():
        folded = index_form(line)
        if any(has_word(folded, one) for one in asked):
            return line.strip()[:200]
    return ""
