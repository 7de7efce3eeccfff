"""An archive, and the way to it, that misbehave: nothing is lost, doubled or unseen, whatever they do."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.application.delivery_decisions import (
    Settlement,
    close_answers,
    deliver_again,
    settle_delivery,
    strange_answers,
)
from flows.application.status import status_overview
from flows.errors import NotAllowed, WrongUse
from flows.register import Register
from tests.conftest import Clock
from tests.delivery.delivered_records import World, archived_record
from tests.delivery.delivery_rounds import kinds, later, of, open_world
from tests.delivery.fiks_server import FiksServer
from tests.delivery.throw_away_keys import certificate_pem


@pytest.fixture
def server(clock: Clock) -> Iterator[FiksServer]:
    """Give KS's side."""
    with FiksServer(clock) as serving:
        yield serving


@pytest.fixture
def world(server: FiksServer, register: Register, tmp_path: Path) -> Iterator[World]:
    """Give one whose account may be asked what the archive has."""
    yield from open_world(server, register, tmp_path, may_look_up=True)


@pytest.fixture
def blind(server: FiksServer, register: Register, tmp_path: Path) -> Iterator[World]:
    """Give one whose account may not."""
    yield from open_world(server, register, tmp_path, may_look_up=False)


STRANGE = ("wrong_correlation", "tampered", "other_key", "other_entry", "stranger")
"""Faults of answers that a person must look at."""
REGISTERED = ("no_mottatt", "receipt_first", "twice", "no_correlation", "failed_after", *STRANGE)


def test_what_the_archive_registered_is_delivered_and_stands_there_once(world: World, clock: Clock) -> None:
    """Whatever is wrong with its answers, the archive has each once, and in the end we know its number."""
    archived_record(world.register, world.store, 1)
    later(world, clock, hours=30)  # nothing more goes out before one was delivered
    faults = {
        archived_record(world.register, world.store, number).id: fault for number, fault in enumerate(REGISTERED, 2)
    }
    world.server.archive.fault_of = lambda record, time: faults[record] if time == 1 else "none"
    later(world, clock, hours=30, times=12)
    for record, fault in faults.items():
        assert (of(world, record).state, world.server.archive.registered.count(record)) == ("delivered", 1), fault
        assert of(world, record).case_number.startswith("2026/"), fault
    assert len(strange_answers(world.context)) == len(STRANGE)
    assert "delivery_answers" in kinds(world)
    assert close_answers(world.context, "sett på") == len(STRANGE)
    assert kinds(world) == set()


@pytest.mark.parametrize("fault", ["failed", "expired", "not_fetched", "cut", "429"])
def test_what_the_archive_never_took_is_sent_again_with_the_same_bytes(world: World, clock: Clock, fault: str) -> None:
    """The message is the same, with the same id of ours."""
    if fault in {"cut", "429"}:
        world.server.send_faults = deque([fault])
    else:
        world.server.archive.fault_of = lambda _record, time: fault if time == 1 else "none"
    record = archived_record(world.register, world.store)
    later(world, clock, times=10)
    assert (of(world, record.id).state, world.server.archive.registered) == ("delivered", [record.id])
    sent = [one for one in world.server.archive.opened if "arkivmelding.xml" in one]
    assert all(one == sent[0] for one in sent)
    creating = [one for one in world.server.sends if one["meldingType"].endswith("opprett")]
    assert len({one["headere"]["klientMeldingId"] for one in creating}) == 1


@pytest.mark.parametrize("fault", ["lost", "500"])
@pytest.mark.parametrize("silent", [False, True])
def test_a_lost_answer_of_a_call_makes_no_second_entry(world: World, clock: Clock, fault: str, silent: bool) -> None:
    """The receipt tells that it arrived; without one the archive is asked."""
    world.server.send_faults = deque([fault])
    world.server.archive.fault_of = lambda _record, _time: "silent" if silent else "none"
    record = archived_record(world.register, world.store)
    later(world, clock)
    assert (of(world, record.id).state, world.server.archive.registered) == ("delivered", [record.id])


