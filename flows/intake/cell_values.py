"""Write the value of a field as a cell of the input workbook shows it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from flows.agreements import municipalities
from flows.agreements.field_types import InstitutionService, WorkPeriod
from flows.agreements.fields import CaseField, FieldKind, fields_of
from flows.dates import short_date


def cells_of(case: BaseModel) -> dict[str, Any]:
    """Return what the cells of a case's row hold, by field; reading them gives the same case again."""
    return {name: _cell(field, getattr(case, name)) for name, field in fields_of(type(case)).items()}


def named(municipality: municipalities.Municipality) -> str:
    """Return number and official name, with the county where another municipality has the same name."""
    county = f" ({municipality.county})" if municipality.has_namesake else ""
    return f"{municipality.number} {municipality.official_name}{county}"


def _cell(field: CaseField, value: Any) -> Any:
    if value is None or value == "" or value == ():
        return None
    if field.kind is FieldKind.CHOICE:
        return value.label
    if field.kind is FieldKind.YES_NO:
        return "Ja" if value else "Nei"
    if field.kind is FieldKind.MUNICIPALITY:
        municipality = municipalities.by_number(value)
        return named(municipality) if municipality else value
    if field.kind is FieldKind.WORK:
        return _work(value)
    if field.kind is FieldKind.SERVICES:
        services: Sequence[InstitutionService] = value
        return "; ".join(f"{_day(one.fra)}–{_day(one.til)} {one.hf}".strip() for one in services)
    return float(value) if isinstance(value, Decimal) else value


def _work(periods: Sequence[WorkPeriod]) -> Any:
    if len(periods) == 1 and periods[0].fra is None:
        return float(periods[0].prosent / 100)
    shares = [f"{one.prosent.normalize():f} %".replace(".", ",") for one in periods]
    return "; ".join(
        share + (f" fra {_day(one.fra)}" if one.fra else "") for share, one in zip(shares, periods, strict=True)
    )


def _day(day: date) -> str:
    return short_date(day)
