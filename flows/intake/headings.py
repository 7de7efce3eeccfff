"""Match headings to fields.

A field is known by its identifier, by its label, and by the other headings below: older ones, shorter ones, nynorsk and
English. Case, spaces and punctuation make no difference, and neither does a remark in brackets.
"""

import re
from functools import cache

from flows.agreements.fields import fields_of
from flows.agreements.types import AgreementType
from flows.intake.value_parsing import fold

OTHER_HEADINGS: dict[str, tuple[str, ...]] = {
    "kommunenr": ("Kommunenr", "Kommune nr", "Komm.nr", "Knr", "Municipality number"),
    "kommune_orgnr": (
        "Orgnr",
        "Org.nr",
        "Organisasjonsnummer",
        "Kommunens orgnr",
        "Orgnr kommune",
        "Organisasjonsnummer kommune",
        "Kommunens org.nr",
        "Organisation number",
    ),
    "avtale_gjelder_fra": (
        "Gjelder fra",
        "Avtale gjelder fra",
        "Avtalestart",
        "Avtale fra",
        "Gyldig fra",
        "Startdato",
        "Avtalen gjeld frå",
        "Gjeld frå",
        "Valid from",
    ),
    "signatur_sted": ("Signatursted", "Sted for signatur", "Stad", "Stad for signatur", "Place"),
    "signatur_dato": ("Signaturdato", "Dato", "Date of signature"),
    "signatar_kommune_navn": (
        "Signatar kommune",
        "Signatar for kommunen",
        "Signatar kommune navn",
        "Kommunens signatar",
        "Underskriver for kommunen",
        "Signerer for kommunen",
        "Signatar for kommunen, namn",
        "Signatory of the municipality",
    ),
    "signatar_kommune_tittel": (
        "Signatar kommune tittel",
        "Tittel signatar kommune",
        "Signatarens tittel",
        "Kommunens signatar, tittel",
        "Title of the municipality's signatory",
    ),
    "signatar_kommune_epost": (
        "Signatar kommune e-post",
        "E-post signatar kommune",
        "Kommunens signatar, e-post",
        "E-mail of the municipality's signatory",
    ),
    "signatar_kommune_mobil": ("Signatar kommune mobil", "Mobil signatar kommune", "Kommunens signatar, mobil"),
    "ansvarlig_epost": (
        "Ansvarlig e-post",
        "Ansvarlig",
        "E-post ansvarlig",
        "Koordinator e-post",
        "Ansvarleg e-post",
        "Responsible e-mail",
    ),
    "kommune_navn": ("Kommunenavn", "Kommunens navn", "Kommunenamn", "Municipality"),
    "kommune_kontaktperson": (
        "Kontaktperson i kommunen",
        "Kommunens kontaktperson",
        "Kontakt i kommunen",
        "Kontakt",
        "Contact person",
    ),
    "lege_navn": (
        "Navn",
        "Navn på lege",
        "Lege",
        "Navn på ALIS",
        "ALIS",
        "ALIS navn",
        "Namn",
        "Namn på lege",
        "Legens namn",
        "Doctor",
        "Name of doctor",
    ),
    "lege_hpr_nummer": ("HPR", "HPR-nummer", "HPR nr", "Legens HPR-nummer", "HPR number"),
    "lege_epost": ("E-post", "E-post lege", "Lege e-post", "Legens epostadresse", "E-post ALIS", "E-mail of doctor"),
    "lege_mobil": ("Mobil", "Mobil lege", "Lege mobil", "Mobilnummer", "Telefon lege", "Mobile of doctor"),
    "arbeidssted": ("Arbeidsplass", "Legekontor", "Arbeidsstad", "Place of work", "Workplace"),
    "stilling_tittel": ("Stilling", "Stillingstittel", "Arbeidstittel", "Stilling/arbeidstittel", "Position"),
    "kategori": ("Legekategori", "Kategori ALIS", "Type stilling", "Category"),
    "driftsform": ("Drift", "Tilknytningsform", "Praksisform", "Practice form"),
    "dekker_praksisutgifter_selv": (
        "Dekker praksisutgifter selv",
        "Dekker selv praksisutgifter",
        "Dekker selv praksisutgiftene",
        "Dekkjer praksisutgiftene sjølv",
        "Covers practice expenses",
    ),
    "stillingsprosent": ("Stillingsprosent (%)", "Stillings-%", "Stillingsbrøk", "Prosent", "Share of full time"),
    "vikariat_varighet_mnd": (
        "Vikariatets varighet",
        "Varighet vikariat",
        "Varighet vikariat (mnd)",
        "Vikariat måneder",
        "Vikariat varighet mnd",
    ),
    "vikarbyra_tilknytning": ("Vikarbyrå", "Tilknyttet vikarbyrå", "Tilknyting til vikarbyrå", "Locum agency"),
    "oppstart_ny_ordning": (
        "Oppstart ny ordning",
        "Oppstart i ny ordning",
        "Dato for oppstart i ny ordning",
        "Oppstartsdato ny ordning",
        "Oppstart spesialisering",
        "Start in new scheme",
    ),
    "forventet_avslutning": (
        "Forventet avslutning",
        "Forventet avsluttet",
        "Forventet ferdig",
        "Forventet dato for avslutning",
        "Forventa avslutning",
        "Expected end",
    ),
    "veileder_navn": (
        "Veileder",
        "Navn på veileder",
        "Veileder i allmennmedisin",
        "Veileders navn",
        "Rettleiar",
        "Namn på rettleiar i allmennmedisin",
        "Supervisor",
    ),
    "avtale_gjelder_til": ("Gjelder til", "Avtale gjelder til", "Avtaleslutt", "Avtale til", "Gjeld til", "Valid to"),
    "fravaer_maaneder": ("Fravær", "Fravær (mnd)", "Fraværsmåneder", "Måneder fravær", "Absence in months"),
    "institusjonstjeneste_perioder": (
        "Institusjonstjeneste",
        "Sykehustjeneste",
        "Perioder institusjonstjeneste",
        "Institusjonsteneste",
        "Institution service",
    ),
    "avtalt_praksiskompensasjon": (
        "4.1.1",
        "Praksiskompensasjon",
        "Avtalt praksiskompensasjon",
        "Praksiskompensasjon ved fravær fra fastlegepraksis",
    ),
    "fordeling_praksiskompensasjon": ("Fordeling praksiskompensasjon", "Fordeling 4.1.1"),
    "avtalt_laeringsaktiviteter": (
        "4.1.2",
        "Læringsaktiviteter",
        "Avtalt læringsaktiviteter",
        "Avtalte læringsaktiviteter",
        "4.1.2 Dekning av utgifter ved gjennomføring av læringsaktiviteter",
    ),
    "avtalt_lavere_produktivitet": (
        "4.1.3",
        "Lavere produktivitet",
        "Avtalt lavere produktivitet",
        "Kompensasjon for lavere produktivitet",
        "4.1.3 Lavere produktivitet",
    ),
    "fordeling_produktivitet": ("Fordeling produktivitet", "Fordeling lavere produktivitet", "Fordeling 4.1.3"),
    "avtalt_tilrettelegging": (
        "4.1.5",
        "Tilrettelegging",
        "Praktisk tilrettelegging",
        "Avtalt tilrettelegging",
        "4.1.5 Tilrettelegging",
        "4.1.5 Praktisk tilrettelegging for gode utdanningsløp",
    ),
    "tilrettelegging_belop": ("Beløp tilrettelegging", "Tilrettelegging beløp", "Beløp 4.1.5"),
    "avtalt_tilleggselementer": (
        "4.2",
        "Tilleggselementer",
        "Avtalte tilleggselementer",
        "4.2 Tilleggselementer for kommuner med særskilte rekrutteringsutfordringer",
        "4.2 Tilleggselementer for kommuner med særskilte rekrutteringsutfordringer – statlig tilskudd",
    ),
    "avtalt_kommunal_finansiering": (
        "4.3",
        "Kommunal finansiering",
        "Avtalt kommunal finansiering",
        "4.3 Kommunal finansiering",
        "Elementer med kommunal finansiering",
    ),
    "sentralitetsklasse": ("Sentralitet", "SSB sentralitetsklasse", "Centrality class"),
    "kildeaar": ("Kildeår", "Kildeår sentralitet", "Sentralitet år"),
    "tilskudd_status": ("Tilskudd", "Tilskuddsstatus", "Status tilskudd", "Tilskotstatus", "Grant status"),
    "tilskuddsaar": ("Tilskudd år", "År for tilskudd", "Tilskotsår", "Grant year"),
    "tidligere_avtale_dato": (
        "Tidligere avtale",
        "Dato tidligere avtale",
        "Tidligere avtale dato",
        "Tidlegare avtale",
        "Earlier agreement",
    ),
    "maks_tilskuddsramme": ("Maks tilskuddsramme", "Tilskuddsramme", "Maksimal tilskotsramme", "Maximum frame"),
    "beregningsgrunnlag": ("Grunnlag", "Berekningsgrunnlag", "Basis of calculation"),
    "signatar_alis_navn": ("Signatar ALIS", "Signatar for ALIS, navn", "ALIS signatar"),
    "kommune_visningsnavn": (
        "Visningsnavn",
        "Kommunens visningsnavn",
        "Kommunenavn",
        "Kommunens navn",
        "Kommunenamn",
        "Municipality",
    ),
    "hf_orgnr": (
        "HF orgnr",
        "Orgnr HF",
        "Orgnr helseforetak",
        "Helseforetakets orgnr",
        "Organisasjonsnummer helseforetak",
        "Helseforetakets org.nr",
        "Trust's organisation number",
    ),
    "helseforetak_navn": ("Helseforetakets navn", "HF", "HF navn", "Navn på helseforetak", "Helseføretak", "Trust"),
    "overordnet_avtale_ref": (
        "Overordnet avtale",
        "Overordnet samarbeidsavtale",
        "Overordnet avtale ref",
        "Referanse overordnet avtale",
        "Overordna samarbeidsavtale",
    ),
    "overordnet_avtale_dato": (
        "Overordnet avtale dato",
        "Dato overordnet avtale",
        "Dato for overordnet samarbeidsavtale",
        "Overordna samarbeidsavtale, dato",
    ),
    "registrert_utdanningsvirksomhet": (
        "Utdanningsvirksomhet",
        "Kommunen er registrert utdanningsvirksomhet",
        "Registrert utdanningsverksemd",
    ),
    "registrert_utdanningsvirksomhet_dato": (
        "Utdanningsvirksomhet dato",
        "Dato registrert",
        "Registrert utdanningsvirksomhet, dato",
    ),
    "alis_koordinator": ("ALIS-koordinator", "Koordinator", "Kommunens ALIS-koordinator"),
    "alis_kontakt_hf": ("ALIS-kontakt", "ALIS-kontakt HF", "Kontakt i helseforetaket", "Helseforetakets ALIS-kontakt"),
    "siste_gjennomgang_dato": ("Siste gjennomgang", "Dato siste gjennomgang", "Sist gjennomgått"),
    "signatar_hf_navn": (
        "Signatar HF",
        "Signatar for helseforetaket",
        "Signatar HF navn",
        "Helseforetakets signatar",
        "Signatar for HF, navn",
    ),
    "signatar_hf_tittel": ("Signatar HF tittel", "Helseforetakets signatar, tittel", "Signatar for HF, tittel"),
    "signatar_hf_epost": ("Signatar HF e-post", "Helseforetakets signatar, e-post", "Signatar for HF, e-post"),
    "signatar_hf_mobil": ("Signatar HF mobil", "Helseforetakets signatar, mobil", "Signatar for HF, mobil"),
}


def field_of(heading: str, agreement: AgreementType) -> str | None:
    """Return the field of the agreement's case that a heading means, or None."""
    known = _known_headings(agreement)
    return known.get(fold(heading)) or known.get(fold(_without_remark(heading)))


@cache
def _known_headings(agreement: AgreementType) -> dict[str, str]:
    known: dict[str, str] = {}
    for name, field in fields_of(agreement.case).items():
        for heading in (name, field.column.label, _without_remark(field.column.label), *OTHER_HEADINGS.get(name, ())):
            known.setdefault(fold(heading), name)
    return known


def _without_remark(heading: str) -> str:
    return re.sub(r"\([^)]*\)", " ", heading)
