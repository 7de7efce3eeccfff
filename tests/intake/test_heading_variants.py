"""What people call the columns: each heading of a second, handwritten list is read as the field that it means."""

from pathlib import Path

import pytest

from flows.agreements.fields import fields_of
from flows.agreements.types import types
from flows.intake.heading_phrases import PHRASES, phrases_of
from flows.intake.headings import field_of, readings
from tests.intake.test_headings import renamed, the_case, the_problem

MEANT = {
    "kommunenr": "Kommunenr|Kommune-nr.|Kommune nr.|Komm.nr.|Kommunens nummer|Kommunenummer (4 siffer)",
    "kommune_orgnr": "Kommunens orgnummer|Org.nummer|Org nr|Orgnr kommunen|Kommunens organisasjonsnr",
    "kommune_navn": "Navn på kommune|Navn på kommunen|Kommune (navn)",
    "kommune_kontaktperson": "Kontaktperson kommune|Kontaktperson for kommunen|Navn på kontaktperson"
    "|Kontaktperson (navn)",
    "lege_navn": "Navn på legen|Navn legen|Navn lege|Legens fulle navn|Navn på ALIS-lege|ALIS-lege"
    "|Lege i spesialisering",
    "lege_hpr_nummer": "HPR nr|HPR-ID|Hpr.nr.|Helsepersonellnummer|HPR-nr. for legen|HPR (nr)|HPR nummer lege",
    "lege_epost": "Epost lege|E-post til legen|Legens mailadresse|Mail til legen|Lege epost|E-postadr. lege",
    "lege_mobil": "Mobilnr. lege|Tlf nr lege|Legens tlf.|Telefon til legen|Legens mobilnr",
    "arbeidssted": "Legesenter|Navn på legekontor|Legens arbeidssted|Fastlegekontor|Arbeidsplass (navn)",
    "stilling_tittel": "Legens stilling|Tittel lege|Tittel / stilling|Arbeidstittel/stilling|Stilling og tittel",
    "kategori": "Kategori lege|Legetype|Type lege|Kategori (fastlege/vikar)",
    "driftsform": "Driftsform (ansatt/næringsdrivende)|Ansatt/næringsdrivende|Ansettelsesform|Tilsettingsform",
    "stillingsprosent": "%|Stilling %|Stilling (%)|Stilling i %|% stilling|%-stilling|Stillings%|Stillingsprosent %"
    "|Stillingsprosent (i %)|Prosentstilling|Prosent av full stilling|Størrelse på stilling|Stillingsandel",
    "vikariat_varighet_mnd": "Vikariat (mnd)|Varighet på vikariat|Vikariatets lengde|Varighet vikariat (måneder)",
    "vikarbyra_tilknytning": "Via vikarbyrå|Fra vikarbyrå (ja/nei)|Tilknytning vikarbyrå",
    "oppstart_ny_ordning": "Startdato ny ordning|Oppstart i spesialisering|Start spesialistutdanning"
    "|Dato oppstart ny ordning|Oppstart ny ordning (dato)|Dato for oppstart i ny ordning (dd.mm.åååå)",
    "forventet_avslutning": "Forventet slutt|Forventet sluttdato|Forventet ferdig spesialist|Avslutning spesialisering"
    "|Forventet avslutning av spesialisering|Forventet avslutning (mnd/år)|Forventa avslutning av spesialiseringa",
    "veileder_navn": "Rettleiars namn|Navn på veilederen|Veileder allmennmedisin|Veileder (navn)",
    "avtale_gjelder_fra": "Gjelder f.o.m.|Gjelder fra dato|Avtalen gjelder fra og med|Avtaleperiode fra"
    "|Startdato avtale|Startdato for avtalen|Avtalens startdato|Gjelder fra (dato)|Avtalestart (dd.mm.åååå)",
    "avtale_gjelder_til": "Gjelder t.o.m.|Gjelder til dato|Sluttdato for avtalen|Avtalens sluttdato|Avtaleperiode til",
    "fravaer_maaneder": "Fravær i mnd|Antall måneder fravær|Antall måneder med fravær",
    "institusjonstjeneste_perioder": "Sykehustjeneste (perioder)|Institusjonstjeneste perioder",
    "signatur_sted": "Sted for signering|Signeringssted|Sted (signering)|Stad for underskrift",
    "signatur_dato": "Dato for underskrift|Signert dato|Underskriftsdato|Dato (signering)",
    "signatar_kommune_navn": "Hvem signerer for kommunen|Undertegner for kommunen|Signatar i kommunen"
    "|Navn på signatar for kommunen|Signatar for kommunen (navn)",
    "signatar_kommune_epost": "E-post til signatar i kommunen|Signatar for kommunen epost|Epost signatar kommune",
    "signatar_kommune_mobil": "Mobilnr. signatar for kommunen|Tlf. til signatar i kommunen",
    "ansvarlig_epost": "E-post koordinator|Koordinators e-post|Epost til ansvarlig koordinator"
    "|Ansvarlig koordinators mail",
    "avtalt_praksiskompensasjon": "Pkt. 4.1.1|Punkt 4.1.1|Praksiskompensasjon (4.1.1)",
    "avtalt_laeringsaktiviteter": "Pkt. 4.1.2|Læringsaktiviteter (4.1.2)|Punkt 4.1.2 Læringsaktiviteter",
    "avtalt_lavere_produktivitet": "Kompensasjon lavere produktivitet|Lavere produktivitet (4.1.3)",
    "avtalt_tilleggselementer": "Punkt 4.2|Tilleggselementer (4.2)",
    "sentralitetsklasse": "Sentralitetsklasse (1-6)|Sentralitetsklasse SSB|Sentralitet (klasse)",
    "tilskudd_status": "Status på tilskudd|Tilskudd (status)",
    "tilskuddsaar": "År for tilskuddet|Tilskudd (år)|År tilskudd",
    "tidligere_avtale_dato": "Forrige avtale|Dato forrige avtale|Dato for tidligere avtale (dd.mm.åååå)",
    "maks_tilskuddsramme": "Maks tilskudd|Maks. tilskuddsramme (kr)",
    "endres_fra": "Endres fra dato|Endres fra og med",
    "sesongvalg": "Hva skal gjøres|Fornyes/endres",
}
DOUBTED = {
    "Epost kommunen|E-post til kommunen|Kommunens e-post|Mail kommune": "signatar_kommune_epost ansvarlig_epost",
    "E-post signatar|E-post til signatar|Signatarens mail|Epost til undertegner": "signatar_kommune_epost lege_epost",
    "Navn på signatar|Undertegners navn|Hvem signerer": "signatar_kommune_navn signatar_alis_navn",
    "Mobilnr.|Tlf.nr.|Mobil/tlf.|Tlfnr": "signatar_kommune_mobil lege_mobil",
    "Startdato (dd.mm.åååå)|F.o.m.|Oppstart ALIS|Frå dato": "avtale_gjelder_fra oppstart_ny_ordning",
    "T.o.m.|Til og med": "avtale_gjelder_til forventet_avslutning",
    "Navn på koordinator|Ansvarlig koordinator": "kommune_kontaktperson",
}


