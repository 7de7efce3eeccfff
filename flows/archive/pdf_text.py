"""Extract the text of a PDF and normalize it for search: «bodo» finds Bodø, «as» finds Ås, NFD equals NFC."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import pypdfium2

from flows.pdfium_lock import one_at_a_time

_SHOWN = 200
_BEFORE_HIT = 80
_LETTERS = {
    "ø": "o",
    "æ": "ae",
    "đ": "d",
    "ŋ": "n",
    "ŧ": "t",
    "ʒ": "z",
    "ǥ": "g",
    "ł": "l",
    "ß": "ss",
    "ð": "d",
    "þ": "th",
}
_SEEN_BY_NOBODY = (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)  # soft hyphens, joiners
_AS_WRITTEN = {0xFFFE: "-\n", 0x0D: None, 0x00: None}
"""PDFium writes one character for a hyphen at the end of a line and the line end."""
_WORD = re.compile(r"\w+")
_SPLIT = re.compile(r"(\w+)[-\u00ad\u2010]\s*\n\s*(?=(\w+))")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-zæøå])")


def text_of(pdf: bytes) -> str:
    """Return a PDF's text line by line; empty if it cannot be read."""
    try:
        with one_at_a_time, pypdfium2.PdfDocument(pdf) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
    except pypdfium2.PdfiumError:
        return ""
    return unicodedata.normalize("NFC", "\n".join(pages).translate(_AS_WRITTEN))


class _Plain(dict[int, str | None]):
    """Folding of each decomposed character; None drops it. Filled on demand."""

    def __missing__(self, letter: int) -> str | None:
        self[letter] = None if unicodedata.combining(chr(letter)) else chr(letter)
        return self[letter]


_PLAIN = _Plain(str.maketrans(_LETTERS) | dict.fromkeys(_SEEN_BY_NOBODY))


def fold(text: str) -> str:
    """Return text without case and diacritics: å is a, ø is o, æ is ae, č đ ŋ š ŧ ž are c d n s t z."""
    return unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_PLAIN)


def words(text: str) -> list[str]:
    """Return the folded words of a text or query, in order."""
    return _WORD.findall(fold(text))


def index_form(text: str) -> str:
    """Return the indexed form of a text: its folded words.

    Every word with å or ø is also indexed with «aa» and «oe».
    """
    folded = words(text)
    lower = unicodedata.normalize("NFC", text.casefold())
    if "å" in lower or "ø" in lower:
        doubled = [word for word in _WORD.findall(lower) if "å" in word or "ø" in word]
        folded += [_doubled(word) for word in dict.fromkeys(doubled)]
    return " ".join(folded)


def _doubled(word: str) -> str:
    return fold(word.replace("å", "aa").replace("ø", "oe"))


def split_words(text: str) -> str:
    """Return the indexed form of words hyphenated at a line end, each joined."""
    return " ".join(index_form(first + second) for first, second in _SPLIT.findall(text))


def has_word(folded: str, asked: str) -> bool:
    """Return whether a folded text has a word that contains the query word; a short one must be a prefix."""
    return f" {asked}" in f" {folded}" if len(asked) < 3 else asked in folded


def sentence_with(text: str, asked: Sequence[str]) -> str:
    """Return the first sentence with the most query words; empty without one.

    Blank lines mark omitted text, which no sentence crosses. At most 200 characters are returned, around the word.
    """
    if not asked:
        return ""
    best = _best(text, asked, lambda passage: " ".join(words(passage)))
    best = best or _best(text, asked, lambda passage: f"{index_form(passage)} {split_words(passage)}")
    shown = re.sub(r"\s*\n\s*", " ", best).strip()
    if len(shown) <= _SHOWN:
        return shown
    return _cut(max(_SENTENCE_ENDS.split(shown), key=lambda one: _hits(one, asked)), asked)


def _best(text: str, asked: Sequence[str], folded: Callable[[str], str]) -> str:
    best, most = "", 0
    for passage in _passages(text):
        form = folded(passage)
        count = sum(has_word(form, one) for one in asked)
        if count > most:
            best, most = passage, count
        if most == len(asked):
            break
    return best


def _hits(sentence: str, asked: Sequence[str]) -> int:
    folded = index_form(sentence)
    return sum(has_word(folded, one) for one in asked)


def _cut(sentence: str, asked: Sequence[str]) -> str:
    """Return the text around the first query word, between whole words."""
    if len(sentence) <= _SHOWN:
        return sentence
    places = (found.start() for found in _WORD.finditer(sentence) if _hits(found.group(), asked))
    start = max(0, next(places, 0) - _BEFORE_HIT)
    start = sentence.rfind(" ", 0, start) + 1
    end = start + _SHOWN - 4
    if end < len(sentence):
        end = max(sentence.rfind(" ", start, end), start + 1)
    return f"{'… ' if start else ''}{sentence[start:end].strip()}{' …' if end < len(sentence) else ''}"


def _passages(text: str) -> Iterator[str]:
    """Yield lines, joined with the next if that continues in lower case, or if they end with a hyphen or comma."""
    together: list[str] = []
    for line in [*text.splitlines(), ""]:
        if together and not (line and (line[0].islower() or together[-1].endswith(("-", "\u00ad", ",")))):
            yield "\n".join(together)
            together = []
        if line:
            together.append(line)
