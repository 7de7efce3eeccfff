"""The result of a renewal season, as the flow returns it and commands and the demo read it."""

from dataclasses import dataclass

from flows.application.outcomes import AgreementOutcome
from flows.application.take_in import IntakeResult


@dataclass(frozen=True, slots=True)
class SeasonResult:
    """What was taken in, and the outcome of each agreement."""

    intake: IntakeResult
    outcomes: tuple[AgreementOutcome, ...]
