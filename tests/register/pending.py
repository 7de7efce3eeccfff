"""What waits for a person in a register, for tests."""

from flows.register import Register
from flows.register.pending_decisions import pending_decisions, refresh
from flows.register.pending_schema import PendingDecision


def waiting(register: Register) -> list[PendingDecision]:
    """Return everything that waits for a person now, the oldest first."""
    refresh(register)
    with register.read() as session:
        return pending_decisions(session)
