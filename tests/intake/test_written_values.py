"""Values as people write them, read through a workbook's row or a JSON case."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.agreements.alis_case import AlisCase, Category, Practice
from flows.agreements.field_types import InstitutionService, WorkPeriod
from flows.intake.contact_parsing import read_email
from flows.intake.date_parsing import read_date, read_month
from flows.intake.number_parsing import read_number, read_percent
from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from tests.intake.workbooks import ALIS, JSON_CASE, read_json, read_rows

MONTHS = ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november"]
MONTHS.append("desember")
WEEKDAYS = ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"]
NO_BREAK = "\u00a0"


def full(percent: int | str, begins: date | None = None) -> WorkPeriod:
    """Return a share of full time."""
    return WorkPeriod(prosent=Decimal(percent), fra=begins)


READ: list[tuple[str, Any, str, Any]] = [
    # heading, what stands in the cell, field, what it means
    ("Kommunenummer", 1804, "kommunenr", "1804"),
    ("Kommunenummer", 1804.0, "kommunenr", "1804"),
    ("Kommunenummer", "1804 Bodø", "kommunenr", "1804"),
    ("Kommunenummer", "1804 – Bodø", "kommunenr", "1804"),
    ("Kommunens organisasjonsnummer", 313018040, "kommune_orgnr", "313018040"),
    ("Kommunens organisasjonsnummer", f"313{NO_BREAK}018{NO_BREAK}040", "kommune_orgnr", "313018040"),
    ("HPR-nr.", 990010211.0, "lege_hpr_nummer", "990010211"),
    ("HPR-nr.", " 990 010 211 ", "lege_hpr_nummer", "990010211"),
    ("Legens navn", "A\u030ase  Bjo\u0308rn\u200b\u00a0Å\u0161", "lege_navn", "Åse Björn Åš"),
    ("Legens navn", "Čáhci Đŋšŧž D'Arc-Olsen jr.", "lege_navn", "Čáhci Đŋšŧž D'Arc-Olsen jr."),
    ("Arbeidssted", "Vik\nStrand & <Sør>", "arbeidssted", "Vik Strand & <Sør>"),
    ("4.1.1 Praksiskompensasjon", "Linje 1\r\nLinje_x000B_2", "avtalt_praksiskompensasjon", "Linje 1\nLinje\n2"),
    ("Avtalen gjelder fra", datetime.combine(date(2027, 1, 2), time()), "avtale_gjelder_fra", date(2027, 1, 2)),
    ("Avtalen gjelder fra", "02.01.2027", "avtale_gjelder_fra", date(2027, 1, 2)),
    ("Avtalen gjelder fra", "2.1.2027", "avtale_gjelder_fra", date(2027, 1, 2)),
    ("Avtalen gjelder fra", "2027-01-02", "avtale_gjelder_fra", date(2027, 1, 2)),
    ("Avtalen gjelder fra", f"2.{NO_BREAK}Januar 2027", "avtale_gjelder_fra", date(2027, 1, 2)),
    ("Avtalen gjelder fra", "2. jan. 2027", "avtale_gjelder_fra", date(2027, 1, 2)),
    ("Avtalen gjelder fra", 46389, "avtale_gjelder_fra", date(2027, 1, 2)),
    ("Forventet avslutning", date(2030, 2, 1), "forventet_avslutning", "02/2030"),
    ("Forventet avslutning", "2/2030", "forventet_avslutning", "02/2030"),
    ("Forventet avslutning", "2030-02", "forventet_avslutning", "02/2030"),
    ("Forventet avslutning", "februar 2030", "forventet_avslutning", "02/2030"),
    ("Forventet avslutning", "28.02.2030", "forventet_avslutning", "02/2030"),
    ("Stillingsprosent", 0.8, "stillingsprosent", (full(80),)),
    ("Stillingsprosent", 80, "stillingsprosent", (full(80),)),
    ("Stillingsprosent", "80 %", "stillingsprosent", (full(80),)),
    ("Stillingsprosent", "0,8", "stillingsprosent", (full(80),)),
    ("Stillingsprosent", "62,5%", "stillingsprosent", (full("62.5"),)),
    ("Stillingsprosent", 1, "stillingsprosent", (full(100),)),
    ("Stillingsprosent", "100 %; 50 % fra 01.01.2029", "stillingsprosent", (full(100), full(50, date(2029, 1, 1)))),
    (
        "Stillingsprosent",
        "100 prosent, deretter 50 prosent f.o.m. 1. januar 2029",
        "stillingsprosent",
        (full(100), full(50, date(2029, 1, 1))),
    ),
    ("Kategori", "FASTLEGE", "kategori", Category.FASTLEGE),
    ("Kategori", "fast lege", "kategori", Category.FASTLEGE),
    ("Driftsform", "Kommunalt ansatt", "driftsform", Practice.ANSATT),
    ("Driftsform", "fast-lønn", "driftsform", Practice.ANSATT),
    ("Dekker praksisutgiftene selv", "Ja", "dekker_praksisutgifter_selv", True),
    ("Dekker praksisutgiftene selv", False, "dekker_praksisutgifter_selv", False),
    ("Dekker praksisutgiftene selv", "x", "dekker_praksisutgifter_selv", True),
    ("Fravær", 6, "fravaer_maaneder", Decimal(6)),
    ("Fravær", "4,5", "fravaer_maaneder", Decimal("4.5")),
    ("Beløp til tilrettelegging", "10 234,50", "tilrettelegging_belop", Decimal("10234.50")),
    ("Beløp til tilrettelegging", f"kr 10{NO_BREAK}234,-", "tilrettelegging_belop", Decimal(10234)),
    ("Beløp til tilrettelegging", "10.234", "tilrettelegging_belop", Decimal(10234)),
    ("Beløp til tilrettelegging", 10234.5, "tilrettelegging_belop", Decimal("10234.5")),
    (
        "Institusjonstjeneste",
        "01.09.2027–29.02.2028 Nordlandssykehuset HF\n1. mai 2029 til 31.05.2029",
        "institusjonstjeneste_perioder",
        (
            InstitutionService(fra=date(2027, 9, 1), til=date(2028, 2, 29), hf="Nordlandssykehuset HF"),
            InstitutionService(fra=date(2029, 5, 1), til=date(2029, 5, 31)),
        ),
    ),
    ("Legens mobil", 40000011, "lege_mobil", "+4740000011"),
    ("Legens mobil", "+47 400 00 011", "lege_mobil", "+4740000011"),
    ("Legens mobil", "0046 70 123 45 67", "lege_mobil", "+46701234567"),
    ("Legens e-post", " kari@example.no ", "lege_epost", "kari@example.no"),
    ("Tilskudd", "Søkt", "tilskudd_status", "sokt"),
    ("Tilskuddsår", "2026", "tilskuddsaar", 2026),
]
HEADING_OF_FIELD = {
    "forventet_avslutning": "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)",
}


@pytest.mark.parametrize(("heading", "cell", "field", "expected"), READ)
def test_what_stands_in_a_cell_is_understood(
    tmp_path: Path, heading: str, cell: Any, field: str, expected: Any
) -> None:
    """A value written as people write it is read as what it means, without a remark."""
    judged = read_rows(tmp_path, {**ALIS, HEADING_OF_FIELD.get(field, heading): cell})
    assert judged.problems == ()
    (found,) = judged.cases
    assert getattr(found.case, field) == expected


def test_oslo_keeps_its_zero(tmp_path: Path) -> None:
    """A spreadsheet makes 0301 the number 301; it is Oslo all the same."""
    judged = read_rows(tmp_path, {**ALIS, "Kommunenummer": 301, "Kommune": "Oslo"})
    assert judged.problems == ()
    assert isinstance(judged.cases[0].case, AlisCase)
    assert judged.cases[0].case.kommunenr == "0301"


UNREADABLE: list[tuple[str, Any, str, str]] = [
    # heading, what stands in the cell, field, part of the message
    ("Kommunenummer", "Herøy", "kommunenr", "1515 Herøy (Møre og Romsdal), 1818 Herøy (Nordland)"),
    ("Kommunenummer", 18040, "kommunenr", "fire sifre"),
    ("Kommunenummer", "1804 Tromsø", "kommunenr", "annet enn 1804, som er Bodø"),
    ("Kommunenummer", "1804 og 1806 Narvik", "kommunenr", "annet enn 1804, som er Bodø"),
    ("Kommunenummer", "1804 eller 1806", "kommunenr", "annet enn 1804, som er Bodø"),
    ("Kommunens organisasjonsnummer", "NO 313018040 MVA", "kommune_orgnr", "uten punktum, «NO» og «MVA»"),
    ("Kommunens organisasjonsnummer", "313.018.040", "kommune_orgnr", "uten punktum, «NO» og «MVA»"),
    ("Kommunens organisasjonsnummer", "313018041", "kommune_orgnr", "Kontrollsifferet stemmer ikke"),
    ("HPR-nr.", "123456", "lege_hpr_nummer", "7 til 9 sifre"),
    ("HPR-nr.", "99OO10211", "lege_hpr_nummer", "7 til 9 sifre"),
    ("Legens navn", "Kari 2", "lege_navn", "Det inneholder sifre"),
    ("Avtalen gjelder fra", "31.02.2027", "avtale_gjelder_fra", "har 28 dager"),
    ("Avtalen gjelder fra", "29. februar 2027", "avtale_gjelder_fra", "har 28 dager"),
    ("Avtalen gjelder fra", "01.13.2027", "avtale_gjelder_fra", "DD.MM.ÅÅÅÅ"),
    ("Avtalen gjelder fra", "snarest", "avtale_gjelder_fra", "«snarest» er ikke en dato"),
    ("Avtalen gjelder fra", True, "avtale_gjelder_fra", "er ikke en dato"),
    ("Forventet avslutning", "13/2030", "forventet_avslutning", "MM/ÅÅÅÅ"),
    ("Forventet avslutning", "våren 2030", "forventet_avslutning", "MM/ÅÅÅÅ"),
    ("Stillingsprosent", 0, "stillingsprosent", "over 0 og høyst 100"),
    ("Stillingsprosent", "110 %", "stillingsprosent", "over 0 og høyst 100"),
    ("Stillingsprosent", "100 %; 50 %", "stillingsprosent", "må ha datoen den gjelder fra"),
    ("Kategori", "turnuslege", "kategori", "Fastlege, Fastlegevikar, Introduksjonslege, Annet kommunalt legearbeid"),
    ("Dekker praksisutgiftene selv", "kanskje", "dekker_praksisutgifter_selv", "verken ja eller nei"),
    ("Fravær", -1, "fravaer_maaneder", "mellom 0 og 240"),
    ("Fravær", "seks", "fravaer_maaneder", "er ikke et tall"),
    ("Vikariat måneder", 4.5, "vikariat_varighet_mnd", "er ikke et helt tall"),
    *(
        ("Institusjonstjeneste", f"01.09.2027–29.02.2028 {beside}", "institusjonstjeneste_perioder", "forlenge avtalen")
        for beside in ("avlyst", "(utsatt)", "?", "(50 %)", "NLSH, ikke avklart", "søkt, ikke innvilget")
    ),
    ("Institusjonstjeneste", "høsten 2027", "institusjonstjeneste_perioder", "er ikke en periode"),
    ("Institusjonstjeneste", "01.09.2027–01.08.2027", "institusjonstjeneste_perioder", "slutter før den begynner"),
    ("Legens mobil", "2222222", "lege_mobil", "åtte sifre"),
    ("Legens e-post", "kari(at)example.no", "lege_epost", "er ikke en e-postadresse"),
    ("Arbeidssted", "x" * 201, "arbeidssted", "høyst 200"),
    ("Sentralitetsklasse", 7, "sentralitetsklasse", "fra 1 til 6"),
    ("Tilskuddsår", 26, "tilskuddsaar", "fire sifre"),
]


@pytest.mark.parametrize(("heading", "cell", "field", "part"), UNREADABLE)
def test_what_cannot_be_read_is_told(tmp_path: Path, heading: str, cell: Any, field: str, part: str) -> None:
    """The problem stands at the field and says what would be right; nothing else is called wrong."""
    judged = read_rows(tmp_path, {**ALIS, HEADING_OF_FIELD.get(field, heading): cell})
    assert [(each.column, each.level) for each in judged.problems] == [(field, "error")]
    assert part in judged.problems[0].message
    assert not judged.cases


@pytest.mark.parametrize("beside", ["NLSH (planlagt)", "ønsket UNN", "alternativt 2028", "ca."])
def test_a_period_that_is_not_settled_is_a_warning(tmp_path: Path, beside: str) -> None:
    """It is counted, and pointed out."""
    judged = read_rows(tmp_path, {**ALIS, "Institusjonstjeneste": f"01.09.2027–29.02.2028 {beside}"})
    assert [each.level for each in judged.problems] == ["warning"]
    assert "forlenger avtalen" in judged.problems[0].message


def test_two_digits_of_a_year_are_a_warning(tmp_path: Path) -> None:
    """A year of two digits is read as this century's, and pointed out."""
    judged = read_rows(tmp_path, {**ALIS, "Avtalen gjelder fra": "01.01.27"})
    (found,) = judged.cases
    assert isinstance(found.case, AlisCase)
    assert found.case.avtale_gjelder_fra == date(2027, 1, 1)
    assert [(each.level, each.column) for each in found.warnings] == [("warning", "avtale_gjelder_fra")]


