"""Problems with a case, as values: collected by intake and rules, and reported together."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found wrong with a case, before anyone knows where the case came from.

    `field` is the identifier in the case model; `rule` a rule id (`R-A13`, `A-F07`, `format`, …); `message` says in the
    reader's language what is wrong and what would be right. An error keeps the case from being used, a warning does
    not.
    """

    field: str
    rule: str
    message: str
    level: Level = "error"


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding with its place: sheet and cell in a workbook, or a JSON pointer in what an API sent.

    `column` is the field's identifier, `value` the text as it stood, `row` counts from 1 as the spreadsheet shows it.
    """

    rule: str
    level: Level
    message: str
    column: str = ""
    value: str = ""
    sheet: str = ""
    cell: str = ""
    row: int = 0
    pointer: str = ""

    def as_json(self) -> dict[str, str | int]:
        """Return the problem as `check --json` prints it."""
        common: dict[str, str | int] = {"column": self.column, "value": self.value}
        place: dict[str, str | int] = (
            {"pointer": self.pointer} if self.pointer else {"sheet": self.sheet, "cell": self.cell, "row": self.row}
        )
        return {**place, **common, "rule": self.rule, "level": self.level, "message": self.message}