@pytest.mark.parametrize(
    ("name", "heading"), [(name, one) for name, words in MEANT.items() for one in words.split("|")]
)
def test_a_heading_that_any_person_understands(name: str, heading: str) -> None:
    """Each way of writing the heading of a field means that field, whatever stands beside it."""
    assert field_of(heading, types()["alis"]) == name


@pytest.mark.parametrize(
    ("heading", "names"), [(one, names) for words, names in DOUBTED.items() for one in words.split("|")]
)
def test_a_heading_that_may_be_said_of_several_is_listed_with_all(heading: str, names: str) -> None:
    """A column that could be anybody's is no stranger, left out with a word: it asks whose it is."""
    found = readings(heading, types()["alis"])
    assert set(names.split()) <= set(found.fields)


@pytest.mark.parametrize("word", ["Epost kommunen", "E-post til kommunen", "E-post signatar"])
def test_an_address_that_may_be_of_two_is_not_passed_over(tmp_path: Path, word: str) -> None:
    """Left out with a warning, nobody would be told that there is something to sign."""
    judged = renamed(tmp_path, {}, {word: "kd@eksempel.no"})
    assert (the_problem(judged).level, len(judged.cases)) == ("error", 0)
    assert "«Signatar for kommunen, e-post»" in the_problem(judged).message


def test_a_workbook_with_every_heading_written_otherwise(tmp_path: Path) -> None:
    """From the sheet to the case, with the headings of somebody who has not seen ours."""
    names = {
        "Kommunenummer": "Kommunenr",
        "Legens navn": "Navn på legen",
        "HPR-nr.": "HPR nr",
        "Stillingsprosent": "%",
        "Kategori": "Kategori (fastlege/vikar)",
        "Dato for oppstart i ny ordning for spesialistutdanning": "Oppstart ny ordning (dato)",
        "Avtalen gjelder fra": "Startdato (dd.mm.åååå)",
        "Sted": "Sted (signering)",
        "Signatar for kommunen, navn": "Hvem signerer for kommunen",
        "4.1.1 Praksiskompensasjon": "Pkt. 4.1.1",
    }
    assert the_case(renamed(tmp_path, names)) == the_case(renamed(tmp_path, {}))


def test_no_phrase_means_two_fields() -> None:
    """Within each agreement, every heading put together leads to its field."""
    for agreement in types().values():
        for name in PHRASES.keys() & fields_of(agreement.case):
            assert all(field_of(heading, agreement) == name for heading in phrases_of(name)), name


def test_the_sign_for_per_cent_below_a_group() -> None:
    """«Stilling (%)» below «Lege» is how much the doctor works; «Stilling» there is the title."""
    agreement = types()["alis"]
    assert readings("Stilling (%)", agreement, "Lege").fields == ("stillingsprosent",)
    assert readings("Stilling", agreement, "Lege").fields == ("stilling_tittel",)
