"""What comes late, or lies elsewhere: messages that ran out before the archive fetched them, and large answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.application.delivery_decisions import close_answers, strange_answers
from flows.register import Register
from tests.conftest import Clock
from tests.delivery.delivered_records import World, archived_record
from tests.delivery.delivery_rounds import kinds, later, of, open_world
from tests.delivery.fiks_server import FiksServer, Queued
from tests.delivery.misbehaving_archive import Incoming


@pytest.fixture
def server(clock: Clock) -> Iterator[FiksServer]:
    """Give KS's side."""
    with FiksServer(clock) as serving:
        yield serving


@pytest.fixture(params=[True, False], ids=["may look up", "may not"])
def world(request: pytest.FixtureRequest, server: FiksServer, register: Register, tmp_path: Path) -> Iterator[World]:
    """Give a context to which one record was delivered, and whose archive fetches nothing more for now."""
    for made in open_world(server, register, tmp_path, may_look_up=request.param):
        archived_record(made.register, made.store, 1)
        made.round()
        made.round()
        server.works = False
        yield made


@pytest.mark.parametrize("days", [1, 5, 9, 20])
def test_what_ran_out_is_sent_again_whenever_that_is_told(world: World, clock: Clock, days: int) -> None:
    """KS tells it at the head of the archive's queue alone: after days, when we have waited, asked, or given up.

    Nothing is sent again before; then the same bytes go, and stand in the archive once. What had not run out is taken.
    """
    record = archived_record(world.register, world.store, 2)
    for _ in range(days):
        world.round()
        clock.forward(hours=24)
    sent = [one for one in world.server.sends if one["meldingType"].endswith("opprett")]
    assert len(sent) == 2
    assert (of(world, record.id).state == "sent") is (days < 7)
    world.server.let_archive_work()
    world.server.works = True
    later(world, clock, times=12)
    delivery = of(world, record.id)
    assert (delivery.state, world.server.archive.registered.count(record.id)) == ("delivered", 1)
    created = [one for one in world.server.sends if one["meldingType"].endswith("opprett")]
    assert len(created) == (2 if days == 1 else 3)
    assert {one["headere"]["klientMeldingId"] for one in created[1:]} == {delivery.client_message_id}
    assert kinds(world) == set()


def test_what_ran_out_again_and_again_is_told_once_for_all(world: World, clock: Clock) -> None:
    """A second notice about the same message changes nothing, wherever the delivery is by then."""
    world.server.works = True
    world.server.archive.fault_of = lambda _record, _time: "expired"
    record = archived_record(world.register, world.store, 2)
    later(world, clock, hours=26, times=12)
    assert of(world, record.id).state == "needs_person"
    world.server.ours.append(Queued(notice_of(world)))
    assert world.round().problems == []
    assert (of(world, record.id).state, strange_answers(world.context)) == ("needs_person", [])


def notice_of(world: World) -> Incoming:
    """Return a notice that our newest message ran out."""
    sent = world.server.sends[-1]["meldingId"]
    kind = "no.ks.fiks.kvittering.tidsavbrudd"
    return Incoming({"melding-id": "again", "type": kind, "avsender-id": "ks", "svar-til": sent}, b"")


@pytest.mark.parametrize("large", ["kvittering", "mottatt"])
def test_an_answer_in_dokumentlager_is_kept_for_a_person(world: World, clock: Clock, large: str) -> None:
    """Nothing is fetched from there: a sentence says so, and the agreement stands in the archive once all the same."""
    world.server.works = True
    to_us = world.server.archive.answer

    def answer(headers: dict[str, str], body: bytes) -> None:
        elsewhere = headers["type"].endswith(f"opprett.{large}")
        to_us(headers | {"dokumentlager-id": "d1"} if elsewhere else headers, b"" if elsewhere else body)

    world.server.archive.answer = answer
    record = archived_record(world.register, world.store, 2)
    later(world, clock, times=12)
    (kept,) = strange_answers(world.context)
    assert "ligger i Dokumentlager" in kept.note
    assert kept.headers["dokumentlager-id"] == "d1"
    assert "delivery_answers" in kinds(world)
    found = world.context.archive_system is not None and world.context.archive_system.may_look_up
    assert of(world, record.id).state == ("delivered" if found or large == "mottatt" else "needs_person")
    assert world.server.archive.registered.count(record.id) == 1
    assert close_answers(world.context, "spurt arkivet") == 1
