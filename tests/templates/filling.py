"""The templates filled with invented values that differ from one another and from the official text."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from flows.documents import Pdf, convert, fill, load_template
from tests.templates.official import Official

VERSION, IDENTITY, EDITION = "1.0", "PRV-4711", "7"

VALUES: Mapping[str, Mapping[str, str]] = {
    "alis-avtale": {
        "kommune_navn": "Hábmera suohkan/Prøvøy kommune",
        "kommune_kontaktperson": "Kontakt Prøvesen",
        "lege_navn": "Áilu Đorđe Prøvestad",
        "lege_hpr_nummer": "000047110",
        "arbeidssted": "Prøvøy legesenter",
        "stilling_tittel": "Prøvelege i 80 prosent",
        "oppstart_ny_ordning": "01.03.2026",
        "forventet_avslutning": "02/2031",
        "veileder_navn": "Vár Veiledermo",
        "avtalt_praksiskompensasjon": "Prøvetekst om praksis.\nAndre linje om praksis.",
        "avtalt_laeringsaktiviteter": "Prøvetekst om kurs & reiser.",
        "avtalt_lavere_produktivitet": "Ikke aktuelt: prøvetekst om listetak.",
        "avtalt_tilrettelegging": "Prøvetekst om tilrettelegging, 12 500,00 kr.",
        "avtalt_tilleggselementer": "Ikke aktuelt: prøvetekst om sentralitet.",
        "avtalt_kommunal_finansiering": "Prøvetekst om kommunale midler.",
        "sted_og_dato": "Prøvøy, 17. mars 2027",
        "signatar_kommune_navn": "Signe Underskriver",
        "signatar_kommune_tittel": "Prøvedirektør",
        "signatar_alis_navn": "Doktor Underlege",
        "signatar_alis_tittel": "Prøvetittel for legen",
    },
    "tjenesteavtale6-alis": {
        "kommune_visningsnavn": "Prøvøy kommune",
        "helseforetak_navn": "Nordlandssykehuset HF",
        "sted_og_dato": "Prøvøy, 17. mars 2027",
        "signatar_kommune_navn": "Signe Underskriver",
        "signatar_kommune_tittel": "Prøvedirektør",
        "signatar_hf_navn": "Hege Foretaksdal",
        "signatar_hf_tittel": "Prøveleder i foretaket",
    },
}
"""What each template prints in place of its names, in the order of the text; the footer's names apart."""


def context(official: Official) -> dict[str, object]:
    """Return what the template is filled with: the values, the date as a date, and the footer's values."""
    values: dict[str, object] = dict(VALUES[official.name])
    if "oppstart_ny_ordning" in values:
        values["oppstart_ny_ordning"] = date(2026, 3, 1)
    return {**values, "malversjon": VERSION, "avtale_id": IDENTITY, "avtale_versjon": EDITION}


@cache
def filled(official: Official) -> bytes:
    """Return the filled DOCX."""
    return fill(load_template(official.template), context(official))


@cache
def printed(official: Official) -> Pdf:
    """Return the PDF of the filled DOCX."""
    return convert(filled(official))
