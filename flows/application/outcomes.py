"""The outcome of a step for one agreement."""

from dataclasses import dataclass

from flows.agreements.problems import Problem
from flows.register import State


@dataclass(frozen=True, slots=True)
class AgreementOutcome:
    """State of an agreement after a step, and why it went no further, if it did not.

    `lost` lists what the agreement's PDF does not show, if that was allowed. `in_case` names the cells or JSON pointers
    of the case that are the reason for the problem, if any are.
    """

    agreement_id: str
    state: State
    problem: str = ""
    lost: tuple[str, ...] = ()
    in_case: tuple[Problem, ...] = ()

    @property
    def ready_to_send(self) -> bool:
        """Whether the agreement has a document and was not sent."""
        return self.state in {State.GENERATED, State.APPROVED}

    @property
    def cancelled(self) -> bool:
        """Whether the agreement's request was cancelled, so that a new version can be sent."""
        return self.state == State.CANCELLED
