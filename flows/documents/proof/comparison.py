"""Prove a document: what template and case say stands on its pages, in that order, and nothing else does.

The pages are gone through piece by piece, as they are drawn. Each piece must go on where the text stands, or in a text
with a place of its own: above or below the page's text, in a box, in a note. What a page end divides goes on on the
next page, in each cell of a row by itself. Where neither holds there is a fault, and the search goes on behind it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from flows.documents.proof.faults import Fault, Report
from flows.documents.proof.matching import behind_formula, figured, goes_on, shared
from flows.documents.proof.passages import (
    COUNT,
    FIGURE,
    FORMULA,
    Block,
    Expected,
    Passage,
    Row,
    Story,
    Table,
    passages,
    without,
)  # fmt: skip
from flows.documents.proof.shown_text import Page, Piece, as_read

#: How far is looked behind a fault for the place where the text goes on, in pieces and paragraphs.
_FAR = 400
#: How many faults are looked for; behind more of them, nothing is where it should be.
_MOST = 20
#: How many signs a piece shares with the text that it stands for, at least.
_LIKE = 5
#: How far from the text the number of a line stands at most, in points.
_BESIDE = 40
#: What LibreOffice draws for the leaders of a tab.
_LEADERS = re.compile(r"([._\-·])\1{2,}")
_FIGURE = re.compile(f"[{FIGURE}{COUNT}]")


def faults_of(expected: Expected, pages: Sequence[Page]) -> list[Fault]:
    """Return where pages differ from what a document must show, in the order of the pages; empty if nowhere."""
    return _Search(expected, pages).faults()


class _Search:
    def __init__(self, expected: Expected, pages: Sequence[Page]) -> None:
        self._expected, self._pages = expected, pages
        self._report = Report(expected, pages)
        self._beside = [list(blocks) for blocks in expected.body.beside]
        self._first_note = len(self._beside)
        self._beside += [list(expected.notes.get(name, ())) for name in expected.body.notes]
        self._running: list[list[Block]] = []
        self._page: Page | None = None
        self._pieces: tuple[Piece, ...] = ()
        self._at = 0
        self._aside = False  # whether this goes on in a text with a place of its own
        self._in_cell = False
        self._last: Passage | None = None  # of the text, with which this went on

    def faults(self) -> list[Fault]:
        rest: list[Block] = list(self._expected.body.blocks)
        for page in self._pages:
            pieces = tuple(piece for piece in page.pieces if piece.folded)
            before = len(self._report.found), self._beside
            left = self._on(page, pieces, rest)
            if len(self._report.found) > before[0]:
                drawn = left, self._beside, self._report.found
                self._report.found, self._beside = self._report.found[: before[0]], before[1]
                left = self._on(page, as_read(pieces), rest)
                if len(self._report.found) >= len(drawn[2]):
                    left, self._beside, self._report.found = drawn
            rest = left
        for blocks in (rest, *self._beside):
            self._report.lost(self._number, passages(tuple(blocks)))
        return self._report.found[:_MOST]

    def _on(self, page: Page, pieces: tuple[Piece, ...], rest: list[Block]) -> list[Block]:
        """Go through a page in an order of its pieces; return what is left for the next one."""
        self._page, self._pieces, self._at = page, pieces, 0
        self._running, self._beside = self._around(page), list(self._beside)
        while self._at < len(self._pieces) and len(self._report.found) < _MOST:
            start = self._at
            rest = self._blocks(rest)
            if self._at == start and not self._elsewhere():
                rest = self._behind_fault(rest)
        for blocks in self._running:
            self._report.lost(self._number, passages(tuple(blocks)))
        return rest

    def _around(self, page: Page) -> list[list[Block]]:
        """Return what must stand above and below the text of a page: of what may, that of which most is there."""
        whole = "".join(piece.folded for piece in self._pieces)
        found: list[list[Block]] = []
        for side in (self._expected.top, self._expected.bottom):
            stories = side.on(page.number)
            chosen = stories[0] if len(stories) == 1 else max(stories, key=lambda story: self._part_of(story, whole))
            found += [list(chosen.blocks), *map(list, chosen.beside)]
        return [blocks for blocks in found if any(one.folded for one in passages(tuple(blocks)))]

    def _part_of(self, story: Story, whole: str) -> int:
        texts = [figured(passage.folded, self._number, len(self._pages)) for passage in passages(story.blocks)]
        texts = [part for text in texts for part in _FIGURE.split(text)]
        return sum(map(len, texts)) if all(text in whole for text in texts) else -1

    @property
    def _number(self) -> int:
        return 1 if self._page is None else self._page.number

    def _blocks(self, blocks: Iterable[Block]) -> list[Block]:
        """Go on with blocks as far as the page does; return what is left of them."""
        left = list(blocks)
        for index, block in enumerate(left):
            rest = self._block(block)
            if rest is not None:
                return [rest, *left[index + 1 :]]
        return []

    def _block(self, block: Block) -> Block | None:
        if isinstance(block, Passage):
            return self._passage(block)
        if isinstance(block, Row):
            outer, self._in_cell = self._in_cell, True
            cells = tuple(tuple(self._blocks(cell)) for cell in block.cells)
            self._in_cell = outer
            return replace(block, cells=cells) if any(cells) else None
        if block.begun and not block.rows[0].heading:
            self._attempt(block.headings)
        start = self._at
        rows = tuple(row for row in self._blocks(block.rows) if isinstance(row, Row))
        return Table(rows, block.headings, block.begun or self._at > start) if rows else None

    def _attempt(self, blocks: Iterable[Block]) -> None:
        """Go past blocks if the page has all of them here."""
        start = self._at
        if self._blocks(blocks):
            self._at = start

    def _passage(self, passage: Passage) -> Passage | None:
        above: Piece | None = None
        while passage.rest:
            if self._at >= len(self._pieces):
                return None if not passage.rest.strip(FIGURE) else passage
            piece = self._pieces[self._at]
            if (piece.figure and self._drawn()) or self._is_line_number(piece):
                continue
            if passage.rest.startswith(FORMULA) and (after := self._formula(passage)) is not None:
                passage = after
                continue
            if self._in_margin(piece) and self._elsewhere(running=True):
                continue
            if above is not None and self._in_cell and piece.box[1] > above.box[3]:
                return passage  # the next cell of the row
            found = self._goes_on(passage, piece)
            if found is None and self._is_label(passage, piece):
                self._at += 1
                passage = replace(passage, label="")
                continue
            unsure = found is not None and found.rest and not self._continues(found)
            if (found is None or unsure) and self._elsewhere(whole=found is not None):
                continue
            if found is None:
                return None if not passage.rest.strip(FIGURE) else passage
            passage, above = found, piece
            self._last = self._last if self._aside else passage
            self._at += 1
        return None

    def _drawn(self) -> bool:
        """Go past the pieces that are a text of a picture, if any are."""
        following = islice(self._pieces, self._at, None)
        found = self._expected.figures.pieces((piece.folded, piece.figure) for piece in following)
        self._at += found
        return found > 0

    def _is_line_number(self, piece: Piece) -> bool:
        right = piece.box[2]
        found = piece.folded.isdecimal() and any(edge - _BESIDE < right < edge for edge in self._expected.numbered)
        self._at += found
        return found

    def _formula(self, passage: Passage) -> Passage | None:
        """Go past the pieces of a formula; return what is left of its passage, None where they are not here."""
        after, count = behind_formula(passage, (piece.folded for piece in self._pieces[self._at :]))
        self._at += count
        return after if count or after.formulas != passage.formulas else None

    def _continues(self, passage: Passage) -> bool:
        following = self._pieces[self._at + 1] if self._at + 1 < len(self._pieces) else None
        return following is not None and self._goes_on(passage, following) is not None

    def _is_label(self, passage: Passage, piece: Piece) -> bool:
        """Return whether a piece is the label of a list whose text begins with the next one."""
        if not passage.label or passage.done or re.fullmatch(passage.label, piece.folded) is None:
            return False
        return self._continues(passage)

    def _in_margin(self, piece: Piece) -> bool:
        top, bottom = self._expected.margins
        middle = (piece.box[1] + piece.box[3]) / 2
        return self._page is not None and not bottom < middle < self._page.height - top

    def _elsewhere(self, running: bool = False, whole: bool = False) -> bool:
        """Go on in the text with a place of its own of which most is here.

        With `running`, only in what stands above and below the text; with `whole`, only if nothing is left of it.
        """
        if self._aside or self._at >= len(self._pieces):
            return False
        start = self._at
        chosen: tuple[int, list[list[Block]], int, list[Block]] | None = None
        self._aside = True
        for group in (self._running,) if running else (self._running, self._beside):
            for index, blocks in enumerate(group):
                rest = self._blocks(blocks)
                found, self._at = self._at - start, start
                left = any(one.rest.strip(FIGURE) for one in passages(tuple(rest)))
                if found and not (whole and left) and (chosen is None or found > chosen[0]):
                    chosen = (found, group, index, rest)
                if found and not left and group is self._beside and index >= self._first_note:
                    break  # notes come in their order
        self._aside = False
        if chosen is None:
            if running or whole:
                return False
            leader = _LEADERS.fullmatch(self._pieces[start].folded) is not None
            self._at += leader
            return leader or self._drawn() or self._is_line_number(self._pieces[start])
        found, group, index, rest = chosen
        group[index] = rest
        self._at += found
        return True

    def _goes_on(self, passage: Passage, piece: Piece) -> Passage | None:
        return goes_on(passage, piece.folded, self._number, len(self._pages))

    def _behind_fault(self, rest: list[Block]) -> list[Block]:
        """Tell what is wrong at this piece, and return what is left of the text where it goes on."""
        waiting = list(islice((one for one in passages(tuple(rest)) if one.rest), _FAR))
        piece, following = self._pieces[self._at], self._pieces[self._at + 1 : self._at + _FAR]
        if self._differs_elsewhere(piece, waiting[0] if waiting else None):
            return rest
        later = next((index for index, one in enumerate(waiting) if index and self._begins(one, piece)), None)
        ahead = None
        if waiting:
            ahead = next((index for index, one in enumerate(following, 1) if self._begins(waiting[0], one)), None)
        replaced = len(waiting) > 1 and any(self._begins(waiting[1], one) for one in following[:1])
        if replaced and 1 not in (later, ahead):
            self._report.differs(self._number, waiting[0], self._shared(waiting[0], piece))
            self._at += 1
            return without(rest, 1)[0]
        if later is not None and (ahead is None or later <= ahead):
            self._report.lost(self._number, waiting[:later])
            return without(rest, later)[0]
        if ahead is None and waiting:
            self._report.differs(self._number, waiting[0], self._shared(waiting[0], piece))
            self._at = self._next_known(waiting[1:])
            return without(rest, 1)[0]
        step = ahead or 1
        self._report.added(self._pieces[self._at : self._at + step], waiting[0] if waiting else None, self._last)
        self._at += step
        return rest

    def _next_known(self, waiting: Sequence[Passage]) -> int:
        """Return at which piece behind this one something begins that is waited for."""
        for index in range(self._at + 1, len(self._pieces)):
            if any(self._begins(one, self._pieces[index]) for one in waiting):
                return index
        return self._at + 1

    def _differs_elsewhere(self, piece: Piece, waiting: Passage | None) -> bool:
        """Tell that a piece is not quite what has a place of its own, if it is more like that than like the text."""
        most = max(_LIKE, 0 if waiting is None else self._shared(waiting, piece) + 1)
        for group in (self._running, self._beside):
            for index, blocks in enumerate(group):
                first = next((one for one in passages(tuple(blocks)) if one.rest.strip(FIGURE)), None)
                if first is not None and self._shared(first, piece) >= most:
                    self._report.differs(self._number, first, self._shared(first, piece))
                    group[index] = without(blocks, 1)[0]
                    self._at += 1
                    return True
        return False

    def _shared(self, passage: Passage, piece: Piece) -> int:
        """Return how much of a passage a piece begins with."""
        return shared(passage, piece.folded, self._number, len(self._pages))

    def _begins(self, passage: Passage, piece: Piece) -> bool:
        found = self._goes_on(passage, piece)
        return found is not None and (not found.rest or len(piece.folded) > 2)
