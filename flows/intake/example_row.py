"""The example row of the input workbook: invented, and valid in every cell."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from flows.agreements import municipalities
from flows.agreements.types import AgreementType


def example_of(agreement: AgreementType, today: date) -> dict[str, Any]:
    """Return an example case by field, valid from the beginning of the next month but one."""
    begins = (today + relativedelta(months=2)).replace(day=1)
    municipality = municipalities.by_number("1804")
    number = f"{municipality.number} {municipality.official_name}" if municipality else "1804"
    signs = {
        "kommunenr": number,
        "kommune_orgnr": "313018040",
        "avtale_gjelder_fra": begins,
        "signatur_sted": "Bodø",
        "signatar_kommune_navn": "Eksempel Kommunedirektør",
        "signatar_kommune_tittel": "Kommunedirektør",
    }
    if agreement.name == "tjenesteavtale6":
        return signs | {
            "kommune_visningsnavn": "Bodø kommune",
            "hf_orgnr": "983974910",
            "helseforetak_navn": "Nordlandssykehuset HF",
            "overordnet_avtale_ref": "Sak 2023/0000",
            "overordnet_avtale_dato": date(2023, 6, 15),
            "registrert_utdanningsvirksomhet": "Ja",
            "alis_koordinator": "Eksempel Koordinator",
            "alis_kontakt_hf": "Eksempel Kontakt",
            "signatar_hf_navn": "Eksempel Direktør",
            "signatar_hf_tittel": "Administrerende direktør",
        }
    return signs | {
        "kommune_navn": "Bodø",
        "kommune_kontaktperson": "Eksempel Koordinator",
        "lege_navn": "Eksempel Lege",
        "lege_hpr_nummer": "990000000",
        "arbeidssted": "Eksempel legesenter",
        "stilling_tittel": "Fastlege",
        "kategori": "Fastlege",
        "driftsform": "Ansatt",
        "stillingsprosent": 1,
        "vikarbyra_tilknytning": "Nei",
        "oppstart_ny_ordning": (begins - relativedelta(months=6)),
        "forventet_avslutning": f"{begins + relativedelta(months=48):%m/%Y}",
        "veileder_navn": "Eksempel Veileder",
        "avtalt_praksiskompensasjon": "Ingen særskilt avtale",
        "avtalt_laeringsaktiviteter": "Kommunen dekker kurs og reise etter regning.",
        "avtalt_lavere_produktivitet": "Ingen særskilt avtale",
    }
