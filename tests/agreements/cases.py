"""Good cases to change one thing in."""

from datetime import date
from decimal import Decimal
from typing import Any

from flows.agreements.alis_case import AlisCase
from flows.agreements.field_types import WorkPeriod
from flows.agreements.tjenesteavtale6_case import Tjenesteavtale6Case

TODAY = date(2026, 11, 22)


def alis_case(**changes: Any) -> AlisCase:
    """Return the case of an employed fastlege in Bodø, with the changes."""
    values: dict[str, Any] = {
        "kommunenr": "1804",
        "kommune_orgnr": "313018040",
        "kommune_navn": "Bodø",
        "kommune_kontaktperson": "Marit Solbakken",
        "avtale_gjelder_fra": date(2027, 1, 1),
        "signatur_sted": "Bodø",
        "signatar_kommune_navn": "Geir Nystad",
        "signatar_kommune_tittel": "Kommunedirektør",
        "lege_navn": "Kari Fjordheim",
        "lege_hpr_nummer": "990010211",
        "arbeidssted": "Sentrum fastlegekontor",
        "stilling_tittel": "Lege",
        "kategori": "fastlege",
        "driftsform": "ansatt",
        "stillingsprosent": (WorkPeriod(prosent=Decimal(100)),),
        "oppstart_ny_ordning": date(2025, 3, 1),
        "forventet_avslutning": "02/2030",
        "veileder_navn": "Bjørn Skogvoll",
        "avtalt_praksiskompensasjon": "Avtalt i 4.1.1.",
        "avtalt_laeringsaktiviteter": "Avtalt i 4.1.2.",
        "avtalt_lavere_produktivitet": "Avtalt i 4.1.3.",
    }
    return AlisCase.model_validate(values | changes)


def tjenesteavtale6_case(**changes: Any) -> Tjenesteavtale6Case:
    """Return the case of Bodø and Nordlandssykehuset, with the changes."""
    values: dict[str, Any] = {
        "kommunenr": "1804",
        "kommune_orgnr": "313018040",
        "kommune_visningsnavn": "Bodø kommune",
        "hf_orgnr": "983974910",
        "helseforetak_navn": "Nordlandssykehuset HF",
        "avtale_gjelder_fra": date(2027, 1, 1),
        "overordnet_avtale_ref": "Sak 2023/1417",
        "overordnet_avtale_dato": date(2023, 6, 15),
        "registrert_utdanningsvirksomhet": True,
        "alis_koordinator": "Marit Solbakken",
        "alis_kontakt_hf": "Ragnhild Saltstraum",
        "signatur_sted": "Bodø",
        "signatar_kommune_navn": "Geir Nystad",
        "signatar_kommune_tittel": "Kommunedirektør",
        "signatar_hf_navn": "Vegard Landego",
        "signatar_hf_tittel": "Administrerende direktør",
    }
    return Tjenesteavtale6Case.model_validate(values | changes)
