"""How runs end: what is told as done, as waiting for a person, and as failed."""

import pytest

from flows.application.collect import CollectionRound
from flows.application.outcomes import AgreementOutcome
from flows.application.run_outcome import Ending, of_collection, of_hire, of_season
from flows.application.season import SeasonResult
from flows.application.take_in import IntakeResult
from flows.register import State
from flows.register.agreements import Reception, ReceptionResult

SENT = AgreementOutcome("a", State.SENT)
REFUSED = AgreementOutcome("b", State.APPROVED, "Leverandøren svarte ikke.")
UNKNOWN = AgreementOutcome("c", State.UNKNOWN)
UNMADE = AgreementOutcome("d", State.RECEIVED, "Feltet passer ikke.")


def season(*outcomes: AgreementOutcome, tried: str = "", rejected: int = 0, held: bool = False) -> SeasonResult:
    """Return a season's result with these outcomes, of which it tried to send those in `tried`."""
    received = (ReceptionResult("h", Reception.OUT_FOR_SIGNATURE),) if held else ()
    return SeasonResult(IntakeResult(len(outcomes), rejected, (), received), outcomes, frozenset(tried))


@pytest.mark.parametrize(
    ("result", "ending"),
    [
        (season(), Ending.DONE),
        (season(SENT, tried="a"), Ending.DONE),
        (season(REFUSED, tried="b"), Ending.FAILED),
        (season(REFUSED, UNKNOWN, tried="bc"), Ending.FAILED),
        (season(AgreementOutcome("e", State.SENT), REFUSED, tried="b"), Ending.FAILED),  # sent by a run before
        (season(SENT, REFUSED, tried="ab"), Ending.WAITING),
        (season(SENT, UNKNOWN, tried="ac"), Ending.WAITING),
        (season(UNMADE), Ending.WAITING),
        (season(rejected=1), Ending.WAITING),
        (season(held=True), Ending.WAITING),
    ],
)
def test_a_season(result: SeasonResult, ending: Ending) -> None:
    """A season of which nothing could be sent failed; one of which something is left waits for a person."""
    assert of_season(result).ending is ending


@pytest.mark.parametrize(
    ("outcome", "send", "ending"),
    [
        (SENT, True, Ending.DONE),
        (AgreementOutcome("a", State.GENERATED), False, Ending.DONE),
        (REFUSED, True, Ending.FAILED),
        (UNKNOWN, True, Ending.FAILED),
        (UNMADE, True, Ending.WAITING),
    ],
)
def test_a_hire(outcome: AgreementOutcome, send: bool, ending: Ending) -> None:
    """A hire whose agreement could not be sent failed; one whose document could not be made waits for a person."""
    assert of_hire(outcome, send).ending is ending


@pytest.mark.parametrize(
    ("collected", "ending", "waiting"),
    [
        (CollectionRound(), Ending.DONE, ()),
        (CollectionRound(archived=["a"]), Ending.DONE, ()),
        (CollectionRound(archived=["a"], quarantined=["q"]), Ending.WAITING, ("q",)),
        (CollectionRound(failures=[UNMADE]), Ending.WAITING, ("d",)),
        (CollectionRound(archived=["a"], provider_errors=["away"]), Ending.FAILED, ()),
        (CollectionRound(mail_errors=["away"]), Ending.FAILED, ()),
    ],
)
def test_a_round_of_collecting(collected: CollectionRound, ending: Ending, waiting: tuple[str, ...]) -> None:
    """A round that the provider or the mail server let down failed, whatever it archived before."""
    outcome = of_collection(collected)
    assert (outcome.ending, outcome.waiting) == (ending, waiting)
