"""Find what a PDF lacks of the words of any DOCX, and where they stand in it.

A DOCX that nobody knows may be set in many ways, so its words are counted and their order is left open; `proof` is
stricter with the documents of templates. Words that a reader does not see (`shown_text`) are not there.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from unicodedata import normalize

import pypdfium2

from flows.documents.proof.comparison import faults_of
from flows.documents.proof.expected_text import text_of
from flows.documents.proof.faults import place_of, short
from flows.documents.proof.folding import folded
from flows.documents.proof.passages import Block, Passage, passages
from flows.documents.proof.shown_text import Page, shown_pages
from flows.language import translate as _
from flows.typesetting import Loss

_HYPHEN = str.maketrans({"-": ""})


def missing_words(docx: bytes, pdf: bytes) -> list[str]:
    """Return the words of the DOCX that a reader of the PDF does not see, in small letters and in their order.

    White space, hyphens at line ends, ligatures and no-break signs do not count.
    """
    return list(dict.fromkeys(normalize("NFC", word) for word, _passage in _missing(docx, shown_pages(pdf))))


def missing_text(docx: bytes, pdf: bytes) -> list[Loss]:
    """Return the same as losses: which words, where they stand, and what hides them if anything does."""
    pages = shown_pages(pdf)
    missing: dict[tuple[str, int], tuple[Passage, list[str]]] = {}
    for word, passage in _missing(docx, pages):
        missing.setdefault((passage.part, passage.number), (passage, []))[1].append(word)
    if not missing:
        return []
    faults = [fault for fault in faults_of(text_of(docx), pages) if not fault.added]
    if faults:  # found in order, each is named at its own place
        return [Loss(f"«{one.words}» {one.reason}".rstrip(), _at(one.page, one.place)) for one in faults]
    return [Loss(f"«{short(' '.join(words))}»", place_of(passage)) for passage, words in missing.values()]


def _at(page: int, place: str) -> str:
    return _("page {page}; {place}").format(page=page, place=place)


def shows(pdf: bytes, text: str) -> bool:
    """Return whether a reader of the PDF sees a text, whatever the case of its letters and where its lines break."""
    seen = "".join(piece.folded for page in shown_pages(pdf) for piece in page.pieces)
    return folded(text) in seen


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def _missing(docx: bytes, pages: Sequence[Page]) -> Iterator[tuple[str, Passage]]:
    """Yield each word that is missing with a paragraph that has it.

    A word of the body or the notes must come as often as it does in the DOCX, one of a header or footer once. A word
    that is divided, or has grown together with a note's figure, is found in the text without its spaces.
    """
    due = text_of(docx)
    beside = [block for blocks in due.body.beside for block in blocks]
    notes = [block for blocks in due.notes.values() for block in blocks]
    body = [(word, passage) for passage in passages((*due.body.blocks, *beside, *notes)) for word in _words(passage)]
    stories = [story for side in (due.top, due.bottom) for story in side.stories.values()]
    running: list[Block] = [block for story in stories for block in story.blocks]
    running += [block for story in stories for blocks in story.beside for block in blocks]
    pieces = [piece for page in pages for piece in page.pieces]
    there = Counter(word for piece in pieces for word in map(folded, piece.text.split()))
    text = "".join(piece.folded for piece in pieces).translate(_HYPHEN)
    whole = "".join(word for word, _passage in body).translate(_HYPHEN)
    due_of = Counter(word for word, _passage in body)
    lacking: dict[str, int] = {}
    for word, count in due_of.items():
        bare = word.translate(_HYPHEN)
        if there[word] >= count or not bare or (seen := text.count(bare)) >= whole.count(bare):
            continue
        if not (due.notes and _with_a_figure(bare).search(text)):
            lacking[word] = max(count - max(seen, there[word]), 1)
    for word, passage in body:
        if lacking.get(word):
            lacking[word] -= 1
            yield word, passage
    for passage in passages(tuple(running)):
        yield from ((word, passage) for word in _words(passage) if word.translate(_HYPHEN) not in text)


def _with_a_figure(word: str) -> re.Pattern[str]:
    """Return a pattern for a word with the figure of a note inside: «tekst1.»; a number has none inside it."""
    return re.compile("".join(re.escape(sign) + ("" if sign.isdigit() else r"(?:\d{1,3}(?!\d))?") for sign in word))


def _words(passage: Passage) -> Iterator[str]:
    return (word for word in map(folded, passage.text.split()) if word)
