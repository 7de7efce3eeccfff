"""Backup and restore: a moment of register and store, taken while the system works, that comes back and is proven."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.archive import Store, check_archive, open_store
from flows.archive.backup import RestoredBackup, back_up, restore
from flows.archive.store import blob_path, sha256
from flows.errors import WrongUse
from flows.register import Event, Register, open_register
from flows.register.records import count_records, files_of, get_record
from flows.register.schema import IS_COMPLETED_BACKUP
from flows.register.signature_requests import record_late_signature
from tests.archive.signed_agreements import archived, document, sent
from tests.archive.test_fixity import destroy_record
from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("english")


def counts(restored: RestoredBackup) -> dict[str, int]:
    """Return the numbers as `back_up` returns them."""
    return {"records": restored.records, "blobs": restored.blobs, "damaged": restored.damaged}


def test_a_backup_comes_back_and_is_proven(any_register: Register, store: Store, anchors: Path, tmp_path: Path) -> None:
    """A backup of either database, restored elsewhere, passes verify in full; it is never written over."""
    archived(any_register, store, anchors)
    assert back_up(any_register, store, tmp_path / "backup")["records"] == 1
    back = open_register(f"sqlite:///{tmp_path / 'new' / 'register.db'}", Clock(), actor="tester")
    restored = open_store((tmp_path / "new" / "store").as_uri())
    restore(tmp_path / "backup", back, restored)
    assert list(check_archive(back, restored, anchors)) == []
    with pytest.raises(WrongUse, match="not empty"):
        back_up(any_register, store, tmp_path / "backup")
    with pytest.raises(WrongUse, match="not empty"):
        restore(tmp_path / "backup", back, restored)
    back.close()


def test_a_backup_taken_while_records_come_in_is_one_moment(
    any_register: Register, store: Store, anchors: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """It holds every blob that its register names; restored into the other database, it is proven and goes on."""
    sqlite = any_register.engine.dialect.name == "sqlite"
    url = request.getfixturevalue("postgres_url") if sqlite else f"sqlite:///{tmp_path / 'new.db'}"
    archived(any_register, store, anchors, 1)
    stop, failures = threading.Event(), []

    def work() -> None:
        number = 1
        while not stop.is_set() and number < 40:
            number += 1
            try:
                archived(any_register, store, anchors, number)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
                failures.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        taken = back_up(any_register, store, tmp_path / "backup")
    finally:
        stop.set()
        worker.join()
    assert failures == []
    assert taken["records"] >= 1
    back, restored = open_register(url, Clock(), actor="tester"), open_store((tmp_path / "new").as_uri())
    try:
        assert counts(restore(tmp_path / "backup", back, restored)) == taken
        assert list(check_archive(back, restored, anchors)) == []
        archived(back, restored, anchors, 99)
        with back.read() as session:
            assert count_records(session) == taken["records"] + 1
        assert list(check_archive(back, restored, anchors)) == []
    finally:
        back.close()


def test_a_backup_is_taken_and_proven_after_a_destruction(
    register: Register, store: Store, anchors: Path, tmp_path: Path, clock: Clock
) -> None:
    """What was destroyed is no longer asked for; both copies of the store are filled again by a restore."""
    gone, stays = archived(register, store, anchors, 1), archived(register, store, anchors, 2, words="Stedet er Ås.")
    destroy_record(register, store, gone.id, clock)
    said = back_up(register, store, tmp_path / "backup")
    assert (said["records"], said["damaged"]) == (2, 0)
    url, places = f"sqlite:///{tmp_path / 'new.db'}", [(tmp_path / name).as_uri() for name in ("one", "two")]
    back, restored = open_register(url, clock), open_store(*places)
    assert counts(restore(tmp_path / "backup", back, restored)) == said
    assert list(check_archive(back, restored, anchors)) == []
    with back.read() as session:
        assert get_record(session, gone.id).status == "destroyed"
        assert all(restored.get(one.digest) for one in files_of(session, stays.id))
    back.close()


def test_one_damaged_blob_keeps_nothing_else_from_being_copied(
    register: Register, store: Store, anchors: Path, tmp_path: Path
) -> None:
    """The backup has all the rest and names what is damaged; verify names it after the restore."""
    archived(register, store, anchors)
    digest = next(one for one, _size in store.digests())
    assert store.folder is not None
    (store.folder / blob_path(digest)).chmod(0o644)
    (store.folder / blob_path(digest)).write_bytes(b"skadet")
    said = back_up(register, store, tmp_path / "backup")
    assert said["damaged"] == 1
    with register.read() as session:  # monitoring goes on waiting for a whole one
        assert session.execute(select(Event).where(IS_COMPLETED_BACKUP)).first() is None
    assert digest in (tmp_path / "backup" / "backup.json").read_text()
    back, restored = open_register(f"sqlite:///{tmp_path / 'new.db'}", Clock()), open_store((tmp_path / "new").as_uri())
    assert counts(restore(tmp_path / "backup", back, restored)) == said
    faults = list(check_archive(back, restored, anchors))
    assert any(digest in one.fault for one in faults)
    back.close()


def test_a_backup_holds_what_is_in_no_record_yet(
    register: Register, store: Store, anchors: Path, tmp_path: Path
) -> None:
    """Documents out for signature, and signed files that came too late, are in it; and the copying is an event."""
    reference = sent(register, store, declined=True)
    late = store.put(b"%PDF-1.7 for sent")
    with register.write() as transaction:
        record_late_signature(transaction, reference, late)
    back_up(register, store, tmp_path / "backup")
    kept = open_store((tmp_path / "backup" / "store").as_uri())
    assert kept.get(late)
    assert kept.get(sha256(document()))
    with register.read() as session:
        kinds = [one.kind for one in session.query(Event).order_by(Event.number)]
        assert kinds[-2:] == ["backed_up", "backup_completed"]
