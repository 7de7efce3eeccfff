"""The archive that is attacked: a register, a store, a witness outside, a backup, and a provider."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select

from flows.application.collect import collect_signed_agreements
from flows.application.context import Context
from flows.application.keep_archive import back_up
from flows.application.records import verify_records, write_files
from flows.application.witness import hand_over_heads
from flows.archive.destruction import hold
from flows.register import Batch
from flows.register.agreements import GeneratedDocument, ReceivedCase, approve, receive, record_generated
from flows.register.batch_schema import JobKind
from flows.register.batches import end_job, open_job
from flows.register.database import utc_now
from flows.register.reviews import give_notices_of
from flows.register.schema import Json
from flows.register.signature_requests import ProviderAnswer, intend, record_sent
from flows.register.work_parts import PartOrder, plan_parts
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
        return self.opened_at(folder)

    def reopened(self) -> "World":
        """Return the same archive on new connections, as a program that starts sees it."""
        self.close()
        return self.opened_at(self.folder)

    def opened_at(self, folder: Path) -> "World":
        """Open a folder as this archive, with a provider that gives the same signed files."""
        return open_world(folder, self.agreements, self.references, self.provider.answers)

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


def open_world(
    folder: Path, agreements: Mapping[int, str], references: Mapping[int, str], answers: Mapping[str, bytes]
) -> World:
    """Open an archive below a folder, whose provider has these signed files by reference."""
    capabilities = Capabilities(lookup_by_reference=True, lookup_conclusive=True)
    provider = PostBox(name="desk", capabilities=capabilities, answers=dict(answers))
    context = Context(settings_in(folder), provider=provider)
    return World(folder, agreements, references, context, provider)


def make_world(folder: Path) -> World:
    """Make the archive: three archived agreements, one of them held and one read; three signed, one approved."""
    world = open_world(folder, {}, {}, {})
    authority().keep(folder / "anchors")
    agreements, references = dict[int, str](), dict[int, str]()
    for number in (*ARCHIVED, *OUT, 7):
        agreements[number] = _approved(world.context, number)
        if number != 7:
            references[number] = _sent(world.context, agreements[number], number)
            world.provider.answers[references[number]] = signed(words(number), utc_now())
        if number in ARCHIVED:
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
        batch_id = transaction.session.execute(select(Batch.id).limit(1)).scalar_one()
        job, _is_new = open_job(transaction, batch_id, JobKind.DOCUMENTS, [(agreements[7], 1)])
        end_job(transaction, job.id)
        plan_parts(transaction, batch_id, [agreements[7]], 1, PartOrder(send=False))
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
        batch = Batch(source="saker.xlsx", received_at=transaction.now, cases=1)
        transaction.session.add(batch)
        transaction.session.flush()
        agreement_id = receive(transaction, received, batch.id).agreement_id
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
