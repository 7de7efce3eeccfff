"""Proving the chain of events for the tests."""

from sqlalchemy.orm import Session

from flows.register.event_chain import ChainFault, verified_events


def chain_faults(session: Session) -> list[ChainFault]:
    """Return every fault of the whole chain, in order."""
    return [fault for proven in verified_events(session) for fault in proven.faults]
