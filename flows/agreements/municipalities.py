"""Look up Norwegian municipalities by number or name, and what became of former ones.

Only the number identifies one: there are two Herøy and two Våler. Facts and sources: `municipalities.README.md`.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_BETWEEN_NAMES = re.compile(r"\s+[-–]\s+|\s*/\s*")
"""Parallel names are joined by a spaced hyphen or a slash; a bare hyphen belongs to the name (Aurskog-Høland)."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality. `number` has four characters; `centrality_class` runs from 1 (most central) to 6.

    `trust` is the name of its local hospital trust, empty where it is not recorded.
    """

    number: str
    official_name: str
    norwegian_name: str
    county: str
    display_name: str
    display_confirmed: bool
    language: str
    centrality_class: int
    centrality_year: int
    trust: str

    @property
    def written_norwegian(self) -> str:
        """The language code of its written Norwegian, `nb` or `nn`; empty for a neutral municipality («nøytral»)."""
        return {"bokmål": "nb", "nynorsk": "nn"}.get(self.language, "")

    def is_called(self, text: str) -> bool:
        """Return whether the text is a name of this municipality, and of no other.

        Any of its names will do, alone or joined, with or without «kommune» and with its county in brackets. A name of
        another municipality beside them, or the county of a namesake, makes it doubtful which is meant.
        """
        written = _fold(text)
        if written == _fold(self.display_name):
            return True
        named = _names_in(text)
        own = named & _names_of(self)
        strangers = {number for name in named - own for number in _numbers_by_name().get(name, ())}
        in_brackets = _places_in_brackets(written) - _names_of(self) - {_fold(self.county)}
        return bool(own) and not strangers and not in_brackets

    @property
    def has_namesake(self) -> bool:
        """Whether another municipality has the same Norwegian name."""
        return len(by_name(self.norwegian_name)) > 1

    @property
    def name_with_county(self) -> str:
        """The Norwegian name, with the county where another municipality has the same one."""
        return f"{self.norwegian_name} ({self.county})" if self.has_namesake else self.norwegian_name

    def name_in_agreement(self, written: str) -> str:
        """Return the name that an agreement prints.

        That is the display name held here. If that is not confirmed, the parallel names that the municipality itself
        wrote («Kárášjoga gielda/Karasjok kommune») are printed instead.
        """
        wrote_parallel_names = len(_BETWEEN_NAMES.split(written)) > 1 and written.rstrip().endswith("kommune")
        if not self.display_confirmed and wrote_parallel_names and self.is_called(written):
            return written.strip()
        return self.display_name


def by_number(number: str) -> Municipality | None:
    """Return the municipality with this four-character number, or None."""
    return _municipalities().get(number)


def all_municipalities() -> list[Municipality]:
    """Return all municipalities, in order of number."""
    return list(_municipalities().values())


def by_name(text: str) -> list[Municipality]:
    """Return every municipality that is called this, in order of number."""
    numbers = {number for name in _names_in(text) for number in _numbers_by_name().get(name, ())}
    return [_municipalities()[number] for number in sorted(numbers)]


def successor(number: str) -> tuple[str, str] | None:
    """Return the current number that replaced a former one, and the year of the last change («2020»), or None."""
    found = _former().get(number)
    while found and found[0] in _former():
        found = _former()[found[0]]
    return found


def _fold(text: str) -> str:
    # NFKC turns no-break spaces and hyphens into ordinary ones
    return " ".join(unicodedata.normalize("NFKC", text).replace("\u2010", "-").casefold().split())


def _names_in(text: str) -> set[str]:
    without_county = re.sub(r"\([^)]*\)", " ", _fold(text))
    return {re.sub(r"\s+kommune$", "", part.strip()) for part in _BETWEEN_NAMES.split(without_county) if part.strip()}


def _places_in_brackets(folded: str) -> set[str]:
    """Return the counties, and the names of other municipalities, that stand in brackets."""
    return {part.strip() for part in re.findall(r"\(([^)]*)\)", folded)} & (_counties() | set(_numbers_by_name()))


@cache
def _counties() -> frozenset[str]:
    return frozenset(_fold(each.county) for each in all_municipalities())


def _names_of(municipality: Municipality) -> set[str]:
    return _names_in(municipality.official_name) | _names_in(municipality.norwegian_name)


@cache
def _municipalities() -> dict[str, Municipality]:
    with (_FOLDER / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["number"]: Municipality(
                number=row["number"],
                official_name=row["official_name"],
                norwegian_name=row["norwegian_name"],
                county=row["county"],
                display_name=row["display_name"],
                display_confirmed=row["display_confirmed"] == "yes",
                language=row["language"],
                centrality_class=int(row["centrality_class"]),
                centrality_year=int(row["centrality_year"]),
                trust=row["trust"],
            )
            for row in csv.DictReader(file)
        }


@cache
def _numbers_by_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for municipality in _municipalities().values():
        for name in _names_of(municipality):
            found.setdefault(name, []).append(municipality.number)
    return found


@cache
def _former() -> dict[str, tuple[str, str]]:
    with (_FOLDER / "former_municipalities.csv").open(encoding="utf-8", newline="") as file:
        return {row["number"]: (row["successor"], row["year"]) for row in csv.DictReader(file)}
