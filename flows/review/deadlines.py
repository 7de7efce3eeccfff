"""Compute the deadlines of one agreement from its case (docs/domain.md#deadlines)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from flows.agreements import municipalities, trusts
from flows.agreements.case import MunicipalCase
from flows.agreements.trusts import Trust
from flows.agreements.types import LAST_DAY, AgreementType, Source, types
from flows.dates import working_day_on_or_before
from flows.review import deadline_kinds


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """One date: what it is, which of its kind, when, and where it comes from. `due` is never after `nominal`."""

    kind: str
    key: str
    nominal: date
    due: date
    rule: str
    section: str


def deadlines_of_case(agreement_type: str, case: Any, today: date) -> list[PlannedDate]:
    """Return every date that a case imposes: its last day, and the windows before hospital service still to come."""
    last_day = types()[agreement_type].valid_to(case)
    found = [end_of(agreement_type, deadline_kinds.EXPECTED_END, last_day)] if last_day else []
    found += _own_deadlines(types()[agreement_type], case, last_day)
    for service in getattr(case, "institusjonstjeneste_perioder", ()):
        trust = _trust(case, service.hf)
        if trust and service.fra > today:
            found += hospital_windows(service.fra, trust)
    return found


def hospital_windows(start: date, trust: Trust) -> list[PlannedDate]:
    """Return the dates before a hospital service that a trust asks for; those that are not known are left out.

    Nordlandssykehuset: ask again 9 to 6 months before (R-B12), contract 6 to 3 months before (R-B17).
    """
    document = f"Tjenesteavtale {trust.agreement}" if trust.agreement else trust.name
    asked, contract = (f"{document} § 5", f"{document} § 6") if trust.printed else (document, document)
    windows = (
        (deadline_kinds.ASK_FROM, trust.needs_reported_from_months, "R-B12", asked),
        (deadline_kinds.ASK_BY, trust.needs_reported_by_months, "R-B12", asked),
        (deadline_kinds.CONTRACT_FROM, trust.contract_from_months, "R-B17", contract),
        (deadline_kinds.CONTRACT_BY, trust.contract_by_months, "R-B17", contract),
    )
    return list(_counted_back(start, windows))


def end_of(agreement_type: str, kind: str, last_day: date) -> PlannedDate:
    """Return the last day of an agreement as a date; ends never move."""
    source = types()[agreement_type].ends.get(kind, Source())
    return PlannedDate(kind, "end", last_day, last_day, source.rule, source.section)


def end_after_notice(notice: date) -> date:
    """Return the day on which an agreement ends after a year's notice (R-B21)."""
    return notice + relativedelta(years=1)


def _own_deadlines(kind: AgreementType, case: Any, last_day: date | None) -> Iterator[PlannedDate]:
    """Yield the deadlines that the agreement type itself has, where the day they count from is known."""
    for one in kind.deadlines:
        anchor = last_day if one.anchor == LAST_DAY else getattr(case, one.anchor)
        if anchor is not None:
            nominal = anchor + relativedelta(months=one.months, days=one.days)
            due = working_day_on_or_before(nominal)
            yield PlannedDate(one.kind, one.anchor, nominal, due, one.source.rule, one.source.section)


def _trust(case: MunicipalCase, written: str) -> Trust | None:
    if written:
        return trusts.by_trust_name(written)
    municipality = municipalities.by_number(case.kommunenr)
    return trusts.by_trust_name(municipality.trust) if municipality else None


def _counted_back(start: date, windows: tuple[tuple[str, int | None, str, str], ...]) -> Iterator[PlannedDate]:
    for kind, months, rule, section in windows:
        if months is not None:
            nominal = start - relativedelta(months=months)
            yield PlannedDate(kind, start.isoformat(), nominal, working_day_on_or_before(nominal), rule, section)
