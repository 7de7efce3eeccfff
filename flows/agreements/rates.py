"""Look up the maximum rates of the state grant, with periods and sources, in `rates.toml`.

The setting `AVTALEFLYT_RATES` names a file of the installation's own with further periods, and the day they are of.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from flows.agreements.local_files import rates_file
from flows.dates import short_date
from flows.errors import WrongUse
from flows.language import translate as _


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
    return tuple(sorted(map(_rates, _file()["period"]), key=lambda period: period.first_day))


def _rates(entry: Mapping[str, Any]) -> Rates:
    return Rates(
        first_day=entry["from"],
        last_day=entry["to"],
        elements={name: Decimal(str(amount)) for name, amount in entry["elements"].items()},
        confirmed=entry["confirmed"],
        source=entry["source"],
    )


@cache
def _file() -> dict[str, Any]:
    """Return the rates that come with the program, with those of the installation's own file beside them.

    Raises `WrongUse` for a file that cannot be used, or that says otherwise of a period that is confirmed here.
    """
    with (Path(__file__).parent / "rates.toml").open("rb") as file:
        shipped = tomllib.load(file)
    path = rates_file()
    if path is None:
        return shipped
    try:
        own = tomllib.loads(path.read_text("utf-8"))
        periods, applications = list(own.get("period", ())), list(own.get("application", ()))
        wrong = sorted(own.keys() - {"as_of", "period", "application"})
        wrong = wrong or _faults(own, periods, applications, shipped)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        wrong = [str(error)]
    if wrong:
        raise WrongUse(_("The rates {path} cannot be used: {why}.").format(path=path, why=", ".join(wrong)))
    taken, deadlines = {one["from"] for one in periods}, {one["from"] for one in applications}
    return {
        **shipped,
        "period": [*(one for one in shipped["period"] if one["from"] not in taken), *periods],
        "application": [*(one for one in shipped["application"] if one["from"] not in deadlines), *applications],
    }


def _faults(own: Any, periods: list[Any], applications: list[Any], shipped: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a file of rates: the names of what is missing, unknown or contradicts what is here."""
    wrong = [] if type(own.get("as_of")) is date else ["as_of"]
    elements = set(shipped["period"][0]["elements"])
    confirmed = {one["from"]: one["elements"] for one in shipped["period"] if one["confirmed"]}
    for one in periods:
        missing = {"from", "to", "source", "confirmed", "elements"} - one.keys()
        unknown = one.keys() - {"from", "to", "source", "confirmed", "confirmed_by", "confirmed_on", "elements"}
        wrong += sorted(missing | unknown)
        if missing:
            continue
        if type(one["from"]) is not date or type(one["to"]) is not date or one["from"] > one["to"]:
            wrong.append("from/to")
        amounts = one["elements"]
        wrong += sorted(name for name in elements if type(amounts.get(name)) not in (int, float) or amounts[name] < 0)
        wrong += sorted(set(amounts) - elements)
        if one["confirmed"] and not {"confirmed_by", "confirmed_on"} <= one.keys():
            wrong.append("confirmed_by, confirmed_on")
        if one["from"] in confirmed and confirmed[one["from"]] != amounts:
            wrong.append(_("{day} is confirmed otherwise").format(day=short_date(one["from"])))
    for one in applications:
        wrong += sorted({"from", "to", "apply_by", "source"} ^ one.keys())
    return wrong
