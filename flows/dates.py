"""Norwegian time: days and instants in Europe/Oslo, working days, and how dates are written.

Days are `datetime.date` values in Norway; instants are aware `datetime` values, kept in UTC.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from babel.dates import format_date

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


def working_day_on_or_before(day: date) -> date:
    """Return the day itself, or the nearest earlier day that is neither weekend nor public holiday in Norway."""
    while day.weekday() >= 5 or day in _holidays(day.year):
        day -= timedelta(days=1)
    return day


def short_date(day: date) -> str:
    """Return a day as DD.MM.YYYY, the form of Norwegian documents and sheets."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def long_date(day: date, language: str) -> str:
    """Return a day with the name of its month: «1. januar 2027» in Norwegian, "1 January 2027" in English."""
    return format_date(day, "d MMMM y" if language == "en" else "d. MMMM y", locale=language)


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year, language="nb"))
