"""Compute how long an ALIS-avtale can last: 60 months of full-time service (agreement, section 1.2).

Months are calendar months counted from the day a stretch begins, so 15 March plus one month is 15 April, clamped to the
last day of a shorter month. Part of a month counts as days / days in that month. Only the calendar is decided here; how
many whole months a grant is counted in is another matter.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dateutil.relativedelta import relativedelta

FULL_TIME_MONTHS = 60
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """Work at a share of full time (0 < share ≤ 1) from a day on, until the next share begins."""

    first_day: date
    share: Fraction


@dataclass(frozen=True, slots=True)
class Break:
    """A stretch in which the agreement is suspended, both days included."""

    first_day: date
    last_day: date


def last_day(
    first_day: date, work: Sequence[Share], breaks: Iterable[Break] = (), absence_months: Fraction = Fraction(0)
) -> date:
    """Return the last day of the agreement: the one on which 60 full-time months are used.

    Breaks do not count (institution service, R-A06). Absence adds to the allowance, month for month (R-A05). `work` is
    ordered by day; the first share holds until the next, whatever its own day is.
    """
    remaining = FULL_TIME_MONTHS + absence_months
    for start, end, share in _stretches(first_day, work, list(breaks)):
        used = months_between(start, end) * share if end else None
        if used is None or used >= remaining:
            return add_months(start, remaining / share) - _ONE_DAY
        remaining -= used
    raise AssertionError("the last stretch is open-ended")


def months_between(start: date, end: date) -> Fraction:
    """Return the months from `start` up to, and not including, `end`."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if start + relativedelta(months=whole) > end:
        whole -= 1
    begun = start + relativedelta(months=whole)
    return whole + Fraction((end - begun).days, _days_in_month_from(start, whole))


def add_months(start: date, months: Fraction) -> date:
    """Return the day after so many months; a part of a day counts as the whole day."""
    whole = math.floor(months)
    if start.year + whole // 12 >= date.max.year - 1:
        return date.max
    days = math.ceil((months - whole) * _days_in_month_from(start, whole))
    return start + relativedelta(months=whole) + timedelta(days=days)


def _days_in_month_from(start: date, whole: int) -> int:
    return (start + relativedelta(months=whole + 1) - (start + relativedelta(months=whole))).days


def _stretches(
    first_day: date, work: Sequence[Share], breaks: Sequence[Break]
) -> Iterator[tuple[date, date | None, Fraction]]:
    """Yield (start, end or None, share) of every stretch that counts; `end` is the day after its last."""
    at_first = next((share for share in reversed(work) if share.first_day <= first_day), work[0])
    shares = [Share(first_day, at_first.share), *(share for share in work[1:] if share.first_day > first_day)]
    for share, following in zip(shares, [*shares[1:], None], strict=True):
        start = share.first_day
        end = following.first_day if following else None
        for pause in sorted(breaks, key=lambda pause: pause.first_day):
            if pause.last_day < start or (end and pause.first_day >= end):
                continue
            if pause.first_day > start:
                yield start, pause.first_day, share.share
            start = pause.last_day + _ONE_DAY
        if end is None or start < end:
            yield start, end, share.share
