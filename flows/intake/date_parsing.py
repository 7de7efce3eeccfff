"""Parse dates and months as people write them: DD.MM.ÅÅÅÅ, ISO, «fredag 1. januar 2027», or a date cell.

A day is read only where nothing is left over: a text that says more than one day, a time of day, or a weekday that the
day does not have is no date, and the sentence says which of these it is.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Any

from flows.dates import long_date, short_date
from flows.intake.date_words import MONTH_NUMBERS, WEEKDAYS
from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from flows.intake.text_normalization import as_text
from flows.language import translate as _

_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?!\d)")
_IN_WORDS = re.compile(r"(?<!\d)(\d{1,2})\.?\s*([a-zæøå]{3,})(?:\.?,?\s+|\.)(\d{4}|\d{2})(?!\d)", re.IGNORECASE)
_TIME = re.compile(
    r"(?:(?<=\d)T|[\s,]+(?:kl\.?\s*)?)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_NEAR = re.compile(r"Z|\+0[012]:?00", re.IGNORECASE)
_WEEKDAY = re.compile(r"^([a-zæøå]{2,9})\.?,?\s+(?:den\s+)?(?=\d)", re.IGNORECASE)
_WEEKDAY_AFTER = re.compile(r",?\s*\(?\b([a-zæøå]{2,9})\.?\)?$", re.IGNORECASE)
_THE = re.compile(r"^den\s+(?=\d)", re.IGNORECASE)
_MONTH = re.compile(r"(\d{1,2})\s?[./-]\s?(\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_MONTH_IN_WORDS = re.compile(r"([a-zæøå]+)\.?\s+(\d{4})", re.IGNORECASE)
_SPREADSHEET_DAY_0 = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73415
"""Numbers that stand for a day in a spreadsheet, from 2000 to 2100."""
_HALF_A_SECOND = timedelta(microseconds=500_000)
_LAST_OF_TWO_DIGITS = 60
"""Years of two digits up to this one are of this century; those after it could be of either."""


def read_date(value: Any) -> date | DoubtfulValue:
    """Return the day that a value means. Raises `ParseFailure`.

    A year of two digits is read as 20ÅÅ, and «01/02/2027» with the day first; both are doubtful.
    """
    match value:
        case datetime():
            return _without_time(value, value)
        case date():
            return value
        case bool():
            raise _no_date(value)
        case int() | float() if _FIRST_SERIAL <= value <= _LAST_SERIAL:
            midnight = datetime.combine(_SPREADSHEET_DAY_0, time())
            return _without_time(midnight + timedelta(days=value), value)
        case str():
            return _from_text(value)
        case _:
            raise _no_date(value)


def read_month(value: Any) -> str | DoubtfulValue:
    """Return the month that a value means, as MM/ÅÅÅÅ; of a whole date, its month. Raises `ParseFailure`."""
    if isinstance(value, str):
        text = value.strip()
        if match := _MONTH.fullmatch(text):
            return _month(int(match[1]), int(match[2]), text)
        if match := _ISO_MONTH.fullmatch(text):
            return _month(int(match[2]), int(match[1]), text)
        if match := _MONTH_IN_WORDS.fullmatch(text):
            return _month(MONTH_NUMBERS.get(match[1].casefold(), 0), int(match[2]), text)
    try:
        day = read_date(value)
    except ParseFailure:
        raise _no_month(as_text(value)) from None
    if isinstance(day, DoubtfulValue):
        return DoubtfulValue(f"{day.value:%m/%Y}", day.doubt)
    return f"{day:%m/%Y}"


def find_dates(text: str) -> list[tuple[int, int, date, str]]:
    """Return every date in a text in order: start, end, day and doubt. Raises `ParseFailure` for impossible ones."""
    found: list[tuple[int, int, date, str]] = []
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _IN_WORDS):
        for match in pattern.finditer(text):
            if pattern is _IN_WORDS and match[2].casefold() not in MONTH_NUMBERS:
                continue
            if not any(match.start() < end and start < match.end() for start, end, _day, _doubt in found):
                day = _plain_day(match.group(0))
                value, doubt = (day.value, day.doubt) if isinstance(day, DoubtfulValue) else (day, "")
                found.append((match.start(), match.end(), value, doubt))
    return sorted(found)


def _without_time(moment: datetime, value: Any) -> date:
    """Return the day of an instant at midnight, as near as a spreadsheet's fraction of a day comes to it."""
    nearest = (moment + _HALF_A_SECOND).replace(microsecond=0)
    if nearest.time() != time():
        raise _time_of_day(f"{short_date(moment)} {moment:%H:%M}" if isinstance(value, datetime) else as_text(value))
    return nearest.date()


