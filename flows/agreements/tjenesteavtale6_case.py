"""The case of a Tjenesteavtale 6 about ALIS: printed and control fields (docs/domain.md#tjenesteavtale-6-fields)."""

from typing import Annotated

from flows.agreements.case import MunicipalCase
from flows.agreements.field_types import Day, Email, Line, Mobile, OrganisationNumber, PersonName, YesNo
from flows.agreements.fields import Column
from flows.agreements.signer_language import SignerLanguage


class Tjenesteavtale6Case(MunicipalCase):
    """One municipality and the hospital trust that serves it.

    The agreement is in force from the last signature; `avtale_gjelder_fra` is the day it is meant to hold from, which
    tells a renewal from the agreement before it.
    """

    signatur_sted: Annotated[Line, Column("B-F03", "Sted")]
    signatur_dato: Annotated[Day | None, Column("B-F03", "Dato for signatur")] = None
    signatar_kommune_navn: Annotated[PersonName, Column("B-F04", "Signatar for kommunen, navn")]
    signatar_kommune_tittel: Annotated[Line, Column("B-F04", "Signatar for kommunen, tittel")]

    kommune_visningsnavn: Annotated[Line, Column("B-F01", "Kommune")]
    hf_orgnr: Annotated[OrganisationNumber, Column("", "Helseforetakets organisasjonsnummer")]
    helseforetak_navn: Annotated[Line, Column("B-F02", "Helseforetak")] = ""

    overordnet_avtale_ref: Annotated[Line, Column("R-B02", "Overordnet samarbeidsavtale, referanse")]
    overordnet_avtale_dato: Annotated[Day, Column("R-B02", "Overordnet samarbeidsavtale, dato")]
    registrert_utdanningsvirksomhet: Annotated[YesNo, Column("R-B04", "Registrert utdanningsvirksomhet")]
    registrert_utdanningsvirksomhet_dato: Annotated[
        Day | None, Column("R-B04", "Dato for registrering som utdanningsvirksomhet")
    ] = None
    alis_koordinator: Annotated[Line, Column("R-B09", "ALIS-koordinator i kommunen")]
    alis_kontakt_hf: Annotated[Line, Column("R-B14", "ALIS-kontakt i helseforetaket")] = ""
    siste_gjennomgang_dato: Annotated[Day | None, Column("R-B22", "Dato for siste gjennomgang")] = None

    signatar_hf_navn: Annotated[PersonName, Column("B-F05", "Signatar for helseforetaket, navn")]
    signatar_hf_tittel: Annotated[Line, Column("B-F05", "Signatar for helseforetaket, tittel")]
    signatar_hf_epost: Annotated[Email, Column("", "Signatar for helseforetaket, e-post")] = ""
    signatar_hf_mobil: Annotated[Mobile, Column("", "Signatar for helseforetaket, mobil")] = ""
    signatar_hf_spraak: Annotated[SignerLanguage | None, Column("", "Signatar for helseforetaket, språk")] = None
