"""Load the dates of the state grant from `grant_deadlines.toml`, or the file that a setting names."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.dates import working_day_on_or_before
from flows.errors import WrongUse
from flows.language import translate as _
from flows.review.deadlines import PlannedDate
from flows.value_complaints import unreadable

SHIPPED = Path(__file__).parent / "grant_deadlines.toml"


class GrantDeadline(BaseModel):
    """One deadline that comes every year. `announced` holds the dates that are known, by year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = Field(pattern=r"^[a-z_]{1,30}$")
    agreement: str
    rule: str
    section: str
    every_year: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
    from_year: int
    source: str
    announced: Mapping[int, date] = {}

    def in_year(self, year: int) -> tuple[date, bool]:
        """Return the date of a year, and whether it is announced."""
        if year in self.announced:
            return self.announced[year], True
        return date.fromisoformat(f"{year}-{self.every_year}"), False


@dataclass(frozen=True, slots=True)
class GrantDate:
    """A deadline in one year, for every municipality that has agreements of the type."""

    agreement_type: str
    dated: PlannedDate
    confirmed: bool


def grant_deadlines(path: Path | None = None) -> tuple[GrantDeadline, ...]:
    """Read the deadlines. Raises `WrongUse` for a file that cannot be read or says something unknown."""
    try:
        file = path or SHIPPED
        return _read(file, file.stat().st_mtime_ns)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValidationError) as error:
        raise WrongUse(
            _(
                "The grant deadlines in {path} cannot be read ({error}): compare the file with "
                "{shipped} of the program."
            ).format(path=path, error=unreadable(error), shipped=SHIPPED.name)
        ) from error


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[GrantDeadline, ...]:
    with path.open("rb") as file:
        return tuple(GrantDeadline.model_validate(entry) for entry in tomllib.load(file)["deadline"])


def grant_dates(deadlines: tuple[GrantDeadline, ...], first_day: date, last_day: date) -> list[GrantDate]:
    """Return the dates between two days, both included. One on a weekend or holiday is due before it."""
    found = []
    for one in deadlines:
        for year in range(max(one.from_year, first_day.year), last_day.year + 1):
            nominal, confirmed = one.in_year(year)
            if first_day <= nominal <= last_day:
                due = working_day_on_or_before(nominal)
                dated = PlannedDate(one.kind, str(year), nominal, due, one.rule, one.section)
                found.append(GrantDate(one.agreement, dated, confirmed))
    return found
