"""Deliveries through the use cases, to KS's side on loopback and an archive behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.application.deliver_records import DeliveryRound
from flows.register import Register
from flows.register.deliveries import deliveries_of
from flows.register.delivery_schema import Delivery
from flows.register.states import DeliveryState
from tests.conftest import Clock
from tests.delivery.delivered_records import World, archived_record, delivering
from tests.delivery.fiks_server import FiksServer


@pytest.fixture
def server(clock: Clock) -> Iterator[FiksServer]:
    """Give KS's side, with an archive that does what it should."""
    with FiksServer(clock) as serving:
        yield serving


@pytest.fixture
def world(server: FiksServer, register: Register, tmp_path: Path) -> Iterator[World]:
    """Give a context that delivers there, and may look up."""
    made = delivering(server, register, tmp_path, may_look_up=True)
    yield made
    for one in made.sessions:
        one.close()


def of(world: World, record_id: str) -> Delivery:
    """Return the newest delivery of a record."""
    with world.register.read() as session:
        return deliveries_of(session, [record_id])[-1]


def rounds(world: World, count: int = 2) -> DeliveryRound:
    """Run several rounds."""
    made = DeliveryRound()
    for _ in range(count):
        made = world.round()
    return made


def test_an_archived_agreement_arrives_and_its_numbers_come_back(world: World) -> None:
    """One round sends it, the next takes in the receipt; what the archive opened is what we keep."""
    record = archived_record(world.register, world.store)
    rounds(world)
    delivery = of(world, record.id)
    assert (delivery.state, delivery.case_number, delivery.entry_number) == ("delivered", "2026/4711", "2026/4711-1")
    assert world.server.archive.registered == [record.id]
    opened = world.server.archive.opened[0]
    assert next(iter(opened)) == "arkivmelding.xml"
    assert opened[f"{record.id}.pdf"] == b"%PDF-1.7 signert"
    assert set(opened) == {
        "arkivmelding.xml",
        *(f"{record.id}{end}" for end in (".pdf", "-bevis.json", "-validering.xml")),
    }
    assert world.server.ours == type(world.server.ours)()
    assert DeliveryState(delivery.state) is DeliveryState.DELIVERED