def test_without_looking_up_a_person_settles_what_nobody_knows(blind: World, clock: Clock) -> None:
    """It is not repeated, `status` shows it, and the person's word is kept with the archive's numbers."""
    blind.server.send_faults = deque(["lost"])
    blind.server.archive.fault_of = lambda _record, _time: "silent"
    record = archived_record(blind.register, blind.store)
    rounds = [blind.round()]
    while of(blind, record.id).state == "unknown" and len(rounds) < 6:
        clock.forward(hours=12)
        rounds.append(blind.round())
    assert rounds[-1].states == {of(blind, record.id).id: "needs_person"}  # by which the command ends with 1
    later(blind, clock, hours=12)
    assert (of(blind, record.id).state, len(blind.server.sends)) == ("needs_person", 1)
    assert "delivery_open" in kinds(blind)
    with pytest.raises(WrongUse, match="--case"):
        settle_delivery(blind.context, record.id, Settlement.DELIVERED, "", "", "sett i arkivet")
    with pytest.raises(WrongUse, match="--why"):
        settle_delivery(blind.context, record.id, Settlement.DELIVERED, "2026/4711", "3", "")
    settled = settle_delivery(blind.context, record.id, Settlement.DELIVERED, "2026/4711", "3", "sett i arkivet")
    assert (settled.state, settled.case_number, settled.entry_number) == ("delivered", "2026/4711", "3")
    assert "delivery_open" not in kinds(blind)
    later(blind, clock)
    assert len(blind.server.sends) == 1


def test_what_a_person_did_not_find_is_sent_again_as_it_was(blind: World, clock: Clock) -> None:
    """Same bytes and the same id of ours: the archive may still know it."""
    blind.server.send_faults = deque(["cut"])
    record = archived_record(blind.register, blind.store)
    later(blind, clock, hours=12)
    assert of(blind, record.id).state == "needs_person"
    before = of(blind, record.id).client_message_id
    settle_delivery(blind.context, record.id, Settlement.NOT_DELIVERED, "", "", "ikke der")
    later(blind, clock, times=2)
    after = of(blind, record.id)
    assert (after.state, after.client_message_id) == ("delivered", before)


@pytest.mark.parametrize("fault", ["refused", "half", "empty_receipt"])
def test_a_refusal_is_told_in_the_archives_words_and_sent_anew_by_a_person(
    world: World, clock: Clock, fault: str
) -> None:
    """Nothing is repeated by itself; the new message has a new id, and goes into the case that was made."""
    world.server.archive.fault_of = lambda _record, time: fault if time == 1 else "none"
    record = archived_record(world.register, world.store)
    later(world, clock)
    delivery = of(world, record.id)
    words = {"refused": "Ukjent saksansvarlig «Ødegård».", "half": "Ukjent dokumenttype."}.get(fault, "")
    assert delivery.state == ("needs_person" if fault == "empty_receipt" else "refused")
    assert words in delivery.reason
    matters = status_overview(world.context).waiting
    assert any(words in one.why and one.kind in {"delivery_refused", "delivery_open"} for one in matters)
    assert len([one for one in world.server.sends if one["meldingType"].endswith("opprett")]) == 1
    deliver_again(world.context, record.id, "", "rettet i arkivet")
    later(world, clock, times=2)
    after = of(world, record.id)
    assert (after.state, after.client_message_id == delivery.client_message_id) == ("delivered", False)
    last = world.server.archive.opened[-1]["arkivmelding.xml"]
    assert (b"<mappe" in last) is (fault == "refused")
    with pytest.raises(NotAllowed):
        deliver_again(world.context, record.id, "", "en gang til")


def test_what_is_said_again_and_again_ends_with_a_person(world: World, clock: Clock) -> None:
    """An archive that never fetches is tried four times."""
    world.server.archive.fault_of = lambda _record, _time: "expired"
    record = archived_record(world.register, world.store)
    later(world, clock, hours=26, times=12)
    assert of(world, record.id).state == "needs_person"
    assert len(world.server.sends) == 4
    assert "delivery_open" in kinds(world)


