"""`archive verify`: whatever byte is changed, in whatever row or file, it says so and names the record."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import text

import flows.archive.verification as checking_module
from flows.archive import Store, check_archive, open_store
from flows.archive.signatures import PdfValidation, judge
from flows.archive.store import blob_path
from flows.register import Register, open_register
from tests.archive.signed_agreements import archived
from tests.conftest import Clock

TABLES = (
    *("record", "record_file", "version", "signature_request", "agreement", "event", "chain_head", "record_text"),
    "shared_text",
)


@dataclass(frozen=True)
class Archive:
    """An archive on disk with a few records."""

    folder: Path

    def faults(self) -> list[tuple[str, str]]:
        """Verify everything, on connections that are new; return record and kind of every fault."""
        register, store = opened(self.folder)
        try:
            return [(one.record, one.kind) for one in check_archive(register, store, self.folder / "anchors")]
        finally:
            register.close()

    def open_rows(self) -> sqlite3.Connection:
        """Open the database as an intruder would: past the guards and the foreign keys."""
        connection = sqlite3.connect(self.folder / "register.db")
        connection.execute("PRAGMA foreign_keys = OFF")
        return connection


@cache
def opened(folder: Path) -> tuple[Register, Store]:
    """Return register and store of a folder; statements that were composed once are not composed anew."""
    return open_register(f"sqlite:///{folder / 'register.db'}", Clock()), open_store((folder / "store").as_uri())


@pytest.fixture(autouse=True, scope="module")
def _same_verdict_about_the_same_bytes() -> Iterator[None]:
    """Judge the same bytes once: a verdict depends on nothing else, and hundreds of checks ask for the same few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking_module, "judge", remembered(judge))
        yield


def remembered(judging: Callable[..., PdfValidation]) -> Callable[..., PdfValidation]:
    """Return the judge with a memory for what it was given."""
    known: dict[str, PdfValidation] = {}

    def asked(*given: object, **more: object) -> PdfValidation:
        key = repr((given, more))
        if key not in known:
            known[key] = judging(*given, **more)
        return known[key]

    return asked


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


def stored_columns(archive: Archive) -> list[tuple[str, str]]:
    """Return every column of the rows that are read, of which at least one row holds something."""
    connection = archive.open_rows()
    found = []
    for table in TABLES:
        for name in [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]:
            if (table, name) == ("chain_head", "id"):
                continue  # there is one row, whose number is always the same
            filled = f"SELECT count(*) FROM {table} WHERE length(CAST([{name}] AS BLOB)) > 0"
            if connection.execute(filled).fetchone()[0]:
                found.append((table, name))
    connection.close()
    return found


def change_in_rows(archive: Archive, chance: random.Random, table: str, column: str) -> Iterator[str]:
    """Change one byte of a column of any row, and put it back afterwards."""
    database, kept = archive.folder / "register.db", archive.folder / "kept.db"
    shutil.copyfile(database, kept)
    connection = archive.open_rows()
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _statement in guards:
        connection.execute(f"DROP TRIGGER {name}")
    rows = f"SELECT rowid, CAST([{column}] AS BLOB), typeof([{column}]) FROM {table}"
    filled = connection.execute(f"{rows} WHERE length(CAST([{column}] AS BLOB)) > 0").fetchall()
    key, value, kind = chance.choice(filled)
    place = chance.randrange(len(value))
    changed = value[:place] + bytes([value[place] ^ chance.randrange(1, 128)]) + value[place + 1 :]
    if kind == "integer":  # one byte of the number itself
        changed = str(int(value) ^ 1 << 12).encode()
    connection.execute(f"UPDATE {table} SET [{column}] = CAST(? AS {kind}) WHERE rowid = ?", (changed, key))
    for _name, statement in guards:
        connection.execute(statement)
    connection.commit()
    connection.close()
    yield f"{table}.{column}: {value!r} became {changed!r}"
    for leftover in ("register.db-wal", "register.db-shm"):
        (archive.folder / leftover).unlink(missing_ok=True)
    shutil.copyfile(kept, database)


@pytest.mark.timeout(600)
def test_every_changed_byte_is_found(archive: Archive) -> None:
    """Of single-byte changes in 40 blobs and in every column none is missed, and each names a record (or the chain)."""
    chance = random.Random(20261122)
    columns = stored_columns(archive)
    assert len(columns) > 70
    changes = [change_in_rows(archive, chance, *one) for one in columns]
    changes += [change_in_store(archive, chance) for _blob in range(40)]
    missed = []
    for changing in changes:
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


SEALED = ("record", "record_file", "version", "signature_request", "agreement", "event", "record_text", "shared_text")


@pytest.mark.timeout(300)
def test_every_changed_byte_of_the_database_file_is_found(archive: Archive, tmp_path: Path) -> None:
    """Bytes that change below the database, on the disk: none of a row is missed, whatever its indexes still say.

    Nothing stops the check, however little of the file can be read: every fault is told, and what is not checked.
    """
    copy, chance = Archive(tmp_path / "copy"), random.Random(20261125)
    shutil.copytree(archive.folder, copy.folder)
    path = copy.folder / "register.db"
    good = path.read_bytes()
    connection = copy.open_rows()
    asked = f"SELECT pageno, name FROM dbstat WHERE name IN ({','.join('?' * len(SEALED))}) AND pagetype = 'leaf'"
    try:
        pages = connection.execute(asked, SEALED).fetchall()
    except sqlite3.OperationalError:
        pytest.skip("needs an SQLite with dbstat, as Debian's has it")
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    missed, tried = [], 0
    while tried < 60:
        page, table = chance.choice(pages)
        place = (page - 1) * size + chance.randrange(size)
        if not good[place]:  # most zeros are room that no row takes
            continue
        tried += 1
        path.write_bytes(good[:place] + bytes([good[place] ^ chance.randrange(1, 256)]) + good[place + 1 :])
        for leftover in ("register.db-wal", "register.db-shm"):
            (copy.folder / leftover).unlink(missing_ok=True)
        if not copy.faults():
            missed.append(f"{table} at {place}")
    assert missed == []


