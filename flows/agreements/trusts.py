"""Look up the hospital trusts that a municipality can have an agreement with, in `trusts.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Trust:
    """One hospital trust and what is particular to its agreement about ALIS.

    `agreement` is the number of its tjenesteavtale, empty where not known. `printed` tells whether the official text of
    the template is written for this trust. The months are counted back from the planned start of hospital service; None
    where the trust's deadline is not known.
    """

    name: str
    short_name: str
    organisation_number: str
    agreement: str
    source: str
    printed: bool = False
    needs_reported_from_months: int | None = None
    needs_reported_by_months: int | None = None
    contract_from_months: int | None = None
    contract_by_months: int | None = None


@cache
def trusts() -> tuple[Trust, ...]:
    """Return all trusts, in the order of the file."""
    with (Path(__file__).parent / "trusts.toml").open("rb") as file:
        return tuple(Trust(**entry) for entry in tomllib.load(file)["trust"])


def by_organisation_number(number: str) -> Trust | None:
    """Return the trust with this organisation number, or None."""
    return next((trust for trust in trusts() if trust.organisation_number == number), None)


def by_trust_name(name: str) -> Trust | None:
    """Return the trust by its name or short name, regardless of case, or None."""
    wanted = name.casefold().strip()
    return next((trust for trust in trusts() if wanted in (trust.name.casefold(), trust.short_name.casefold())), None)
