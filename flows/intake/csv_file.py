"""Read a .csv file as one sheet: its encoding by evidence, its separator by its row of headings.

The file is read twice: the first time, with nothing taken, for a quotation mark that is not closed and for letters that
were encoded twice. Either is one problem at its line, and no case of the file is taken.

A file that was cut off within its last row is told by its cells or by the missing line end. One that was cut exactly
between two rows, or that lost a stretch from the middle of one cell to the same place of another row, is a whole file
of fewer rows: only what the rows say of each other and of the register can tell (`contradictions`).
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import TextIO

from openpyxl.utils import get_column_letter

from flows.agreements.problems import Level, Problem
from flows.errors import CasesUnreadable
from flows.intake.damaged_letters import encoded_twice, is_wholly_encoded_twice
from flows.intake.headings import most_fields
from flows.intake.separated_text import QuoteFault, TextRecord, records
from flows.intake.sheet_model import Sheet, SheetRow, TextLine
from flows.intake.text_encoding import encoding_of
from flows.intake.text_normalization import shown
from flows.language import translate as _

_SEPARATORS = (";", ",", "\t", "|")
_RECORDS_TO_LOOK_AT = 30
_FEWEST_HEADINGS = 3
_NAMED_SEPARATOR = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)
_LONGEST_LINE = 5_000_000
_BLOCK = 16
"""Rows that Excel writes at a time: where the last columns are empty in all of them, it leaves their separators out
(Microsoft, «Column delimiters are missing in an Excel spreadsheet that is saved as text»)."""


def sheets(path: Path) -> Iterator[Sheet | Problem]:
    """Yield the file as one sheet, named after it, or the problem that keeps it from being read.

    Raises `CasesUnreadable` where it is no text.
    """
    encoding = encoding_of(path)
    separator = _separator(path, encoding)
    widths = array("I")
    for number, record in enumerate(_records(path, encoding, separator), start=1):
        if isinstance(record, QuoteFault):
            yield _unclosed(path.stem, number, record)
            return
        if number <= _RECORDS_TO_LOOK_AT and (
            problem := _twice_encoded(path.stem, number, record) or _quoted_whole(path.stem, number, record)
        ):
            yield problem
            return
        widths.append(len(record.cells))
    yield Sheet(path.stem, partial(_rows, path, encoding, separator, _shortened_blocks(widths)))
    if len(widths) > 1 and not _ends_with_line_end(path, encoding):
        yield _perhaps_cut_off(path.stem, len(widths), widths[-1])


def _separator(path: Path, encoding: str) -> str:
    """Return the separator that makes most headings of some agreement out of one of the first lines.

    The one that a first line «sep=;» names comes first where it makes headings at all. Without headings, it is the one
    that cuts a line into most cells.
    """
    with path.open(encoding=encoding, newline="") as file:
        named = _NAMED_SEPARATOR.fullmatch(file.readline(20))
    candidates = ([named[1]] if named else []) + list(_SEPARATORS)
    first = {each: _first_records(path, encoding, each) for each in candidates}
    headings = {each: max(map(most_fields, rows), default=0) for each, rows in first.items()}
    if named and headings[named[1]] >= _FEWEST_HEADINGS:
        return named[1]
    best = max(candidates, key=lambda each: headings[each])
    if headings[best] >= _FEWEST_HEADINGS:
        return best
    return max(candidates, key=lambda each: max(map(len, first[each]), default=0))


def _first_records(path: Path, encoding: str, separator: str) -> list[list[str]]:
    some = islice(_records(path, encoding, separator), _RECORDS_TO_LOOK_AT)
    return [record.cells for record in some if isinstance(record, TextRecord)]


def _records(path: Path, encoding: str, separator: str) -> Iterator[TextRecord | QuoteFault]:
    with path.open(encoding=encoding, newline="") as file:
        yield from records(_lines(path, file), separator)


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    for number in count(1):
        line = file.readline(_LONGEST_LINE)
        if len(line) == _LONGEST_LINE:
            raise CasesUnreadable(
                _(
                    "«{file}» is no table: line {line} is longer than any row. Save it anew with a line for each row."
                ).format(file=path.name, line=number)
            )
        if not line:
            return
        yield line


def _shortened_blocks(widths: Sequence[int]) -> frozenset[int]:
    """Return the blocks of rows (from 0) of which Excel left the last separators out: all their rows are as short."""
    widest = max(widths, default=0)
    return frozenset(
        begins // _BLOCK
        for begins in range(_BLOCK, len(widths) - 1, _BLOCK)
        if len(set(widths[begins : begins + _BLOCK])) == 1 and widths[begins] < widest
    )


def _rows(path: Path, encoding: str, separator: str, shortened: frozenset[int]) -> Iterator[SheetRow]:
    for number, record in enumerate(_records(path, encoding, separator), start=1):
        if isinstance(record, QuoteFault) or (number == 1 and _NAMED_SEPARATOR.fullmatch(separator.join(record.cells))):
            continue
        cells = {column: value for column, value in enumerate(record.cells) if value.strip()}
        if cells:
            may_be_short = (number - 1) // _BLOCK in shortened
            yield SheetRow(number, cells, line=TextLine(record.line, len(record.cells), may_be_short))


def _ends_with_line_end(path: Path, encoding: str) -> bool:
    """Return whether the last line of a file ends like the others, or with a quotation mark that closes its cell."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 4, 0))
        return file.read().decode(encoding, "ignore").rstrip("\0").endswith(("\r", "\n", '"'))


