"""Deliveries through the use cases, to KS's side on loopback and an archive behind it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from flows.application.deliver_records import DeliveryRound
from flows.application.delivery_decisions import Settlement, deliver_again, deliver_now, settle_delivery
from flows.application.record_view import record_view
from flows.application.status import status_overview
from flows.archive.access import restrict
from flows.archive.noark.entries import Period, entries, listed
from flows.archive.noark.structure import _case
from flows.archive.search import SearchQuery, find
from flows.archive.text_index import add_to_index
from flows.errors import NotAllowed
from flows.register import Event, Register
from flows.register.deliveries import deliveries_of
from flows.register.delivery_schema import DeliveryAnswer
from flows.register.records import get_record, set_record_status
from flows.register.states import DeliveryState, RecordStatus
from tests.conftest import Clock
from tests.delivery.delivered_records import NAMES, NOW, TITLE, World, archived_record, delivering
from tests.delivery.delivery_rounds import of, open_world
from tests.delivery.fiks_server import PASSWORD, FiksServer
from tests.delivery.test_arkivmelding import SCHEMAS
from tests.delivery.throw_away_keys import START, certificate_pem


@pytest.fixture
def server(clock: Clock) -> Iterator[FiksServer]:
    """Give KS's side, with an archive that does what it should."""
    with FiksServer(clock) as serving:
        yield serving


@pytest.fixture
def world(server: FiksServer, register: Register, tmp_path: Path) -> Iterator[World]:
    """Give a context that delivers there, and may look up."""
    yield from open_world(server, register, tmp_path, may_look_up=True)


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


def test_the_archives_numbers_find_the_record_and_stand_on_it(world: World) -> None:
    """Search by case and by entry; the record's view shows both."""
    record = archived_record(world.register, world.store)
    other = archived_record(world.register, world.store, 2)
    with world.register.write() as transaction:
        for one in (record, other):
            add_to_index(transaction.session, one, "a" * 64, "Stedet er Bodø.")
    rounds(world)
    (first,) = [hit.id for hit in find(world.register, SearchQuery(words="2026/4711")).found]
    assert first in (record.id, other.id)  # the archive numbers them as they come
    assert [hit.id for hit in find(world.register, SearchQuery(words=" 2026/4711-1 ")).found] == [first]
    assert find(world.register, SearchQuery(words="2026/4711", municipality_number="1860")).found == ()
    assert find(world.register, SearchQuery(words="2026/9999")).found == ()
    shown = record_view(world.context, first).deliveries
    assert [(one.case_number, one.entry_number, one.state) for one in shown] == [
        ("2026/4711", "2026/4711-1", "delivered")
    ]


@pytest.mark.skipif(not SCHEMAS.exists(), reason="needs the schemas: put them into ../shared/specs")
def test_a_noark_entry_says_where_the_archive_has_it(world: World) -> None:
    """A note with case and entry, in its place by the schema."""
    record = archived_record(world.register, world.store)
    rounds(world)
    period = Period(2026, "Prøve kommune", "999999999", "Helse", Path("x"))
    made = next(entries(world.register, listed(world.register, period)))
    note = next(one for one in _case(period, [made], NOW).iter() if one.tag.endswith("merknad"))
    assert "sak 2026/4711, journalpost 2026/4711-1" in "".join(note.itertext())
    assert made.record.id == record.id


def test_a_renewal_goes_into_the_same_case_and_refers_to_the_entry_before(world: World) -> None:
    """Another agreement with the same doctor: no second case, and a cross reference by system id and key."""
    first = archived_record(world.register, world.store)
    rounds(world)
    second = archived_record(world.register, world.store, valid_from=2032)
    rounds(world)
    assert (of(world, second.id).case_number, of(world, second.id).state) == ("2026/4711", "delivered")
    message = world.server.archive.opened[-1]["arkivmelding.xml"].decode()
    assert "<mappe" not in message
    reference = message.partition("<kryssreferanse>")[2].partition("</kryssreferanse>")[0]
    receipt = of(world, first.id).receipt
    assert receipt is not None
    assert first.id in reference
    assert receipt["entry"]["system_id"] in reference
    assert len(world.server.archive.cases) == 1


def test_an_amendment_is_an_entry_of_its_own_that_refers_to_those_before(world: World) -> None:
    """A change of an archived agreement, newly signed: the same case, an entry beside the first, no new version of it.

    The second change refers to both entries.
    """
    records = [archived_record(world.register, world.store)]
    rounds(world)
    for month in (5, 9):
        pdf = f"%PDF-1.7 endring {month}".encode()
        records.append(archived_record(world.register, world.store, 1, pdf, amended_from=date(2027, month, 1)))
        rounds(world)
    assert [of(world, one.id).entry_number for one in records] == ["2026/4711-1", "2026/4711-2", "2026/4711-3"]
    messages = [one["arkivmelding.xml"].decode() for one in world.server.archive.opened]
    assert [one.count("<kryssreferanse>") for one in messages] == [0, 1, 2]
    assert [records[0].id in one and records[1].id in one for one in messages] == [False, True, True]
    assert len(world.server.archive.cases) == 1
    assert {one["meldingType"].rpartition(".")[2] for one in world.server.sends} == {"opprett"}


