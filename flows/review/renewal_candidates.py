"""Find what a season should do with each agreement in force: renew it, change it, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.agreements.amendments import changes as changes_of
from flows.agreements.case import SeasonAction
from flows.agreements.duration import add_months, months_between
from flows.agreements.fields import fields_of
from flows.agreements.rates import rates_on
from flows.agreements.types import AgreementType, types
from flows.dates import oslo_date, short_date
from flows.language import translate as _
from flows.register import Agreement, Record, Register, Review, State, Version
from flows.register.amendment_schema import Amendment
from flows.register.amendments import agreed_case
from flows.register.reviews import LAPSED, reviews_of
from flows.review.scheduling import last_day_of

_FIRST_DAY = "avtale_gjelder_fra"
_SEASON_BEGINS = (6, 1)
"""New rules for the grant come on 1 June (docs/domain.md#deadlines)."""


@dataclass(frozen=True, slots=True)
class RenewalCandidate:
    """One agreement in force: what a season should do with it, why, and its case as the season's workbook shows it."""

    agreement_id: str
    type: str
    municipality_number: str
    action: SeasonAction
    reasons: tuple[str, ...]
    case: BaseModel

    def as_json(self) -> dict[str, str | list[str]]:
        """Return it as `reviews renewals --json` prints it; the case itself stays in the register."""
        return {
            "agreement": self.agreement_id,
            "type": self.type,
            "municipality_number": self.municipality_number,
            "action": str(self.action),
            "reasons": list(self.reasons),
        }


def renewals(
    register: Register,
    season: int,
    templates: Mapping[str, str],
    only_type: str | None = None,
    *,
    every: bool = False,
) -> list[RenewalCandidate]:
    """Return the agreements in force that a season should renew or change, by type and municipality.

    `templates` gives the SHA-256 of each type's present template; a type that is left out is not compared. An
    agreement that has ended by the season's first day is left out. With `every`, those that need nothing are there,
    too.
    """
    found = []
    with register.read() as session:
        for agreement, version, record in _in_force(session, only_type):
            last_day = last_day_of(session, agreement.id)
            if last_day and last_day < date(season, *_SEASON_BEGINS):
                continue
            reviews = list(reviews_of(session, agreement.id))
            agreed = agreed_case(session, agreement)
            reasons = _reasons(agreement.type, version, agreed, record, reviews, season, templates.get(agreement.type))
            if last_day and last_day < date(season + 1, *_SEASON_BEGINS):
                reasons = (_("it ends on {day}").format(day=short_date(last_day)), *reasons)
            if reasons or every:
                action, case = _next_case(types()[agreement.type], agreed, reviews, season, last_day, reasons)
                found.append(
                    RenewalCandidate(agreement.id, agreement.type, agreement.municipality_number, action, reasons, case)
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
        .where(Agreement.state == State.ARCHIVED, Agreement.id.not_in(select(Amendment.agreement_id)))
    )
    if only_type:
        wanted = wanted.where(Agreement.type == only_type)
    return [(agreement, version, record) for agreement, version, record in session.execute(wanted)]


def _reasons(
    agreement_type: str,
    version: Version,
    agreed: Mapping[str, Any],
    record: Record,
    reviews: list[Review],
    season: int,
    template: str | None,
) -> tuple[str, ...]:
    reasons = []
    if template and version.template_sha256 != template:
        reasons.append(_("the template has changed"))
    done = [one for one in reviews if one.completed_at is not None and one.completed_at > record.archived_at]
    if done and done[-1].outcome == "changed":
        reasons.append(_("the last review asked for a change"))
    asked_anew = types()[agreement_type].renewal.season
    year = agreed.get(asked_anew)
    if year is not None and year < season:
        reasons.append(_("the grant's rules are for another year (R-A20)"))
    signed = oslo_date(record.signed_at or record.archived_at)
    if (
        asked_anew in agreed
        and (year is None or year < season)
        and rates_on(signed) != rates_on(date(season, *_SEASON_BEGINS))
    ):
        reasons.append(_("the grant's rates have changed (R-A20)"))
    return tuple(reasons)


def _next_case(
    kind: AgreementType,
    agreed: Mapping[str, Any],
    reviews: list[Review],
    season: int,
    last_day: date | None,
    reasons: Sequence[str],
) -> tuple[SeasonAction, BaseModel]:
    """Return what a season should do with an agreement, and its case with what the season asks for filled in."""
    former = kind.case.model_validate(agreed)
    season_begins = date(season, *_SEASON_BEGINS)
    if last_day and last_day < date(season + 1, *_SEASON_BEGINS):
        changes = _asked_anew(kind, reviews, season) | _following(kind, former, last_day)
        return SeasonAction.RENEW, _with(kind, agreed, changes | {"sesongvalg": SeasonAction.RENEW})
    changes = _asked_anew(kind, reviews, season)
    amended = _with(kind, agreed, changes | {"sesongvalg": SeasonAction.AMEND, "endres_fra": season_begins})
    begun: date = getattr(former, _FIRST_DAY)
    if begun < season_begins and reasons and (changes_of(kind, former, amended) or _review_asked(reviews)):
        return SeasonAction.AMEND, amended
    return SeasonAction.NOTHING, _with(kind, agreed, {"sesongvalg": SeasonAction.NOTHING})


def _asked_anew(kind: AgreementType, reviews: list[Review], season: int) -> dict[str, Any]:
    """Return the fields that a new season leaves empty, or fills from its year and the register."""
    terms = kind.renewal
    done = [one.completed_at for one in reviews if one.completed_at and one.outcome != LAPSED]
    changes: dict[str, Any] = {name: fields_of(kind.case)[name].default for name in terms.resets}
    if terms.season:
        changes[terms.season] = season
    if terms.last_review and done:
        changes[terms.last_review] = oslo_date(max(done))
    return changes


def _following(kind: AgreementType, former: BaseModel, last_day: date) -> dict[str, Any]:
    """Return the days of the agreement that follows one: from the day after its last, for as long if it says so."""
    first_day, until = last_day + timedelta(days=1), kind.renewal.until
    if not until:
        return {_FIRST_DAY: first_day}
    field = fields_of(kind.case)[until]
    following = _as_long_from(first_day, getattr(former, _FIRST_DAY)) if field.required else field.default
    return {_FIRST_DAY: first_day, until: following}


def _as_long_from(first_day: date, former_first_day: date) -> date:
    """Return the last day of what lasts from a day as long as what came before it: in months, if those were whole."""
    months = months_between(former_first_day, first_day)
    if months.denominator == 1:
        return add_months(first_day, months) - timedelta(days=1)
    return first_day + (first_day - former_first_day) - timedelta(days=1)


def _review_asked(reviews: list[Review]) -> bool:
    done = [one for one in reviews if one.completed_at is not None]
    return bool(done) and done[-1].outcome == "changed"


def _with(kind: AgreementType, agreed: Mapping[str, Any], changes: Mapping[str, Any]) -> BaseModel:
    return kind.case.model_validate({**agreed, **changes})
