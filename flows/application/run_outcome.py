"""What a run of a flow came to: done, something waits for a person, or failed; with counts and ids.

Prefect keeps this and shows it to everybody who may open its pages: it holds counts and ids and nothing else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from flows.language import translate as _
from flows.register import State
from flows.register.states import DeliveryState

if TYPE_CHECKING:  # a run loads what its own flow needs, and not that of every other
    from collections.abc import Sequence

    from flows.application.collect import CollectionRound
    from flows.application.deliver_records import DeliveryRound
    from flows.application.keep_archive import FixityReport, RenewalRound
    from flows.application.outcomes import AgreementOutcome
    from flows.application.reviews import ReviewRound
    from flows.application.season import SeasonResult
    from flows.application.season_parts import PartOutcome


class Ending(StrEnum):
    """How a run ended. `failed` means that something the run needs did not work, whatever the cases are like."""

    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended: counts by what they count, ids of the agreements that wait for a person, and why it failed."""

    ending: Ending
    counts: dict[str, int] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()
    why: str = ""


_NOT_SENT = {State.APPROVED, State.UNKNOWN}


def of_season(season: SeasonResult) -> RunOutcome:
    """Return what a season came to. It failed where it tried to send agreements and none was sent."""
    taken_in, states = season.intake, Counter(one.state for one in season.outcomes)
    stuck = _stuck(season.outcomes)
    counts = {"cases": taken_in.cases, "rejected": taken_in.rejected, "held_back": len(taken_in.held_back)}
    counts |= {str(state): number for state, number in sorted(states.items())} | {"stuck": len(stuck)}
    waiting = (*stuck, *taken_in.held_back)
    tried = [one for one in season.outcomes if one.agreement_id in season.tried_to_send]
    if tried and all(one.state in _NOT_SENT for one in tried):
        return RunOutcome(Ending.FAILED, counts, waiting, _none_sent())
    errors = any(one.level == "error" for one in taken_in.problems)
    return _without_failure(bool(waiting or taken_in.rejected or errors), counts, waiting)


def of_parts(done: Sequence[PartOutcome]) -> RunOutcome:
    """Return what a worker of a season came to with its parts. It failed where it tried to send and none was sent."""
    outcomes = [each for one in done for each in one.agreements]
    tried = [each for one in done for each in one.agreements if each.agreement_id in one.tried]
    waiting, counts = _stuck(outcomes), {"parts": len(done)}
    counts |= {str(state): number for state, number in sorted(Counter(one.state for one in outcomes).items())}
    if tried and all(one.state in _NOT_SENT for one in tried):
        return RunOutcome(Ending.FAILED, counts, waiting, _none_sent())
    return _without_failure(bool(waiting), counts, waiting)


def of_hire(outcome: AgreementOutcome, send: bool) -> RunOutcome:
    """Return what came of one new hire. It failed where the document should have been sent and was not."""
    waiting, counts = _stuck([outcome]), {str(outcome.state): 1}
    if send and waiting and outcome.state in _NOT_SENT:
        return RunOutcome(Ending.FAILED, counts, waiting, _none_sent())
    return _without_failure(bool(waiting), counts, waiting)


def of_sweep(outcomes: Sequence[AgreementOutcome]) -> RunOutcome:
    """Return what came of the cases that were left behind."""
    waiting = _stuck(outcomes)
    counts = dict(sorted(Counter(str(one.state) for one in outcomes).items()))
    return _without_failure(bool(waiting), counts, waiting)


def of_collection(collected: CollectionRound) -> RunOutcome:
    """Return what a round of collecting came to. It failed where the provider or the mail server did."""
    waiting = (*collected.quarantined, *(one.agreement_id for one in collected.failures))
    counts = {"archived": len(collected.archived), "quarantined": len(collected.quarantined)}
    counts |= {"stuck": len(collected.failures)}
    counts |= {"provider_errors": len(collected.provider_errors), "mail_errors": len(collected.mail_errors)}
    if collected.provider_errors or collected.mail_errors:
        why = _("The provider or the mail server failed; the next round goes on from here.")
        return RunOutcome(Ending.FAILED, counts, waiting, why)
    return _without_failure(bool(waiting), counts, waiting)


def of_delivery(made: DeliveryRound) -> RunOutcome:
    """Return what a round of deliveries came to. It failed where the archive or the way to it stopped it."""
    counts = {str(state): made.count(state) for state in DeliveryState if made.count(state)}
    counts |= {"answers": made.stored, "planned": made.planned, "asked": made.asked}
    for_people = {DeliveryState.REFUSED, DeliveryState.NEEDS_PERSON}
    waiting = tuple(one for one, state in made.states.items() if state in for_people)
    if made.problems:
        return RunOutcome(Ending.FAILED, counts, waiting, " ".join(made.problems))
    return _without_failure(bool(waiting), counts, waiting)


def of_reviews(made: ReviewRound) -> RunOutcome:
    """Return what the day's notices came to. Dates that nobody is told of wait for a person."""
    given = made.given
    counts = {"notices": len(given.items), "mails": given.mails, "delivered": made.delivered.sent}
    counts["nobody_to_tell"] = len(given.nobody)
    waiting = tuple(one.due.agreement_id for one in given.nobody if one.due.agreement_id)
    return _without_failure(bool(given.nobody), counts, waiting)


def counts_of_keeping(looked: FixityReport, renewals: RenewalRound) -> dict[str, int]:
    """Return the counts of a night of keeping the archive."""
    return {
        "checked": looked.checked,
        "mended": len(looked.mended),
        "renewed": renewals.renewed,
        "faults": len(looked.faults),
        "not_checked": looked.not_checked,
        "not_renewed": len(renewals.failed),
    }


def _stuck(outcomes: Sequence[AgreementOutcome]) -> tuple[str, ...]:
    """Return the ids of the agreements that went no further and wait for a person."""
    return tuple(one.agreement_id for one in outcomes if one.problem or one.state == State.UNKNOWN)


def _none_sent() -> str:
    return _("Nothing could be sent. See whether the provider can be reached and lets us in, and run it again.")


def _without_failure(waits: bool, counts: dict[str, int], waiting: tuple[str, ...]) -> RunOutcome:
    return RunOutcome(Ending.WAITING if waits else Ending.DONE, counts, waiting)
