"""Find what a PDF lacks of the words of any DOCX, and where they stand in it.

A DOCX that nobody knows may be set in many ways, so its words are counted and their order is left open; `proof` is
stricter with the documents of templates. Words that a reader does not see (`shown_text`) are not there.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from unicodedata import normalize

import pypdfium2

from flows.documents.proof.expected_text import text_of
from flows.documents.proof.folding import folded
from flows.documents.proof.passages import Block, Passage, passages
from flows.documents.proof.shown_text import Page, Piece, shown_pages
from flows.language import translate as _
from flows.typesetting import Loss

_HYPHEN = str.maketrans({"-": ""})


def missing_words(docx: bytes, pdf: bytes) -> list[str]:
    """Return the words of the DOCX that a reader of the PDF does not see, in small letters and in their order.

    White space, hyphens at line ends, ligatures and no-break signs do not count.
    """
    return list(dict.fromkeys(normalize("NFC", word) for word, _passage in _missing(docx, shown_pages(pdf))))


def missing_text(docx: bytes, pdf: bytes) -> list[Loss]:
    """Return the same as losses, by paragraph: which words, where they stand, and what hides them if anything does."""
    pages = shown_pages(pdf)
    lost: dict[tuple[str, int], tuple[Passage, list[str]]] = {}
    for word, passage in _missing(docx, pages):
        lost.setdefault((passage.part, passage.number), (passage, []))[1].append(word)
    hidden = [piece for page in pages for piece in page.pieces if piece.unseen]
    return [_loss(passage, words, hidden) for passage, words in lost.values()]


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
    short: dict[str, int] = {}
    for word, count in due_of.items():
        bare = word.translate(_HYPHEN)
        if there[word] < count and bare and (seen := text.count(bare)) < whole.count(bare):
            short[word] = max(count - max(seen, there[word]), 1)
    unseen = {folded(piece.unseen) for piece in pieces if piece.unseen}
    yield from _chosen([(word, passage) for word, passage in body if word in short], short, unseen)
    for passage in passages(tuple(running)):
        yield from ((word, passage) for word in _words(passage) if word.translate(_HYPHEN) not in text)


def _chosen(found: list[tuple[str, Passage]], short: dict[str, int], unseen: set[str]) -> Iterator[tuple[str, Passage]]:
    """Yield as many of the paragraphs that have a word as are short of it: those that something hides before others."""
    hidden = [any(text and text in passage.folded for text in unseen) for _word, passage in found]
    order = sorted(range(len(found)), key=lambda at: not hidden[at])
    chosen = set()
    for at in order:
        word = found[at][0]
        if short[word]:
            short[word] -= 1
            chosen.add(at)
    yield from (found[at] for at in sorted(chosen))


def _words(passage: Passage) -> Iterator[str]:
    return (word for word in map(folded, passage.text.split()) if word)


def _loss(passage: Passage, words: list[str], hidden: list[Piece]) -> Loss:
    whole = folded(passage.text)
    piece = next((one for one in hidden if folded(one.unseen) in whole), None)
    shown = [word for word in passage.text.split() if folded(word) in words]
    text = " ".join(shown)
    what = f"«{text if len(text) <= 60 else text[:57] + '…'}»"
    where = _("{part}, paragraph {number}").format(part=passage.part, number=passage.number)
    if piece is not None:
        what = f"{what} {piece.reason}"
        where = _("page {page}; {place}").format(page=piece.page, place=where)
    return Loss(what, where)