CHANGED = {
    "character varying": "CASE WHEN {0} LIKE 'x%' THEN overlay({0} placing 'y' from 1 for 1) "
    "ELSE overlay({0} placing 'x' from 1 for 1) END",
    "json": "({0}::text || ' ')::json",
    "date": "{0} + 1",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
    "integer": "{0} + 100",
}


def test_every_changed_column_is_found_in_postgresql(postgres_url: str, tmp_path: Path) -> None:
    """One letter, one day, one microsecond, one space more in any column of a row: none is missed there either."""
    register = open_register(postgres_url, Clock(), actor="tester")
    store, anchors = open_store((tmp_path / "store").as_uri()), tmp_path / "anchors"
    archived(register, store, anchors)
    assert list(check_archive(register, store, anchors)) == []
    columns = {}
    with register.engine.begin() as connection:
        for table in SEALED:
            wanted = text("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :table")
            columns[table] = [tuple(row) for row in connection.execute(wanted, {"table": table})]
            connection.execute(text(f"CREATE TABLE kept_{table} AS TABLE {table}"))
    missed, tried = [], 0
    for table, several in columns.items():
        for column, kind in several:
            into = CHANGED["character varying" if kind == "text" else kind].format(f'"{column}"')
            with register.engine.begin() as connection:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                changed = connection.execute(
                    text(f'UPDATE {table} SET "{column}" = {into} WHERE "{column}" IS NOT NULL')
                )
            if changed.rowcount:
                tried += 1
                faults = list(check_archive(register, store, anchors))
                missed += [] if faults else [f"{table}.{column}"]
            with register.engine.begin() as connection:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                connection.execute(text(f"DELETE FROM {table}"))
                connection.execute(text(f"INSERT INTO {table} SELECT * FROM kept_{table}"))
    register.close()
    assert missed == []
    assert tried > 60


def test_what_lies_between_the_heads_stops_nothing(archive: Archive, tmp_path: Path) -> None:
    """A file of another name, and a head with another byte, are faults of the chain; all the rest is checked."""
    copy = Archive(tmp_path / "copy")
    shutil.copytree(archive.folder, copy.folder)
    heads = sorted((copy.folder / "store" / "signed-heads").rglob("0*-*"))
    (heads[0].parent / ".tilfeldig").write_text("x")
    assert copy.faults() == [("", "store")]
    (heads[0].parent / ".tilfeldig").unlink()
    heads[-1].chmod(0o644)
    kept = heads[-1].read_bytes()
    heads[-1].write_bytes(bytes([kept[0] ^ 1]) + kept[1:])
    assert copy.faults() == [("", "head")]


def test_a_blob_that_cannot_be_read_is_not_checked(archive: Archive, tmp_path: Path) -> None:
    """Where the disk gives no bytes, the file counts as not checked, by its record; the other records are proven."""
    copy = Archive(tmp_path / "copy")
    shutil.copytree(archive.folder, copy.folder)
    connection = copy.open_rows()
    record, digest = connection.execute(
        "SELECT record_id, digest FROM record_file WHERE role = 'validation_report'"
    ).fetchone()
    connection.close()
    path = copy.folder / "store" / blob_path(digest)
    path.unlink()
    path.mkdir()
    assert copy.faults() == [(record, "validation_report"), (record, "signatures")]


def test_a_chain_cut_off_at_its_end_is_found(archive: Archive, tmp_path: Path) -> None:
    """Events removed from the end, with the head of the chain moved back, show by the digests beside the blobs."""
    copy = Archive(tmp_path / "copy")
    shutil.copytree(archive.folder, copy.folder)
    connection = copy.open_rows()
    guard = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'event_never_goes'").fetchone()[0]
    connection.execute("DROP TRIGGER event_never_goes")
    last = connection.execute("SELECT max(number) FROM event").fetchone()[0]
    connection.execute("DELETE FROM event WHERE number > ?", (last - 3,))
    connection.execute(
        "UPDATE chain_head SET (number, digest) = (SELECT number, digest FROM event ORDER BY number DESC LIMIT 1)"
    )
    connection.execute(guard)
    connection.commit()
    connection.close()
    assert "head" in {kind for _record, kind in copy.faults()}


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
    assert {record for record, _kind in copy.faults()} - {""} == ids  # what the heads miss has no record any more


def test_a_store_without_its_file_is_found(archive: Archive, tmp_path: Path) -> None:
    """A blob that is gone is a fault of its record, and the signatures count as not checked."""
    copy = Archive(tmp_path / "copy")
    shutil.copytree(archive.folder, copy.folder)
    connection = copy.open_rows()
    digest = connection.execute("SELECT digest FROM record_file WHERE role = 'signed'").fetchone()[0]
    connection.close()
    (copy.folder / "store" / blob_path(digest)).unlink()
    assert {"signed", "signatures"} <= {kind for _record, kind in copy.faults()}
