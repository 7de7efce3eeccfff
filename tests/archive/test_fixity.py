"""Keeping: looking after blobs, mending them, holds, and destruction that takes two people and time."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from flows.archive import SignedFiles, Store, check_archive, file_signed, open_store
from flows.archive.blob_backends import LocalFolderBackend
from flows.archive.destruction import ask_for_destruction, destroy, hold, release
from flows.archive.fixity import check_blobs
from flows.archive.head_files import kept_heads
from flows.archive.search import get_files
from flows.archive.store import blob_path, sha256
from flows.cli import app
from flows.dates import oslo_date
from flows.errors import NotAllowed, NotFound, StoreFailed
from flows.register import Record, Register, SignatureRequest
from flows.register.archive_schema import Fixity
from flows.register.database import utc_now
from flows.register.records import amend, files_of, get_record
from flows.register.signature_requests import record_late_signature
from flows.register.signed_heads import newest_head
from tests.archive.signed_agreements import archived, document
from tests.archive.signed_agreements import sent as sent_reference
from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("english")

MUCH = 1 << 40
TODAY = oslo_date(utc_now()).isoformat()
DISPOSABLE = {"verdict": "Kasseres", "basis": "Riksarkivarens forskrift", "years": 5, "date": "2026-01-01"}


def damage(folder: Path, digest: str) -> None:
    """Change one byte of a blob on disk."""
    path = folder / blob_path(digest)
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def signed_digest(register: Register, record: Record) -> str:
    """Return the digest of a record's signed PDF."""
    with register.read() as session:
        return next(file.digest for file in files_of(session, record.id) if file.role == "signed")


def disposable(register: Register, record: Record) -> None:
    """Let a record's retention allow destruction."""
    with register.write() as transaction:
        amend(transaction, get_record(transaction.session, record.id), "retention", DISPOSABLE, "decided")


def destroy_record(register: Register, store: Store, record_id: str, clock: Clock) -> list[dict[str, str]]:
    """Destroy a record as two people do it; return the list of what was destroyed."""
    with register.write() as transaction:
        amend(transaction, get_record(transaction.session, record_id), "retention", DISPOSABLE, "decided")
    ask_for_destruction(register, store, record_id, "ryddes")
    clock.forward(days=15)
    return destroy(replace(register, actor="second"), store, record_id, "ryddes")


def test_a_good_archive_is_good(register: Register, store: Store, anchors: Path) -> None:
    """Every blob is recomputed once, nothing is wrong, and nothing was left unchecked."""
    archived(register, store, anchors)
    looked = check_blobs(register, store, MUCH)
    assert (looked.faults, looked.mended, looked.not_checked) == ((), (), 0)
    assert looked.checked == 6


def test_a_damaged_blob_is_mended_from_the_other_copy(
    register: Register, tmp_path: Path, anchors: Path, clock: Clock
) -> None:
    """With two copies a bad blob is replaced by the good one, the event says so, and the damaged bytes are kept."""
    store = open_store((tmp_path / "one").as_uri(), (tmp_path / "two").as_uri())
    digest = signed_digest(register, archived(register, store, anchors))
    for folder, copy in (("one", "first"), ("two", "second")):
        damage(tmp_path / folder, digest)
        assert store.fault_in(copy, digest)
        clock.forward(days=1)
        looked = check_blobs(register, store, MUCH)
        assert looked.mended == (digest,)
        assert looked.faults == ()
        assert not store.fault_in(copy, digest)
        assert len(list((tmp_path / folder / "damaged").iterdir())) == 1
    assert list(check_archive(register, store, anchors)) == []


def test_a_damaged_blob_without_another_copy_stays_a_fault(register: Register, store: Store, anchors: Path) -> None:
    """Without a good copy nothing is pretended: the fault names the blob, every night."""
    digest = signed_digest(register, archived(register, store, anchors))
    assert store.folder is not None
    damage(store.folder, digest)
    assert any(digest in fault for fault in check_blobs(register, store, MUCH).faults)