@pytest.mark.parametrize("blank", [None, "", "  ", "\u00a0", "-", "–"])
def test_a_blank_required_cell_is_missing(tmp_path: Path, blank: str | None) -> None:
    """Nothing, spaces and a lone dash are the same: the value is missing."""
    judged = read_rows(tmp_path, {**ALIS, "Arbeidssted": blank})
    assert [each.message for each in judged.problems] == ["Arbeidssted mangler. Fyll ut cellen."]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_is_read_in_every_way_of_writing(day: date) -> None:
    """All ways of writing one day mean that day."""
    in_words = f"{day.day}. {MONTHS[day.month - 1]} {day.year}"
    weekday = WEEKDAYS[day.weekday()]
    ways = [f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%Y/%m/%d}", day.isoformat(), in_words]
    ways += [f"{weekday} {in_words}", f"{weekday[:3]}. {day:%d.%m.%Y}", f"{day:%d.%m.%Y} 00:00:00", f"{day}T00:00:00"]
    assert [read_date(way) for way in ways] == [day] * len(ways)
    slashes = read_date(f"{day:%d/%m/%Y}")
    assert (slashes.value if isinstance(slashes, DoubtfulValue) else slashes) == day
    assert isinstance(slashes, DoubtfulValue) == (day.day <= 12 and day.day != day.month)
    with pytest.raises(ParseFailure):
        read_date(f"{WEEKDAYS[(day.weekday() + 1) % 7]} {in_words}")
    assert read_month(in_words.split(". ", 1)[1]) == f"{day:%m/%Y}"


