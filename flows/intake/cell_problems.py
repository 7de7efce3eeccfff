"""What is wrong with a cell as the file stores it, before anyone asks what its column means.

The type of a cell decides: an error, a formula without a stored value, or a content that cannot be read is a problem at
its cell, never a text. Text that is struck through or hidden is what a person took out: it is left out with a warning.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.agreements.problems import Level
from flows.intake.text_normalization import as_text, masked
from flows.language import translate as _

CellValue = str | float | bool | date | datetime | time | timedelta | None
_LONGEST_SHOWN = 80
_ERROR = re.compile(r"#[^\s]{1,30}|[^\W\d_]{2,8}:\s?5\d\d")
_TOO_NARROW = re.compile(r"#{3,}")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A sentence about a cell, the text that it shows, and what is left of its value.

    `value` is what a warning leaves for use, None if nothing is left. `left_out` tells text that was struck through or
    hidden from a cell whose value cannot be known.
    """

    message: str
    level: Level = "error"
    shown: str = ""
    value: CellValue = None
    left_out: bool = False


def error_cell(text: str) -> CellProblem:
    """Return the problem of a cell of type error."""
    return CellProblem(error_sentence(text), shown=text, value=text)


def error_sentence(text: str) -> str:
    """Return what is said of an error value: which one, and what to do."""
    return _("The formula in the cell gives an error ({text}). Write the value itself.").format(text=text)


def is_error_text(text: str) -> bool:
    """Return whether a text is an error value as programs write it, in any language: «#I/T», «#SPILL!», «Err:502».

    So is «####», which stands in exported text files where a column was too narrow for its value.
    """
    if not text.startswith("#") and ":" not in text[:9]:
        return False
    if _TOO_NARROW.fullmatch(text):
        return True
    if not _ERROR.fullmatch(text):
        return False
    return not text.startswith("#") or (text == text.upper() and any(map(str.isalpha, text)))


def formula_without_value() -> CellProblem:
    """Return the problem of a formula that the file stores no result of."""
    return CellProblem(
        _(
            "The cell holds a formula without a stored value. Open the file in the spreadsheet program, save it, and "
            "try again; or write the value itself."
        )
    )


def unreadable_cell(text: str = "") -> CellProblem:
    """Return the problem of a cell whose content is not what its type says."""
    return CellProblem(
        _("The content of the cell cannot be read. Write it anew in the spreadsheet program."), shown=text
    )


def no_day(number: float) -> CellProblem:
    """Return the problem of a number in a date or time format that is neither."""
    return CellProblem(
        _("The cell is formatted as a date, but {number} is no day. Write the day as DD.MM.ÅÅÅÅ.").format(
            number=as_text(number)
        ),
        shown=as_text(number),
    )


def two_values(shown: str, held: str) -> CellProblem:
    """Return the problem of a cell that shows another text than it stores."""
    message = _("The cell shows «{shown}», but the file stores «{held}». Write the right one anew.")
    return CellProblem(message.format(shown=_short(shown), held=_short(held)), shown=shown)


def struck_through(value: CellValue) -> CellProblem:
    """Return the warning about a cell that is struck through as a whole: nothing of it is used."""
    return _struck(as_text(value), None)


def without_struck(runs: Iterable[tuple[str, bool]]) -> str | CellProblem:
    """Return the text of runs (text, whether it is struck through), with a warning if something was left out."""
    every = list(runs)
    removed = "".join(text for text, struck in every if struck)
    if not removed.strip():
        return "".join(text for text, _struck in every)
    kept = "".join(text for text, struck in every if not struck)
    return _struck(removed, kept if kept.strip() else None)


def _struck(removed: str, kept: str | None) -> CellProblem:
    message = _("Text that is struck through or hidden is left out: «{text}». Delete it, or make it plain text.")
    return CellProblem(message.format(text=_short(removed)), "warning", removed, kept, left_out=True)


def _short(text: str) -> str:
    """Return a text on one line, not longer than a report can show, with long numbers masked."""
    line = masked(" ".join(text.split()))
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"
