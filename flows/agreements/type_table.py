"""What the `type.toml` of an agreement type may hold, and how it is read.

Names of fields and in the template are identifiers: small letters, figures and underscores. What is written here in
sentences is for people and stands as it is, in Norwegian. docs/agreement-types.md shows each table by an example.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.agreements.types import TABLE
from flows.errors import WrongUse
from flows.language import translate as _
from flows.value_complaints import complaint

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Sentence = Annotated[str, Field(min_length=1, max_length=200)]
Function = Annotated[str, Field(pattern=r"^[a-z_][\w.]*:\w+$")]
"""`module:name` of something in Python."""
NOTHING_AGREED = "Ingen særskilt avtale"

Kind = Literal[
    "line", "text", "person", "hpr", "organisation", "email", "mobile", "day", "month", "yes_no", "choice", "year",
    "months", "number", "kroner", "language",
]  # fmt: skip


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChoiceTable(_Table):
    """One word to choose: the one that is stored, and the one that people read."""

    value: Name
    label: Sentence


class Condition(_Table):
    """When a field must be filled in: when another holds one of these values (yes or no for `yes_no`)."""

    field: Name
    values: Annotated[tuple[str | bool, ...], Field(min_length=1)]


class FieldTable(_Table):
    """One field of a case, beside those that every agreement with a municipality has.

    `optional` fields may be empty; with `required_when` they must be filled in when the condition holds.
    """

    name: Name
    label: Sentence
    kind: Kind
    id: str = ""
    help: str = ""
    headings: tuple[Sentence, ...] = ()
    choices: tuple[ChoiceTable, ...] = ()
    optional: bool = False
    required_when: Condition | None = None


class PartyTable(_Table):
    """Who signs for one party; parties sign in the order in which they are written."""

    role: Name
    name: Name
    title: Name
    email: str = ""
    mobile: str = ""
    organisation: str = ""
    called: tuple[Sentence, ...] = ()


class MadeTable(_Table):
    """How a name in the template is made, where it is not a field of its own: by one of these."""

    field: str = ""
    municipality: str = ""
    trust: str = ""
    place: str = ""
    day: str = ""


class IdentityTable(_Table):
    """What tells one agreement from another, beside the municipality: the other party's number, and the first day."""

    counterpart: Name
    valid_from: Name = "avtale_gjelder_fra"


class SourceTable(_Table):
    """Where the text says it: a rule of docs/domain.md, and a section."""

    rule: str = ""
    section: str = ""


class ValidityTable(_Table):
    """How long it lasts: until the day of a field, otherwise so many months; without both until it is terminated."""

    until: str = ""
    months: Annotated[int, Field(ge=0, le=600)] = 0
    expected_end: SourceTable = SourceTable()
    early_end: SourceTable = SourceTable()
    notice_end: SourceTable = SourceTable()


class DeadlineTable(_Table):
    """A deadline: so many months and days from the day of a field, or from `last_day`; before it with a minus."""

    kind: Name
    title: Sentence
    anchor: Name
    months: int = 0
    days: int = 0
    rule: str = ""
    section: str = ""


class NoarkTable(_Table):
    """The class of the archive's key, by number and title, and what the type is called in the archive."""

    class_number: Sentence
    class_title: Sentence
    type_title: Sentence


class RetentionTable(_Table):
    """Whether records are kept, by what basis, and for how many years where they are not."""

    verdict: Literal["Bevares", "Kasseres"] = "Bevares"
    basis: str = ""
    years: int | None = None


class AccessTable(_Table):
    """Restriction of access, and its legal basis; empty where there is none."""

    level: str = ""
    basis: str = ""


class RenewalTable(_Table):
    """What a renewal asks for anew, and the fields that take the season's year and the day of the last review."""

    resets: tuple[Name, ...] = ()
    season: str = ""
    last_review: str = ""


class PythonTable(_Table):
    """What a table cannot say, as functions: the case's model, its rulebook, and values that are computed."""

    case: Function | None = None
    rules: Function | None = None
    printed: Function | None = None
    valid_to: Function | None = None
    outsiders: Function | None = None
    title: Function | None = None
    public_title: Function | None = None
    variant: Function | None = None


class Offset(_Table):
    """A day or month of the example row, so many months from its first day."""

    months: int


ExampleValue = str | bool | int | float | date | Offset


class TypeTable(_Table):
    """The whole file."""

    title: Sentence
    sheet: Annotated[str, Field(min_length=1, max_length=31)]
    public_title: Sentence
    file_names: tuple[str, ...] = ()
    default: bool = False
    hired: bool = False
    audited: bool = False
    nothing: str = NOTHING_AGREED
    identity: IdentityTable
    noark: NoarkTable
    party: Annotated[tuple[PartyTable, ...], Field(min_length=1)]
    printed: tuple[Name, ...] = ()
    masked: tuple[Name, ...] | None = None
    outsiders: tuple[Name, ...] = ()
    field: tuple[FieldTable, ...] = ()
    made: dict[Name, MadeTable] = Field(default_factory=dict)
    made_of: dict[Name, tuple[Name, ...]] = Field(default_factory=dict)
    validity: ValidityTable = ValidityTable()
    review: SourceTable = SourceTable()
    deadline: tuple[DeadlineTable, ...] = ()
    retention: RetentionTable = RetentionTable()
    access: AccessTable = AccessTable()
    renewal: RenewalTable = RenewalTable()
    python: PythonTable = PythonTable()
    example: dict[Name, ExampleValue] = Field(default_factory=dict)
    example_only: tuple[Name, ...] = ()
    nynorsk: dict[Sentence, Sentence] = Field(default_factory=dict)


def read_table(folder: Path) -> TypeTable:
    """Return the table of an agreement type's folder. Raises `WrongUse` with everything that it may not hold."""
    place = f"{folder.name}/{TABLE}"
    try:
        content: dict[str, Any] = tomllib.loads((folder / TABLE).read_text("utf-8"))
        return TypeTable.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))} {complaint(one)}" for one in error.errors())
        raise unusable(place, wrong) from None
    except (OSError, ValueError) as error:
        raise unusable(place, str(error)) from None


def unusable(place: str, why: str) -> WrongUse:
    """Return the exception about a `type.toml` that cannot be used."""
    return WrongUse(
        _("The agreement type {place} cannot be used: {why}. docs/agreement-types.md says what it may hold.").format(
            place=place, why=why
        )
    )