def _perhaps_cut_off(sheet: str, row: int, cells: int) -> Problem:
    message = _(
        "The last line has no line end, as in a file that was cut off. Look whether its last cell is whole, and "
        "whether rows are missing after it."
    )
    return _problem_at(sheet, row, max(cells, 1), message, "warning")


def _unclosed(sheet: str, row: int, fault: QuoteFault) -> Problem:
    message = _(
        "The quotation mark that opens a cell in line {line} is not closed at the end of the cell. Close it, and "
        "double every mark inside the text. No case of the file was taken."
    ).format(line=fault.line)
    return _problem_at(sheet, row, fault.column + 1, message)


def _twice_encoded(sheet: str, row: int, record: TextRecord) -> Problem | None:
    """Return a problem where letters of the record were encoded twice, and none stands as it should."""
    for column, value in enumerate(record.cells):
        if (right := encoded_twice(value)) and is_wholly_encoded_twice("".join(record.cells)):
            message = _(
                "The file was saved in the wrong encoding: line {line} says «{wrong}» for «{right}». Make it anew "
                "from the original, as «CSV UTF-8» or .xlsx. No case of it was taken."
            ).format(line=record.line, wrong=shown(value), right=shown(right))
            return _problem_at(sheet, row, column + 1, message, value=shown(value))
    return None


def _quoted_whole(sheet: str, row: int, record: TextRecord) -> Problem | None:
    """Return a problem where a whole line of headings stands in quotation marks, as one cell."""
    text = record.cells[0] if len(record.cells) == 1 else ""
    if all(most_fields(text.split(each)) < _FEWEST_HEADINGS for each in _SEPARATORS if each in text):
        return None
    message = _(
        "Line {line} stands in quotation marks as a whole, so that it is one cell. Save the file anew from the "
        "spreadsheet program, as «CSV UTF-8» or .xlsx. No case of it was taken."
    ).format(line=record.line)
    return _problem_at(sheet, row, 1, message)


def _problem_at(sheet: str, row: int, column: int, message: str, level: Level = "error", value: str = "") -> Problem:
    """Return a problem of the file at a cell; columns are counted from 1."""
    cell = f"{get_column_letter(column)}{row}"
    return Problem(rule="format", level=level, sheet=sheet, cell=cell, row=row, value=value, message=message)
