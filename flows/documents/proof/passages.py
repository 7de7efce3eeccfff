"""The text that a document must show, by paragraphs, rows and tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flows.documents.proof.figure_texts import FigureTexts

#: Stand in folded text for figures that are put in when the document is set: the page's, that of all pages, another,
#: and a figure or choice in words. `FORMULA` stands for a formula.
PAGE, PAGES, FIGURE, COUNT, FORMULA = "\x0e", "\x0f", "\x10", "\x11", "\x12"


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph: its text, folded for comparison, and its number in its part.

    `values` are the parts of the folded text that are a value of the case: start, end and the name in the template.
    `done` is how much of it has been found, `label` how the label reads that a list puts before it, `mixed` whether it
    is written in both directions. `formulas` are the folded texts of its formulas that have not been found yet.
    """

    text: str
    folded: str
    part: str
    number: int
    values: tuple[tuple[int, int, str], ...] = ()
    heading: str = ""
    label: str = ""
    mixed: bool = False
    done: int = 0
    formulas: tuple[str, ...] = ()

    @property
    def rest(self) -> str:
        """What has not been found yet."""
        return self.folded[self.done :]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, by its cells."""

    cells: tuple[tuple["Block", ...], ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `headings` are the rows that each of its pages may begin with, once it has `begun`."""

    rows: tuple[Row, ...]
    headings: tuple[Row, ...] = ()
    begun: bool = False


Block = Passage | Row | Table


@dataclass(frozen=True, slots=True)
class Story:
    """What stands in the flow of text, what has a place of its own beside it, and the notes that it asks for."""

    blocks: tuple[Block, ...] = ()
    beside: tuple[tuple[Block, ...], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """What a document must show.

    `top` and `bottom` are what each page may have above and below its text, by the kind of page (`default`, `first`,
    `even`); one that is not there is empty. `figures` are the texts of pictures and charts. `margins` are the height of
    the room above and below the text, in points; left of each place in `numbered`, lines may have numbers.
    """

    body: Story
    notes: Mapping[str, tuple[Block, ...]]
    top: "Running"
    bottom: "Running"
    figures: FigureTexts
    margins: tuple[float, float] = (0.0, 0.0)
    printed: frozenset[str] = frozenset()
    numbered: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """What stands above or below the text of pages; `settled` where it is known which page has which."""

    stories: Mapping[str, Story]
    settled: bool
    first: bool = False
    even: bool = False

    def on(self, page: int) -> list[Story]:
        """Return what may stand on a page; one of it must."""
        if not self.settled:
            return [*self.stories.values(), Story()]
        kind = "first" if self.first and page == 1 else "even" if self.even and page % 2 == 0 else "default"
        return [self.stories.get(kind, Story())]


def passages(blocks: tuple[Block, ...]) -> Iterator[Passage]:
    """Yield the paragraphs of blocks, in their order."""
    for block in blocks:
        if isinstance(block, Passage):
            yield block
        elif isinstance(block, Row):
            for cell in block.cells:
                yield from passages(cell)
        else:
            yield from passages(block.rows)


def without(blocks: Sequence[Block], count: int) -> tuple[list[Block], int]:
    """Return blocks without the first paragraphs of which something is left, and how many were too few."""
    found: list[Block] = []
    for block in blocks:
        if not count:
            found.append(block)
        elif isinstance(block, Passage):
            count -= bool(block.rest)
        elif isinstance(block, Table):
            rows, count = without(block.rows, count)
            if rows:
                found.append(replace(block, rows=tuple(row for row in rows if isinstance(row, Row)), begun=True))
        else:
            cells = []
            for cell in block.cells:
                left, count = without(cell, count)
                cells.append(tuple(left))
            if any(cells):
                found.append(replace(block, cells=tuple(cells)))
    return found, count
