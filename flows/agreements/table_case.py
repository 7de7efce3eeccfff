"""Make the model of a case from the fields of a `type.toml`."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import create_model

from flows.agreements import field_types
from flows.agreements.case import MunicipalCase
from flows.agreements.fields import Choice, Column
from flows.agreements.signer_language import SignerLanguage
from flows.agreements.type_table import FieldTable

_KINDS: Mapping[str, Any] = {
    "line": field_types.Line,
    "text": field_types.Text,
    "person": field_types.PersonName,
    "hpr": field_types.HprNumber,
    "organisation": field_types.OrganisationNumber,
    "email": field_types.Email,
    "mobile": field_types.Mobile,
    "day": field_types.Day,
    "month": field_types.MonthAndYear,
    "yes_no": field_types.YesNo,
    "year": field_types.Year,
    "months": field_types.WholeMonths,
    "number": field_types.Kroner,
    "kroner": field_types.Kroner,
    "language": SignerLanguage,
}
_EMPTY_TEXT = frozenset({"line", "text", "person", "hpr", "organisation", "email", "mobile", "month"})
"""Kinds of which an optional value that is not given is the empty text; of the others it is None."""
_NO_EMPTY_TEXT = frozenset({"person", "hpr", "organisation", "month"})
"""Kinds whose types refuse an empty text, which a default does not meet, but a stored case does."""


def case_model(name: str, fields: tuple[FieldTable, ...], nynorsk: Mapping[str, str]) -> type[MunicipalCase]:
    """Return the model of a case: what every agreement with a municipality has, and these fields.

    `nynorsk` gives the labels of choices in nynorsk by those in bokmål.
    """
    defined: dict[str, Any] = {field.name: _definition(name, field, nynorsk) for field in fields}
    return create_model(f"{name.title().replace('_', '')}Case", __base__=MunicipalCase, **defined)


def _definition(type_name: str, field: FieldTable, nynorsk: Mapping[str, str]) -> tuple[Any, Any]:
    kind = _choice(type_name, field, nynorsk) if field.kind == "choice" else _KINDS[field.kind]
    column = Column(field.id, field.label, field.help, field.headings)
    if not field.optional:
        return Annotated[kind, column], ...
    if field.kind in _EMPTY_TEXT - _NO_EMPTY_TEXT:
        return Annotated[kind, column], ""
    return Annotated[kind | None, column], None


def _choice(type_name: str, field: FieldTable, nynorsk: Mapping[str, str]) -> type[Choice]:
    members = {
        choice.value.upper(): (choice.value, choice.label, nynorsk.get(choice.label, "")) for choice in field.choices
    }
    made: Any = Choice(f"{type_name}_{field.name}", members)  # type: ignore[arg-type]
    return made  # type: ignore[no-any-return]
