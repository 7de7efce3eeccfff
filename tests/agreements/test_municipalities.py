"""The register of municipalities (docs/domain.md#hospital-trusts; ../shared/specs/kommuner)."""

import csv
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from flows.agreements import municipalities, trusts

PUBLISHED = Path(__file__).parents[3] / "shared" / "specs" / "kommuner" / "kommuner.csv"


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs ../shared/specs/kommuner/kommuner.csv beside the project")
def test_register_agrees_with_the_published_facts() -> None:
    """All 357 municipalities have the number, names, class, language and trust that the source gives."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        published = list(csv.DictReader(file))
    assert len(published) == 357
    for row in published:
        found = municipalities.by_number(row["kommunenr"])
        assert found is not None
        assert (row["navn_offisielt"], row["navn_norsk"], row["fylke"]) == (
            found.official_name,
            found.norwegian_name,
            found.county,
        )
        assert (row["sentralitetsklasse"], row["malvedtak"], row["helseforetak"]) == (
            str(found.centrality_class),
            found.language,
            found.trust,
        )
        assert unicodedata.is_normalized("NFC", found.official_name + found.display_name)


def test_nordlandssykehuset_serves_twenty_municipalities() -> None:
    """The trust's area has 20 municipalities, 12 of them in class 6."""
    area = [each for number in range(10000) if (each := municipalities.by_number(f"{number:04}")) and each.trust]
    assert Counter(each.trust for each in area) == {
        "Nordlandssykehuset HF": 20,
        "Universitetssykehuset Nord-Norge HF": 24,
        "Helgelandssykehuset HF": 18,
        "Finnmarkssykehuset HF": 18,
    }
    assert sum(each.trust == "Nordlandssykehuset HF" and each.centrality_class == 6 for each in area) == 12
    assert {each.trust for each in area} == {trust.name for trust in trusts.trusts()}


@pytest.mark.parametrize("number", ["9999", "2100", "301", "", "1849"])
def test_numbers_that_are_none(number: str) -> None:
    """Uoppgitt, Svalbard, a lost zero and a former number are not in the register."""
    assert municipalities.by_number(number) is None


@pytest.mark.parametrize(
    ("former", "expected"), [("1849", ("1875", "2020")), ("0101", ("3101", "2024")), ("1804", None)]
)
def test_former_numbers_lead_to_the_one_in_use(former: str, expected: tuple[str, str] | None) -> None:
    """A number that changed twice leads to today's."""
    assert expected == municipalities.successor(former)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("Herøy", ["1515", "1818"]),
        ("våler kommune", ["3114", "3419"]),
        ("Hábmer", ["1875"]),
        ("HAMARØY", ["1875"]),
        ("Porsáŋgu", ["5622"]),
        ("Aurskog-Høland", ["3226"]),
        ("Herøy (Nordland)", ["1515", "1818"]),
        ("Atlantis", []),
    ],
)
def test_names_find_every_municipality_that_has_them(name: str, numbers: list[str]) -> None:
    """A name is no key: two Herøy and two Våler; each of several parallel names finds its municipality."""
    assert numbers == [each.number for each in municipalities.by_name(name)]


@pytest.mark.parametrize(
    ("number", "written", "expected"),
    [
        ("1804", "Bodø", "Bodø kommune"),
        ("1875", "Hamarøy", "Hábmera suohkan/Hamarøy kommune"),
        ("1875", "Hamarøy/Hábmer kommune", "Hábmera suohkan/Hamarøy kommune"),
        ("1826", "Hattfjelldal", "Aarborten tjïelte/Hattfjelldal kommune"),
        ("5610", "Karasjok", "Karasjok kommune"),
        ("5610", "Kárášjoga gielda/Karasjok kommune", "Kárášjoga gielda/Karasjok kommune"),
        ("5610", "Porsáŋgu/Porsanger kommune", "Karasjok kommune"),
    ],
)
def test_name_in_agreement(number: str, written: str, expected: str) -> None:
    """A confirmed display name is printed as held; where none is, a municipality may write its own parallel names."""
    municipality = municipalities.by_number(number)
    assert municipality is not None
    assert expected == municipality.name_in_agreement(written)


@pytest.mark.parametrize(
    ("number", "written", "is_its_name"),
    [
        ("1818", "Herøy (Nordland)", True),
        ("1818", "Herøy (Møre og Romsdal)", False),
        ("1515", "HERØY (møre og romsdal) kommune", True),
        ("3419", "Våler (Østfold)", False),
        ("3114", "Våler (Østfold)", True),
        ("3114", "Våler (Viken)", True),  # a county that is no longer one
        ("1804", "Bodø (Narvik)", False),
        ("1804", "Bodø / Narvik", False),
        ("1804", "Bodø - Bodø kommune", True),
        ("1875", "Hábmer - Hamarøy", True),
    ],
)
def test_a_name_with_another_municipality_or_county_beside_it_is_doubtful(
    number: str, written: str, is_its_name: bool
) -> None:
    """One cell that names two municipalities, or the county of a namesake, names none."""
    municipality = municipalities.by_number(number)
    assert municipality is not None
    assert municipality.is_called(written) is is_its_name


def test_every_way_of_naming_a_municipality_is_its_name() -> None:
    """Also official names of two languages, with the county in brackets as the workbook's list has them."""
    for one in municipalities.all_municipalities():
        for name in (one.official_name, one.norwegian_name, one.display_name, one.official_name.upper()):
            assert one.is_called(name)
            assert one.is_called(f"{name} ({one.county})")
