"""How long an ALIS-avtale lasts (docs/domain.md#how-long-an-alis-avtale-lasts)."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from flows.agreements.duration import Break, Share, add_months, last_day, months_between

START = date(2026, 3, 1)
FULL = [Share(START, Fraction(1))]
DAYS = st.dates(min_value=date(2019, 3, 1), max_value=date(2060, 12, 31))
SHARES = st.integers(min_value=10, max_value=100).map(lambda percent: Fraction(percent, 100))


@pytest.mark.parametrize(
    ("work", "breaks", "absence", "expected"),
    [
        pytest.param(FULL, [], 0, date(2031, 2, 28), id="full time"),
        pytest.param(FULL, [Break(date(2027, 9, 1), date(2028, 2, 29))], 0, date(2031, 8, 31), id="institution"),
        pytest.param(FULL, [], 6, date(2031, 8, 31), id="six months of absence"),
        pytest.param([Share(START, Fraction(1, 2))], [], 0, date(2036, 2, 29), id="half time"),
        pytest.param([Share(START, Fraction(3, 5))], [], 0, date(2034, 6, 30), id="60 per cent"),
        pytest.param(
            [*FULL, Share(date(2028, 3, 1), Fraction(1, 2))], [], 0, date(2034, 2, 28), id="24 months, then half"
        ),
    ],
)
def test_last_day_of_the_examples(work: list[Share], breaks: list[Break], absence: int, expected: date) -> None:
    """The table in docs/domain.md holds to the day."""
    assert expected == last_day(START, work, breaks, Fraction(absence))


def test_a_share_that_began_earlier_holds_from_the_start() -> None:
    """Of several shares, the one in force on the first day counts, not the first one written."""
    work = [Share(date(2024, 1, 1), Fraction(1)), Share(date(2025, 1, 1), Fraction(1, 2))]
    assert date(2036, 2, 29) == last_day(START, work)


def test_a_break_across_a_change_of_share_counts_for_neither() -> None:
    """Suspended months are left out on both sides of a change of share."""
    work = [*FULL, Share(date(2027, 3, 1), Fraction(1, 2))]
    breaks = [Break(date(2027, 1, 1), date(2027, 4, 30))]
    # Ten months at full time until the break, so 50 full-time months are left: 100 months at half time from 1 May 2027.
    assert date(2035, 8, 31) == last_day(START, work, breaks)


def test_a_break_before_the_start_changes_nothing() -> None:
    """Only breaks within the agreement matter."""
    assert date(2031, 2, 28) == last_day(START, FULL, [Break(date(2025, 1, 1), date(2025, 6, 30))])


def test_a_tiny_share_ends_with_the_calendar() -> None:
    """A share so small that the end lies beyond the calendar gives its last day."""
    assert date.max - timedelta(days=1) == last_day(START, [Share(START, Fraction(1, 100000))])


@given(start=DAYS, months=st.integers(min_value=1, max_value=120))
def test_whole_months_count_from_the_anchor(start: date, months: int) -> None:
    """60 months at a share that divides them end months later, less one day, clamped in short months."""
    share = Fraction(60, 60 + months)
    assert start + relativedelta(months=60 + months) - timedelta(days=1) == last_day(start, [Share(start, share)])


@given(start=DAYS, share=SHARES, months=st.integers(min_value=0, max_value=24))
def test_absence_and_part_time_only_extend(start: date, share: Fraction, months: int) -> None:
    """Nothing that the rule allows makes the agreement shorter than five years."""
    five_years = start + relativedelta(years=5) - timedelta(days=1)
    assert five_years <= last_day(start, [Share(start, share)])
    assert last_day(start, [Share(start, share)]) <= last_day(
        start, [Share(start, share)], absence_months=Fraction(months)
    )


@given(start=DAYS, share=SHARES, begins=st.integers(0, 1500), length=st.integers(0, 400))
def test_what_is_used_is_sixty_months(start: date, share: Fraction, begins: int, length: int) -> None:
    """Months worked outside the break, times the share, reach 60 on the last day and not on the day before."""
    pause = Break(start + timedelta(days=begins), start + timedelta(days=begins + length))
    end = last_day(start, [Share(start, share)], [pause]) + timedelta(days=1)
    before = months_between(start, pause.first_day)
    after = pause.last_day + timedelta(days=1)
    assert (before + months_between(after, end)) * share >= 60
    assert (before + months_between(after, end - timedelta(days=1))) * share < 60


@given(start=DAYS, months=st.fractions(min_value=0, max_value=200, max_denominator=60))
def test_months_there_and_back(start: date, months: Fraction) -> None:
    """Adding months and counting them again differs by less than a day."""
    assert 0 <= months_between(start, add_months(start, months)) - months < Fraction(1, 28)
