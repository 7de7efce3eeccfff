"""The fixtures that come with the project: what they hold, and that they stay good."""

from datetime import date
from pathlib import Path

import pytest

from flows.agreements.alis_case import AlisCase
from flows.agreements.municipalities import by_number
from flows.agreements.types import types
from flows.intake import ValidatedSource, read
from tests.intake.workbooks import TODAY, places

FIXTURES = Path(__file__).parents[2] / "fixtures"
WORKBOOK = FIXTURES / "renewal-2027.xlsx"


@pytest.fixture(scope="module")
def judged() -> ValidatedSource:
    """Return the workbook of the renewal season, read once."""
    return read(WORKBOOK, TODAY)


def alis_cases(judged: ValidatedSource) -> list[AlisCase]:
    """Return the good cases of ALIS-avtaler."""
    return [each.case for each in judged.cases if isinstance(each.case, AlisCase)]


def test_four_rows_are_wrong_in_four_ways(judged: ValidatedSource) -> None:
    """Twenty-two cases, four of them rejected, each wrong cell named, and nothing else to remark."""
    assert (judged.count, len(judged.cases), judged.rejected) == (22, 18, 4)
    assert [(each.sheet, *place) for each, place in zip(judged.problems, places(judged.problems), strict=True)] == [
        ("ALIS-avtale", "W11", "fordeling_praksiskompensasjon", "R-A13", "error"),
        ("ALIS-avtale", "F17", "lege_hpr_nummer", "A-F04", "error"),
        ("ALIS-avtale", "S20", "avtale_gjelder_fra", "A-C07", "error"),
        ("Tjenesteavtale 6", "C7", "kommune_orgnr", "A-C02", "error"),
    ]


def test_the_good_cases_cover_the_agreement(judged: ValidatedSource) -> None:
    """Every category, practice form and centrality class, part time, and what is awkward on paper."""
    cases = alis_cases(judged)
    municipalities = [found for case in cases if (found := by_number(case.kommunenr))]
    names = [case.lege_navn for case in cases]
    texts = [str(value) for case in cases for value in types()["alis"].context(case).values()]
    assert len(cases) >= 14
    assert {case.kategori.value for case in cases} == {
        "fastlege",
        "fastlegevikar",
        "introduksjonslege",
        "annet_kommunalt_legearbeid",
    }
    assert {case.driftsform.value for case in cases} == {"naeringsdrivende_hovedmodell", "ansatt", "annen_avtale"}
    assert {each.centrality_class for each in municipalities} == {1, 2, 3, 4, 5, 6}
    assert any(period.prosent < 100 for case in cases for period in case.stillingsprosent)
    assert any(len(name) == 60 for name in names)
    assert set("áčđŋšŧž") <= set("".join(texts).casefold())
    assert any("&" in text for text in texts)
    assert any("<" in text for text in texts)
    assert "Hábmera suohkan/Hamarøy kommune" in texts


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 6, 1), date(2035, 1, 1)])
def test_they_stay_good(today: date) -> None:
    """The demo reads the same cases years from now."""
    assert len(read(WORKBOOK, today).cases) == 18
    assert read(FIXTURES / "new-alis.json", today).rejected == 0


def test_a_new_hire_is_one_good_case() -> None:
    """The single case has nothing to remark, and everybody who signs can be reached."""
    judged = read(FIXTURES / "new-alis.json", TODAY)
    (found,) = judged.cases
    assert (judged.count, judged.problems, found.type) == (1, (), "alis")
    assert all(signatory.email for signatory in types()["alis"].signatories(found.case))


def test_no_name_in_a_template_is_without_a_value(judged: ValidatedSource) -> None:
    """Every good case fills every name of its template."""
    for found in judged.cases:
        assert all(types()[found.type].context(found.case).values())