def _from_text(text: str) -> date | DoubtfulValue:
    rest = " ".join(text.split())
    rest = _without_midnight(rest, text)
    weekday = None
    if (match := _WEEKDAY.match(rest)) and match[1].casefold() in WEEKDAYS:
        weekday, rest = WEEKDAYS[match[1].casefold()], rest[match.end() :]
    elif (match := _WEEKDAY_AFTER.search(rest)) and match[1].casefold() in WEEKDAYS:
        weekday, rest = WEEKDAYS[match[1].casefold()], rest[: match.start()]
    rest = _THE.sub("", rest)
    if rest.isdigit() and len(rest) == 5 and _FIRST_SERIAL <= int(rest) <= _LAST_SERIAL:
        day = _SPREADSHEET_DAY_0 + timedelta(days=int(rest))
        raise ParseFailure(
            _("«{text}» is a spreadsheet's number of a day. Write the date: {day}, if that is what is meant.").format(
                text=text, day=short_date(day)
            )
        )
    found = _plain_day(rest, text)
    day = found.value if isinstance(found, DoubtfulValue) else found
    if weekday is not None and day.weekday() != weekday:
        raise ParseFailure(
            _("«{text}» cannot be: that day is «{right}». Correct the weekday or the date.").format(
                text=text, right=long_date(day, "nb", weekday=True)
            )
        )
    return found


def _without_midnight(rest: str, text: str) -> str:
    match = _TIME.search(rest)
    if match is None:
        return rest
    elsewhere = match[4] and not _NEAR.fullmatch(match[4])  # midnight there is another day, or time, in Norway
    if elsewhere or int(match[1]) or int(match[2]) or int(match[3] or 0):
        raise _time_of_day(text)
    return rest[: match.start()]


def _plain_day(rest: str, text: str = "") -> date | DoubtfulValue:
    """Return the day of a text that is nothing else. `text` is what stood in the cell, for the sentence."""
    text = text or rest
    if match := _YEAR_FIRST.fullmatch(rest):
        return _day(int(match[1]), int(match[3]), int(match[4]), text)
    if match := _DAY_FIRST.fullmatch(rest):
        found = _with_century(match[4], int(match[3]), int(match[1]), text)
        either_way = match[2] == "/" and int(match[1]) <= 12 and match[1].zfill(2) != match[3].zfill(2)
        if either_way and not isinstance(found, DoubtfulValue):
            doubt = _("«{text}» is read with the day first, as {day}. Write it as DD.MM.ÅÅÅÅ.")
            return DoubtfulValue(found, doubt.format(text=text, day=long_date(found, "nb")))
        return found
    if (match := _IN_WORDS.fullmatch(rest)) and (month := MONTH_NUMBERS.get(match[2].casefold())):
        return _with_century(match[3], month, int(match[1]), text)
    raise _more_or_less_than_a_day(rest, text)


def _more_or_less_than_a_day(rest: str, text: str) -> ParseFailure:
    match = _MONTH_IN_WORDS.fullmatch(rest)
    if (match and match[1].casefold() in MONTH_NUMBERS) or _MONTH.fullmatch(rest) or _ISO_MONTH.fullmatch(rest):
        return ParseFailure(
            _("«{text}» is a month without a day. Write the day, too, as DD.MM.ÅÅÅÅ.").format(text=text)
        )
    if re.fullmatch(r"(?:19|20|21)\d\d", rest):
        return ParseFailure(_("«{text}» is only a year. Write the whole day as DD.MM.ÅÅÅÅ.").format(text=text))
    dates = find_dates(rest) if not _is_one_date(rest) else []
    if len(dates) > 1:
        return ParseFailure(_("«{text}» holds more than one date. Write the one that holds.").format(text=text))
    if dates and "/" not in rest:
        return ParseFailure(
            _("«{text}» holds more than a date. Write the date alone: {day}.").format(
                text=text, day=short_date(dates[0][2])
            )
        )
    return _no_date(text)


def _is_one_date(rest: str) -> bool:
    return any(pattern.fullmatch(rest) for pattern in (_YEAR_FIRST, _DAY_FIRST, _IN_WORDS))


def _with_century(year: str, month: int, day: int, text: str) -> date | DoubtfulValue:
    if len(year) == 4:
        return _day(int(year), month, day, text)
    if int(year) > _LAST_OF_TWO_DIGITS:
        raise ParseFailure(_("The year of «{text}» has two digits. Write all four.").format(text=text))
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


def _time_of_day(text: str) -> ParseFailure:
    return ParseFailure(_("«{text}» holds a time of day. Write the day alone, as DD.MM.ÅÅÅÅ.").format(text=text))


def _no_date(value: Any) -> ParseFailure:
    return ParseFailure(
        _("«{text}» is no date. Write the day as DD.MM.ÅÅÅÅ, such as 01.03.2027.").format(text=as_text(value))
    )


def _no_month(text: str) -> ParseFailure:
    return ParseFailure(_("«{text}» is no month. Write month and year as MM/ÅÅÅÅ, such as 02/2031.").format(text=text))
