"""Rows of raw values with the place of each, the form that every source is turned into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.agreements.problems import Finding, Problem
from flows.agreements.types import AgreementType
from flows.intake.text_normalization import shown

Raw = Any
"""A value as the source gave it: text, number, bool, date, and from JSON also lists and objects."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as it stands in the source.

    `type` is None where the source asks for an agreement that does not exist. `values` and `places` go by field;
    a place is a cell («D7») in a workbook and a JSON pointer («/3/lege_navn») otherwise; `first_place` stands for
    fields that the source has no place for. `strangers` are values under headings that nobody knows, by place.
    `reported` are fields that the whole source lacks, which has been said once.
    `problems` are those that the source found itself.
    """

    type: AgreementType | None
    values: Mapping[str, Raw]
    places: Mapping[str, str]
    sheet: str = ""
    row: int = 0
    pointer: str = ""
    first_place: str = ""
    strangers: Mapping[str, Raw] = field(default_factory=dict)
    reported: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def problem(self, finding: Finding) -> Problem:
        """Return the finding with its place in this row, and the value as it stood there."""
        place = self.places.get(finding.field, self.first_place)
        return self.problem_at(place, finding, shown(self.values.get(finding.field)))

    def problem_at(self, place: str, finding: Finding, value: str) -> Problem:
        """Return the finding as a problem at a place of this row."""
        in_workbook = bool(self.sheet)
        return Problem(
            rule=finding.rule,
            level=finding.level,
            message=finding.message,
            column=finding.field,
            value=value,
            sheet=self.sheet,
            row=self.row,
            cell=place if in_workbook else "",
            pointer="" if in_workbook else place or f"{self.pointer}/{finding.field}",
        )
