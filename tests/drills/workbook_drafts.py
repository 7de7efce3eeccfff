"""Workbooks of the drill before they are written: their lines, and what is true of every cell."""

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tests.drills.workbook_cells import Layout

UNKNOWN: Final = object()
"""The truth about a cell that nobody can know: it must be named."""
END, TEXT, PLACE, START, SHARE = (
    "Avtalen gjelder til",
    "4.3 Kommunal finansiering",
    "Arbeidssted",
    "Avtalen gjelder fra",
    "Stillingsprosent",
)
FIELDS = {
    "Kommune": "kommune_navn",
    "Kontaktperson": "kommune_kontaktperson",
    "Legens navn": "lege_navn",
    "HPR-nr.": "lege_hpr_nummer",
    PLACE: "arbeidssted",
    "Stilling/arbeidstittel": "stilling_tittel",
    SHARE: "stillingsprosent",
    "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)": "forventet_avslutning",
    "Navn på veileder i allmennmedisin": "veileder_navn",
    START: "avtale_gjelder_fra",
    END: "avtale_gjelder_til",
    "4.1.1 Praksiskompensasjon": "avtalt_praksiskompensasjon",
    TEXT: "avtalt_kommunal_finansiering",
    "Sted": "signatur_sted",
    "Signatar for kommunen, navn": "signatar_kommune_navn",
    "Signatar for kommunen, e-post": "signatar_kommune_epost",
    "Legens e-post": "lege_epost",
}
"""Headings whose values the drill compares, with the field of each."""


@dataclass
class Line:
    """One row: its cells by heading, the truth by heading, and whether it is a case or must be named as none."""

    cells: dict[str, Any]
    truth: dict[str, Any] = field(default_factory=dict)
    is_case: bool = True
    must_be_named: bool = False


@dataclass
class Book:
    """A workbook to be: lines of cases, what stands above the headings, and how it is written."""

    ending: str
    lines: list[Line]
    headings: list[str]
    random: Random
    layout: Layout = field(default_factory=Layout)
    above: list[list[Any]] = field(default_factory=list)
    heading_cells: dict[str, Any] = field(default_factory=dict)
    whole: bool = False
    done: list[str] = field(default_factory=list)

    @property
    def heading_row(self) -> int:
        """The row of the headings as the sheet shows it, or as the lines of a text file count."""
        return len(self.above) + 1 + self.layout.names_separator

    def case(self) -> Line:
        """Return a line that is still a case."""
        return self.random.choice([line for line in self.lines if line.is_case])

    def rows(self) -> list[list[Any]]:
        """Return every row as cells."""
        headings = [self.heading_cells.get(each, each) for each in self.headings]
        return [*self.above, headings, *([line.cells.get(each) for each in self.headings] for line in self.lines)]