def test_changed_access_and_destruction_are_told_once(world: World, clock: Clock) -> None:
    """The archive gets an update of the entry for each; what changed before the delivery is in the delivery itself."""
    record = archived_record(world.register, world.store)
    restrict(world.register, world.store, record.id, "Unntatt offentlighet", "Offl. § 13", "før")
    clock.forward(minutes=1)
    rounds(world)
    assert "Offl. § 13" in world.server.archive.opened[0]["arkivmelding.xml"].decode()
    rounds(world)
    assert len(world.server.sends) == 1
    clock.forward(minutes=1)
    restrict(world.register, world.store, record.id, "", "", "åpnet")
    rounds(world, 4)
    assert len(world.server.sends) == 2
    assert "slett>true" in world.server.archive.opened[-1]["arkivmelding.xml"].decode()
    with world.register.write() as transaction:
        mine = get_record(transaction.session, record.id)
        set_record_status(mine, RecordStatus.DESTROYED)
        transaction.note("destroyed", mine.agreement_id, "kassert", {"record": record.id, "files": []})
    rounds(world, 4)
    assert (
        "er kassert i fagsystemet Avtaleflyt 01.12.2026" in world.server.archive.opened[-1]["arkivmelding.xml"].decode()
    )
    with world.register.read() as session:
        assert {one.state for one in deliveries_of(session, [record.id])} == {"delivered"}
    assert world.server.archive.updates == [record.id, record.id]


def test_an_archive_without_updates_leaves_them_to_a_person(
    server: FiksServer, register: Register, tmp_path: Path
) -> None:
    """Nothing is sent, and the person who tells the archive settles it."""
    made = delivering(server, register, tmp_path, updates=False)
    record = archived_record(register, made.store)
    rounds(made)
    clock: Any = register.clock
    clock.forward(minutes=1)
    restrict(register, made.store, record.id, "", "", "åpnet")
    rounds(made)
    assert [one.kind for one in status_overview(made.context).waiting] == ["delivery_open"]
    settle_delivery(made.context, record.id, Settlement.DELIVERED, "", "", "ringt arkivet")
    assert status_overview(made.context).waiting == []
    assert len(server.sends) == 1
    for one in made.sessions:
        one.close()


def test_agreements_of_other_municipalities_stay_here(server: FiksServer, register: Register, tmp_path: Path) -> None:
    """The archive is one municipality's: what is another's is neither planned nor sent when asked for."""
    made = delivering(server, register, tmp_path, municipalities=["1860"])
    record = archived_record(register, made.store)
    rounds(made)
    assert server.sends == []
    with pytest.raises(NotAllowed, match="1804"):
        deliver_now(made.context, record.id)
    for one in made.sessions:
        one.close()


def test_a_case_that_a_person_names_is_used(server: FiksServer, register: Register, tmp_path: Path) -> None:
    """Where cases are there already, the number is asked for, and the entry goes there."""
    made = delivering(server, register, tmp_path, message_case="number")
    record = archived_record(register, made.store)
    rounds(made)
    assert "--case 2026/4711" in of(made, record.id).reason
    deliver_again(made.context, record.id, "2024/17", "saken til legen")
    rounds(made)
    assert of(made, record.id).state == "delivered"
    message = server.archive.opened[-1]["arkivmelding.xml"].decode()
    assert ">2024<" in message
    assert "sakssekvensnummer>17<" in message
    for one in made.sessions:
        one.close()


def test_nothing_personal_is_in_headers_file_names_logs_or_events(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Names, numbers and titles stand in the sealed payload alone."""
    caplog.set_level("DEBUG")
    world.server.archive.fault_of = lambda _record, time: "refused" if time == 1 else "none"
    record = archived_record(world.register, world.store)
    rounds(world)
    deliver_again(world.context, record.id, "", "rettet")
    rounds(world, 3)
    with world.register.read() as session:
        events = session.execute(select(Event.why, Event.details).where(Event.kind == "delivery")).all()
        answers = [dict(one.headers) for one in session.execute(select(DeliveryAnswer)).scalars()]
    names = [name for opened in world.server.archive.opened for name in opened]
    said = [*map(str, world.server.sends), *map(str, events), *map(str, answers), *names, caplog.text]
    said += [path.name for path in world.folder.rglob("*")]
    forbidden = (*NAMES, "Čáhppe", "Prøve kommune", "0000001", TITLE, "Kárášjohka", "Ødegård", PASSWORD, "token-1")
    assert [word for word in forbidden for text in said if word in text] == []
    assert len(events) > 5


def test_doctor_looks_at_keys_accounts_and_queue(world: World) -> None:
    """All is well; then a key that others can read, a certificate that ends, and an account with another key."""
    settings = world.context.archive_settings
    assert settings is not None
    assert world.context.archive_system is not None
    assert world.context.archive_system.problems() == []
    settings.fiks.account_keys[0].chmod(0o644)
    told = " ".join(world.context.archive_system.problems())
    assert "chmod 600" in told
    clock: Any = world.register.clock
    clock.now = START + timedelta(days=3640)
    told = " ".join(world.context.archive_system.problems())
    assert "Signeringssertifikatet utløper" in told
    world.server.our_certificate = certificate_pem("arkiv")
    clock.forward(minutes=11)
    assert "account_keys" in " ".join(world.context.archive_system.problems())
