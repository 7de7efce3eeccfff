"""Rules about periods, deadlines and signatories of an ALIS-avtale, each with its rule id and level."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from flows.agreements.field_types import InstitutionService, WorkPeriod
from flows.agreements.types import types
from tests.agreements.cases import TODAY, alis_case, tjenesteavtale6_case


def service(first_day: date, last_day: date) -> InstitutionService:
    """Return a period of institution service."""
    return InstitutionService(fra=first_day, til=last_day)


SPRING = service(date(2028, 1, 1), date(2028, 6, 30))
FULL_TIME = WorkPeriod(prosent=Decimal(100))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"institusjonstjeneste_perioder": (SPRING, service(date(2028, 7, 1), date(2028, 9, 1)))}, []),
        (
            {"institusjonstjeneste_perioder": (SPRING, service(date(2028, 6, 30), date(2028, 9, 1)))},
            [("institusjonstjeneste_perioder", "R-A06", "error")],
        ),
        (
            {"institusjonstjeneste_perioder": (service(date(2026, 1, 1), date(2026, 6, 30)),)},
            [("institusjonstjeneste_perioder", "R-A06", "warning")],
        ),
        (
            {"stillingsprosent": (FULL_TIME, WorkPeriod(prosent=Decimal(50), fra=date(2027, 1, 1)))},
            [("stillingsprosent", "A-C06", "warning")],
        ),
        ({"stillingsprosent": (FULL_TIME, WorkPeriod(prosent=Decimal(50), fra=date(2027, 1, 2)))}, []),
        (
            {"stillingsprosent": (WorkPeriod(prosent=Decimal(80), fra=date(2028, 8, 1)),)},
            [("stillingsprosent", "A-C06", "warning")],
        ),
        ({"stillingsprosent": (WorkPeriod(prosent=Decimal(80), fra=date(2027, 1, 1)),)}, []),
        ({"arbeidssted": "Kari Fjordheim"}, [("arbeidssted", "A-F05", "warning")]),
        ({"stilling_tittel": "Bjørn Skogvoll"}, [("stilling_tittel", "A-F06", "warning")]),
        ({"signatar_kommune_tittel": "Geir Nystad"}, [("signatar_kommune_tittel", "A-F17", "warning")]),
        ({"signatar_alis_navn": "Kari Fjordheim"}, []),
        ({"veileder_navn": "Kári Fjordheim."}, [("veileder_navn", "A-F09", "error")]),
        ({"veileder_navn": "Fjordheim Kari"}, [("veileder_navn", "A-F09", "warning")]),
        ({"signatar_kommune_navn": "Fjordheim Kari"}, [("signatar_kommune_navn", "R-A09", "warning")]),
        ({"fordeling_praksiskompensasjon": "60 % til ALIS"}, [("fordeling_praksiskompensasjon", "R-A13", "warning")]),
        ({"fordeling_produktivitet": "60 % til ALIS"}, [("fordeling_produktivitet", "R-A16", "warning")]),
        ({"signatar_kommune_navn": "Kari  Fjordheim"}, [("signatar_kommune_navn", "R-A09", "error")]),
        ({"kommune_orgnr": "983974910"}, [("kommune_orgnr", "A-C02", "error")]),
    ],
)
def test_what_a_rule_finds(changes: dict[str, Any], found: list[tuple[str, str, str]]) -> None:
    """Each change of a good case is found by one rule, at its field."""
    findings = types()["alis"].judge(alis_case(**changes), TODAY)
    assert [(each.field, each.rule, each.level) for each in findings] == found


@pytest.mark.parametrize(
    ("split", "told"),
    [
        ("60 % til ALIS, 40 % til kommunen", False),
        ("50 % til hver", False),
        ("2/3 til ALIS, 1/3 til kommunen", False),
        ("62,5 % til ALIS og 37,5 prosent til kommunen", False),
        ("60 % til ALIS, 60 % til kommunen", True),
        ("60 % ALIS 30 % kommunen", True),
        ("600 % til ALIS", True),
    ],
)
def test_the_shares_of_a_split_make_a_whole(split: str, told: bool) -> None:
    """What is given away twice, or to nobody, is pointed out at its field."""
    case = alis_case(driftsform="annen_avtale", fordeling_praksiskompensasjon=split, fordeling_produktivitet=split)
    findings = [(each.field, each.level) for each in types()["alis"].judge(case, TODAY)]
    fields = ("fordeling_praksiskompensasjon", "fordeling_produktivitet")
    assert findings == ([(field, "warning") for field in fields] if told else [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ikke aktuelt", False),
        ("Ikkje aktuelt.", False),
        ("Ingen særskilt avtale", False),
        ("Ikke aktuelt: gjelder ikke introduksjonslege.", False),
        ("Ikke aktuelt for introduksjonslege", False),
        ("Ikke aktuelt nå, men kommunen dekker reise", True),
        ("Ikke aktuelt: 50 000 kr er betalt ut", True),
        ("Ikke aktuelt.\nKommunen dekker kurs", True),
        ("Ingen særskilt avtale. Kommunen dekker kurs", True),
    ],
)
def test_no_text_falls_out_because_of_how_it_begins(text: str, told: bool) -> None:
    """A section that does not apply prints its reason; whatever else was written is pointed out."""
    case = alis_case(kategori="introduksjonslege", avtalt_lavere_produktivitet=text)
    findings = [(each.field, each.rule) for each in types()["alis"].judge(case, TODAY)]
    assert findings == ([("avtalt_lavere_produktivitet", "R-A15")] if told else [])


@pytest.mark.parametrize(
    ("begins", "today", "status", "warned"),
    [
        (date(2025, 5, 31), date(2025, 9, 1), None, True),
        (date(2025, 5, 31), date(2025, 8, 31), None, False),
        (date(2025, 5, 31), date(2025, 9, 1), "innvilget", False),
        (date(2025, 6, 1), date(2027, 9, 1), None, False),
    ],
)
def test_a_known_deadline_that_has_passed_is_pointed_out(
    begins: date, today: date, status: str | None, warned: bool
) -> None:
    """Only for the period whose deadline is published, only after it, and not where the grant is applied for."""
    findings = types()["alis"].judge(alis_case(avtale_gjelder_fra=begins, tilskudd_status=status), today)
    assert [each.rule for each in findings if each.field == "tilskudd_status"] == ["R-A07"] * warned


def test_a_wrong_trust_is_no_fault_of_the_municipality() -> None:
    """Another trust's number is told once, at the number."""
    findings = types()["tjenesteavtale6"].judge(tjenesteavtale6_case(hf_orgnr="983974880"), TODAY)
    assert [(each.field, each.rule) for each in findings] == [("hf_orgnr", "R-B01")]
