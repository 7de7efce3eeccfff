"""Find what a `type.toml` says that cannot be: names that nothing has, values that would show persons."""

from collections.abc import Iterator, Mapping
from string import Formatter

from pydantic import BaseModel

from flows.agreements.case import MunicipalCase
from flows.agreements.fields import CaseField, FieldKind, fields_of
from flows.agreements.printed_names import fields_made_of
from flows.agreements.type_table import MadeTable, TypeTable
from flows.agreements.types import LAST_DAY
from flows.language import translate as _

_PERSONS = frozenset({FieldKind.NAME, FieldKind.EMAIL, FieldKind.MOBILE})
_IN_TITLES = frozenset({FieldKind.MUNICIPALITY, FieldKind.WHOLE, FieldKind.CHOICE, FieldKind.DATE})
_UNPRINTED = frozenset({FieldKind.WORK, FieldKind.SERVICES})
_EMPTY_IS_TEXT = frozenset({FieldKind.LINE, FieldKind.TEXT, FieldKind.NAME, FieldKind.DIGITS, FieldKind.CHOICE})
"""Kinds that print a sentence where nothing is filled in; a day or an amount has no such text."""
_WAYS = ("field", "municipality", "trust", "place")


def table_faults(name: str, table: TypeTable) -> list[str]:
    """Return what is wrong with a table before its case is made, as sentences without a full stop."""
    return list(_table_faults(name, table))


def case_faults(table: TypeTable, case: type[BaseModel], computes: bool) -> list[str]:
    """Return what does not fit the case, as sentences without a full stop; `computes`: Python prints further names."""
    fields = fields_of(case)
    return [
        *_unknown(table, fields, computes),
        *_unfit(table, fields),
        *_open_persons(table, fields),
        *_titles(table, fields),
        *_strange_words(table, fields),
    ]


def _table_faults(name: str, table: TypeTable) -> Iterator[str]:
    if not name.isidentifier() or name != name.lower():
        yield _("the folder's name «{name}» is no name of a type: small letters, figures and underscores").format(
            name=name
        )
    own = [field.name for field in table.field]
    for twice in sorted({each for each in own if own.count(each) > 1 or each in MunicipalCase.model_fields}):
        yield _("the field {name} is there already").format(name=twice)
    kinds = [one.kind for one in table.deadline]
    for twice in sorted({each for each in kinds if kinds.count(each) > 1}):
        yield _("the deadline {name} is there twice").format(name=twice)
    roles = [one.role for one in table.party]
    for twice in sorted({each for each in roles if roles.count(each) > 1}):
        yield _("the party {name} is there twice").format(name=twice)
    for field in table.field:
        if (field.kind == "choice") != bool(field.choices):
            yield _("the field {name} has choices if it is a choice, and only then").format(name=field.name)
        if field.required_when and not field.optional:
            yield _("the field {name} is always required; it needs optional = true for a condition").format(
                name=field.name
            )
    if table.field and table.python.case:
        yield _("fields stand in the table or in the Python case, not in both")
    if table.made_of and not table.python.printed:
        yield _("made_of is for names that Python prints")


def _unknown(table: TypeTable, fields: dict[str, CaseField], computes: bool) -> Iterator[str]:
    """Yield the names of fields that the case does not have, and of printed names that nothing prints."""
    named = {
        "identity": [table.identity.counterpart, table.identity.valid_from],
        "printed": table.printed,
        "party": [part for one in table.party for part in (one.name, one.title, one.email, one.mobile)],
        "made": [each for made in table.made.values() for each in fields_made_of(made)],
        "made_of": [each for names in table.made_of.values() for each in names],
        "validity": [table.validity.until],
        "deadline": [one.anchor for one in table.deadline if one.anchor != LAST_DAY],
        "renewal": [*table.renewal.resets, table.renewal.season, table.renewal.last_review],
        "example": table.example,
        "example_only": table.example_only,
        "required_when": [one.required_when.field for one in table.field if one.required_when],
    }
    for place, names in named.items():
        for name in dict.fromkeys(each for each in names if each and each not in fields):
            yield _("{place}: there is no field {name}").format(place=place, name=name)
    printed = {*table.printed, *table.made, *table.made_of}
    masks = () if computes else (table.masked or ())
    organisations = [one.organisation for one in table.party if one.organisation]
    for name in dict.fromkeys([*masks, *organisations, *table.outsiders]):
        if name not in printed:
            yield _("{name} is masked, or told to others, but never printed").format(name=name)


