"""Norwegian time: days and instants in Europe/Oslo, working days, and how dates are written.

Days are `datetime.date` values in Norway; instants are aware `datetime` values, kept in UTC.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

OSLO = ZoneInfo("Europe/Oslo")


def oslo_time(instant: datetime) -> datetime:
    """Return an instant as the clock in Norway shows it."""
    return instant.astimezone(OSLO)


def oslo_date(instant: datetime) -> date:
    """Return the day that an instant falls on in Norway."""
    return oslo_time(instant).date()


def start_of_day(day: date) -> datetime:
    """Return the UTC instant at which a day begins in Norway."""
    return datetime.combine(day, datetime.min.time(), OSLO).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the last second of a day in Norway as a UTC instant: a deadline is a day, and holds until it ends."""
    return start_of_day(day + timedelta(days=1)) - timedelta(seconds=1)


def working_day_on_or_before(day: date) -> date:
    """Return the day itself, or the nearest earlier day that is neither weekend nor public holiday in Norway."""
    while day.weekday() >= 5 or day in _holidays(day.year):
        day -= timedelta(days=1)
    return day


def short_date(day: date) -> str:
    """Return a day as DD.MM.YYYY, the form of Norwegian documents and sheets."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def parse_day(text: str) -> date | None:
    """Return the day that a text says as YYYY-MM-DD or DD.MM.YYYY, None for anything else."""
    said = text.strip()
    if re.fullmatch(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}", said):
        day, month, year = said.split(".")
        said = f"{year}-{month:0>2}-{day:0>2}"
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def long_date(day: date, language: str, *, weekday: bool = False) -> str:
    """Return a day with the name of its month: «1. januar 2027», "1 January 2027"; with `weekday`, «fredag 1. …»."""
    pattern = "d MMMM y" if language == "en" else "d. MMMM y"
    return format_date(day, f"EEEE {pattern}" if weekday else pattern, locale=language)


def long_time(instant: datetime, language: str) -> str:
    """Return an instant to the minute in Norway: «1. januar 2027 kl. 09.05», "1 January 2027 at 09:05"."""
    pattern = "d MMMM y 'at' HH:mm" if language == "en" else "d. MMMM y 'kl.'\u00a0HH.mm"
    return format_datetime(instant, pattern, tzinfo=OSLO, locale=language)


def exact_time(instant: datetime, language: str) -> str:
    """Return an instant to the second in Norway: «01.01.2027 kl. 09.05.30», "1 Jan 2027 at 09:05:30"."""
    pattern = "d MMM y 'at' HH:mm:ss" if language == "en" else "dd.MM.y 'kl.' HH.mm.ss"
    return format_datetime(instant, pattern, tzinfo=OSLO, locale=language)


def month_name(month: int, language: str, *, short: bool = False) -> str:
    """Return the name of a month (1 to 12), or its abbreviation without a full stop."""
    return format_date(date(2000, month, 1), "LLL" if short else "LLLL", locale=language).strip(".")


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays  # takes as long as much of a command's start, and few commands count working days

    return frozenset(holidays.country_holidays("NO", years=year, language="nb"))
