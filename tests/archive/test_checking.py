"""`archive verify`: whatever byte is changed, in whatever row or file, it says so and names the record."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.archive import check_archive, open_store
from flows.archive.store import blob_path
from flows.register import open_register
from tests.archive.signed import archived
from tests.conftest import Clock

TABLES = {
    "record": ("id",),
    "record_file": ("record_id", "role", "number"),
    "version": ("agreement_id", "number"),
    "signature_request": ("id",),
    "agreement": ("id",),
    "event": ("number",),
    "chain_head": ("id",),
}


@dataclass(frozen=True)
class Archive:
    """An archive on disk with a few records."""

    folder: Path

    def faults(self) -> list[tuple[str, str]]:
        """Verify everything; return record and kind of every fault."""
        register = open_register(f"sqlite:///{self.folder / 'register.db'}", Clock())
        store = open_store((self.folder / "store").as_uri())
        try:
            return [(one.record, one.kind) for one in check_archive(register, store, self.folder / "anchors")]
        finally:
            register.close()

    def open_rows(self) -> sqlite3.Connection:
        """Open the database as an intruder would: past the guards and the foreign keys."""
        connection = sqlite3.connect(self.folder / "register.db")
        connection.execute("PRAGMA foreign_keys = OFF")
        return connection


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Give an archive with three records, of which nothing is wrong."""
    folder = tmp_path_factory.mktemp("archive")
    register = open_register(f"sqlite:///{folder / 'register.db'}", Clock(), actor="tester")
    store = open_store((folder / "store").as_uri())
    for number in (1, 2, 3):
        record = archived(register, store, folder / "anchors", number, words=f"Ledd {number} om Bodø.")
        assert record.status == "archived", record.details["faults"]
    register.close()
    made = Archive(folder)
    with made.open_rows() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert made.faults() == []
    return made


def change_in_store(archive: Archive, chance: random.Random) -> Iterator[str]:
    """Change one byte of one blob, and put it back afterwards."""
    path = chance.choice(sorted((archive.folder / "store" / "blobs").rglob("?" * 64)))
    content = path.read_bytes()
    place, change = chance.randrange(len(content)), chance.randrange(1, 256)
    path.chmod(0o644)
    path.write_bytes(content[:place] + bytes([content[place] ^ change]) + content[place + 1 :])
    yield f"{path.name} at {place}"
    path.write_bytes(content)
    path.chmod(0o444)


def change_in_rows(archive: Archive, chance: random.Random) -> Iterator[str]:
    """Change one byte of one column of one row, and put it back afterwards."""
    database, kept = archive.folder / "register.db", archive.folder / "kept.db"
    shutil.copyfile(database, kept)
    connection = archive.open_rows()
    for name in ("event_never_changes", "event_never_goes"):
        connection.execute(f"DROP TRIGGER {name}")
    table = chance.choice(list(TABLES))
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    key = chance.choice(connection.execute(f"SELECT rowid FROM {table}").fetchall())[0]
    values = connection.execute(
        f"SELECT {', '.join(f'CAST([{one}] AS BLOB)' for one in columns)} FROM {table} WHERE rowid = ?", (key,)
    ).fetchone()
    column, value = chance.choice([(c, v) for c, v in zip(columns, values, strict=True) if v])
    if table == "chain_head" and column == "id":
        column, value = "digest", values[columns.index("digest")]
    place = chance.randrange(len(value))
    changed = value[:place] + bytes([value[place] ^ chance.randrange(1, 128)]) + value[place + 1 :]
    kind = connection.execute(f"SELECT typeof([{column}]) FROM {table} WHERE rowid = ?", (key,)).fetchone()[0]
    if kind == "integer":  # one byte of the number itself
        changed = str(int(value) ^ 1 << 12).encode()
    connection.execute(f"UPDATE {table} SET [{column}] = CAST(? AS {kind}) WHERE rowid = ?", (changed, key))
    for statement in (
        "CREATE TRIGGER event_never_changes BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'no'); END",
        "CREATE TRIGGER event_never_goes BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'no'); END",
    ):
        connection.execute(statement)
    connection.commit()
    connection.close()
    yield f"{table}.{column}: {value!r} became {changed!r}"
    for leftover in ("register.db-wal", "register.db-shm"):
        (archive.folder / leftover).unlink(missing_ok=True)
    shutil.copyfile(kept, database)


@pytest.mark.timeout(600)
def test_every_changed_byte_is_found(archive: Archive) -> None:
    """Of 300 single-byte changes in blobs and rows none is missed, and each names a record (or the chain itself)."""
    chance = random.Random(20261122)
    missed = []
    for number in range(300):
        change = change_in_store if number % 3 == 0 else change_in_rows
        changing = change(archive, chance)
        what = next(changing)
        faults = archive.faults()
        if not faults or not all(kind for _record, kind in faults):
            missed.append(what)
        elif "chain_head" not in what and not any(record for record, _kind in faults):
            missed.append(f"{what}: no record named in {faults}")
        for _rest in changing:
            pass
    assert missed == []
    assert archive.faults() == []


def test_a_chain_cut_off_at_its_end_is_found(archive: Archive, tmp_path: Path) -> None:
    """Events removed from the end, with the head of the chain moved back, show by the digests beside the blobs."""
    copy = Archive(tmp_path / "copy")
    shutil.copytree(archive.folder, copy.folder)
    connection = copy.open_rows()
    connection.execute("DROP TRIGGER event_never_goes")
    last = connection.execute("SELECT max(number) FROM event").fetchone()[0]
    connection.execute("DELETE FROM event WHERE number > ?", (last - 3,))
    connection.execute(
        "UPDATE chain_head SET (number, digest) = (SELECT number, digest FROM event ORDER BY number DESC LIMIT 1)"
    )
    connection.execute("CREATE TRIGGER event_never_goes BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'no'); END")
    connection.commit()
    connection.close()
    assert "event" in {kind for _record, kind in copy.faults()}


@pytest.mark.parametrize("statement", ["DELETE FROM record", "DELETE FROM record_file WHERE role = 'evidence'"])
def test_rows_that_were_removed_are_found(archive: Archive, tmp_path: Path, statement: str) -> None:
    """A record that is gone, or a file that was taken from its list, is named."""
    copy = Archive(tmp_path / "copy")
    shutil.copytree(archive.folder, copy.folder)
    connection = copy.open_rows()
    ids = {row[0] for row in connection.execute("SELECT id FROM record")}
    connection.execute(statement)
    connection.commit()
    connection.close()
    assert {record for record, _kind in copy.faults()} == ids


def test_a_store_without_its_file_is_found(archive: Archive, tmp_path: Path) -> None:
    """A blob that is gone is a fault of its record, and the signatures count as not checked."""
    copy = Archive(tmp_path / "copy")
    shutil.copytree(archive.folder, copy.folder)
    connection = copy.open_rows()
    digest = connection.execute("SELECT digest FROM record_file WHERE role = 'signed'").fetchone()[0]
    connection.close()
    (copy.folder / "store" / blob_path(digest)).unlink()
    assert {"signed", "signatures"} <= {kind for _record, kind in copy.faults()}
