"""The sheet model that every kind of spreadsheet is read into: a stream of rows.

A reader yields only rows that hold something, so blank formatting costs nothing beyond reading past it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flows.errors import CasesUnreadable
from flows.intake.cell_problems import CellProblem, CellValue
from flows.intake.number_formats import DAY_0
from flows.language import translate as _

MOST_ROWS = 200_000
"""More rows with contents than this in one sheet are refused: there are some 2,500 agreements in the country."""
MOST_MERGED_COLUMNS = 512
"""Merged cells count in this many columns: no table of cases is wider, and more would cost time in every row."""

ReadCell = CellValue | CellProblem
"""What a reader makes of one cell."""


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
    cell's value. `problems` are what is wrong with cells of either kind. `hidden` rows are not shown, whether by hand,
    by a filter or in a group. `line` is there in text files alone.
    """

    number: int
    cells: Mapping[int, CellValue]
    covered: Mapping[int, CellValue] = field(default_factory=dict)
    problems: Mapping[int, CellProblem] = field(default_factory=dict)
    hidden: bool = False
    line: TextLine | None = None

    def value(self, column: int) -> CellValue:
        """Return the value that a reader sees in a column."""
        return self.covered[column] if column in self.covered else self.cells.get(column)

    def cannot_be_known(self, column: int) -> bool:
        """Return whether the cell in a column holds an error, or something that cannot be read."""
        return column in self.problems and self.problems[column].level == "error"

    def values(self) -> dict[int, CellValue]:
        """Return the value that a reader sees in each column."""
        return {**self.cells, **self.covered}


@dataclass(frozen=True, slots=True)
class CellRange:
    """A rectangle of cells: rows from 1, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, a function that reads its rows from the top, and what of it is not shown.

    `day_0` is the day that dates of the workbook are counted from. `struck_by_rules` are the ranges in which
    conditional formatting strikes text through where its condition holds, `commented` the row and column of cells with
    a comment.
    """

    name: str
    rows: Callable[[], Iterator[SheetRow]]
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    day_0: datetime = DAY_0
    struck_by_rules: tuple[CellRange, ...] = ()
    commented: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class SourceRemark:
    """A sentence about the workbook as a whole that its owner should know; the cases are read all the same."""

    sentence: str


class MergedCells:
    """Carries the value of a merged cell down over the rows that it covers, while the rows go by in order.

    What a file stores below a merged cell is not shown, and is left out.
    """

    def __init__(self) -> None:
        """Know of no merged cell yet."""
        self._beginning: dict[int, dict[int, tuple[int, int]]] = {}
        self._reaching: dict[int, tuple[int, ReadCell]] = {}

    def add(self, row: int, column: int, last_row: int, last_column: int) -> None:
        """Note a merged cell by its corners, before its row is asked for."""
        if column < MOST_MERGED_COLUMNS and (last_row > row or last_column > column):
            corner = last_row, min(last_column, MOST_MERGED_COLUMNS)
            self._beginning.setdefault(row, {})[column] = corner

    def begin(self, column: int, last_row: int, value: ReadCell) -> None:
        """Let a cell of the row that was last asked for reach down."""
        if column < MOST_MERGED_COLUMNS:
            self._reaching[column] = (last_row, value)

    def row(self, number: int, found: Mapping[int, ReadCell], *, hidden: bool = False) -> SheetRow | None:
        """Return the row with what is carried down into it; None if it shows nothing of its own.

        Call it for every row that holds something, in order.
        """
        begun = self._beginning.pop(number, None)
        if self._reaching:
            self._reaching = {column: held for column, held in self._reaching.items() if held[0] >= number}
            found = {column: cell for column, cell in found.items() if column not in self._reaching}
        covered = {column: cell for column, (_last, cell) in self._reaching.items() if cell not in (None, "")}
        for column, (last_row, last_column) in (begun or {}).items():
            below = range(column + 1, last_column + 1)
            if last_row > number:
                self._reaching |= {column: (last_row, found.get(column)), **dict.fromkeys(below, (last_row, None))}
            found = {each: cell for each, cell in found.items() if each not in below}
        return _row(number, found, covered, hidden) if found else None


def _row(number: int, found: Mapping[int, ReadCell], covered: Mapping[int, ReadCell], hidden: bool) -> SheetRow:
    problems = {
        column: cell for cells in (found, covered) for column, cell in cells.items() if isinstance(cell, CellProblem)
    }
    if not problems:
        return SheetRow(
            number, cast(Mapping[int, CellValue], found), cast(Mapping[int, CellValue], covered), {}, hidden
        )
    return SheetRow(number, _values(found), _values(covered), problems, hidden)


def _values(cells: Mapping[int, ReadCell]) -> dict[int, CellValue]:
    return {column: cell.value if isinstance(cell, CellProblem) else cell for column, cell in cells.items()}


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
