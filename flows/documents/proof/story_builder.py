"""Build the paragraphs, rows and tables of a story from its text with marks (`story_reader`)."""

import re
from collections.abc import Mapping
from dataclasses import replace

from flows.documents.proof.folding import folded, right_to_left
from flows.documents.proof.marks import CLOSE, OPEN
from flows.documents.proof.passages import COUNT, FIGURE, FORMULA, PAGE, PAGES, Block, Passage, Row, Story, Table

_FIGURES = {"#P": PAGE, "#A": PAGES, "#": FIGURE, "#W": COUNT}
_MARKS = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


class StoryBuilder:
    """Builds the blocks of a story from its text with marks."""

    def __init__(self, part: str, headings: Mapping[int, str], counted: bool) -> None:
        self._part, self._headings = part.removeprefix("word/").removesuffix(".xml"), headings
        self._counted = counted
        self._beside: list[tuple[Block, ...]] = []
        self._asked: list[str] = []
        self._notes: dict[str, tuple[Block, ...]] = {}

    def build(self, text: str) -> tuple[Story, Mapping[str, tuple[Block, ...]]]:
        """Return a story and the notes that it holds."""
        pieces = iter(_MARKS.split(text))
        next(pieces)
        self._tokens = [(kind, after) for kind, after in zip(pieces, pieces, strict=True)]
        self._at = 0
        blocks: list[Block] = []
        while self._at < len(self._tokens):
            blocks += self._blocks("")
            self._at += 1
        return Story(tuple(blocks), tuple(self._beside), tuple(self._asked)), self._notes

    def _blocks(self, end: str) -> tuple[Block, ...]:
        """Return the blocks up to a mark, which is left to be taken."""
        found: list[Block] = []
        while self._at < len(self._tokens) and (kind := self._tokens[self._at][0]) != end:
            self._at += 1
            if kind.startswith("P"):
                found.append(self._passage(int(kind[1:])))
            elif kind == "T":
                rows = tuple(block for block in self._blocks("/T") if isinstance(block, Row))
                self._at += 1
                found.append(Table(rows, _leading(rows)))
            elif kind in ("R", "H"):
                cells = tuple(block.cells[0] for block in self._blocks(f"/{kind}") if isinstance(block, Row))
                self._at += 1
                found.append(Row(cells, kind == "H"))
            elif kind == "C":
                found.append(Row((self._blocks("/C"),)))
                self._at += 1
            elif kind == "X":
                self._beside.append(self._blocks("/X"))
                self._at += 1
            elif kind.startswith("N"):
                self._notes[kind[1:]] = _numbered(self._blocks("/N"))
                self._at += 1
        return tuple(found)

    def _passage(self, number: int) -> Passage:
        texts, foldeds, values = [self._tokens[self._at - 1][1]], [], []
        length, label = 0, ""
        foldeds.append(folded(texts[0]))
        length += len(foldeds[0])
        open_values: list[tuple[int, str]] = []
        formulas: list[str] = []
        while self._at < len(self._tokens) and self._tokens[self._at][0] != "/P":
            kind, after = self._tokens[self._at]
            self._at += 1
            if kind.startswith("L"):
                label = kind[1:]
            elif kind == "X":
                self._beside.append(self._blocks("/X"))
                after = self._tokens[self._at][1] if self._at < len(self._tokens) else ""
                self._at += 1
            elif kind.startswith("F"):
                open_values.append((length, kind[1:]))
            elif kind == "/F" and open_values:
                start, name = open_values.pop()
                values.append((start, length, name))
            elif kind in _FIGURES:
                foldeds.append(_FIGURES[kind] if self._counted or kind == "#" else COUNT)
                length += 1
            elif kind.startswith("E"):
                formulas.append(folded(kind[1:]))
                foldeds.append(FORMULA)
                length += 1
            elif kind.startswith("N"):
                self._asked.append(kind[1:])
            texts.append(after)
            foldeds.append(folded(after))
            length += len(foldeds[-1])
        self._at += 1
        text, mixed = "".join(texts), right_to_left("".join(texts))
        if mixed:  # its signs are looked for in any order
            foldeds, formulas = ["".join((*foldeds, *formulas)).replace(FORMULA, "")], []
        return Passage(
            text, "".join(foldeds), self._part, number, tuple(values), self._headings.get(number, ""), label, mixed,
            formulas=tuple(formulas),
        )  # fmt: skip


def _numbered(note: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return a note that is printed with its figure, whether its text has a place for that or not."""
    if note and isinstance(note[0], Passage) and FIGURE not in note[0].folded:
        first = note[0]
        moved = tuple((start + 1, end + 1, name) for start, end, name in first.values)
        return (replace(first, folded=FIGURE + first.folded, values=moved), *note[1:])
    return note


def _leading(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    found: list[Row] = []
    for row in rows:
        if not row.heading:
            break
        found.append(row)
    return tuple(found)
