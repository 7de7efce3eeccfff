"""The sheet model that every kind of spreadsheet is read into: a stream of rows.

A reader yields only rows that hold something, so blank formatting costs nothing beyond reading past it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from flows.errors import CasesUnreadable
from flows.intake.case_rows import CellValue
from flows.language import translate as _

MOST_ROWS = 200_000
"""More rows with contents than this in one sheet are refused: there are some 2,500 agreements in the country."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """Where a row of a text file begins: its line, and into how many cells that was cut.

    `may_be_short` says that the program that wrote it left the last separators out.
    """

    number: int
    width: int
    may_be_short: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that holds something: its number as shown (from 1), and its cells by column (from 0).

    `cells` are those of the row itself; `covered` are those that a merged cell further up reaches down over, with that
    cell's value. `line` is there in text files alone.
    """

    number: int
    cells: Mapping[int, CellValue]
    covered: Mapping[int, CellValue] = field(default_factory=dict)
    line: TextLine | None = None

    def values(self) -> dict[int, CellValue]:
        """Return the value that a reader sees in each column."""
        return {**self.cells, **self.covered}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet: its name, and a function that reads its rows from the top."""

    name: str
    rows: Callable[[], Iterator[SheetRow]]


@dataclass(frozen=True, slots=True)
class SourceRemark:
    """A sentence about the workbook as a whole that its owner should know; the cases are read all the same."""

    sentence: str


class MergedCells:
    """Carries the value of a merged cell down over the rows that it covers, while the rows go by in order."""

    def __init__(self, ranges: Mapping[int, list[tuple[int, int]]] | None = None) -> None:
        """`ranges`: row of a merged cell → (column, last row) of each; more may be told as they are met."""
        self._beginning = ranges or {}
        self._open: dict[int, tuple[int, CellValue]] = {}

    def begin(self, column: int, last_row: int, value: CellValue) -> None:
        """Note a merged cell met in this row."""
        self._open[column] = (last_row, value)

    def row(self, number: int, cells: Mapping[int, CellValue]) -> SheetRow:
        """Return the row with what is carried down into it. Call it for every row that holds something."""
        covered: dict[int, CellValue] = {}
        for column, (last_row, value) in list(self._open.items()):
            if number > last_row:
                del self._open[column]
            elif value is not None:
                covered[column] = value
        for column, last_row in self._beginning.get(number, ()):
            self._open[column] = (last_row, cells.get(column))
        return SheetRow(number, cells, covered)


def counted(rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    """Yield the rows, and raise `CasesUnreadable` when there are more than any register of agreements has."""
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise CasesUnreadable(
                _("The sheet has more than {most} rows with contents. Divide it into several files.").format(
                    most=MOST_ROWS
                )
            )
        yield row
