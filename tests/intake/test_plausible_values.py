"""Values that look right and are not, or look odd and are right: each is read as meant, or told with fitting advice."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.agreements.field_types import WorkPeriod
from flows.amounts import in_oere
from flows.intake.number_parsing import read_number
from flows.intake.parse_failures import ParseFailure
from tests.intake.workbooks import ALIS, JSON_CASE, read_json, read_rows

FROM, AMOUNT, WORK, NAME = "Avtalen gjelder fra", "Beløp til tilrettelegging", "Stillingsprosent", "Legens navn"
MAIL, MOBILE, HPR, BODY = "Legens e-post", "Legens mobil", "HPR-nr.", "Kommunens organisasjonsnummer"
MONTH = "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)"
FIELDS = {FROM: "avtale_gjelder_fra", AMOUNT: "tilrettelegging_belop", WORK: "stillingsprosent", NAME: "lege_navn"}
FIELDS |= {MAIL: "lege_epost", MOBILE: "lege_mobil", HPR: "lege_hpr_nummer", BODY: "kommune_orgnr"}
FIELDS |= {MONTH: "forventet_avslutning", "Arbeidssted": "arbeidssted", "Kategori": "kategori"}
FIELDS |= {"Status for tilskudd": "tilskudd_status", "Institusjonstjeneste": "institusjonstjeneste_perioder"}
NEW_YEAR = date(2027, 1, 1)
LATE = datetime.combine(date(2026, 12, 31), time(23, 59, 59, 999_900))

RIGHT: list[tuple[str, Any, Any]] = [
    # heading, what stands in the cell, what it means
    *((FROM, text, NEW_YEAR) for text in (
        "fredag 1. januar 2027", "Fredag 01.01.2027", "fre. 1.1.2027", "den 1. januar 2027", "1. januar 2027 (fredag)",
        "01.01.2027 00:00:00", "01.01.2027 kl. 00.00", "2027-01-01T00:00:00", "2027-01-01 00:00:00.000", "1 jan 2027",
        "1.jan.2027", "2027.01.01", "2027/01/01", "01/01/2027", "Friday, 1 January 2027", "1.\u00a0januar\u00a02027",
        LATE, 46387.9999999,
    )),
    (FROM, "laurdag 2. januar 2027", date(2027, 1, 2)),
    (FROM, "måndag 4. januar 2027", date(2027, 1, 4)),
    (FROM, "tysdag 5. januar 2027", date(2027, 1, 5)),
    (FROM, "sundag 3. januar 2027", date(2027, 1, 3)),
    *((AMOUNT, text, Decimal(10_000)) for text in (
        "10,000.00", "10.000,00", "10 000", "10' 000", "10’000", "10.000", "kr 10 000,-", "10 000 kr", "NOK 10,000.00",
        "10\u202f000", "10\u2009000,00", "kr.10.000,–", "10 000 kroner", 10000.000000000002,
    )),
    (AMOUNT, "1,234.5", Decimal("1234.5")),
    (AMOUNT, 1234.4999999999, Decimal("1234.50")),
    (AMOUNT, 0.125, Decimal("0.13")),
    (AMOUNT, 2.665, Decimal("2.67")),
    (AMOUNT, "0,125", Decimal("0.13")),
    (AMOUNT, "0.125", Decimal("0.13")),
    *((WORK, text, (WorkPeriod(prosent=Decimal(50)),)) for text in (
        "50 %", "50%", "0,5", "0.5", "1/2", "½", "50 prosent", "50 pst.", 0.5, 50, "50,0 %",
    )),
    (WORK, 0.7999999999999, (WorkPeriod(prosent=Decimal(80)),)),
    (WORK, "62,500 %", (WorkPeriod(prosent=Decimal("62.5")),)),
    (NAME, "Nina Solbakken\u2011Vik", "Nina Solbakken-Vik"),
    (NAME, "Nina Sol\u00adbakken", "Nina Solbakken"),
    (NAME, "Nina\u00a0 Solbakken\u200b", "Nina Solbakken"),
    (NAME, "\u2068Nina Solbakken\u2069", "Nina Solbakken"),
    (NAME, "So\ufb01e Vik", "Sofie Vik"),
    (NAME, "Anne–Marie D´Arc", "Anne-Marie D’Arc"),
    (NAME, "Антон Чехов", "Антон Чехов"),
    (NAME, "Ọláòlú Ẹ̀bùn", "Ọláòlú Ẹ̀bùn"),
    *((MAIL, text, "kari@example.no") for text in (
        "mailto:kari@example.no", "Kari Vik <kari@example.no>", "kari@example.no.", "kari@example.no,",
        "<kari@example.no>", "Kari <kari@example.no<mailto:kari@example.no>>", "kari@exam\u00adple.no",
    )),
    (MAIL, "kari@båtsfjord.kommune.no", "kari@xn--btsfjord-9za.kommune.no"),
    *((MOBILE, text, "+4790123456") for text in (
        "+47 901 23 456", "0047 901 23 456", "4790123456", "(+47) 901 23 456", "tlf. 901 23 456", "90123456.0",
        90123456.0, "901\u201123\u2011456", "+47 (0) 901 23 456",
    )),
    (HPR, "9900102.0", "9900102"),
    (HPR, "9900102,00", "9900102"),
    (HPR, "９９００１０２", "9900102"),
    (BODY, "313\u2009018\u2009040", "313018040"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "cell", "meant"), RIGHT)
def test_what_is_meant_is_read(tmp_path: Path, heading: str, cell: Any, meant: Any) -> None:
    """What can mean one thing only is read as that, without a remark."""
    judged = read_rows(tmp_path, {**ALIS, heading: cell, "Maksimal tilskuddsramme": 400_000})
    assert judged.problems == ()
    assert getattr(judged.cases[0].case, FIELDS[heading]) == meant


WRONG: list[tuple[str, Any, str]] = [
    # heading, what stands in the cell, part of the advice
    (FROM, "torsdag 1. januar 2027", "Den dagen er «fredag 1. januar 2027»"),
    (FROM, "01.01.2027 12:30", "klokkeslett"),
    (FROM, "2026-12-31T23:00:00.000Z", "klokkeslett"),
    (FROM, "01.01.2027 kl. 13.30", "klokkeslett"),
    (FROM, 46388.5, "klokkeslett"),
    (FROM, "2027-01-01T00:00:00-08:00", "klokkeslett"),
    (FROM, "januar 2027", "en måned uten dag"),
    (FROM, "01/2027", "en måned uten dag"),
    (FROM, "2027", "bare et årstall"),
    (FROM, "fra 1.1.2027", "Skriv bare datoen: 01.01.2027"),
    (FROM, "f.o.m. 01.01.2027", "Skriv bare datoen: 01.01.2027"),
    (FROM, "01.01.2027 og 01.02.2027", "mer enn én dato"),
    (FROM, "01.01.2027–31.12.2031", "mer enn én dato"),
    (FROM, "1.1.2107", "Årstallet 2107 kan ikke stemme"),
    (FROM, "1.1.1927", "Årstallet 1927 kan ikke stemme"),
    (FROM, "1.1.87", "Skriv alle fire"),
    (FROM, "46388", "01.01.2027, hvis det er den"),
    (FROM, "01/13/2027", "DD.MM.ÅÅÅÅ"),
    (FROM, "31.02.2027", "har 28 dager"),
    (MONTH, "02/2130", "Årstallet 2130 kan ikke stemme"),
    (AMOUNT, "100,000", "100 000 eller som 100,00"),
    (AMOUNT, "1 000,000", "1 000 000 eller som 1 000,00"),
    (AMOUNT, "100k", "helt ut med sifre"),
    (AMOUNT, "1e5", "helt ut med sifre"),
    (AMOUNT, "0,1 mill.", "helt ut med sifre"),
    (AMOUNT, "5 000–10 000", "mer enn ett tall"),
    (AMOUNT, "-5", "mellom 0 og"),
    (AMOUNT, "−5", "mellom 0 og"),
    (AMOUNT, "(5 000)", "er ikke et tall"),
    (AMOUNT, "12 34", "er ikke et tall"),
    (AMOUNT, 1e300, "mellom 0 og"),
    (WORK, "50-100%", "mer enn én prosent"),
    (WORK, "50 til 100 %", "mer enn én prosent"),
    (WORK, "150 %", "høyst 100"),
    (WORK, "0,5 %", "under én prosent"),
    (WORK, 0.005, "under én prosent"),
    (WORK, "1,2", "høyst 100"),
    (WORK, "3/2", "høyst 100"),
    (WORK, "ca. 80 %", "høyst 100"),
    (NAME, "Kari\x1b[31m Vik", "U+001B) etter «Kari»"),
    (NAME, "Kari_x001B_ Vik", "U+001B) etter «Kari»"),
    (NAME, "\u202eiraK", "U+202E"),
    (NAME, "K\u0430ri Vik", "to alfabeter"),
    (NAME, "\u0410\u0430 Vik", "to alfabeter"),
    (NAME, "Bj\ufffdrn Vik", "mangler det bokstaver"),
    (NAME, "BjÃ¸rn Vik", "«Bjørn Vik»"),
    (NAME, "kari@example.no", "er en e-postadresse"),
    (NAME, "Kari Vik og Ola Nord", "mer enn én person"),
    (NAME, "Kari Vik\nOla Nord", "mer enn én person"),
    (NAME, "Vik, Kari", "«Kari Vik»"),
    (NAME, "Kari Vik, Ola Nord", "mer enn én person"),
    (NAME, "Kari Solbakken-", "er ikke et personnavn"),
    ("Arbeidssted", "Legesenter \uf0b7 sør", "U+F0B7"),
    ("Arbeidssted", "N\u043erd legesenter", "to alfabeter"),
    (MAIL, "a@x.no; b@x.no", "mer enn én adresse"),
    (MAIL, "a@x.no\nb@x.no", "mer enn én adresse"),
    (MAIL, "kari@example.no (privat)", "Skriv bare adressen: kari@example.no"),
    (MAIL, "k\u0430ri@example.no", "to alfabeter"),
    (MAIL, "kari@example,no", "er ikke en e-postadresse"),
    (MOBILE, "901 23 456 / 902 34 567", "mer enn ett nummer"),
    (MOBILE, "90 HELP 12", "bare sifrene"),
    (MOBILE, "901 23 456 (privat)", "bare sifrene"),
    (HPR, "9,90010211E+08", "forkortet"),
    (HPR, "990010", "nuller"),
    (HPR, "0000000", "samme siffer"),
    (BODY, "3,1301804E+08", "forkortet"),
    ("Kategori", "Fastlege?", "er ikke et av valgene"),
    ("Status for tilskudd", "Ja", "er ikke et av valgene"),
]


@pytest.mark.parametrize(("heading", "cell", "advice"), WRONG)
def test_what_cannot_be_known_is_told_at_its_cell(tmp_path: Path, heading: str, cell: Any, advice: str) -> None:
    """What may mean more than one thing, or nothing, makes no agreement, and the advice fits the value."""
    judged = read_json(tmp_path, {**JSON_CASE, FIELDS[heading]: cell})
    assert [(each.column, each.level) for each in judged.problems] == [(FIELDS[heading], "error")]
    assert advice in judged.problems[0].message
    assert not judged.cases


DOUBTFUL: list[tuple[str, Any, Any, str]] = [
    # heading, what stands in the cell, what it is taken for, part of the remark
    (FROM, "01/02/2027", date(2027, 2, 1), "som 1. februar 2027"),
    (FROM, "1.1.27", NEW_YEAR, "lest som 2027"),
    (MONTH, "1.2.30", "02/2030", "lest som 2030"),
    (NAME, "Dr. Kari Vik", "Dr. Kari Vik", "en tittel, «Dr»"),
    (MAIL, "jørgen@example.no", "jørgen@example.no", "«ø» foran @"),
    (NAME, "KARI VIK", "KARI VIK", "store bokstaver"),
    (NAME, "kari vik", "kari vik", "små bokstaver"),
    (
        WORK,
        "100 %; 50 % fra 1.1.29",
        (WorkPeriod(prosent=Decimal(100)), WorkPeriod(prosent=Decimal(50), fra=date(2029, 1, 1))),
        "lest som 2029",
    ),
]


@pytest.mark.parametrize(("heading", "cell", "meant", "remark"), DOUBTFUL)
def test_what_is_doubtful_is_pointed_out(tmp_path: Path, heading: str, cell: Any, meant: Any, remark: str) -> None:
    """What most probably means one thing is taken for that, and a warning says so."""
    judged = read_rows(tmp_path, {**ALIS, heading: cell})
    assert [(each.column, each.level) for each in judged.problems] == [(FIELDS[heading], "warning")]
    assert remark in judged.problems[0].message
    assert getattr(judged.cases[0].case, FIELDS[heading]) == meant


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("0.015", "0.02"), ("2.665", "2.67"), ("1234.4999999999", "1234.50"), ("2.5", "2.50")],
)
def test_half_an_oere_is_rounded_up(amount: str, rounded: str) -> None:
    """Never to the nearest even one."""
    assert str(in_oere(Decimal(amount))) == rounded


@given(
    whole=st.integers(min_value=0, max_value=10**9),
    decimals=st.sampled_from(["", ",5", ",50", ",05"]),
    space=st.sampled_from([" ", ".", "'", "’", "\u00a0", "\u202f", "\u2009"]),
)
def test_an_amount_means_the_same_with_every_sign_between_thousands(whole: int, decimals: str, space: str) -> None:
    """Grouping never changes a number; the comma is the decimal sign."""
    text = f"{whole:,}".replace(",", space) + decimals
    assert read_number(text) == Decimal(f"{whole}{decimals.replace(',', '.')}")


@given(number=st.decimals(min_value=0, max_value=10**6, places=3))
def test_three_decimals_after_a_comma_are_never_taken_for_thousands(number: Decimal) -> None:
    """«100,000» is refused; what has more than three digits before the comma, or begins with 0, is a decimal."""
    text = str(number).replace(".", ",")
    if 1 <= number < 1000:
        with pytest.raises(ParseFailure):
            read_number(text)
    else:
        assert read_number(text) == number
