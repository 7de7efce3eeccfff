"""The archive that is attacked, and the doors by which people look at it."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select

from flows.application.collect import CollectionRound, collect_signed_agreements
from flows.application.context import Context
from flows.application.keep_archive import back_up, restore
from flows.application.records import verify_records, write_files
from flows.application.send import send_agreement
from flows.application.witness import hand_over_heads
from flows.archive.destruction import hold
from flows.errors import AvtaleflytError
from flows.register import Record, State
from flows.register.agreements import GeneratedDocument, ReceivedCase, approve, receive, record_generated
from flows.register.agreements import get_agreement as agreement_of
from flows.register.database import utc_now
from flows.register.reviews import give_notices_of
from flows.register.schema import Json, SignatureRequest
from flows.register.signature_requests import ProviderAnswer, intend, record_sent
from flows.settings import Settings
from flows.signing.port import (
    Capabilities,
    Lookup,
    NoSuchRequest,
    OpenRequest,
    RequestStatus,
    SentRequest,
    SignedDocument,
    SigningIntent,
    Update,
)
from tests.agreements.cases import alis_case
from tests.archive.signed_agreements import NAMES, authority, document, signed
from tests.register.letters import letter
from tests.signing.paper_provider import PaperProvider

ARCHIVED, OUT = (1, 2, 3), (4, 5, 6)
"""Agreements that are archived, and those that everybody has signed and nobody has collected; 7 is approved."""


@cache
def words(number: int) -> str:
    """Return what the document of an agreement says that no other says."""
    return f"Avtale {number} gjelder fra nyttår."


@dataclass
class PostBox(PaperProvider):
    """A provider whose requests everybody has signed; `answers` are the signed files by reference."""

    answers: dict[str, bytes] = field(default_factory=dict)

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Create a request."""
        self.created.append(intent.sha256)
        return SentRequest(f"job-{len(self.created) + 100}")

    def find(self, reference: str) -> Lookup:
        """Have nothing under that reference."""
        return NoSuchRequest()

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Say that everybody has signed."""
        for one in requests:
            yield Update(one.provider_id, one.reference, RequestStatus.SIGNED)

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Give the signed file."""
        return SignedDocument(self.answers[update.reference])


@dataclass
class World:
    """One archive on disk with its key, its witness and a provider."""

    folder: Path
    agreements: Mapping[int, str]
    references: Mapping[int, str]
    context: Context
    provider: PostBox

    def copied_to(self, folder: Path) -> "World":
        """Return a copy in another folder."""
        shutil.copytree(self.folder, folder)
        return open_world(folder, self.agreements, self.references)

    def reopened(self) -> "World":
        """Return the same archive on new connections, as a program that starts sees it."""
        self.close()
        opened = open_world(self.folder, self.agreements, self.references)
        opened.provider.answers.update(self.provider.answers)
        return opened

    def close(self) -> None:
        """Close the database."""
        self.context.register.close()

    @property
    def database(self) -> Path:
        """The file of the register."""
        return self.folder / "output" / "avtaleflyt.db"

    @property
    def store(self) -> Path:
        """The folder of the store."""
        return self.folder / "output" / "store"

    @contextmanager
    def tampering(self) -> Iterator[sqlite3.Connection]:
        """Open the database past guards and foreign keys; the guards are put back just as they were."""
        self.close()
        connection = sqlite3.connect(self.database)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = OFF")
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for guard in guards:
            connection.execute(f"DROP TRIGGER {guard['name']}")
        yield connection
        for guard in guards:
            connection.execute(guard["sql"])
        connection.commit()
        connection.close()

    def blobs(self) -> list[Path]:
        """Return the blobs on disk."""
        return sorted((self.store / "blobs").rglob("?" * 64))


def settings_in(folder: Path) -> Settings:
    """Return the settings of an archive below a folder."""
    return Settings(
        output=folder / "output",
        trust_anchors=folder / "anchors",
        witness=(folder / "witness").absolute().as_uri(),
        database_url="",
        store_url="",
    )


def open_world(folder: Path, agreements: Mapping[int, str], references: Mapping[int, str]) -> World:
    """Open an archive below a folder."""
    provider = PostBox(name="desk", capabilities=Capabilities(lookup_by_reference=True, lookup_conclusive=True))
    context = Context(settings_in(folder), provider=provider)
    provider.answers.update({references[one]: signed(words(one), utc_now()) for one in OUT if one in references})
    return World(folder, agreements, references, context, provider)


def make_world(folder: Path) -> World:
    """Make the archive: three archived agreements, one of them held and one read; three signed, one approved."""
    world = open_world(folder, {}, {})
    authority().keep(folder / "anchors")
    agreements, references = dict[int, str](), dict[int, str]()
    for number in (*ARCHIVED, *OUT, 7):
        agreements[number] = _approved(world.context, number)
        if number != 7:
            references[number] = _sent(world.context, agreements[number], number)
        if number in ARCHIVED:
            world.provider.answers[references[number]] = signed(words(number), utc_now())
            assert collect_signed_agreements(world.context).archived == [agreements[number]]
    world = World(folder, agreements, references, world.context, world.provider)
    context = world.context
    hold(context.register, context.store, agreements[3], "tvist")
    write_files(context, agreements[1], folder / "read", "innsyn")
    with context.register.write() as transaction:
        mail = letter(transaction.now)
        transaction.session.add(mail)
        transaction.session.flush()
        give_notices_of(transaction, [f"{agreements[1]}:review:1/90d"], [], mail.id)
        transaction.note("notice", None, "1 date", {"mails": {mail.id: 1}})
    hand_over_heads(context)
    back_up(context, folder / "backup")
    hand_over_heads(context)
    assert not verify_records(context).faults
    return world


