"""Drill: workbooks that are damaged or varied in known ways, and none of them may give a wrong case in silence.

`python -m tests.drills.damaged_workbooks [COUNT] [SEED]` writes workbooks of invented cases in every format, does to
each what people and programs do (`workbook_damages`), and reads it. The generator knows what is true of every cell;
a case that differs from it is silent unless a problem names its cell, its line or its heading. So is a case that is
lost, and one that never was. Seeded and repeatable; ends with one JSON line.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from openpyxl.utils import get_column_letter

from flows.agreements.problems import Problem
from flows.errors import CasesUnreadable
from flows.intake import ValidatedCase, ValidatedSource, read
from tests.drills.workbook_cells import plain, write
from tests.drills.workbook_damages import damage
from tests.drills.workbook_drafts import END, FIELDS, SHARE, TEXT, UNKNOWN, Book, Line
from tests.intake.workbooks import ALIS, TODAY

_ENDINGS = ("xlsx", "xlsx", "xlsx", "ods", "ods", "fods", "xls", "csv", "csv", "csv")
_NAMES = ("Kari Nordvik", "Åse Øverbø", "Ola-Jørgen Vik", "Ánne Máret Eira", "Per Ivar Lid", "Zoë Bekk", "Siri Ås")
_PLACES = ("Sentrum legesenter", "Øvre torg legekontor", "Havna legesenter", "Fjellsiden legekontor", "Åsen legesenter")


def run(count: int, seed: int) -> tuple[int, list[str]]:
    """Read so many workbooks; return how many were tried, and what was wrong in silence in each that was."""
    silent: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        for index in range(count):
            book = _book(Random(seed * 1_000_003 + index))
            path = write(Path(name) / f"saker.{book.ending}", book.rows(), book.layout)
            found = list(_silent(book, path))
            if found:
                silent.append(f"{index} {book.ending} {'+'.join(each[1:] for each in book.done)}: {'; '.join(found)}")
    return count, silent


def _book(random: Random) -> Book:
    lines = [_line(random, number) for number in range(random.randrange(2, 6))]
    book = Book(random.choice(_ENDINGS), lines, list(lines[0].cells), random)
    damage(book)
    return book


def _line(random: Random, number: int) -> Line:
    cells: dict[str, Any] = {
        **ALIS,
        "Legens navn": _NAMES[number],
        "HPR-nr.": f"99{number}010{number}2{number}",
        "Arbeidssted": _PLACES[number],
        SHARE: random.choice(("80 %", "100 %", "50 %")),
        END: random.choice((None, date(2028, 12, 31))),
        TEXT: random.choice(("Kommunen dekker flytting.", "Bolig i åtte måneder,\nog reise.")),
        "Signatar for kommunen, e-post": "signatar@eksempel.no",
        "Legens e-post": f"lege{number}@eksempel.no",
    }
    truth = {heading: cells[heading] for heading in FIELDS}
    return Line(cells, {**truth, SHARE: str(cells[SHARE]).removesuffix(" %")})


def _silent(book: Book, path: Path) -> Iterator[str]:
    """Yield what is wrong with what was read and is not said."""
    try:
        judged = read(path, TODAY)
    except CasesUnreadable as sentence:
        if not book.whole:
            yield f"refused as a whole: {sentence}"
        return
    if book.whole and not judged.cases and any(each.level == "error" for each in judged.problems):
        return
    cases = {(one.place.sheet, one.case.model_dump().get("lege_hpr_nummer")): one for one in judged.cases}
    sheet = path.stem if book.ending == "csv" else "ALIS-avtale"
    for line, rows in zip(book.lines, _rows(book), strict=True):
        case = cases.pop((sheet, line.cells.get("HPR-nr.")), None)
        for what in _wrong_line(book, judged, rows, line, case):
            yield f"row {rows[0]} {what}"
    for place in cases:
        yield f"a case out of nothing at {place}"
    if book.layout.hidden_sheet and not any(each.sheet == "Gammel" for each in judged.problems):
        yield "a hidden sheet"


def _rows(book: Book) -> Iterator[tuple[int, ...]]:
    """Yield what each line's row may be called: its number, and in a text file also the line that it begins in."""
    before = book.rows()[: len(book.above) + 1]
    begins = 1 + book.layout.names_separator + sum(_lines(row) for row in before)
    for number, line in enumerate(book.lines, start=book.heading_row + 1):
        yield (number, begins) if book.ending == "csv" else (number,)
        begins += _lines([line.cells.get(each) for each in book.headings])


def _lines(row: Sequence[Any]) -> int:
    return 1 + sum(plain(each).count("\n") for each in row if each is not None)


def _wrong_line(
    book: Book, judged: ValidatedSource, rows: tuple[int, ...], line: Line, case: ValidatedCase | None
) -> Iterator[str]:
    of_row = [each for each in judged.problems if _names_row(each, rows, book)]
    if not line.is_case:
        if case:
            yield "is no case and became one"
        if line.must_be_named and not of_row:
            yield "is no case and is not named"
        return
    if case is None:
        if not any(each.level == "error" for each in of_row):
            yield "is lost"
        return
    for heading, field in FIELDS.items():
        truth, found = line.truth[heading], _as_truth(getattr(case.case, field))
        if truth is not UNKNOWN and found == _as_truth(truth):
            continue
        column = get_column_letter(book.headings.index(heading) + 1) if heading in book.headings else ""
        named = {f"{column}{row}" for row in (*rows, book.heading_row)}
        if not any(each.cell in named for each in judged.problems):
            yield f"{heading} is {found!r}, not {'known' if truth is UNKNOWN else repr(truth)}"


def _names_row(problem: Problem, rows: tuple[int, ...], book: Book) -> bool:
    """Return whether a problem is about a row, about the headings, or about hidden rows with this one among them."""
    if problem.row in rows or (problem.row == book.heading_row and problem.level == "error"):
        return True
    return problem.rule == "hidden" and rows[0] in book.layout.hidden_rows and problem.row in book.layout.hidden_rows


def _as_truth(value: Any) -> Any:
    """Return a value as it is compared: empty ones alike, and a share without periods as its number."""
    if isinstance(value, tuple):
        return ", ".join(f"{one.prosent.normalize():f}" for one in value)
    return value or None


def main() -> None:
    """Run the drill; exit 1 when a workbook gave something wrong in silence."""
    count, seed = (int(each) for each in [*sys.argv[1:], *("2000", "0")[len(sys.argv) - 1 :]])
    tried, silent = run(count, seed)
    for each in silent:
        sys.stderr.write(f"{each}\n")
    print(json.dumps({"drill": "damaged_workbooks", "workbooks": tried, "silent": len(silent)}))
    sys.exit(1 if silent else 0)


if __name__ == "__main__":
    main()
