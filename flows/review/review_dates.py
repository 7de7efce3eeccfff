"""Compute review dates: calendar years from the anchor, moved to earlier working days (domain rules 6.2)."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

OSLO = ZoneInfo("Europe/Oslo")


def oslo_date(instant: datetime) -> date:
    """Return the day that an instant falls on in Norway."""
    return instant.astimezone(OSLO).date()


def nominal_date(anchor: date, number: int) -> date:
    """Return the day of review `number` (1, 2, …): that many calendar years after the anchor, never step by step.

    29 February becomes the 28th in other years, and is the 29th again in the next leap year.
    """
    return anchor + relativedelta(years=number)


def working_day_on_or_before(day: date) -> date:
    """Return the day itself, or the nearest earlier day that is neither weekend nor public holiday in Norway."""
    while day.weekday() >= 5 or day in _holidays(day.year):
        day -= timedelta(days=1)
    return day


def due_date(anchor: date, number: int) -> date:
    """Return the working day by which review `number` must be done."""
    return working_day_on_or_before(nominal_date(anchor, number))


def reminder_date(due: date, before: relativedelta) -> date:
    """Return the working day on or before the day that lies so long before the due date."""
    return working_day_on_or_before(due - before)


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year, language="nb"))


def start_of_day(day: date) -> datetime:
    """Return the UTC instant at which a day begins in Norway."""
    return datetime.combine(day, datetime.min.time(), OSLO).astimezone(UTC)
