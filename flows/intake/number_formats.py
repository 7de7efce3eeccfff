"""Number formats of spreadsheet cells: what a format shows a number as, and the value that the cell has by it.

A workbook stores days and times as numbers; only the format tells them from others (ECMA-376 part 1, 18.8.30 and
18.17.4).
"""

import math
import re
from datetime import datetime, time, timedelta
from enum import Enum, auto

DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001  a cell has no time zone
DAY_0_OF_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL = 2_958_465
_DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_TIMES = {*range(18, 22), *range(45, 48)}
_PERCENTAGES = {9, 10}
_ELAPSED = re.compile(r"\[(?:h+|m+|s+|t+)\]", re.IGNORECASE)
_NO_FORMAT_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
GENERAL = ("general", "standard", "generell", "generelt", "allmänt", "yleinen")
"""What programs call the format that shows a value as it is."""


class FormatKind(Enum):
    """What a number format shows."""

    NUMBER = auto()
    PERCENTAGE = auto()
    DATE = auto()
    TIME = auto()


class Percentage(float):
    """A share that the spreadsheet shows as per cent: 0.8 is shown as 80 %."""

    __slots__ = ()


class MoneyAmount(float):
    """A number that the spreadsheet shows as an amount of kroner: no share and no count."""

    __slots__ = ()


def format_kind(identifier: int, code: str | None) -> FormatKind:
    """Return what a format shows, from its code, or from its identifier if it is built in and has no code.

    Some programs write codes in their own language («dd.mm.åååå», «TT.MM.JJJJ»), so their letters count, too.
    """
    if code is None:
        for kind, built_in in (
            (FormatKind.DATE, _DATES),
            (FormatKind.TIME, _TIMES),
            (FormatKind.PERCENTAGE, _PERCENTAGES),
        ):
            if identifier in built_in:
                return kind
        return FormatKind.NUMBER
    first = code.split(";")[0]
    letters = _NO_FORMAT_LETTERS.sub("", first).casefold()
    if letters.strip() in GENERAL:
        return FormatKind.NUMBER
    if _ELAPSED.search(first):
        return FormatKind.TIME
    if any(letter in letters for letter in "dyåj") or ("m" in letters and not any(each in letters for each in "hst")):
        return FormatKind.DATE
    if any(letter in letters for letter in "hst"):
        return FormatKind.TIME
    return FormatKind.PERCENTAGE if "%" in letters else FormatKind.NUMBER


def shows_nothing(code: str | None) -> bool:
    """Return whether a format shows neither numbers nor texts: «;;;», by which people hide a cell."""
    return code is not None and code.replace(" ", "") == ";;;"


def typed_number(number: float, kind: FormatKind, day_0: datetime) -> float | datetime | time | timedelta:
    """Return the value of a number in a cell of this format. Raises `ValueError` for no number, and for no day.

    Numbers are rounded to the 15 digits that spreadsheet programs show; moments to seconds, because a serial has no
    exact fractions. A time of day is a `time`; a longer one, or a day shown as a time, a `timedelta`.
    """
    if not math.isfinite(number):
        raise ValueError(number)
    match kind:
        case FormatKind.NUMBER:
            return number if number.is_integer() else float(f"{number:.15g}")
        case FormatKind.PERCENTAGE:
            return Percentage(f"{number:.15g}")
        case FormatKind.DATE:
            if not 1 <= number <= _LAST_SERIAL:
                raise NoDayError(number)
            return serial_date(number, day_0)
        case FormatKind.TIME:
            if number < 0:
                raise NoDayError(number)
            return time_of(timedelta(days=number))


class NoDayError(ValueError):
    """A number in a date or time format that is no day and no time. Caught by the readers of workbooks."""


def serial_date(number: float, day_0: datetime) -> datetime:
    """Return the moment that a serial number means, counted in days from the first day of the workbook."""
    return day_0 + timedelta(days=int(number), seconds=round(number % 1 * 86_400))


def time_of(elapsed: timedelta) -> time | timedelta:
    """Return a time of day if the time is shorter than a day, rounded to seconds; otherwise as it is."""
    seconds = round(elapsed.total_seconds())
    if 0 <= seconds < 86_400:
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return timedelta(seconds=seconds)