def test_what_the_budget_left_out_is_not_checked(register: Register, store: Store, anchors: Path, clock: Clock) -> None:
    """A small budget checks the oldest first, counts the rest as not checked, and ends with everything checked."""
    archived(register, store, anchors)
    late = [check_blobs(register, store, 1).not_checked for _night in range(6)]
    assert late == [5, 4, 3, 2, 1, 0]
    clock.forward(days=100)
    assert check_blobs(register, store, 1).not_checked == 5


def test_a_blob_that_nothing_names_is_reported_and_stays(register: Register, store: Store, anchors: Path) -> None:
    """An orphan is a finding for a person; it is never removed."""
    archived(register, store, anchors)
    orphan = store.put(b"ingen vet hva dette er")
    assert any(orphan in fault for fault in check_blobs(register, store, MUCH).faults)
    assert store.get(orphan)


def test_every_decision_keeps_its_head_beside_the_store(
    register: Register, store: Store, anchors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each verb at the command line the newest event's digest lies where the register cannot reach it."""
    record = archived(register, store, anchors)
    assert store.folder is not None
    monkeypatch.setenv("AVTALEFLYT_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    monkeypatch.setenv("AVTALEFLYT_STORE_URL", store.folder.as_uri())
    for verb in (
        ["hold"],
        ["hold", "--release"],
        ["destroy", "--retention", "Arkivlova", "--date", TODAY, "--yes"],
        ["destroy", "--ask"],
        ["access", "--level", "Personalsaker", "--basis", "Offl. § 13"],
    ):
        said = CliRunner().invoke(
            app, ["archive", verb[0], record.id, *verb[1:], "--why", "vurdert"], catch_exceptions=False
        )
        assert said.exit_code == 0, said.output
        with register.read() as session:
            head = newest_head(session)
        assert [one.head for one in kept_heads(store.primary)][-1] == head, verb


def test_destruction_takes_a_verdict_two_people_and_time(
    register: Register, store: Store, anchors: Path, clock: Clock, tmp_path: Path
) -> None:
    """Kept by default; never under a hold, by one person or before the waiting time; metadata and the list stay."""
    record = archived(register, store, anchors)
    other = replace(register, actor="second")
    with pytest.raises(NotAllowed, match="set its legal basis and date of destruction first"):
        ask_for_destruction(register, store, record.id, "ryddes")
    disposable(register, record)
    with pytest.raises(NotAllowed, match="asked"):
        destroy(other, store, record.id, "ryddes")
    ask_for_destruction(register, store, record.id, "ryddes")
    with pytest.raises(NotAllowed, match="Another person"):
        destroy(register, store, record.id, "ryddes")
    with pytest.raises(NotAllowed, match="waiting time"):
        destroy(other, store, record.id, "ryddes")
    clock.forward(days=15)
    hold(register, store, record.id, "tvist")
    with pytest.raises(NotAllowed, match="hold"):
        destroy(other, store, record.id, "ryddes")
    release(register, store, record.id, "tvisten er over")
    with pytest.raises(NotAllowed, match="a hold or a new retention has come since"):
        destroy(other, store, record.id, "ryddes")
    ask_for_destruction(register, store, record.id, "ryddes likevel")
    clock.forward(days=15)
    digest = signed_digest(register, record)
    listed = destroy(other, store, record.id, "ryddes")
    assert digest in {one["sha256"] for one in listed}
    assert store.fault_in("first", digest)
    with register.read() as session:
        kept = get_record(session, record.id)
        assert (kept.status, kept.public_title) == ("destroyed", record.public_title)
    with pytest.raises(NotFound, match="destroyed"):
        get_files(register, store, record.id, tmp_path)
    assert list(check_archive(register, store, anchors)) == []


def test_a_destruction_that_was_cut_off_is_completed(
    register: Register, store: Store, anchors: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the store fails halfway the same command removes the rest; damaged copies that were set aside go, too."""
    record = archived(register, store, anchors)
    disposable(register, record)
    ask_for_destruction(register, store, record.id, "ryddes")
    clock.forward(days=15)
    digest = signed_digest(register, record)
    assert store.folder is not None
    (store.folder / "damaged").mkdir()
    (store.folder / "damaged" / f"{digest}-1").write_bytes(b"%PDF-1.7 med navn")
    other, real, calls = replace(register, actor="second"), LocalFolderBackend.remove, []

    def failing(backend: LocalFolderBackend, path: str) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise StoreFailed("The disk is away.")
        real(backend, path)

    monkeypatch.setattr(LocalFolderBackend, "remove", failing)
    with pytest.raises(StoreFailed):
        destroy(other, store, record.id, "ryddes")
    assert len(list(store.digests())) > 0
    destroy(other, store, record.id, "ryddes")
    assert list(store.digests()) == []
    assert list((store.folder / "damaged").iterdir()) == []
    with pytest.raises(NotAllowed, match="before"):
        destroy(other, store, record.id, "ryddes")


def test_a_blob_that_another_record_needs_survives(
    register: Register, store: Store, anchors: Path, clock: Clock
) -> None:
    """Two records may share a file; destroying one leaves it for the other."""
    record, stays = archived(register, store, anchors, 1), archived(register, store, anchors, 2)
    destroy_record(register, store, record.id, clock)
    assert store.get(signed_digest(register, stays))


def test_only_access_and_retention_may_change(register: Register, store: Store, anchors: Path) -> None:
    """What was frozen on archiving stays; what may change keeps what stood before, and verify holds."""
    record = archived(register, store, anchors)
    with pytest.raises(NotAllowed, match="frozen"), register.write() as transaction:
        amend(transaction, get_record(transaction.session, record.id), "template", "annen.docx", "feil")
    disposable(register, record)
    assert list(check_archive(register, store, anchors)) == []


def test_signed_files_that_wait_for_a_person_are_no_orphans(
    register: Register, store: Store, anchors: Path, tmp_path: Path
) -> None:
    """What came too late, or a second time with other bytes, is looked after like the rest, and proven."""
    record = archived(register, store, anchors)
    late, other = store.put(b"%PDF-1.7 for sent"), store.put(b"%PDF-1.7 en annen")
    with register.read() as session:
        reference = session.get_one(SignatureRequest, record.request_id).reference
    file_signed(register, store, anchors, reference, SignedFiles(other))
    late_reference = sent_reference(register, store, 2, declined=True)
    with register.write() as transaction:
        record_late_signature(transaction, late_reference, late)
    assert check_blobs(register, store, MUCH).faults == ()
    assert list(check_archive(register, store, anchors)) == []
    assert store.folder is not None
    for digest, kind in ((late, "signed_late"), (other, "seen_again")):
        damage(store.folder, digest)
        assert (("", kind)) in [(one.record, one.kind) for one in check_archive(register, store, anchors)]


def test_a_document_out_for_signature_is_proven_too(register: Register, store: Store, anchors: Path) -> None:
    """Verify finds a changed byte in what no record has yet, and names what it is."""
    sent_reference(register, store)
    assert store.folder is not None
    damage(store.folder, sha256(document()))
    assert [one.kind for one in check_archive(register, store, anchors)] == ["document"]


def test_a_check_that_lies_ahead_was_never_made(register: Register, store: Store, anchors: Path, clock: Clock) -> None:
    """Whoever has the database could keep a damaged file from being looked at by a date in the future."""
    record = archived(register, store, anchors)
    assert check_blobs(register, store, MUCH).faults == ()
    with register.write() as transaction:
        transaction.session.execute(update(Fixity).values(checked_at=clock.now + timedelta(days=3650)))
    assert store.folder is not None
    damage(store.folder, signed_digest(register, record))
    clock.forward(days=1)
    looked = check_blobs(register, store, MUCH)
    assert looked.faults
    assert looked.not_checked == 0
