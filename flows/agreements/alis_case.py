"""The case of an ALIS-avtale: printed fields A-F01 to A-F18, control fields A-C01 to A-C17 (docs/domain.md)."""

from typing import Annotated

from flows.agreements.case import MunicipalCase
from flows.agreements.field_types import (
    CentralityClass,
    Day,
    Email,
    HprNumber,
    Kroner,
    Line,
    Mobile,
    MonthAndYear,
    Months,
    PersonName,
    Services,
    Text,
    WholeMonths,
    Work,
    Year,
    YesNo,
)
from flows.agreements.fields import Choice, Column
from flows.agreements.signer_language import SignerLanguage


class Category(Choice):
    """What kind of post the doctor has; decides which sections apply (A-C04)."""

    FASTLEGE = "fastlege", "Fastlege"
    FASTLEGEVIKAR = "fastlegevikar", "Fastlegevikar"
    INTRODUKSJONSLEGE = "introduksjonslege", "Introduksjonslege"
    ANNET = "annet_kommunalt_legearbeid", "Annet kommunalt legearbeid"


class Practice(Choice):
    """How the doctor is paid; decides who gets the compensation (A-C05)."""

    HOVEDMODELL = "naeringsdrivende_hovedmodell", "Næringsdrivende etter hovedmodellen"
    ANSATT = "ansatt", "Ansatt"
    ANNEN_AVTALE = "annen_avtale", "Annen avtale"


class GrantStatus(Choice):
    """How far the application for the state's grant has come (A-C11)."""

    SOKT = "sokt", "Søkt"
    INNVILGET = "innvilget", "Innvilget"
    AVSLAG = "avslag", "Avslag"


PERSONS = ("lege_navn", "veileder_navn", "kommune_kontaktperson", "signatar_kommune_navn")
"""The fields of a case that name persons; who signs for the doctor is the doctor."""


class AlisCase(MunicipalCase):
    """One doctor in training and one municipality."""

    kommune_navn: Annotated[Line, Column("A-F01", "Kommune")]
    kommune_kontaktperson: Annotated[PersonName, Column("A-F02", "Kontaktperson")]

    lege_navn: Annotated[PersonName, Column("A-F03", "Legens navn")]
    lege_hpr_nummer: Annotated[HprNumber, Column("A-F04", "HPR-nr.")]
    lege_epost: Annotated[Email, Column("", "Legens e-post")] = ""
    lege_mobil: Annotated[Mobile, Column("", "Legens mobil")] = ""
    lege_spraak: Annotated[SignerLanguage | None, Column("", "Legens språk")] = None
    arbeidssted: Annotated[Line, Column("A-F05", "Arbeidssted")]
    stilling_tittel: Annotated[Line, Column("A-F06", "Stilling/arbeidstittel")]
    kategori: Annotated[Category, Column("A-C04", "Kategori")]
    driftsform: Annotated[Practice, Column("A-C05", "Driftsform")]
    dekker_praksisutgifter_selv: Annotated[YesNo | None, Column("A-C17", "Dekker praksisutgiftene selv")] = None
    stillingsprosent: Annotated[Work, Column("A-C06", "Stillingsprosent")]
    vikariat_varighet_mnd: Annotated[WholeMonths | None, Column("A-C13", "Vikariatets varighet i måneder")] = None
    vikarbyra_tilknytning: Annotated[YesNo, Column("A-C12", "Tilknytning til vikarbyrå")] = False

    oppstart_ny_ordning: Annotated[Day, Column("A-F07", "Dato for oppstart i ny ordning for spesialistutdanning")]
    forventet_avslutning: Annotated[
        MonthAndYear, Column("A-F08", "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)")
    ]
    veileder_navn: Annotated[PersonName, Column("A-F09", "Navn på veileder i allmennmedisin")]
    avtale_gjelder_til: Annotated[Day | None, Column("A-C07", "Avtalen gjelder til")] = None
    fravaer_maaneder: Annotated[Months | None, Column("A-C08", "Fravær i måneder")] = None
    institusjonstjeneste_perioder: Annotated[Services, Column("A-C09", "Perioder med institusjonstjeneste")] = ()

    avtalt_praksiskompensasjon: Annotated[Text, Column("A-F10", "4.1.1 Praksiskompensasjon")] = ""
    fordeling_praksiskompensasjon: Annotated[Line, Column("A-C10", "Fordeling av praksiskompensasjon")] = ""
    avtalt_laeringsaktiviteter: Annotated[Text, Column("A-F11", "4.1.2 Læringsaktiviteter")] = ""
    avtalt_lavere_produktivitet: Annotated[Text, Column("A-F12", "4.1.3 Kompensasjon for lavere produktivitet")] = ""
    fordeling_produktivitet: Annotated[Line, Column("A-C10", "Fordeling av kompensasjon for lavere produktivitet")] = ""
    avtalt_tilrettelegging: Annotated[Text, Column("A-F13", "4.1.5 Praktisk tilrettelegging")] = ""
    tilrettelegging_belop: Annotated[Kroner | None, Column("A-F13", "Beløp til tilrettelegging")] = None
    avtalt_tilleggselementer: Annotated[Text, Column("A-F14", "4.2 Tilleggselementer")] = ""
    avtalt_kommunal_finansiering: Annotated[Text, Column("A-F15", "4.3 Elementer med kommunal finansiering")] = ""

    sentralitetsklasse: Annotated[CentralityClass | None, Column("A-C03", "Sentralitetsklasse")] = None
    kildeaar: Annotated[Year | None, Column("A-C03", "Kildeår for sentralitetsklasse")] = None
    tilskudd_status: Annotated[GrantStatus | None, Column("A-C11", "Status for tilskudd")] = None
    tilskuddsaar: Annotated[Year | None, Column("A-C11", "Tilskuddsår")] = None
    tidligere_avtale_dato: Annotated[Day | None, Column("A-C15", "Dato for tidligere avtale")] = None
    maks_tilskuddsramme: Annotated[Kroner | None, Column("A-C16", "Maksimal tilskuddsramme")] = None
    beregningsgrunnlag: Annotated[Line, Column("A-C16", "Beregningsgrunnlag")] = ""

    signatar_alis_navn: Annotated[Line, Column("A-F18", "Signatar for ALIS")] = ""
