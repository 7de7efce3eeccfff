"""The section matrix of the ALIS-avtale (docs/domain.md#section-matrix)."""

from datetime import date
from itertools import product
from typing import Any

import pytest

from flows.agreements.types import types
from tests.agreements.cases import TODAY, alis_case

AGREEMENT = types()["alis"]

AGREED = {
    "avtalt_praksiskompensasjon": "Avtalt i 4.1.1.",
    "avtalt_laeringsaktiviteter": "Avtalt i 4.1.2.",
    "avtalt_lavere_produktivitet": "Avtalt i 4.1.3.",
    "avtalt_tilrettelegging": "Avtalt i 4.1.5.",
    "avtalt_tilleggselementer": "Avtalt i 4.2.",
    "avtalt_kommunal_finansiering": "Avtalt i 4.3.",
}
OUTSIDE = "Ikke aktuelt: gjelder ikke lege i annet kommunalt legearbeid utenfor fastlegeordningen."
INTRODUCTION = "Ikke aktuelt: gjelder ikke introduksjonslege."
CLASS_3 = "Ikke aktuelt: kommunen er i sentralitetsklasse 3 (SSB 2024)."
BODO, HAMAROY = ("1804", "Bodø"), ("1875", "Hamarøy")
SPLIT_411 = "\nFordeling mellom kommune og ALIS: 60 % til ALIS, 40 % til kommunen"
SPLIT_413 = "\nFordeling mellom kommune og ALIS: 50 % til hver"

CATEGORIES: dict[str, tuple[str, str]] = {
    # category: what 4.1.1 and 4.1.3 say
    "fastlege": ("Avtalt i 4.1.1.", "Avtalt i 4.1.3."),
    "fastlegevikar": ("Avtalt i 4.1.1.", "Avtalt i 4.1.3."),
    "introduksjonslege": ("Avtalt i 4.1.1.", INTRODUCTION),
    "annet_kommunalt_legearbeid": (OUTSIDE, OUTSIDE),
}
PRACTICES: dict[str, tuple[str, str]] = {
    # practice form: what is added to 4.1.1 and 4.1.3 where they apply
    "naeringsdrivende_hovedmodell": ("", ""),
    "ansatt": ("", ""),
    "annen_avtale": (SPLIT_411, SPLIT_413),
}
GOLDEN = list(product(CATEGORIES, PRACTICES, [BODO, HAMAROY], [date(2021, 6, 15), None]))


def test_there_are_48_golden_combinations() -> None:
    """Four categories, three practice forms, class 6 or not, earlier agreement or not."""
    assert len(GOLDEN) == 48


@pytest.mark.parametrize(("category", "practice", "municipality", "earlier"), GOLDEN)
def test_golden_combination(category: str, practice: str, municipality: tuple[str, str], earlier: date | None) -> None:
    """Each box says what is agreed or why its section does not apply, and the case has no error."""
    number, name = municipality
    case = alis_case(
        **AGREED,
        kommunenr=number,
        kommune_navn=name,
        kategori=category,
        driftsform=practice,
        dekker_praksisutgifter_selv=True,
        fordeling_praksiskompensasjon="60 % til ALIS, 40 % til kommunen",
        fordeling_produktivitet="50 % til hver",
        vikariat_varighet_mnd=12,
        tidligere_avtale_dato=earlier,
    )
    practice_compensation, lower_productivity = CATEGORIES[category]
    split_411, split_413 = PRACTICES[practice]
    expected = {
        **AGREED,
        "avtalt_praksiskompensasjon": practice_compensation
        + (split_411 if practice_compensation.startswith("Avtalt") else ""),
        "avtalt_lavere_produktivitet": lower_productivity
        + (split_413 if lower_productivity.startswith("Avtalt") else ""),
        "avtalt_tilleggselementer": "Avtalt i 4.2." if number == "1875" else CLASS_3,
    }
    context = AGREEMENT.context(case)
    assert expected == {box: context[box] for box in AGREED}
    assert [finding for finding in AGREEMENT.judge(case, TODAY) if finding.level == "error"] == []


@pytest.mark.parametrize("box", ["avtalt_tilrettelegging", "avtalt_tilleggselementer", "avtalt_kommunal_finansiering"])
def test_optional_box_is_never_blank(box: str) -> None:
    """A section that applies and holds nothing says so."""
    case = alis_case(kommunenr="1875", kommune_navn="Hamarøy", **{box: ""})
    assert AGREEMENT.context(case)[box] == "Ingen særskilt avtale"


