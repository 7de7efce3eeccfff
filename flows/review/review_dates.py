"""Compute review dates: years from the anchor, moved to earlier working days (docs/domain.md#calendar-rules)."""

from datetime import date

from dateutil.relativedelta import relativedelta

from flows.dates import working_day_on_or_before


def nominal_date(anchor: date, number: int) -> date:
    """Return the day of review `number` (1, 2, …): that many calendar years after the anchor, never step by step.

    29 February becomes the 28th in other years, and is the 29th again in the next leap year.
    """
    return anchor + relativedelta(years=number)


def due_date(anchor: date, number: int) -> date:
    """Return the working day by which review `number` must be done."""
    return working_day_on_or_before(nominal_date(anchor, number))


def reminder_date(due: date, before: relativedelta) -> date:
    """Return the working day on or before the day that lies so long before the due date."""
    return working_day_on_or_before(due - before)
