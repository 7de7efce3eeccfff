"""Text files of good cases, with one thing changed in what is written."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from flows.agreements.alis_case import AlisCase
from flows.intake import ValidatedSource, read
from tests.intake.workbooks import ALIS, TODAY, table

LAST = "4.3 Kommunal finansiering"
HEADINGS, CELLS = table([{**ALIS, LAST: "Flytting dekkes."}])
COLUMN = {heading: number for number, heading in enumerate(HEADINGS)}


def row(number: int, **changed: str) -> list[str]:
    """Return the cells of a good case with its own number; changed ones by `text` (the last), `name` and `place`."""
    cells = [f"{cell:%d.%m.%Y}" if isinstance(cell, date) else str(cell) for cell in CELLS]
    cells[COLUMN["HPR-nr."]] = f"9900{number}0{number}1{number}"
    cells[COLUMN["Legens navn"]] = changed.get("name", "Kari Åsbø")
    cells[COLUMN["Arbeidssted"]] = changed.get("place", f"Legekontor {number}")
    cells[COLUMN[LAST]] = changed.get("text", "Flytting dekkes.")
    return cells


def line(cells: Sequence[str], separator: str = ";") -> str:
    """Return a line without its end, quoted where it must be."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def bare(cells: Sequence[str], separator: str = ";") -> str:
    """Return a line in which nothing is quoted."""
    return separator.join(cells)


def file_of(*lines: str, separator: str = ";", end: str = "\n") -> str:
    """Return the text of a file with the headings and these lines."""
    return "".join(each + end for each in (line(HEADINGS, separator), *lines))


def judged(folder: Path, content: str | bytes) -> ValidatedSource:
    """Read a file with this content."""
    path = folder / "saker.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, TODAY)


def texts(found: ValidatedSource) -> list[str]:
    """Return the last text of every good case."""
    return [each.case.avtalt_kommunal_finansiering for each in found.cases if isinstance(each.case, AlisCase)]
