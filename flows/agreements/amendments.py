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
from flows.agreements.types import AgreementType, in_agreement
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


def changes(kind: AgreementType, before: BaseModel, after: BaseModel, language: str = "nb") -> list[FieldChange]:
    """Return what an amendment changes, in the order of the fields, in bokmål or nynorsk."""
    return list(_changes(kind, before, after, language))


def amendment_context(
    kind: AgreementType,
    before: BaseModel,
    after: Any,
    *,
    amends: str,
    signed_on: date,
    number: int,
    first_day: date,
    language: str = "nb",
) -> dict[str, object]:
    """Return the values of the names in the template of amendments in a language; none of them empty."""
    first, *_others, last = kind.signatories(after)
    changed = changes(kind, before, after, language)
    earlier, now = in_agreement("Før", language), in_agreement("Nå", language)
    return {
        "avtale_tittel": kind.text(kind.title_of(after), language),
        "endret_avtale": amends,
        "inngaatt": signed_on,
        "endring_nummer": str(number),
        "endres_fra": first_day,
        "part_en": first.organisation or first.name,
        "part_to": last.organisation or last.name,
        "endringer": "\n".join(f"{one.label}\n{earlier}: {one.old}\n{now}: {one.new}" for one in changed),
        "sted_og_dato": place_and_date(after.signatur_sted, after.signatur_dato, language),
        "signatar_kommune_navn": first.name,
        "signatar_kommune_tittel": first.title,
        "signatar_motpart_navn": last.name,
        "signatar_motpart_tittel": last.title,
    }


def _changes(kind: AgreementType, before: BaseModel, after: BaseModel, language: str) -> Iterator[FieldChange]:
    fields = fields_of(kind.case)
    for name in agreed_fields(kind):
        old, new = (_text(getattr(case, name), kind, language) for case in (before, after))
        if old != new:
            yield FieldChange(kind.text(fields[name].column.label, language), old, new)


def _text(value: Any, kind: AgreementType, language: str) -> str:
    if value is None or value == "" or value == ():
        return in_agreement(_NOTHING, language)
    if isinstance(value, Choice):
        return kind.text(value.label, language)
    if isinstance(value, bool):
        return "Ja" if value else "Nei"
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, tuple):
        return "; ".join(_text(one, kind, language) for one in value)
    if isinstance(value, WorkPeriod):
        share = f"{value.prosent.normalize():f} %".replace(".", ",")
        return f"{share} {in_agreement('fra', language)} {short_date(value.fra)}" if value.fra else share
    if isinstance(value, InstitutionService):
        return f"{short_date(value.fra)}–{short_date(value.til)} {value.hf}".strip()
    return str(value)
