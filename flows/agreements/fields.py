"""Describe each field of a case model: its column in a sheet, and how its values are written.

A field is annotated with a type of `field_types.py` and a `Column`: all that intake, the input workbook and the checks
need to know about it.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo


class FieldKind(Enum):
    """How a value is written in a cell; intake has one reader for each."""

    LINE = auto()
    NAME = auto()
    EMAIL = auto()
    TEXT = auto()
    DIGITS = auto()
    MUNICIPALITY = auto()
    MOBILE = auto()
    DATE = auto()
    MONTH = auto()
    YES_NO = auto()
    WHOLE = auto()
    NUMBER = auto()
    CHOICE = auto()
    WORK = auto()
    SERVICES = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """What a field is called in a sheet: its id in docs/domain.md («A-F04», or empty) and its heading.

    `help` is what is particular to it, in the comment of its heading; `headings` are other words that people use.
    `of_row` are columns about what a row asks for: they stand last, and are no part of the agreement.
    """

    id: str
    label: str
    help: str = ""
    headings: tuple[str, ...] = ()
    of_row: bool = False


class Choice(StrEnum):
    """One of a few words: the value is the word that is stored, the label the one that people read.

    `nynorsk` is the label in nynorsk of a type that is a folder alone; those of the others are in the catalogue.
    """

    label: str
    nynorsk: str

    def __new__(cls, value: str, label: str, nynorsk: str = "") -> "Choice":
        """Make a member of a stored word and its labels."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.nynorsk = nynorsk
        return member


@dataclass(frozen=True, slots=True)
class CaseField:
    """One field of a case model, as a reader of sheets needs it. `choices` is empty unless the kind is CHOICE."""

    name: str
    column: Column
    kind: FieldKind
    required: bool
    default: Any
    choices: tuple[Choice, ...] = ()


@cache
def fields_of(model: type[BaseModel]) -> dict[str, CaseField]:
    """Return the fields of a case model by identifier, in the order in which a sheet shows them."""
    fields = [_case_field(name, info) for name, info in model.model_fields.items()]
    return {field.name: field for field in sorted(fields, key=lambda field: field.column.of_row)}


def _case_field(name: str, info: FieldInfo) -> CaseField:
    markers = [*info.metadata, *_markers(info.annotation)]
    column = next((marker for marker in markers if isinstance(marker, Column)), Column("", name))
    choices = next((tuple(marker) for marker in markers if isinstance(marker, type) and issubclass(marker, Choice)), ())
    kind = FieldKind.CHOICE if choices else next(marker for marker in markers if isinstance(marker, FieldKind))
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    return CaseField(name, column, kind, info.is_required(), default, choices)


def _markers(annotation: Any) -> list[Any]:
    """Return the annotation and whatever is nested in it: `Day | None` hides its markers one level down."""
    return [annotation, *(inner for argument in get_args(annotation) for inner in _markers(argument))]
