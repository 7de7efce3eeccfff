"""Parse dates and months as people write them: DD.MM.ÅÅÅÅ, ISO, «1. mars 2026», or a date cell."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any

from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from flows.intake.text_normalization import as_text
from flows.language import translate as _

_DAY_FIRST = re.compile(r"(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_IN_WORDS = re.compile(r"(\d{1,2})\.?\s+([a-zæøå]+)\.?\s+(\d{4}|\d{2})", re.IGNORECASE)
_MONTH = re.compile(r"(\d{1,2})\s?[./-]\s?(\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_MONTH_IN_WORDS = re.compile(r"([a-zæøå]+)\.?\s+(\d{4})", re.IGNORECASE)
_MONTHS = ("januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
           "desember")  # fmt: skip
_ENGLISH_MONTHS = {"january": 1, "february": 2, "march": 3, "may": 5, "june": 6, "july": 7, "october": 10, "oct": 10,
                   "december": 12, "dec": 12}  # fmt: skip
_MONTH_NUMBERS = {
    **_ENGLISH_MONTHS,
    **{name: number for number, name in enumerate(_MONTHS, start=1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS, start=1)},
    "sept": 9,
}
_SPREADSHEET_DAY_0 = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73415
"""Numbers that stand for a day in a spreadsheet, from 2000 to 2100."""


def read_date(value: Any) -> date | DoubtfulValue:
    """Return the day that a value means. Raises `ParseFailure`; a year of two digits is read as 20ÅÅ and doubtful."""
    match value:
        case datetime():
            return value.date()
        case date():
            return value
        case bool():
            raise _no_date(value)
        case int() | float() if _FIRST_SERIAL <= value <= _LAST_SERIAL:
            return _SPREADSHEET_DAY_0 + timedelta(days=int(value))
        case str():
            return _from_text(value)
        case _:
            raise _no_date(value)


def read_month(value: Any) -> str:
    """Return the month that a value means, as MM/ÅÅÅÅ; of a whole date, its month. Raises `ParseFailure`."""
    if isinstance(value, str):
        text = value.strip()
        if match := _MONTH.fullmatch(text):
            return _month(int(match[1]), int(match[2]), text)
        if match := _ISO_MONTH.fullmatch(text):
            return _month(int(match[2]), int(match[1]), text)
        if match := _MONTH_IN_WORDS.fullmatch(text):
            return _month(_MONTH_NUMBERS.get(match[1].casefold(), 0), int(match[2]), text)
    try:
        day = read_date(value)
    except ParseFailure:
        raise _no_month(as_text(value)) from None
    return f"{day.value if isinstance(day, DoubtfulValue) else day:%m/%Y}"


def find_dates(text: str) -> list[tuple[int, int, date]]:
    """Return every date in a text with its start and end, in order. Raises `ParseFailure` for impossible ones."""
    found: list[tuple[int, int, date]] = []
    for pattern in (_ISO, _DAY_FIRST, _IN_WORDS):
        for match in pattern.finditer(text):
            if not any(match.start() < end and start < match.end() for start, end, _day in found):
                day = _from_text(match.group(0))
                found.append((match.start(), match.end(), day.value if isinstance(day, DoubtfulValue) else day))
    return sorted(found)


def _from_text(text: str) -> date | DoubtfulValue:
    if match := _ISO.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]), text)
    if match := _DAY_FIRST.fullmatch(text):
        return _with_century(match[3], int(match[2]), int(match[1]), text)
    if (match := _IN_WORDS.fullmatch(text)) and (month := _MONTH_NUMBERS.get(match[2].casefold())):
        return _with_century(match[3], month, int(match[1]), text)
    raise _no_date(text)


def _with_century(year: str, month: int, day: int, text: str) -> date | DoubtfulValue:
    if len(year) == 4:
        return _day(int(year), month, day, text)
    found = _day(2000 + int(year), month, day, text)
    return DoubtfulValue(
        found, _("The year has two digits and is read as {year}. Write all four.").format(year=found.year)
    )


def _day(year: int, month: int, day: int, text: str) -> date:
    if not (1 <= month <= 12 and 1900 <= year <= 2200):
        raise _no_date(text)
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise ParseFailure(
            _("{text} does not exist: that month has {days} days. Write an existing day as DD.MM.ÅÅÅÅ.").format(
                text=text, days=days
            )
        )
    return date(year, month, day)


def _month(month: int, year: int, text: str) -> str:
    if not 1 <= month <= 12:
        raise _no_month(text)
    return f"{month:02}/{year}"


def _no_date(value: Any) -> ParseFailure:
    return ParseFailure(
        _("«{text}» is no date. Write the day as DD.MM.ÅÅÅÅ, such as 01.03.2027.").format(text=as_text(value))
    )


def _no_month(text: str) -> ParseFailure:
    return ParseFailure(_("«{text}» is no month. Write month and year as MM/ÅÅÅÅ, such as 02/2031.").format(text=text))
