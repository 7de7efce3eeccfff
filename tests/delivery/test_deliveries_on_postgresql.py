"""Deliveries on PostgreSQL, under the account that may do no more than it needs."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.application.delivery_decisions import Settlement, close_answers, deliver_again, settle_delivery
from flows.archive.access import restrict
from flows.register.delivery_schema import Delivery
from flows.register.records import get_record, set_record_status
from flows.register.states import RecordStatus
from tests.conftest import Clock
from tests.delivery.delivered_records import World, archived_record, delivering
from tests.delivery.fiks_server import FiksServer
from tests.register.postgresql_accounts import application_register

ODD = ("tampered", "failed", "twice", "no_correlation", "expired")


@pytest.fixture
def world(postgres_server: str, clock: Clock, tmp_path: Path) -> Iterator[World]:
    """Give a context that delivers, with a register on PostgreSQL."""
    with application_register(postgres_server, clock) as register, FiksServer(clock) as server:
        made = delivering(server, register, tmp_path, may_look_up=True)
        yield made
        for one in made.sessions:
            one.close()


def states(world: World) -> dict[str, str]:
    """Return the state of each delivery, by record and purpose."""
    with world.register.read() as session:
        return {
            f"{one.record_id} {one.purpose.partition(':')[0]}": one.state for one in session.scalars(select(Delivery))
        }


def test_every_step_of_a_delivery_may_be_taken(world: World, clock: Clock) -> None:
    """Faults, questions, a refusal sent anew, a person's word, access and destruction: nothing more is needed."""
    first = archived_record(world.register, world.store, 1).id
    world.round()
    world.round()
    records = {archived_record(world.register, world.store, number).id: odd for number, odd in enumerate(ODD, 2)}
    refused = archived_record(world.register, world.store, 20).id
    lost = archived_record(world.register, world.store, 21).id
    faults = {**records, refused: "refused", lost: "silent"}
    world.server.archive.fault_of = lambda record, time: faults.get(record, "none") if time == 1 else "none"
    restrict(world.register, world.store, first, "Unntatt offentlighet", "Offl. § 13", "bedt om")
    _rounds(world, clock)
    found = states(world)
    assert {found[f"{one} create"] for one in (first, *records, lost)} == {"delivered"}
    assert (found[f"{refused} create"], found[f"{first} access"]) == ("refused", "delivered")
    deliver_again(world.context, refused, "", "rettet i arkivet")
    assert close_answers(world.context, "sett på") == 1
    _destroy(world, first)
    world.server.send_faults = deque(["cut"])
    _rounds(world, clock)
    assert set(states(world).values()) == {"delivered"}
    registered = world.server.archive.registered
    assert sorted(registered) == sorted([first, *records, refused, lost])


def test_a_person_settles_what_nobody_knows(world: World, clock: Clock) -> None:
    """The archive's numbers stand on the record."""
    world.server.works = False
    record = archived_record(world.register, world.store, 1).id
    world.round()
    for _ in range(3):
        clock.forward(days=30)
        world.server.waiting.clear()
        world.round()
    settled = settle_delivery(world.context, record, Settlement.DELIVERED, "2026/4711", "3", "sett i arkivet")
    assert (settled.state, settled.case_number, settled.entry_number) == ("delivered", "2026/4711", "3")


def _rounds(world: World, clock: Clock) -> None:
    for _ in range(8):
        world.round()
        clock.forward(hours=30)


def _destroy(world: World, record_id: str) -> None:
    with world.register.write() as transaction:
        mine = get_record(transaction.session, record_id)
        set_record_status(mine, RecordStatus.DESTROYED)
        transaction.note("destroyed", mine.agreement_id, "kassert", {"record": mine.id, "files": []})
