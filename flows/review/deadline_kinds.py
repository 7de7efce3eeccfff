"""The kinds of deadlines: the section each comes from, its reminders, its title."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from dateutil.relativedelta import relativedelta

from flows.agreements.types import Source, types
from flows.language import translate as _
from flows.register.agreement_ends import EARLY_END as EARLY_END
from flows.register.agreement_ends import ENDS as ENDS
from flows.register.agreement_ends import EXPECTED_END as EXPECTED_END
from flows.register.agreement_ends import NOTICE_END as NOTICE_END
from flows.review.review_dates import reminder_date

REVIEW = "review"
ASK_FROM = "ask_trust_from"
ASK_BY = "ask_trust_by"
CONTRACT_FROM = "contract_from"
CONTRACT_BY = "contract_by"


_DAYS = {"90d": relativedelta(days=90), "30d": relativedelta(days=30), "7d": relativedelta(days=7)}
_ON_THE_DAY = {"0d": relativedelta(days=0)}
REMINDERS: dict[str, dict[str, relativedelta]] = {
    NOTICE_END: {f"{months}m": relativedelta(months=months) for months in (12, 6, 3, 1)},
    ASK_FROM: _ON_THE_DAY,
    ASK_BY: {"30d": relativedelta(days=30), "7d": relativedelta(days=7)},
    CONTRACT_FROM: _ON_THE_DAY,
    CONTRACT_BY: {"30d": relativedelta(days=30), "7d": relativedelta(days=7)},
}
"""How long before a date people are reminded, the earliest first; every other kind is 90, 30 and 7 days (R-B21)."""


def source_of_review(agreement_type: str) -> Source:
    """Return why agreements of a type are reviewed every year; one that no rule names is reviewed all the same."""
    return types()[agreement_type].review if agreement_type in types() else Source()


@lru_cache(maxsize=4096)
def reminders(kind: str, due: date) -> Mapping[str, date]:
    """Return the days of a date's reminders by label (`90d`, `12m`), the earliest first; all are working days."""
    before = REMINDERS.get(kind, _DAYS)
    return MappingProxyType({label: reminder_date(due, ahead) for label, ahead in before.items()})


def current_reminder(kind: str, due: date, today: date) -> str | None:
    """Return the label of the newest reminder whose day has come, or None before the first.

    Only the newest: where a run was missed, one notice makes up for all of them.
    """
    come = [label for label, day in reminders(kind, due).items() if day <= today]
    return come[-1] if come else None


def title_of(kind: str) -> str:
    """Return what a kind of date is called on screen."""
    titles = {
        REVIEW: _("Yearly review"),
        EXPECTED_END: _("The agreement ends"),
        EARLY_END: _("The agreement ends early"),
        NOTICE_END: _("The notice runs out: a new agreement must be signed before"),
        ASK_FROM: _("Ask the hospital trust again: from this day"),
        ASK_BY: _("Ask the hospital trust again: at the latest"),
        CONTRACT_FROM: _("Employment contract with the hospital trust: from this day"),
        CONTRACT_BY: _("Employment contract with the hospital trust: at the latest"),
        "grant_rules": _("New rules for the grant: look at every agreement again"),
        "grant_application": _("Application for the grant"),
        "grant_decision": _("Decision on the grant is expected"),
        "auditor_report": _("Auditor's report on the grant"),
    }
    return titles.get(kind) or _title_of_type(kind)


def _title_of_type(kind: str) -> str:
    """Return the title of a deadline that one agreement type has; its word where no type has it."""
    agreement = types().get(kind.partition(".")[0])
    deadlines = agreement.deadlines if agreement else ()
    return next((one.title for one in deadlines if one.kind == kind), kind)
