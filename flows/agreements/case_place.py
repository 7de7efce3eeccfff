"""Where a case stands in its source, and each of its fields there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.agreements.problems import Finding, Problem
from flows.language import translate as _


@dataclass(frozen=True, slots=True)
class CasePlace:
    """The row of a sheet in which a case stands, or its JSON pointer (RFC 6901) where the source has no sheets.

    `columns` goes by field: the letters of its column in the sheet («D»), otherwise what follows the case's pointer
    («/lege_navn»). All cases of a sheet share one mapping, so that a hundred thousand take little room. `first_column`
    stands for fields that the sheet has no column for.
    """

    sheet: str = ""
    row: int = 0
    pointer: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    first_column: str = ""

    def of(self, name: str) -> str:
        """Return the cell («D7») or JSON pointer of a field; in a sheet without the field, the row's first cell."""
        if self.sheet:
            return f"{self.columns.get(name, self.first_column)}{self.row}"
        return f"{self.pointer}{self.columns.get(name, f'/{name}')}"

    def problem(self, finding: Finding, value: str) -> Problem:
        """Return a finding as a problem at the place of its field, and `value` as the text that stands there."""
        return self.problem_at(self.of(finding.field), finding, value)

    def problem_at(self, place: str, finding: Finding, value: str) -> Problem:
        """Return a finding as a problem at any cell of the row, or any pointer."""
        return Problem(
            rule=finding.rule,
            level=finding.level,
            message=finding.message,
            column=finding.field,
            value=value,
            sheet=self.sheet,
            row=self.row,
            cell=place if self.sheet else "",
            pointer="" if self.sheet else place,
        )

    def in_words(self, name: str) -> str:
        """Return the place of a field as people read it: sheet and cell, or the JSON pointer."""
        if not self.sheet:
            return self.of(name)
        return _("sheet {sheet}, cell {cell}").format(sheet=self.sheet, cell=self.of(name))

    def as_json(self) -> dict[str, Any]:
        """Return the place in the form that the register keeps."""
        if not self.sheet:
            return {"pointer": self.pointer, "columns": dict(self.columns)}
        columns = {"columns": dict(self.columns), "first_column": self.first_column}
        return {"sheet": self.sheet, "row": self.row, **columns}
