"""Read a .csv file as one sheet: UTF-8, UTF-16 or Windows-1252; semicolons, commas or tabs."""

import csv
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from flows.intake.sheet_model import Sheet, SheetRow

_SEPARATORS = (";", ",", "\t")
_LINES_TO_LOOK_AT = 30
_PIECE = 1024 * 1024

csv.field_size_limit(min(sys.maxsize, 1_000_000))


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield the file as one sheet, named after it."""
    encoding = _encoding(path)
    yield Sheet(path.stem, partial(_rows, path, encoding, _separator(path, encoding)))


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        file.seek(0)
        decoder = getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _separator(path: Path, encoding: str) -> str:
    """Return the separator that cuts the first lines into most columns, in its richest line."""

    def columns(separator: str) -> int:
        return max((len(cells) for cells in islice(_read(path, encoding, separator), _LINES_TO_LOOK_AT)), default=0)

    return max(_SEPARATORS, key=columns)


def _read(path: Path, encoding: str, separator: str) -> Iterator[list[str]]:
    # Five bytes mean nothing in Windows-1252; they become a sign that no rule accepts in a name or a number.
    with path.open(encoding=encoding, errors="replace" if encoding == "cp1252" else "strict", newline="") as file:
        yield from csv.reader(file, delimiter=separator)


def _rows(path: Path, encoding: str, separator: str) -> Iterator[SheetRow]:
    for number, values in enumerate(_read(path, encoding, separator), start=1):
        if number == 1 and values[:1] and values[0].startswith("sep="):
            continue
        cells = {column: value for column, value in enumerate(values) if value.strip()}
        if cells:
            yield SheetRow(number, cells)
