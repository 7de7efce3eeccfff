"""The fields that every agreement with a municipality has."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from flows.agreements import municipalities
from flows.agreements.field_types import (
    Day,
    Email,
    Line,
    Mobile,
    MunicipalityNumber,
    OrganisationNumber,
    PersonName,
)
from flows.agreements.fields import Choice, Column
from flows.agreements.signer_language import SignerLanguage
from flows.agreements.types import in_agreement
from flows.dates import short_date


class SeasonAction(Choice):
    """What a row of a season's workbook asks for."""

    RENEW = "fornyes", "Fornyes"
    AMEND = "endres", "Endres"
    NOTHING = "uendret", "Uendret"


class MunicipalCase(BaseModel):
    """The fields that the cases of all agreement types share.

    Identifiers are those of docs/domain.md, also as keys in JSON. An optional text that is not given is empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kommunenr: Annotated[MunicipalityNumber, Column("A-C01", "Kommunenummer")]
    kommune_orgnr: Annotated[OrganisationNumber, Column("A-C02", "Kommunens organisasjonsnummer")]
    avtale_gjelder_fra: Annotated[Day, Column("A-C07", "Avtalen gjelder fra")]
    signatur_sted: Annotated[Line, Column("A-F16", "Sted")]
    signatur_dato: Annotated[Day | None, Column("A-F16", "Dato for signatur")] = None
    signatar_kommune_navn: Annotated[PersonName, Column("A-F17", "Signatar for kommunen, navn")]
    signatar_kommune_tittel: Annotated[Line, Column("A-F17", "Signatar for kommunen, tittel")]
    signatar_kommune_epost: Annotated[Email, Column("", "Signatar for kommunen, e-post")] = ""
    signatar_kommune_mobil: Annotated[Mobile, Column("", "Signatar for kommunen, mobil")] = ""
    signatar_kommune_spraak: Annotated[SignerLanguage | None, Column("", "Signatar for kommunen, språk")] = None
    felles_mottaker_godkjent_av: Annotated[Line, Column("", "Felles mottaker godkjent av")] = ""
    ansvarlig_epost: Annotated[Email, Column("", "Ansvarlig koordinator, e-post")] = ""
    sesongvalg: Annotated[SeasonAction | None, Column("", "Hva som gjøres", of_row=True)] = None
    endres_fra: Annotated[Day | None, Column("", "Endres fra", of_row=True)] = None


OF_ROW = frozenset({"sesongvalg", "endres_fra"})
"""Fields that say what a row asks for; the register keeps none of them."""


def municipality_of(case: MunicipalCase) -> municipalities.Municipality:
    """Return the case's municipality. Only for cases that the rules have passed: raises LookupError otherwise."""
    found = municipalities.by_number(case.kommunenr)
    if found is None:
        raise LookupError("no such municipality number")
    return found


def place_and_date(place: str, signed_on: date | None, language: str = "nb") -> str:
    """Return what stands after «Sted og dato»; without a date, that the electronic signature shows it."""
    if signed_on:
        return f"{place}, {short_date(signed_on)}"
    return f"{place}. {in_agreement('Dato framgår av den elektroniske signaturen.', language)}"
