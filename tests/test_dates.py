"""Norwegian time: days, working days and how they are written; nothing else in the program knows the zone."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import flows
from flows.dates import long_date, oslo_date, short_date, start_of_day, working_day_on_or_before


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


def test_the_zone_and_the_format_stand_in_one_place() -> None:
    """No other module names the zone, or writes DD.MM.YYYY by a format of its own."""
    own = re.compile(r"ZoneInfo\(|Europe/Oslo\"|%d\.%m\.%Y")
    root = Path(flows.__file__).parent
    found = [str(path.relative_to(root)) for path in root.rglob("*.py") if own.search(path.read_text())]
    assert found == ["dates.py"]
