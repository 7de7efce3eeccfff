"""Compare two agreements of one doctor: whether they hold at the same time, and what share of full time they make."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from flows.agreements.field_types import WorkPeriod

FULL_TIME = 100


class HeldAgreement(NamedTuple):
    """When one agreement of a doctor holds, both days included, and at what share of full time."""

    first_day: date
    last_day: date | None
    work: tuple[WorkPeriod, ...]


def share_together(one: HeldAgreement, other: HeldAgreement) -> Decimal | None:
    """Return the per cent of full time on the first day that both hold, or None where there is no such day."""
    begins = max(one.first_day, other.first_day)
    if any(each.last_day is not None and each.last_day < begins for each in (one, other)):
        return None
    return _share_on(one, begins) + _share_on(other, begins)


def _share_on(agreement: HeldAgreement, day: date) -> Decimal:
    held = [period for period in agreement.work[1:] if period.fra and period.fra <= day]
    return (held[-1] if held else agreement.work[0]).prosent
