"""Find agreements that next season must renew, because their template or rules have changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.agreements.fields import fields_of
from flows.agreements.rates import rates_on
from flows.agreements.types import types
from flows.dates import oslo_date
from flows.language import translate as _
from flows.register import Agreement, Record, Register, Review, State, Version
from flows.register.reviews import LAPSED, reviews_of
from flows.review.scheduling import last_day_of

_SEASON_BEGINS = (6, 1)
"""New rules for the grant come on 1 June (docs/domain.md#deadlines)."""


@dataclass(frozen=True, slots=True)
class RenewalCandidate:
    """One agreement to renew: why, and its case as the next season's workbook should show it."""

    agreement_id: str
    type: str
    municipality_number: str
    reasons: tuple[str, ...]
    case: BaseModel

    def as_json(self) -> dict[str, str | list[str]]:
        """Return it as `reviews renewals --json` prints it; the case itself stays in the register."""
        return {
            "agreement": self.agreement_id,
            "type": self.type,
            "municipality_number": self.municipality_number,
            "reasons": list(self.reasons),
        }


def renewals(
    register: Register, season: int, templates: Mapping[str, str], only_type: str | None = None
) -> list[RenewalCandidate]:
    """Return the agreements in force that a season should renew, by type and municipality.

    `templates` gives the SHA-256 of each type's present template; a type that is left out is not compared. An
    agreement that has ended by the season's first day is left out.
    """
    first_day = date(season, *_SEASON_BEGINS)
    found = []
    with register.read() as session:
        for agreement, version, record in _in_force(session, only_type):
            last_day = last_day_of(session, agreement.id)
            if last_day and last_day < first_day:
                continue
            reviews = list(reviews_of(session, agreement.id))
            reasons = _reasons(agreement.type, version, record, reviews, season, templates.get(agreement.type))
            if reasons:
                case = _next_case(agreement.type, version.case, reviews, season)
                found.append(
                    RenewalCandidate(agreement.id, agreement.type, agreement.municipality_number, reasons, case)
                )
    return sorted(found, key=lambda one: (one.type, one.municipality_number, one.agreement_id))


def cases_by_type(found: list[RenewalCandidate]) -> dict[str, list[BaseModel]]:
    """Return the cases of renewals by agreement type: the rows of a workbook's sheets."""
    sheets: dict[str, list[BaseModel]] = {}
    for one in found:
        sheets.setdefault(one.type, []).append(one.case)
    return sheets


def _in_force(session: Session, only_type: str | None) -> list[tuple[Agreement, Version, Record]]:
    wanted = (
        select(Agreement, Version, Record)
        .join(Version, (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version))
        .join(Record, (Record.agreement_id == Agreement.id) & (Record.version == Agreement.version))
        .where(Agreement.state == State.ARCHIVED)
    )
    if only_type:
        wanted = wanted.where(Agreement.type == only_type)
    return [(agreement, version, record) for agreement, version, record in session.execute(wanted)]


def _reasons(
    agreement_type: str, version: Version, record: Record, reviews: list[Review], season: int, template: str | None
) -> tuple[str, ...]:
    reasons = []
    if template and version.template_sha256 != template:
        reasons.append(_("the template has changed"))
    done = [one for one in reviews if one.completed_at is not None and one.completed_at > record.archived_at]
    if done and done[-1].outcome == "changed":
        reasons.append(_("the last review asked for a change"))
    asked_anew = types()[agreement_type].renewal.season
    year = version.case.get(asked_anew)
    if year is not None and year < season:
        reasons.append(_("the grant's rules are for another year (R-A20)"))
    signed = oslo_date(record.signed_at or record.archived_at)
    if asked_anew in version.case and rates_on(signed) != rates_on(date(season, *_SEASON_BEGINS)):
        reasons.append(_("the grant's rates have changed (R-A20)"))
    return tuple(reasons)


def _next_case(agreement_type: str, case: Mapping[str, Any], reviews: list[Review], season: int) -> BaseModel:
    """Return the case with what a new season asks anew left empty, and what the register knows filled in."""
    model = types()[agreement_type].case
    done = [one.completed_at for one in reviews if one.completed_at and one.outcome != LAPSED]
    terms = types()[agreement_type].renewal
    changes: dict[str, Any] = {name: fields_of(model)[name].default for name in terms.resets}
    if terms.season:
        changes[terms.season] = season
    if terms.last_review and done:
        changes[terms.last_review] = oslo_date(max(done))
    return model.model_validate({**case, **{name: value for name, value in changes.items() if name in case}})