def _unfit(table: TypeTable, fields: dict[str, CaseField]) -> Iterator[str]:
    """Yield fields of a kind that cannot be used where they stand."""
    days = [table.identity.valid_from, table.validity.until]
    days += [one.anchor for one in table.deadline if one.anchor != LAST_DAY]
    for name in dict.fromkeys(each for each in days if each in fields and fields[each].kind is not FieldKind.DATE):
        yield _("{name} is no day").format(name=name)
    counterpart = fields.get(table.identity.counterpart)
    if counterpart and not (counterpart.required and counterpart.kind is FieldKind.DIGITS):
        yield _("{name} tells agreements apart, so it must be a number that is required").format(name=counterpart.name)
    lasts = table.validity.until or table.validity.months or table.python.valid_to
    if not lasts and any(one.anchor == LAST_DAY for one in table.deadline):
        yield _("a deadline counts from the last day, but the agreement has none")
    for name in table.printed:
        if name in fields and fields[name].kind in _UNPRINTED:
            yield _("{name} cannot be printed as it is").format(name=name)
        elif name in fields and not fields[name].required and fields[name].kind not in _EMPTY_IS_TEXT:
            yield _("{name} is printed, and must be required: an empty one has no text").format(name=name)
    for name, made in table.made.items():
        if sum(bool(getattr(made, way)) for way in _WAYS) != 1 or bool(made.day) != bool(made.place):
            yield _("{name} is made in one way: field, municipality, trust, or place and day").format(name=name)
    if not table.python.case and (missing := [field.column.label for field in _without_example(table, fields)]):
        yield _("the example lacks: {names}").format(names=", ".join(missing))


def _without_example(table: TypeTable, fields: dict[str, CaseField]) -> list[CaseField]:
    own = {field.name for field in table.field}
    return [field for name, field in fields.items() if name in own and field.required and name not in table.example]


def _open_persons(table: TypeTable, fields: dict[str, CaseField]) -> Iterator[str]:
    """Yield the printed persons that a public copy would show."""
    if table.masked is None:
        return
    own = {one.name: one.kind for one in table.field}
    for name in (*table.printed, *table.made):
        made = table.made.get(name, MadeTable(field=name))
        field = fields.get(made.field) if made.field else None
        if field and (field.kind in _PERSONS or _is_hpr(field, own)) and name not in table.masked:
            yield _("{name} is a person's and printed, so it must be masked").format(name=name)


def _is_hpr(field: CaseField, own: Mapping[str, str]) -> bool:
    return own.get(field.name) == "hpr" or field.name.endswith("_hpr_nummer")


def _strange_words(table: TypeTable, fields: dict[str, CaseField]) -> Iterator[str]:
    """Yield what has nynorsk and is no text of the type: a slip of the pen would leave the real one in bokmål."""
    texts = {table.title, table.nothing}
    for field in fields.values():
        texts |= {field.column.label, field.column.help, *(choice.label for choice in field.choices)}
    for text in table.nynorsk:
        if text not in texts:
            yield _("nynorsk: the type has no text «{text}»").format(text=text)


def _titles(table: TypeTable, fields: dict[str, CaseField]) -> Iterator[str]:
    """Yield what a title must not hold: it stands in journals and e-mails."""
    try:
        names = [name for _text, name, _spec, _conversion in Formatter().parse(table.public_title) if name is not None]
    except ValueError:
        names = [table.public_title]
    for name in names:
        if name not in fields or fields[name].kind not in _IN_TITLES:
            yield _("the public title may not hold {name}").format(name=name)
