"""Make the values of a template's names from a case, as a `type.toml` says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flows.agreements import trusts
from flows.agreements.case import municipality_of, place_and_date
from flows.agreements.fields import Choice
from flows.agreements.type_table import MadeTable
from flows.agreements.types import in_agreement


@dataclass(frozen=True, slots=True)
class PrintedNames:
    """The names that a template prints: fields as they are, names made of fields, and what Python computes.

    `nothing` is what an empty field prints: no box is blank. `nynorsk` are the type's own texts by the bokmål.
    """

    fields: tuple[str, ...]
    made: Mapping[str, MadeTable]
    nothing: str
    computed: Callable[[Any, str], dict[str, str]] | None = field(default=None)
    nynorsk: Mapping[str, str] = field(default_factory=dict)

    def values(self, case: Any, language: str = "nb") -> dict[str, object]:
        """Return every value by name in bokmål or nynorsk, none of them empty."""
        return {
            **{name: self._value(getattr(case, name), language) for name in self.fields},
            **{name: self.made_value(name, case, language) for name in self.made},
            **(self.computed(case, language) if self.computed else {}),
        }

    def text(self, name: str, case: Any) -> str:
        """Return the text of one name that is no computed one."""
        return str(self.made_value(name, case) if name in self.made else self._value(getattr(case, name)))

    def made_value(self, name: str, case: Any, language: str = "nb") -> object:
        """Return the value of a name that is made of fields. Raises `LookupError` for a case with errors."""
        made = self.made[name]
        if made.municipality:
            return municipality_of(case).name_in_agreement(getattr(case, made.municipality))
        if made.trust:
            return _trust_name(getattr(case, made.trust))
        if made.place:
            return place_and_date(getattr(case, made.place), getattr(case, made.day), language)
        return self._value(getattr(case, made.field), language)

    def _value(self, value: Any, language: str = "nb") -> object:
        if value is None or value == "":
            return in_agreement(self.nothing, language, self.nynorsk)
        if isinstance(value, Choice):
            return in_agreement(value.label, language, self.nynorsk)
        if isinstance(value, bool):
            return "Ja" if value else "Nei"
        return value if isinstance(value, str | date | Decimal) else str(value)


def fields_made_of(made: MadeTable) -> tuple[str, ...]:
    """Return the fields that a name is made of; the municipality's name also of its number."""
    if made.municipality:
        return ("kommunenr", made.municipality)
    return tuple(name for name in (made.trust, made.place, made.day, made.field) if name)


def names_a_body(made: MadeTable) -> bool:
    """Return whether a name prints a public body or a place, and no person."""
    return bool(made.municipality or made.trust or made.place)


def _trust_name(number: str) -> str:
    found = trusts.by_organisation_number(number)
    if found is None:
        raise LookupError("no such trust")
    return found.name
