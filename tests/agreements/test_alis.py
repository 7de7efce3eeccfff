"""The rules of the ALIS-avtale (docs/domain.md#alis-avtale-rules): each one broken once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from flows.agreements.field_types import InstitutionService, WorkPeriod
from flows.agreements.types import types
from tests.agreements.cases import TODAY, alis_case

AGREEMENT = types()["alis"]

LOCUM: dict[str, Any] = {
    "kategori": "fastlegevikar",
    "vikariat_varighet_mnd": 6,
    "stilling_tittel": "Fastlegevikar",
}
BROKEN: list[tuple[str, str, str, dict[str, Any]]] = [
    # rule, level, field, what is changed in a good case
    ("A-C01", "error", "kommunenr", {"kommunenr": "9999"}),
    ("A-C07", "warning", "avtale_gjelder_fra", {"avtale_gjelder_fra": date(2029, 1, 1)}),
    ("A-C07", "error", "avtale_gjelder_fra", {"avtale_gjelder_fra": date(2031, 11, 23)}),
    ("A-C07", "warning", "avtale_gjelder_fra", {"avtale_gjelder_fra": date(2025, 11, 21)}),
    ("A-C13", "warning", "vikariat_varighet_mnd", {**LOCUM, "avtale_gjelder_til": date(2027, 12, 31)}),
    ("A-C15", "error", "tidligere_avtale_dato", {"tidligere_avtale_dato": date(2027, 1, 2)}),
    ("A-F03", "error", "lege_navn", {"lege_navn": "N.N."}),
    ("A-F04", "error", "lege_hpr_nummer", {"lege_hpr_nummer": "313018040"}),
    ("A-F16", "warning", "signatur_dato", {"signatur_dato": date(2028, 1, 1)}),
    ("A-F16", "warning", "signatur_dato", {"signatur_dato": date(2025, 1, 1)}),
    ("A-F17", "error", "signatar_kommune_navn", {"signatar_kommune_navn": "Ikke avklart"}),
    ("R-A09", "error", "lege_epost", {"lege_epost": "post@x.no", "signatar_kommune_epost": "Post@x.no"}),
    (
        "R-A09",
        "warning",
        "lege_epost",
        {
            "lege_epost": "post@x.no",
            "signatar_kommune_epost": "Post@x.no",
            "felles_mottaker_godkjent_av": "Kari Leder",
        },
    ),
    (
        "R-A04",
        "warning",
        "avtale_gjelder_til",
        {"avtale_gjelder_fra": date(2025, 12, 1), "avtale_gjelder_til": date(2026, 11, 21)},
    ),
    ("A-F01", "error", "kommune_navn", {"kommune_navn": "Hamarøy"}),
    ("A-F06", "warning", "stilling_tittel", {"stilling_tittel": "Introduksjonslege"}),
    ("A-F06", "warning", "stilling_tittel", {"stilling_tittel": "Fastlegevikar"}),
    ("A-F06", "warning", "stilling_tittel", {"kategori": "introduksjonslege", "stilling_tittel": "Fastlege"}),
    ("A-F07", "error", "oppstart_ny_ordning", {"oppstart_ny_ordning": date(2019, 2, 28)}),
    (
        "A-F08",
        "error",
        "forventet_avslutning",
        {"oppstart_ny_ordning": date(2027, 1, 1), "forventet_avslutning": "12/2026"},
    ),
    ("A-F08", "warning", "forventet_avslutning", {"forventet_avslutning": "01/2032"}),
    ("A-F09", "error", "veileder_navn", {"veileder_navn": "kari  fjordheim"}),
    ("A-F09", "warning", "veileder_navn", {"veileder_navn": "Ikke avklart"}),
    ("A-F18", "error", "signatar_alis_navn", {"signatar_alis_navn": "Ola Fullmektig"}),
    (
        "A-C05",
        "warning",
        "driftsform",
        {"kategori": "annet_kommunalt_legearbeid", "driftsform": "naeringsdrivende_hovedmodell"},
    ),
    (
        "A-C08",
        "warning",
        "avtalt_kommunal_finansiering",
        {"avtalt_kommunal_finansiering": "Fri ved foreldrepermisjon."},
    ),
    ("A-C12", "error", "vikarbyra_tilknytning", {"vikarbyra_tilknytning": True}),
    ("A-C13", "error", "vikariat_varighet_mnd", {"kategori": "fastlegevikar"}),
    ("A-C13", "error", "vikariat_varighet_mnd", {"kategori": "fastlegevikar", "vikariat_varighet_mnd": 3}),
    ("R-A03", "error", "avtale_gjelder_fra", {"oppstart_ny_ordning": date(2027, 1, 2)}),
    ("R-A03", "error", "avtale_gjelder_fra", {"forventet_avslutning": "12/2026"}),
    ("R-A04", "error", "avtale_gjelder_til", {"avtale_gjelder_til": date(2032, 1, 1)}),
    ("R-A04", "error", "avtale_gjelder_til", {"avtale_gjelder_til": date(2026, 12, 31)}),
    ("R-A07", "error", "tilskudd_status", {"tilskudd_status": "avslag"}),
    (
        "R-A12",
        "warning",
        "avtalt_praksiskompensasjon",
        {"kategori": "annet_kommunalt_legearbeid", "avtalt_lavere_produktivitet": ""},
    ),
    (
        "R-A13",
        "error",
        "fordeling_praksiskompensasjon",
        {"driftsform": "annen_avtale", "fordeling_produktivitet": "Likt"},
    ),
    (
        "R-A13",
        "error",
        "fordeling_praksiskompensasjon",
        {"driftsform": "naeringsdrivende_hovedmodell", "dekker_praksisutgifter_selv": False},
    ),
    (
        "R-A13",
        "error",
        "fordeling_praksiskompensasjon",
        {"driftsform": "annen_avtale", "fordeling_praksiskompensasjon": "60/40", "fordeling_produktivitet": "Likt"},
    ),
    ("R-A13", "warning", "dekker_praksisutgifter_selv", {"driftsform": "naeringsdrivende_hovedmodell"}),
    ("R-A15", "warning", "avtalt_lavere_produktivitet", {"kategori": "introduksjonslege"}),
    (
        "R-A16",
        "error",
        "fordeling_produktivitet",
        {"driftsform": "annen_avtale", "fordeling_praksiskompensasjon": "Likt"},
    ),
    ("R-A16", "warning", "avtalt_lavere_produktivitet", {"avtalt_lavere_produktivitet": "Listetaket settes til 800."}),
    ("R-A17", "error", "tilrettelegging_belop", {"tilrettelegging_belop": 15001, "maks_tilskuddsramme": 300000}),
    ("R-A17", "warning", "tilrettelegging_belop", {"tilrettelegging_belop": 18116}),
    ("R-A17", "warning", "avtalt_tilrettelegging", {"avtalt_tilrettelegging": "Inntil kr 20.000,- per år."}),
    ("R-A18", "warning", "avtalt_tilleggselementer", {"avtalt_tilleggselementer": "Bolig."}),
    ("R-A18", "error", "sentralitetsklasse", {"sentralitetsklasse": 6}),
    ("R-A18", "error", "sentralitetsklasse", {"sentralitetsklasse": 6, "kildeaar": 2024}),
    ("R-A19", "warning", "avtalt_kommunal_finansiering", {"tidligere_avtale_dato": date(2021, 12, 31)}),
    ("telefon", "warning", "avtalt_tilrettelegging", {"avtalt_tilrettelegging": "Ring 901 23 456 ved spørsmål."}),
]
FINE: list[dict[str, Any]] = [
    {},
    {"avtale_gjelder_til": date(2031, 12, 31)},
    {"avtale_gjelder_fra": date(2025, 11, 22)},
    {"avtale_gjelder_fra": date(2028, 5, 22)},
    {**LOCUM, "avtale_gjelder_til": date(2027, 6, 30), "signatur_dato": date(2026, 1, 1)},
    {"tidligere_avtale_dato": date(2027, 1, 1)},
    {"avtale_gjelder_til": date(2032, 6, 30), "fravaer_maaneder": 6},
    {"forventet_avslutning": "12/2031"},
    {"oppstart_ny_ordning": date(2027, 1, 1)},
    {"forventet_avslutning": "12/2026", "avtale_gjelder_fra": date(2026, 12, 31)},
    {"tilrettelegging_belop": 15000, "maks_tilskuddsramme": 300000},
    {"tilrettelegging_belop": 18115},
    {"avtalt_tilrettelegging": "Inntil 18 115,85 kroner per år."},
    {"tidligere_avtale_dato": date(2022, 1, 1)},
    {"tidligere_avtale_dato": date(2021, 1, 1), "avtalt_kommunal_finansiering": "Studiereise."},
    {"kategori": "fastlegevikar", "vikariat_varighet_mnd": 4, "stilling_tittel": "Fastlegevikar"},
    {"driftsform": "naeringsdrivende_hovedmodell", "dekker_praksisutgifter_selv": True},
    {"kategori": "introduksjonslege", "avtalt_lavere_produktivitet": "Ikke aktuelt"},
    {"signatar_alis_navn": "Kari Fjordheim"},
    {"signatar_alis_navn": "Siv Sol\u2011Vik", "lege_navn": "Siv Sol-Vik"},
    {"kommunenr": "3226", "kommune_navn": "Aurskog\u2011Høland"},
    {"avtalt_tilrettelegging": "Inntil 12 000 000 kroner, sak 2026/12345678.", "maks_tilskuddsramme": 10**9},
]


@pytest.mark.parametrize(("rule", "level", "field", "changes"), BROKEN)
def test_a_broken_rule_is_found(rule: str, level: str, field: str, changes: dict[str, Any]) -> None:
    """One change breaks one rule, at one field, at its level."""
    findings = AGREEMENT.judge(alis_case(**changes), TODAY)
    assert (rule, level, field) in [(each.rule, each.level, each.field) for each in findings]
    others = {each.rule for each in findings if each.level == "error" and each.field != field}
    assert others <= {"R-A03"}  # training that ends too early ends before the agreement, too


@pytest.mark.parametrize("changes", FINE)
def test_a_good_case_has_nothing_wrong(changes: dict[str, Any]) -> None:
    """What the agreement allows is not remarked on, up to its very limits."""
    assert AGREEMENT.judge(alis_case(**changes), TODAY) == []


def test_rates_say_that_they_are_unconfirmed() -> None:
    """Nobody can take the amounts of an unofficial source for Helsedirektoratet's."""
    (finding,) = AGREEMENT.judge(alis_case(tilrettelegging_belop=50000), TODAY)
    assert "ubekreftede satser for 01.06.2025–31.05.2026" in finding.message


