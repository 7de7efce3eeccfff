"""The result of a renewal season, as the flow returns it and commands and the demo read it."""

from dataclasses import dataclass

from flows.agreements.problems import Problem
from flows.application.outcomes import AgreementOutcome
from flows.application.take_in import IntakeResult


@dataclass(frozen=True, slots=True)
class SeasonResult:
    """What was taken in, the outcome of each agreement, and the ids of those that the run tried to send."""

    intake: IntakeResult
    outcomes: tuple[AgreementOutcome, ...]
    tried_to_send: frozenset[str] = frozenset()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of the cases: those that were found when they were read, and when documents were made."""
        return (*self.intake.problems, *(each for one in self.outcomes for each in one.in_case))
