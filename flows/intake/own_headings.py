"""What shared words of headings may mean in one agreement: the fields of its own parties, days and amounts too.

`shared_headings` names the fields of the agreements that have rules in Python. A heading such as «Dato» or «E-post»
must stay in doubt in an agreement with further days and persons.
"""

from collections.abc import Mapping

from flows.agreements.fields import FieldKind, fields_of
from flows.agreements.types import AgreementType

_KINDS: Mapping[frozenset[str], FieldKind] = {
    frozenset({"signatur_dato", "avtale_gjelder_fra"}): FieldKind.DATE,
    frozenset({"tilrettelegging_belop"}): FieldKind.NUMBER,
}
"""Fields by which a group of shared words is known to mean any day, or any amount."""
_PARTS: Mapping[str, str] = {
    "signatar_kommune_navn": "name",
    "signatar_kommune_tittel": "title",
    "signatar_kommune_epost": "email",
    "signatar_kommune_mobil": "mobile",
    "signatar_kommune_spraak": "language",
}
"""A field by which a group of shared words is known to mean this part of any party."""
_ATTRIBUTES: Mapping[str, str] = {
    "navn": "name",
    "tittel": "title",
    "epost": "email",
    "mobil": "mobile",
    "spraak": "language",
}


def with_own_fields(names: tuple[str, ...], agreement: AgreementType) -> tuple[str, ...]:
    """Return the fields that a shared word may mean, with those of an agreement that are of the same sort."""
    kinds = {kind for known, kind in _KINDS.items() if known.issubset(names)}
    parts = [part for name, part in _PARTS.items() if name in names and "kommune_kontaktperson" not in names]
    days = [
        name for name, field in fields_of(agreement.case).items() if field.kind in kinds and not field.column.of_row
    ]
    persons = [getattr(party, part) for party in agreement.parties if party.called for part in parts]
    return tuple(dict.fromkeys([*names, *days, *filter(None, persons)]))


def said_of_parties(attribute: str, agreement: AgreementType) -> dict[str, tuple[str, ...]]:
    """Return by role the field that holds something said of an agreement's own parties."""
    part = _ATTRIBUTES.get(attribute, "")
    named = {party.role: getattr(party, part, "") for party in agreement.parties if party.called}
    return {role: (name,) for role, name in named.items() if name}


def called(agreement: AgreementType) -> dict[str, tuple[str, ...]]:
    """Return by role what headings call an agreement's own parties."""
    return {party.role: party.called for party in agreement.parties if party.called}
