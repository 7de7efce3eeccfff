"""Rounds of delivery in tests: a context that delivers to a server of the test, and what became of a record there."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from flows.application.deliver_records import DeliveryRound
from flows.application.status import status_overview
from flows.register import Register
from flows.register.deliveries import deliveries_of
from flows.register.delivery_schema import Delivery
from tests.conftest import Clock
from tests.delivery.delivered_records import World, delivering
from tests.delivery.fiks_server import FiksServer


def open_world(server: FiksServer, register: Register, folder: Path, **changed: object) -> Iterator[World]:
    """Give a context that delivers there, and close its connections."""
    made = delivering(server, register, folder, **changed)
    yield made
    for one in made.sessions:
        one.close()


def of(world: World, record_id: str) -> Delivery:
    """Return the newest delivery of a record."""
    with world.register.read() as session:
        return deliveries_of(session, [record_id])[-1]


def later(world: World, clock: Clock, hours: int = 3, times: int = 6) -> DeliveryRound:
    """Run rounds with hours in between, until one finds nothing left to do; return the last one."""
    made = DeliveryRound()
    for _ in range(times):
        made = world.round()
        clock.forward(hours=hours)
        if is_over(world, made):
            break
    return made


def is_over(world: World, made: DeliveryRound) -> bool:
    """Say whether a round did nothing, and no later one has anything to do: all is delivered, or waits for a person."""
    if made.stored or made.planned or made.asked or made.states or world.server.ours or world.server.waiting:
        return False
    with world.register.read() as session:
        states = set(session.scalars(select(Delivery.state)))
    return states <= {"delivered", "refused", "needs_person"}


def kinds(world: World) -> set[str]:
    """Return what `status` says waits for a person."""
    return {one.kind for one in status_overview(world.context).waiting}
