"""The agreement types, and what each provides to the stages.

Every module of this folder that defines `AGREEMENT` is one. A new type is one template, one such module, and nothing
else.
"""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

import flows.agreements
from flows.agreements.fields import fields_of
from flows.agreements.parties import Signatory
from flows.agreements.problems import Finding


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes two cases the same agreement, together with the type.

    `counterpart` is the other party's number: the doctor's HPR number padded to nine digits, or the trust's
    organisation number. It is personal data in the first case.
    """

    municipality_number: str
    counterpart: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class AgreementType:
    """One kind of agreement. The functions take a case of the model `case`; all but `judge` one without errors.

    - `judge`: a case (or what could be read of one) and today's date → everything the rules find wrong
    - `identity`: → the key of the agreement
    - `context`: → the values of the template's names; strings and dates, none of them empty
    - `signatories`: → who signs, in signing order
    - `valid_to`: → last day, or None for an agreement that lasts until it is terminated
    - `public_title`: → a title without personal data, for journals
    - `parties_for_outsiders`: → municipality, and the workplace or body that tells the agreement from others, naming
      no doctor: for e-mails

    `made_of` gives the fields that a name of the template is made of, where it is not the field of the same name alone.

    `masked` are the names in the template whose values a public copy masks, `bodies` those that name public bodies and
    places and stay as they are; without `masked` no public copy is made.
    """

    name: str
    title: str
    template: str
    sheet: str
    case: type[BaseModel]
    judge: Callable[[Any, date], list[Finding]]
    identity: Callable[[Any], Identity]
    context: Callable[[Any], dict[str, object]]
    signatories: Callable[[Any], tuple[Signatory, ...]]
    valid_to: Callable[[Any], date | None]
    public_title: Callable[[Any], str]
    parties_for_outsiders: Callable[[Any], tuple[str, ...]]
    masked: frozenset[str] | None = None
    bodies: frozenset[str] = frozenset()
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def fields_of_name(self, name: str) -> tuple[str, ...]:
        """Return the fields of a case that a name of the template prints; none for what is no part of the case."""
        first = name.partition(".")[0]
        return tuple(each for each in self.made_of.get(first, (first,)) if each in fields_of(self.case))


@cache
def types() -> Mapping[str, AgreementType]:
    """Return every agreement type by name, in alphabetical order of their modules."""
    modules = (
        import_module(f"flows.agreements.{module.name}") for module in pkgutil.iter_modules(flows.agreements.__path__)
    )
    found = (getattr(module, "AGREEMENT", None) for module in modules)
    return MappingProxyType({each.name: each for each in found if isinstance(each, AgreementType)})
