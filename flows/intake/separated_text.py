"""Cut separated text (RFC 4180) into records, each with the line that it begins at.

A cell that begins with a quotation mark ends with one; a mark inside it is doubled, and it may hold separators and line
breaks. Marks in a cell that begins otherwise are text (`5" skjerm`), and so are those after a space where they enclose
no whole cell. A quotation mark that is not closed at the end of its cell swallows what follows: no record after it can
be trusted, so reading ends there with a `QuoteFault`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_QUOTE = '"'
_LINE_END = "\r\n"
_LONGEST_QUOTED = 200_000
"""Characters in a quoted cell, past which its quotation mark counts as never closed."""
_FEWEST_BEFORE = 3
"""Cells before a quoted one, from which on its last line is compared with the beginning of a record."""


@dataclass(frozen=True, slots=True)
class TextRecord:
    """The cells of one record, and the number (from 1) of the line in the file that it begins at."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class QuoteFault:
    """A quotation mark that opens a cell and is not closed at its end: its line in the file, its column (from 0)."""

    line: int
    column: int


def records(lines: Iterable[str], separator: str) -> Iterator[TextRecord | QuoteFault]:
    """Yield every record of the lines, which keep their line ends (LF, CRLF or CR). Nothing follows a fault.

    A blank line is a record of one empty cell.
    """
    cutter = _Cutter(iter(lines), separator)
    while (text := cutter.next_line()) is not None:
        if _QUOTE not in text:
            yield TextRecord(cutter.line, text.rstrip(_LINE_END).split(separator))
            continue
        found = cutter.cut(text)
        yield found
        if isinstance(found, QuoteFault):
            return


class _Cutter:
    """Cuts records with quotation marks, and takes further lines where a quoted cell goes on."""

    def __init__(self, lines: Iterator[str], separator: str) -> None:
        self._lines = lines
        self._separator = separator
        self.line = 0
        padding = "[ \u00a0]*" if separator == "\t" else "[ \t\u00a0]*"
        body = '"([^"]*+(?:""[^"]*+)*+)"'
        self._opening = re.compile(f'{padding}"')
        self._quoted = re.compile(f"{padding}{body}{padding}(?:({re.escape(separator)})|[\r\n]*\\Z)")
        self._closed = re.compile(f"{padding}{body}")

    def next_line(self) -> str | None:
        """Return the next line with its end, or None after the last."""
        self.line += 1
        return next(self._lines, None)

    def cut(self, text: str) -> TextRecord | QuoteFault:
        """Return the record that begins with this line."""
        begins, cells, place, goes_on = self.line, list[str](), 0, True
        while goes_on:
            opening = self._opening.match(text, place)
            opened_at = self.line
            if opening and opening.end() - place == 1:  # with a space before it, the mark may be text
                text = self._until_closed(text, place)
            quoted = self._quoted.match(text, place) if opening else None
            if quoted:
                if self._swallows(quoted[1], len(cells)):
                    return QuoteFault(opened_at, len(cells))
                cells.append(quoted[1].replace('""', _QUOTE))
                place, goes_on = quoted.end(), quoted[2] is not None
            elif opening and opening.end() - place == 1:
                return QuoteFault(opened_at, len(cells))
            else:
                ends = text.find(self._separator, place)
                goes_on = ends >= 0
                cells.append(text[place:ends] if goes_on else text[place:].rstrip(_LINE_END))
                place = ends + 1
        return TextRecord(begins, cells)

    def _until_closed(self, text: str, place: int) -> str:
        """Return the text with the further lines that the quoted cell at this place needs to be closed."""
        while not self._closed.match(text, place) and len(text) - place < _LONGEST_QUOTED:
            pieces = [text]
            while (line := self.next_line()) is not None:
                pieces.append(line)
                if _QUOTE in line:
                    break
            text = "".join(pieces)
            if line is None:
                break
        return text

    def _swallows(self, body: str, column: int) -> bool:
        """Return whether the last line of a quoted cell is the beginning of another record, up to the same column."""
        *before, last = re.split("\r\n|\r|\n", body)
        return bool(before) and column >= _FEWEST_BEFORE and last.count(self._separator) == column
