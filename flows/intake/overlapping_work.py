"""Compare two agreements of one doctor: whether they hold at the same time, and what share of full time they make."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from flows.agreements.field_types import WorkPeriod

FULL_TIME = 100


class HeldAgreement(NamedTuple):
    """When one agreement holds, both days included, and at what share of full time if it is a doctor's."""

    first_day: date
    last_day: date | None
    work: tuple[WorkPeriod, ...]


def share_together(one: HeldAgreement, other: HeldAgreement) -> Decimal | None:
    """Return the per cent of full time on the first day that both hold, or None where there is no such day."""
    if not hold_together(one, other):
        return None
    begins = max(one.first_day, other.first_day)
    return share_on(one.work, begins) + share_on(other.work, begins)


def hold_together(one: HeldAgreement, other: HeldAgreement) -> bool:
    """Return whether there is a day on which both hold."""
    begins = max(one.first_day, other.first_day)
    return all(each.last_day is None or each.last_day >= begins for each in (one, other))


def share_on(work: Sequence[WorkPeriod], day: date) -> Decimal:
    """Return the per cent of full time on a day; the first period holds until the next, whatever its own day is."""
    held = [period for period in work[1:] if period.fra and period.fra <= day]
    return (held[-1] if held else work[0]).prosent