@pytest.mark.parametrize(
    ("box", "number"),
    [
        ("avtalt_praksiskompensasjon", "4.1.1"),
        ("avtalt_laeringsaktiviteter", "4.1.2"),
        ("avtalt_lavere_produktivitet", "4.1.3"),
    ],
)
def test_required_box_must_be_written(box: str, number: str) -> None:
    """A standard element that applies must say what is agreed, were it nothing (R-A22)."""
    findings = AGREEMENT.judge(alis_case(**{box: ""}), TODAY)
    assert [("R-A22", box, "error")] == [(each.rule, each.field, each.level) for each in findings]
    assert number in findings[0].message
    assert "«Ingen særskilt avtale»" in findings[0].message


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [
        ("0301", "Oslo", "Ikke aktuelt: kommunen er i sentralitetsklasse 1 (SSB 2024)."),
        ("4601", "Bergen", "Ikke aktuelt: kommunen er i sentralitetsklasse 2 (SSB 2024)."),
        ("1870", "Sortland", "Ikke aktuelt: kommunen er i sentralitetsklasse 4 (SSB 2024)."),
        ("1865", "Vågan", "Ikke aktuelt: kommunen er i sentralitetsklasse 5 (SSB 2024)."),
        ("1837", "Meløy", "Avtalt i 4.2."),
    ],
)
def test_supplements_are_for_class_6_only(number: str, name: str, expected: str) -> None:
    """Section 4.2 names the class of every municipality that it does not apply to."""
    case = alis_case(**AGREED, kommunenr=number, kommune_navn=name)
    assert AGREEMENT.context(case)["avtalt_tilleggselementer"] == expected


def test_a_newer_centrality_class_counts() -> None:
    """A class that the case states from a newer year than the register's decides section 4.2."""
    case = alis_case(sentralitetsklasse=6, kildeaar=2027, avtalt_tilleggselementer="Avtalt i 4.2.")
    assert AGREEMENT.judge(case, TODAY) == []
    assert AGREEMENT.context(case)["avtalt_tilleggselementer"] == "Avtalt i 4.2."


@pytest.mark.parametrize(
    ("text", "amount", "printed", "told"),
    [
        ("", 12000, "Beløp: 12\u00a0000\u00a0kroner", False),
        ("", "1234.5", "Beløp: 1\u00a0234,50\u00a0kroner", False),
        ("Til bøker.", 12000, "Til bøker.\nBeløp: 12\u00a0000\u00a0kroner", False),
        ("Inntil 12 000 kroner per år.", 12000, "Inntil 12 000 kroner per år.", False),
        ("Inntil 10 000 kroner.", 12000, "Inntil 10 000 kroner.\nBeløp: 12\u00a0000\u00a0kroner", True),
        ("Ingen særskilt avtale", 12000, "Ingen særskilt avtale\nBeløp: 12\u00a0000\u00a0kroner", True),
        ("Til bøker.", 0, "Til bøker.", False),
        ("", 0, "Ingen særskilt avtale", False),
    ],
)
def test_the_amount_of_a_section_is_part_of_it(text: str, amount: Any, printed: str, told: bool) -> None:
    """An amount with a column of its own is printed once, and asked about where the text says another."""
    case = alis_case(avtalt_tilrettelegging=text, tilrettelegging_belop=amount)
    assert AGREEMENT.context(case)["avtalt_tilrettelegging"] == printed
    findings = [(each.rule, each.level, each.field) for each in AGREEMENT.judge(case, TODAY)]
    assert findings == ([("R-A17", "warning", "tilrettelegging_belop")] if told else [])


def test_a_split_within_a_longer_word_is_no_split() -> None:
    """«Likt» is not said by «Ulikt»."""
    case = alis_case(
        driftsform="annen_avtale", avtalt_praksiskompensasjon="Fordeles ulikt.", fordeling_praksiskompensasjon="likt"
    )
    printed = AGREEMENT.context(case)["avtalt_praksiskompensasjon"]
    assert printed == "Fordeles ulikt.\nFordeling mellom kommune og ALIS: likt"


def test_a_split_that_the_text_already_holds_is_not_repeated() -> None:
    """The division is printed once."""
    text = "Fordeles med 60 % til ALIS, 40 % til kommunen."
    case = alis_case(
        driftsform="annen_avtale",
        avtalt_praksiskompensasjon=text,
        fordeling_praksiskompensasjon="60 % til ALIS, 40 % til kommunen",
        fordeling_produktivitet="50 % til hver",
    )
    assert text == AGREEMENT.context(case)["avtalt_praksiskompensasjon"]