@given(
    number=st.decimals(min_value=0, max_value=10**9, places=2),
    space=st.sampled_from([" ", "", "."]),
    sign=st.booleans(),
)
def test_every_amount_is_read_in_every_way_of_writing(number: Decimal, space: str, sign: bool) -> None:
    """Separators of thousands and a currency make no difference to an amount."""
    text = f"{number:,.2f}".replace(",", "|").replace(".", ",").replace("|", space)
    assert read_number(f"kr {text}" if sign else text) == number


@given(percent=st.integers(min_value=2, max_value=100))
def test_every_percentage_is_read_in_every_way_of_writing(percent: int) -> None:
    """80, «80 %», 0.8 and «0,8» are the same share."""
    share = percent / 100
    ways = [percent, float(percent), f"{percent} %", f"{percent}%", str(percent), share, str(share).replace(".", ",")]
    assert [read_percent(way) for way in ways] == [Decimal(percent)] * len(ways)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    field=st.sampled_from(sorted(JSON_CASE)),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates().map(str),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_no_value_whatever_breaks_the_reading(tmp_path: Path, field: str, value: Any) -> None:
    """Any value in any field is either understood or a problem, never an exception."""
    judged = read_json(tmp_path, {**JSON_CASE, field: value})
    assert judged.count == 1
    assert len(judged.cases) == (0 if any(each.level == "error" for each in judged.problems) else 1)


@pytest.mark.parametrize("letters", ["x", "x@", "@", "9"])
def test_a_very_long_address_takes_no_longer_than_its_letters(letters: str) -> None:
    """Each letter is looked at once; tried anew at each of them, this would take half an hour."""
    with pytest.raises(ParseFailure):
        read_email(letters * 200_000)