STOPS: tuple[tuple[str, object, str], ...] = (
    ("catalogue_empty", True, "gyldig sertifikat"),
    ("archive_certificate", certificate_pem("arkiv", 100), "ikke gyldig nå"),
    ("status", {"gyldigMottaker": False}, "tar ikke imot"),
    ("status", {"antallKonsumenter": 0}, "henter ikke"),
    ("status", {"antallUavhentedeMeldinger": 9999}, "henter ikke"),
    ("token_error", "MP-121 nøkkelen er utløpt", "MP-121"),
    ("send_faults", deque(["401"]), "godtar ikke"),
    ("send_faults", deque(["403"]), "tilgang"),
)
"""What is wrong at KS or the archive, and a word of the sentence that tells it."""


def test_what_stops_everything_is_told_and_nothing_leaves(world: World, clock: Clock) -> None:
    """One sentence, kept for people until it is over; then everything goes on by itself."""
    server = world.server
    for number, (name, wrong, told) in enumerate(STOPS, 1):
        right, sent = getattr(server, name), len(server.sends)
        setattr(server, name, wrong)
        record = archived_record(world.register, world.store, number)
        assert told in " ".join(world.round().problems)
        assert (len(server.sends), kinds(world)) == (sent, {"delivery_stopped"}), told
        setattr(server, name, right)
        clock.forward(hours=3)
        later(world, clock)
        assert (of(world, record.id).state, kinds(world)) == ("delivered", set()), told


def test_another_certificate_than_the_pinned_one_stops_everything(
    server: FiksServer, register: Register, tmp_path: Path
) -> None:
    """KS could hand out any certificate: with a fingerprint, a person is asked."""
    for made in open_world(server, register, tmp_path, fiks_archive_fingerprint="ab" * 32):
        archived_record(made.register, made.store)
        assert "fingeravtrykket" in made.round().problems[0]
        assert server.sends == []


def test_a_refused_file_or_size_waits_for_a_person(server: FiksServer, register: Register, tmp_path: Path) -> None:
    """What is larger than is sent, and what cannot be read from the store, does not stop the others."""
    for made in open_world(server, register, tmp_path, fiks_largest_message=1_000_000, may_look_up=True):
        good = archived_record(made.register, made.store, 1)
        made.round()
        large = archived_record(made.register, made.store, 2, b"%PDF" + b"x" * 1_000_001)
        gone = archived_record(made.register, made.store, 3, b"%PDF annen")
        for path in (tmp_path / "lager").rglob("*"):
            if path.is_file() and path.read_bytes() == b"%PDF annen":
                path.chmod(0o600)
                path.unlink()
        last = archived_record(made.register, made.store, 4, b"%PDF fjerde")
        for _ in range(3):
            made.round()
        states = [of(made, one.id).state for one in (good, large, gone, last)]
        assert states == ["delivered", "refused", "needs_person", "delivered"]


@pytest.mark.parametrize("failed", [1, 2])
def test_an_answer_that_was_stored_and_not_acknowledged_is_taken_once(world: World, clock: Clock, failed: int) -> None:
    """The queue gives it again; nothing comes of the second time, be it in the same round or in the next."""
    record = archived_record(world.register, world.store)
    world.round()
    world.server.fail_ack = failed
    assert bool(world.round().problems) is (failed == 2)
    later(world, clock)
    assert of(world, record.id).state == "delivered"
    assert world.server.deleted == []


def test_three_refusals_in_a_row_stop_the_rest(world: World, clock: Clock) -> None:
    """Then it is the set-up that is wrong: a season is not sent into a wall."""
    first = archived_record(world.register, world.store, 1)
    later(world, clock, times=2)
    world.server.archive.fault_of = lambda record, _time: "none" if record == first.id else "refused"
    for number in range(2, 9):
        archived_record(world.register, world.store, number)
        later(world, clock, times=2)
    assert len([one for one in world.server.sends if one["meldingType"].endswith("opprett")]) == 4
    assert "delivery_stopped" in kinds(world)


def test_the_first_delivery_goes_alone(world: World, clock: Clock) -> None:
    """Nothing more goes to an archive before it has confirmed the first."""
    world.server.works = False
    for number in range(1, 6):
        archived_record(world.register, world.store, number)
    later(world, clock, hours=1, times=3)
    assert len(world.server.sends) == 1
    world.server.works = True
    world.server.let_archive_work()
    later(world, clock, hours=1, times=3)
    assert len(world.server.archive.registered) == 5
