"""Dates of reviews: laws, and the examples of the domain."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.dates import oslo_date, working_day_on_or_before
from flows.review import deadline_kinds
from flows.review.review_dates import due_date, nominal_date

days = st.dates(date(2019, 3, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("anchor", "number", "nominal"),
    [
        (date(2026, 11, 20), 1, date(2027, 11, 20)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
        (date(2026, 8, 31), 10, date(2036, 8, 31)),
    ],
)
def test_review_falls_years_after_its_anchor(anchor: date, number: int, nominal: date) -> None:
    """Review n is n calendar years after the anchor; 29 February comes back in leap years."""
    assert nominal_date(anchor, number) == nominal


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2027, 5, 17), date(2027, 5, 14)),  # Constitution Day and Whit Monday, after a weekend
        (date(2027, 3, 28), date(2027, 3, 24)),  # Easter Sunday, back over Good Friday and Maundy Thursday
        (date(2026, 12, 24), date(2026, 12, 24)),  # Christmas Eve is no public holiday
        (date(2027, 1, 1), date(2026, 12, 31)),
    ],
)
def test_due_day_moves_to_an_earlier_working_day(day: date, due: date) -> None:
    """A deadline on a weekend or a public holiday moves earlier, over as many as there are."""
    assert working_day_on_or_before(day) == due


@given(day=days)
def test_due_day_is_the_nearest_working_day(day: date) -> None:
    """The due day is a working day on or before the nominal one, with no working day in between."""
    due = working_day_on_or_before(day)
    norway = holidays.country_holidays("NO")
    assert due <= day
    assert due.weekday() < 5
    assert due not in norway
    between = [due + timedelta(days=n) for n in range(1, (day - due).days + 1)]
    assert all(one.weekday() >= 5 or one in norway for one in between)


@given(anchor=days, number=st.integers(1, 100))
def test_reviews_neither_drift_nor_double(anchor: date, number: int) -> None:
    """Consecutive reviews are a year apart, whatever the anchor, and due dates keep their order."""
    assert nominal_date(anchor, number).year == anchor.year + number
    assert due_date(anchor, number) < due_date(anchor, number + 1)


def test_the_day_is_norways() -> None:
    """Half past eleven in the evening in UTC is the next day in Norway."""
    assert oslo_date(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)


@pytest.mark.parametrize(
    "kind",
    [
        deadline_kinds.REVIEW,
        deadline_kinds.EXPECTED_END,
        deadline_kinds.NOTICE_END,
        deadline_kinds.ASK_BY,
        deadline_kinds.CONTRACT_BY,
    ],
)
@given(due=days)
def test_every_reminder_is_a_working_day_before_its_date(kind: str, due: date) -> None:
    """Reminders come in order, on working days, all of them before what they remind of."""
    found = list(deadline_kinds.reminders(kind, due).values())
    norway = holidays.country_holidays("NO")
    assert found == sorted(set(found))
    assert found[-1] < due
    assert all(day.weekday() < 5 and day not in norway for day in found)


@settings(max_examples=60)
@given(anchor=st.dates(date(2019, 3, 1), date(2032, 12, 31)))
def test_two_hundred_years_of_reviews(anchor: date) -> None:
    """Over 200 years each year has its one review, in order and without drift, never on a weekend or holiday."""
    nominal = [nominal_date(anchor, number) for number in range(1, 201)]
    due = [due_date(anchor, number) for number in range(1, 201)]
    assert [day.year for day in nominal] == list(range(anchor.year + 1, anchor.year + 201))
    leap_day = (anchor.month, anchor.day) == (2, 29)
    expected = {(anchor.month, anchor.day)} | ({(2, 28)} if leap_day else set())
    assert {(day.month, day.day) for day in nominal} == expected
    assert all(a < b for a, b in pairwise(due))
    norway = holidays.country_holidays("NO")
    for day, planned in zip(due, nominal, strict=True):
        assert timedelta(0) <= planned - day <= timedelta(days=6)
        assert day.weekday() < 5
        assert day not in norway
        assert max(deadline_kinds.reminders(deadline_kinds.REVIEW, day).values()) < day


@given(anchor=days, number=st.integers(1, 100), missed=st.integers(0, 120))
def test_the_newest_reminder_counts(anchor: date, number: int, missed: int) -> None:
    """However many days a run was missed, the reminder is the newest one that has come, and one at a time."""
    due = due_date(anchor, number)
    today = due - timedelta(days=100) + timedelta(days=missed)
    come = [label for label, day in deadline_kinds.reminders(deadline_kinds.REVIEW, due).items() if day <= today]
    assert deadline_kinds.current_reminder(deadline_kinds.REVIEW, due, today) == (come[-1] if come else None)
