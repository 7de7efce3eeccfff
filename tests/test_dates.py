"""Norwegian time: days, working days and how they are written; nothing else in the program knows the zone."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import flows
from flows.dates import (
    exact_time,
    long_date,
    long_time,
    month_name,
    oslo_date,
    short_date,
    start_of_day,
    working_day_on_or_before,
)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_an_instant_falls_on_a_norwegian_day(instant: datetime, day: date) -> None:
    """Midnight in Norway is one hour before UTC's in winter, and two in summer."""
    assert oslo_date(instant) == day


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2027, 1, 1), datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 27, 23, 0, tzinfo=UTC)),
        (date(2027, 3, 29), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),
        (date(2027, 11, 1), datetime(2027, 10, 31, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_an_instant(day: date, instant: datetime) -> None:
    """Also on the days on which summer time begins and ends."""
    assert start_of_day(day) == instant


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2027, 5, 18), date(2027, 5, 18)),
        (date(2027, 5, 17), date(2027, 5, 14)),
        (date(2027, 3, 29), date(2027, 3, 24)),
        (date(2027, 1, 1), date(2026, 12, 31)),
    ],
)
def test_working_days(day: date, before: date) -> None:
    """Weekends and public holidays are passed over backwards, Easter as a whole."""
    assert working_day_on_or_before(day) == before


def test_dates_are_written_as_people_write_them() -> None:
    """In figures, and with the name of the month in each language."""
    day = date(2027, 1, 2)
    assert short_date(day) == "02.01.2027"
    assert [long_date(day, language) for language in ("nb", "nn", "en")] == [
        "2. januar 2027",
        "2. januar 2027",
        "2 January 2027",
    ]


def test_instants_are_written_in_norwegian_time() -> None:
    """To the minute for people, to the second for evidence; by the clock in Norway."""
    instant = datetime(2027, 7, 1, 7, 5, 30, tzinfo=UTC)
    assert long_time(instant, "nb") == "1. juli 2027 kl.\u00a009.05"
    assert long_time(instant, "en") == "1 July 2027 at 09:05"
    assert exact_time(instant, "nb") == "01.07.2027 kl. 09.05.30"
    assert exact_time(instant, "en") == "1 Jul 2027 at 09:05:30"


def test_days_and_months_have_their_names() -> None:
    """The day of the week on asking; abbreviations without a full stop."""
    assert long_date(date(2027, 5, 14), "nb", weekday=True) == "fredag 14. mai 2027"
    assert long_date(date(2027, 5, 14), "en", weekday=True) == "Friday 14 May 2027"
    assert (month_name(9, "nb"), month_name(9, "nb", short=True)) == ("september", "sep")


def test_the_zone_and_the_format_stand_in_one_place() -> None:
    """No other module names the zone, or writes DD.MM.YYYY by a format of its own."""
    own = re.compile(r"ZoneInfo\(|Europe/Oslo\"|%d\.%m\.%Y|babel\.dates")
    root = Path(flows.__file__).parent
    found = [str(path.relative_to(root)) for path in root.rglob("*.py") if own.search(path.read_text())]
    assert found == ["dates.py"]
