"""Look up the maximum rates of the state grant, with periods and sources, in `rates.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Rates:
    """The yearly maximum of each element in one period, in NOK at full time.

    `confirmed` is false as long as nobody has checked the amounts with Helsedirektoratet.
    """

    first_day: date
    last_day: date
    elements: Mapping[str, Decimal]
    confirmed: bool
    source: str


def rates_on(day: date) -> Rates:
    """Return the rates of the period that began last before the day; the oldest ones for days before them all."""
    periods = _periods()
    return next((period for period in reversed(periods) if period.first_day <= day), periods[0])


def application_deadline(day: date) -> date | None:
    """Return the last day to apply for the grant of the period that a day lies in, or None where it is not known."""
    return next((entry["apply_by"] for entry in _file()["application"] if entry["from"] <= day <= entry["to"]), None)


def facilitation_ceiling(frame: Decimal) -> Decimal:
    """Return how much of the maximum frame, in NOK, the municipality may use to facilitate (R-A17)."""
    return frame * Decimal(str(_file()["facilitation"]["percent"])) / 100


@cache
def _periods() -> tuple[Rates, ...]:
    periods = (
        Rates(
            first_day=entry["from"],
            last_day=entry["to"],
            elements={name: Decimal(str(amount)) for name, amount in entry["elements"].items()},
            confirmed=entry["confirmed"],
            source=entry["source"],
        )
        for entry in _file()["period"]
    )
    return tuple(sorted(periods, key=lambda period: period.first_day))


@cache
def _file() -> dict[str, Any]:
    with (Path(__file__).parent / "rates.toml").open("rb") as file:
        return tomllib.load(file)