def test_rules_do_not_age() -> None:
    """A good case of today is a good case years later, with a question about its year."""
    (remark,) = AGREEMENT.judge(alis_case(), date(2036, 1, 1))
    assert (remark.rule, remark.level, remark.field) == ("A-C07", "warning", "avtale_gjelder_fra")


def test_a_name_of_two_municipalities_is_told_apart_by_number() -> None:
    """The message about a name that fits another number says which numbers it fits."""
    (finding,) = AGREEMENT.judge(alis_case(kommune_navn="Herøy"), TODAY)
    assert "1515 Herøy, 1818 Herøy" in finding.message


def test_a_former_number_is_explained() -> None:
    """The message about a number that changed says what it became, and when."""
    findings = AGREEMENT.judge(alis_case(kommunenr="1849", kommune_navn="Hamarøy"), TODAY)
    assert "1849 er ikke lenger et kommunenummer: Det ble 1875 i 2020. Bruk 1875." in [
        each.message for each in findings
    ]


def test_part_time_and_institution_service_extend_the_agreement() -> None:
    """The last day follows from shares of full time, breaks and absence."""
    case = alis_case(
        stillingsprosent=(WorkPeriod(prosent=Decimal(100)), WorkPeriod(prosent=Decimal(50), fra=date(2029, 1, 1))),
        institusjonstjeneste_perioder=(InstitutionService(fra=date(2027, 7, 1), til=date(2027, 12, 31)),),
    )
    # 18 months at full time are used by the end of 2028, so 42 are left: 84 months at half time.
    assert date(2035, 12, 31) == AGREEMENT.valid_to(case)