def _approved(context: Context, number: int) -> str:
    case = alis_case(lege_hpr_nummer=f"{990010200 + number}").model_dump(mode="json")
    received = ReceivedCase(
        "alis", "1804", f"{number:07d}", alis_case().avtale_gjelder_fra, None, f"ALIS-avtale {number}", case
    )
    docx, pdf = context.store.put(b"DOCX"), context.store.put(document(words(number)))
    with context.register.write() as transaction:
        agreement_id = receive(transaction, received).agreement_id
        record_generated(transaction, agreement_id, 1, GeneratedDocument("alis.docx", "1.0", "a" * 64, docx, pdf, 1))
        approve(transaction, agreement_id, "sett på")
    return agreement_id


def _sent(context: Context, agreement_id: str, number: int) -> str:
    signers: list[Json] = [
        {"order": 1, "role": "kommune", "name": NAMES[0], "on_behalf_of": "Prøve kommune", "status": "", "at": None},
        {"order": 2, "role": "alis", "name": NAMES[1], "status": "", "at": None},
    ]
    with context.register.write() as transaction:
        request = intend(transaction, agreement_id, "desk", signers, transaction.now + timedelta(days=30))
        assert request is not None
        record_sent(transaction, request.reference, ProviderAnswer(f"job-{number}", {}), "sent")
    return request.reference


@dataclass(frozen=True)
class Outcome:
    """What a door showed."""

    noticed: bool
    stopped_others: bool = False
    seen: str = ""


Do = Callable[[World, random.Random], object]


@dataclass(frozen=True)
class Attack:
    """A kind of attack, and the door by which it must be noticed."""

    name: str
    door: str
    do: Do

    def run(self, world: World, chance: random.Random) -> Outcome:
        """Attack, and look."""
        done = self.do(world, chance)
        return done if isinstance(done, Outcome) else _DOORS[self.door](world.reopened())


def verify(world: World) -> Outcome:
    """Verify everything; others are stopped if it does not come to its end, or if nothing can be archived after it."""
    faults = verify_records(world.context).faults
    seen = "; ".join(f"{one.kind}: {one.fault}" for one in faults[:3])
    world.close()
    return Outcome(bool(faults), seen=seen)


def collect(world: World, attacked: int = 4) -> Outcome:
    """Collect: the attacked agreement is not archived and that is said, the others are archived."""
    collected = collect_signed_agreements(world.context)
    return judge_collected(world, collected, attacked)


def judge_collected(world: World, collected: CollectionRound, attacked: int) -> Outcome:
    """Say what came of a round. A file that is quarantined for its time alone was not noticed for what it is."""
    theirs = world.agreements[attacked]
    with world.context.register.read() as session:
        records = session.execute(select(Record).where(Record.agreement_id == theirs)).scalars()
        faults = [fault for record in records for fault in record.details.get("faults", ())]
    refused = theirs in collected.quarantined and not all("wrong_time" in fault for fault in faults)
    told = refused or theirs in [one.agreement_id for one in collected.failures]
    others = {world.agreements[one] for one in OUT if one != attacked}
    seen = "; ".join([*(one.problem for one in collected.failures), *faults])
    world.close()
    return Outcome(told and theirs not in collected.archived, not others <= set(collected.archived), seen)


def send(world: World) -> Outcome:
    """Send what was approved: it is refused, nothing reaches the provider, and the rest is collected."""
    try:
        send_agreement(world.context, world.agreements[7], "sett på")
        refused = False
    except AvtaleflytError as error:
        refused, seen = True, str(error)
    with world.context.register.read() as session:
        state = State(agreement_of(session, world.agreements[7]).state)
    rest = collect_signed_agreements(world.context)
    world.close()
    untouched = refused and not world.provider.created and state == State.APPROVED
    return Outcome(untouched, len(rest.archived) != len(OUT), seen if refused else "it was sent")


def restored(world: World, backup: Path, **how: bool) -> World:
    """Restore a backup into a new place with the same key; return the new archive."""
    new = world.folder / "new"
    (new / "output").mkdir(parents=True)
    shutil.copytree(world.folder / "output" / "keys", new / "output" / "keys")
    shutil.copytree(world.folder / "anchors", new / "anchors")
    made = open_world(new, world.agreements, world.references)
    try:
        restore(made.context, backup, unsigned=how.get("unsigned", False), with_damage=how.get("with_damage", False))
    except BaseException:
        made.close()
        raise
    return made


def restore_backup(world: World) -> Outcome:
    """Restore the backup: it is refused, and the register stays empty."""
    try:
        made = restored(world, world.folder / "backup")
    except AvtaleflytError as error:
        return Outcome(True, seen=str(error))
    made.close()
    return Outcome(False, seen="it was restored")


_DOORS: dict[str, Callable[[World], Outcome]] = {
    "verify": verify,
    "collect": collect,
    "send": send,
    "restore": restore_backup,
}


def records_of(world: World) -> list[Record]:
    """Return the records."""
    with world.context.register.read() as session:
        return list(session.execute(select(Record).order_by(Record.id)).scalars())


def request_of(world: World, number: int) -> SignatureRequest:
    """Return the request of an agreement."""
    with world.context.register.read() as session:
        wanted = select(SignatureRequest).where(SignatureRequest.agreement_id == world.agreements[number])
        return session.execute(wanted).scalar_one()
