"""Rows of raw values with the place of each, the form that every source is turned into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.agreements.case_place import CasePlace
from flows.agreements.problems import Finding, Problem
from flows.agreements.types import AgreementType
from flows.intake.text_normalization import shown

Raw = Any
"""A value as the source gave it: text, number, bool, date, and from JSON also lists and objects."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as it stands in the source.

    `type` is None where the source asks for an agreement that does not exist. `values` go by field. `strangers` are
    values under headings that nobody knows, by cell («D7») or JSON pointer («/3/lege_navn»).
    `reported` are fields that the whole source lacks, which has been said once.
    `problems` are those that the source found itself.
    """

    type: AgreementType | None
    values: Mapping[str, Raw]
    place: CasePlace
    strangers: Mapping[str, Raw] = field(default_factory=dict)
    reported: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def problem(self, finding: Finding) -> Problem:
        """Return the finding with its place in this row, and the value as it stood there."""
        return self.place.problem(finding, shown(self.values.get(finding.field)))
