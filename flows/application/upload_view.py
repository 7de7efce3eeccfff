"""Show an upload: how many of its cases can be used, what is wrong, and how the register sees them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.agreements.fields import fields_of
from flows.agreements.types import types
from flows.register.batch_schema import Upload
from flows.register.events import canonical
from flows.register.schema import Json


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem of a file as a page shows it; `label` is the field's heading in the sheet."""

    level: str
    sheet: str
    row: int
    cell: str
    label: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class UploadView:
    """A kept upload: how many cases it has and how many can be used, what is wrong, and how the register sees them.

    `notices` are what should be known though nothing is wrong. `digest` tells what was shown from what would be shown
    by now.
    """

    batch_id: str
    name: str
    size: int
    uploaded_by: str
    uploaded_at: datetime
    expires_at: datetime
    taken_in_at: datetime | None
    count: int
    good: int
    problems: Sequence[ShownProblem]
    problem_count: int
    receptions: Mapping[str, int]
    notices: Sequence[str] = ()
    digest: str = ""

    @property
    def rejected(self) -> int:
        """How many cases cannot be used."""
        return self.count - self.good

    @property
    def errors(self) -> list[ShownProblem]:
        """What must be corrected."""
        return [one for one in self.problems if one.level == "error"]

    @property
    def warnings(self) -> list[ShownProblem]:
        """What should be looked at."""
        return [one for one in self.problems if one.level != "error"]


def view_of(upload: Upload) -> UploadView:
    """Return a kept upload as pages show it."""
    checked = upload.checked
    return UploadView(
        batch_id=upload.batch_id,
        name=upload.name,
        size=upload.size,
        uploaded_by=upload.uploaded_by,
        uploaded_at=upload.uploaded_at,
        expires_at=upload.expires_at,
        taken_in_at=upload.taken_in_at,
        count=checked["count"],
        good=checked["good"],
        problems=[_shown(one) for one in checked["problems"]],
        problem_count=checked["problem_count"],
        receptions=checked["receptions"],
        notices=checked.get("notices", ()),
        digest=digest_of(checked),
    )


def _shown(problem: Json) -> ShownProblem:
    return ShownProblem(
        level=problem["level"],
        sheet=problem.get("sheet", ""),
        row=problem.get("row", 0),
        cell=problem.get("cell", "") or problem.get("pointer", ""),
        label=_label(problem["column"]),
        value=problem["value"],
        message=problem["message"],
    )


def _label(column: str) -> str:
    for kind in types().values():
        if column in fields_of(kind.case):
            return fields_of(kind.case)[column].column.label
    return column


def digest_of(checked: Json) -> str:
    """Return the SHA-256 of what a check comes to, in whatever language it is told."""
    places = [
        [one.get(name, "") for name in ("pointer", "sheet", "cell", "row", "column", "rule", "level")]
        for one in checked["problems"]
    ]
    decisive = [checked["count"], checked["good"], checked["problem_count"], checked["receptions"], places]
    return hashlib.sha256(canonical(decisive)).hexdigest()
