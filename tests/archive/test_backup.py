"""Backup and restore: a moment of register and store, taken while the system works, that comes back and is proven."""

import threading
from pathlib import Path

import pytest

from flows.archive import Store, check_archive, open_store
from flows.archive.backup import back_up, restore
from flows.errors import WrongUse
from flows.register import Register, open_register
from flows.register.records import count_records
from tests.archive.signed import archived
from tests.conftest import Clock


def test_a_backup_comes_back_and_is_proven(any_register: Register, store: Store, anchors: Path, tmp_path: Path) -> None:
    """A backup of either database, restored elsewhere, passes verify in full; it is never written over."""
    archived(any_register, store, anchors)
    assert back_up(any_register, store, tmp_path / "backup")["records"] == 1
    url = f"sqlite:///{tmp_path / 'new' / 'register.db'}"
    restore(tmp_path / "backup", url, (tmp_path / "new" / "store").as_uri())
    back = open_register(url, Clock())
    restored = open_store((tmp_path / "new" / "store").as_uri())
    assert list(check_archive(back, restored, anchors)) == []
    back.close()
    with pytest.raises(WrongUse, match="not empty"):
        back_up(any_register, store, tmp_path / "backup")
    with pytest.raises(WrongUse, match="not empty"):
        restore(tmp_path / "backup", url, (tmp_path / "new" / "store").as_uri())


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
    place = (tmp_path / "new").as_uri()
    assert restore(tmp_path / "backup", url, place) == taken
    back, restored = open_register(url, Clock(), actor="tester"), open_store(place)
    try:
        assert list(check_archive(back, restored, anchors)) == []
        archived(back, restored, anchors, 99)
        with back.read() as session:
            assert count_records(session) == taken["records"] + 1
        assert list(check_archive(back, restored, anchors)) == []
    finally:
        back.close()
