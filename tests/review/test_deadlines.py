"""Deadlines of agreements: the examples of docs/domain.md#dates, and where each date comes from."""

from datetime import date
from pathlib import Path

import pytest

from flows.agreements.field_types import InstitutionService
from flows.agreements.trusts import by_trust_name
from flows.errors import WrongUse
from flows.review import deadline_kinds
from flows.review.deadlines import deadlines_of_case, end_after_notice, hospital_windows
from flows.review.grant_calendar import grant_dates, grant_deadlines
from tests.agreements.cases import alis_case, tjenesteavtale6_case

pytestmark = pytest.mark.usefixtures("english")

TODAY = date(2026, 12, 1)


def windows(start: date, trust: str = "NLSH") -> dict[str, tuple[date, date, str, str]]:
    """Return the windows before a hospital service by kind: nominal day, due day, rule and section."""
    found = by_trust_name(trust)
    assert found is not None
    return {one.kind: (one.nominal, one.due, one.rule, one.section) for one in hospital_windows(start, found)}


def test_windows_before_hospital_service() -> None:
    """For a start on 1 September 2027 the trust is asked 9 to 6 months before, the contract made 6 to 3 before."""
    asked, contract = "Tjenesteavtale 6 § 5", "Tjenesteavtale 6 § 6"
    assert windows(date(2027, 9, 1)) == {
        deadline_kinds.ASK_FROM: (date(2026, 12, 1), date(2026, 12, 1), "R-B12", asked),
        deadline_kinds.ASK_BY: (date(2027, 3, 1), date(2027, 3, 1), "R-B12", asked),
        deadline_kinds.CONTRACT_FROM: (date(2027, 3, 1), date(2027, 3, 1), "R-B17", contract),
        deadline_kinds.CONTRACT_BY: (date(2027, 6, 1), date(2027, 6, 1), "R-B17", contract),
    }


def test_deadline_moves_back_over_two_holidays() -> None:
    """Six months before 17 November 2027 is 17 May, Whit Monday at that: the deadline is the Friday before."""
    assert windows(date(2027, 11, 17))[deadline_kinds.ASK_BY][:2] == (date(2027, 5, 17), date(2027, 5, 14))


def test_months_end_with_the_shorter_month() -> None:
    """Six months before 31 August is the last day of February."""
    assert windows(date(2026, 8, 31))[deadline_kinds.ASK_BY][0] == date(2026, 2, 28)
    assert windows(date(2028, 8, 31))[deadline_kinds.ASK_BY][0] == date(2028, 2, 29)


def test_a_trust_whose_deadlines_are_not_known_gives_none() -> None:
    """UNN asks a year ahead and says no more; Finnmarkssykehuset's deadlines are not known."""
    assert windows(date(2027, 9, 1), "UNN").keys() == {deadline_kinds.ASK_BY}
    assert windows(date(2027, 9, 1), "UNN")[deadline_kinds.ASK_BY][0] == date(2026, 9, 1)
    assert windows(date(2027, 9, 1), "Finnmarkssykehuset") == {}


@pytest.mark.parametrize(
    ("changes", "last_day"),
    [
        ({}, date(2031, 2, 28)),
        ({"fravaer_maaneder": 6}, date(2031, 8, 31)),
        ({"stillingsprosent": [{"prosent": 50}]}, date(2036, 2, 29)),
        ({"stillingsprosent": [{"prosent": 60}]}, date(2034, 6, 30)),
        ({"stillingsprosent": [{"prosent": 100}, {"prosent": 50, "fra": "2028-03-01"}]}, date(2034, 2, 28)),
        ({"institusjonstjeneste_perioder": [{"fra": "2027-09-01", "til": "2028-02-29"}]}, date(2031, 8, 31)),
    ],
)
def test_an_alis_avtale_ends_after_sixty_months_of_service(changes: dict[str, object], last_day: date) -> None:
    """Part time, absence and hospital service extend the end, which never moves to a working day (section 1.2)."""
    case = alis_case(avtale_gjelder_fra=date(2026, 3, 1), **changes)
    end = next(one for one in deadlines_of_case("alis", case, TODAY) if one.kind == deadline_kinds.EXPECTED_END)
    assert (end.nominal, end.due) == (last_day, last_day)
    assert (end.rule, end.section) == ("R-A04, R-A05, R-A06", "ALIS-avtale § 1.2")


def test_hospital_service_of_a_case_brings_its_windows() -> None:
    """A service without a named trust is at the municipality's own; one that has begun brings nothing any more."""
    service = InstitutionService(fra=date(2027, 9, 1), til=date(2028, 2, 29))
    case = alis_case(institusjonstjeneste_perioder=(service,))
    coming = [one.kind for one in deadlines_of_case("alis", case, TODAY)]
    assert coming == [
        deadline_kinds.EXPECTED_END,
        deadline_kinds.ASK_FROM,
        deadline_kinds.ASK_BY,
        deadline_kinds.CONTRACT_FROM,
        deadline_kinds.CONTRACT_BY,
    ]
    begun = [one.kind for one in deadlines_of_case("alis", case, date(2027, 9, 1))]
    assert begun == [deadline_kinds.EXPECTED_END]


def test_a_tjenesteavtale_lasts_until_it_is_terminated() -> None:
    """It has no end of its own; a year's notice ends it on the same day of the next year, a Saturday or not."""
    assert deadlines_of_case("tjenesteavtale6", tjenesteavtale6_case(), TODAY) == []
    assert end_after_notice(date(2026, 11, 20)) == date(2027, 11, 20)
    assert end_after_notice(date(2028, 2, 29)) == date(2029, 2, 28)


def test_grant_deadlines_are_dated_data() -> None:
    """Announced dates stand as announced; a year without one gets the usual day, marked as assumed."""
    found = {(one.dated.kind, one.dated.key): one for one in grant_dates(grant_deadlines(), date(2025, 6, 1), TODAY)}
    announced = found["grant_application", "2025"]
    assert (announced.dated.nominal, announced.dated.due) == (date(2025, 8, 31), date(2025, 8, 29))
    assert announced.confirmed
    assert found["auditor_report", "2026"].dated.due == date(2026, 4, 1)
    assert not found["grant_application", "2026"].confirmed
    assert all(one.dated.section and one.dated.rule for one in found.values())


def test_a_grant_file_of_ones_own_is_read_or_refused(tmp_path: Path) -> None:
    """A new year's date comes in by a file; a file that says something else is refused in one sentence."""
    own = tmp_path / "own.toml"
    own.write_text(
        '[[deadline]]\nkind = "grant_application"\nagreement = "alis"\nrule = ""\nsection = "x"\n'
        'every_year = "08-31"\nfrom_year = 2027\nsource = "y"\n[deadline.announced]\n2027 = 2027-09-15\n'
    )
    (date_,) = grant_dates(grant_deadlines(own), date(2027, 1, 1), date(2027, 12, 31))
    assert (date_.dated.nominal, date_.confirmed) == (date(2027, 9, 15), True)
    own.write_text("[[deadline]]\nkind = 1\n")
    with pytest.raises(WrongUse, match="cannot be read"):
        grant_deadlines(own)
    with pytest.raises(WrongUse, match="cannot be read"):
        grant_deadlines(tmp_path / "absent.toml")
