"""What an amendment («endringsavtale») changes, and what its template prints.

An amendment is signed by the parties of the agreement that it changes, and holds the old and the new text of every
field that is part of what is agreed. The sentences are part of a Norwegian document and never translated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from flows.agreements.case import place_and_date
from flows.agreements.field_types import InstitutionService, WorkPeriod
from flows.agreements.fields import Choice, fields_of
from flows.agreements.types import AgreementType
from flows.dates import short_date

FOLDER = "endringsavtale"
"""The folder of the template and wording of amendments, below that of the templates."""
OTHER_PARTY = "motpart"
"""The bookmark's role of whoever signs for the other party in an amendment: the doctor, the trust."""
_SIGNING = ("signatur_", "signatar_", "felles_mottaker_", "ansvarlig_")
_NOTHING = "ikke fylt ut"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that an amendment changes: what it is called, with its section if it has one; old and new value."""

    label: str
    old: str
    new: str


def agreed_fields(kind: AgreementType) -> tuple[str, ...]:
    """Return the fields that are part of what is agreed: not those of signing, or that a season asks for anew."""
    contacts = {name for party in kind.parties for name in (party.email, party.mobile, party.language)}
    left_out = contacts | set(kind.renewal.resets) | {kind.renewal.last_review}
    return tuple(
        name
        for name, field in fields_of(kind.case).items()
        if name not in left_out and not name.startswith(_SIGNING) and not field.column.of_row
    )


def changes(kind: AgreementType, before: BaseModel, after: BaseModel) -> list[FieldChange]:
    """Return what an amendment changes, in the order of the fields."""
    return list(_changes(kind, before, after))


def amendment_context(
    kind: AgreementType, before: BaseModel, after: Any, *, amends: str, signed_on: date, number: int, first_day: date
) -> dict[str, object]:
    """Return the values of the names in the template of amendments; none of them empty."""
    first, *_others, last = kind.signatories(after)
    changed = changes(kind, before, after)
    return {
        "avtale_tittel": kind.title,
        "endret_avtale": amends,
        "inngaatt": signed_on,
        "endring_nummer": str(number),
        "endres_fra": first_day,
        "part_en": first.organisation or first.name,
        "part_to": last.organisation or last.name,
        "endringer": "\n".join(f"{one.label}\nFør: {one.old}\nNå: {one.new}" for one in changed),
        "sted_og_dato": place_and_date(after.signatur_sted, after.signatur_dato),
        "signatar_kommune_navn": first.name,
        "signatar_kommune_tittel": first.title,
        "signatar_motpart_navn": last.name,
        "signatar_motpart_tittel": last.title,
    }


def _changes(kind: AgreementType, before: BaseModel, after: BaseModel) -> Iterator[FieldChange]:
    fields = fields_of(kind.case)
    for name in agreed_fields(kind):
        old, new = _text(getattr(before, name)), _text(getattr(after, name))
        if old != new:
            yield FieldChange(fields[name].column.label, old, new)


def _text(value: Any) -> str:
    if value is None or value == "" or value == ():
        return _NOTHING
    if isinstance(value, Choice):
        return value.label
    if isinstance(value, bool):
        return "Ja" if value else "Nei"
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, tuple):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, WorkPeriod):
        share = f"{value.prosent.normalize():f} %".replace(".", ",")
        return f"{share} fra {short_date(value.fra)}" if value.fra else share
    if isinstance(value, InstitutionService):
        return f"{short_date(value.fra)}–{short_date(value.til)} {value.hf}".strip()
    return str(value)
