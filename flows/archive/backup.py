"""Back up register and store while the system runs, and restore the copy.

A snapshot of the register is copied first, then every blob that it references. Blobs are written before the register
references them and never change, so the copy is complete. A blob that is damaged in every copy does not stop the
backup: the backup reports it, and so does `archive verify`.
"""

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from sqlalchemy import Integer, MetaData, Table, func, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from flows.archive.blob_references import named_blobs
from flows.archive.ingest import keep_head
from flows.archive.store import Store, open_store
from flows.database import WRITES
from flows.errors import StoreDamaged, WrongUse
from flows.language import translate as _
from flows.register import Record, Register, open_register
from flows.register.event_chain import head_of
from flows.register.schema import Base
from flows.register.search_index import rebuild

_REGISTER, _STORE, _FINISHED = "register.db", "store", "backup.json"


def back_up(register: Register, store: Store, folder: Path) -> dict[str, int]:
    """Copy register and store to a new folder, as an event; return the numbers of records, blobs and damaged blobs.

    Raises `WrongUse` if the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise WrongUse(_("{folder} is not empty: a backup is never written over another.").format(folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    with register.write() as transaction:  # whoever has the copy can read all of it
        transaction.note("backed_up", None, "register and store are copied")
    _copy_register(register, folder / _REGISTER)
    copied = open_register(f"sqlite:///{folder / _REGISTER}", register.clock, register.actor)
    target = open_store((folder / _STORE).absolute().as_uri())
    try:
        blobs, damaged = _copy_blobs(copied, store, target)
        head = keep_head(copied, target)
        with copied.read() as session:
            records = session.execute(select(func.count()).select_from(Record)).scalar_one()
    finally:
        copied.close()
    said = {"records": records, "blobs": blobs, "event": head.number, "digest": head.digest, "damaged": damaged}
    (folder / _FINISHED).write_text(json.dumps(said, indent=2))
    return {"records": records, "blobs": blobs, "damaged": len(damaged)}


def restore(folder: Path, register_url: str, store_url: str, second_url: str = "") -> dict[str, int]:
    """Restore a backup into an empty register, a store and its second copy, if any; return the numbers.

    Verify it with `check_archive` afterwards. Raises `WrongUse` if the register has content or the folder is no backup.
    """
    if not (folder / _FINISHED).exists():
        raise WrongUse(
            _("{folder} is no finished backup: it has no {finished}.").format(folder=folder, finished=_FINISHED)
        )
    source = open_register(f"sqlite:///{folder / _REGISTER}")
    kept, target = open_store((folder / _STORE).absolute().as_uri()), open_register(register_url)
    store = open_store(store_url, second_url)
    try:
        with target.read() as session:
            if head_of(session).number:
                raise WrongUse(_("The register is not empty: a backup is only restored into a new one."))
        blobs, damaged = _copy_blobs(source, kept, store)
        for number, digest in kept.heads():
            store.keep_head(number, digest)
        with source.engine.connect() as old, target.engine.execution_options(**WRITES).begin() as new:
            _copy_tables(old, new)
        with source.read() as session:
            records = session.execute(select(func.count()).select_from(Record)).scalar_one()
        return {"records": records, "blobs": blobs, "damaged": len(damaged)}
    finally:
        source.close()
        target.close()


def _copy_blobs(register: Register, source: Store, target: Store) -> tuple[int, list[str]]:
    """Copy every blob that a register references; return their number, and those without an undamaged copy."""
    blobs, damaged = 0, []
    with register.read() as session:
        for digest, _several in groupby(digest for digest, _what in named_blobs(session, source)):
            try:
                target.put(source.get(digest))
                blobs += 1
            except StoreDamaged:
                damaged.append(digest)
    return blobs, damaged


def _copy_register(register: Register, path: Path) -> None:
    if register.engine.dialect.name == "sqlite":
        with register.engine.connect() as connection:
            raw = connection.connection.driver_connection
            copy = sqlite3.connect(path)
            if isinstance(raw, sqlite3.Connection):
                raw.rollback()
                raw.backup(copy)
            copy.close()
        return
    copied = open_register(f"sqlite:///{path}", register.clock, register.actor)
    moment = register.engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with moment.connect() as old, copied.engine.execution_options(**WRITES).begin() as new:
            _copy_tables(old, new)
    finally:
        copied.close()


def _copy_tables(old: Connection, new: Connection) -> None:
    """Copy every row of every table, and rebuild the search index."""
    schema, target = MetaData(), MetaData()
    schema.reflect(old, only=lambda name, _: not name.startswith(("alembic", "search_")))
    target.reflect(new, only=list(schema.tables))
    new.execute(text("DELETE FROM chain_head"))
    for table in schema.sorted_tables:
        typed = Base.metadata.tables.get(table.name, table)
        columns = [column.name for column in target.tables[table.name].columns if column.computed is None]
        shared = [name for name in columns if name in typed.columns]
        for rows in _rows(old, typed, shared):
            new.execute(insert(typed), rows)
    if new.dialect.name == "postgresql":
        _count_on(new, schema)
    with Session(new) as session:
        rebuild(session)
        session.flush()


def _count_on(new: Connection, schema: MetaData) -> None:
    """Set PostgreSQL's sequences behind the copied rows."""
    for table in schema.sorted_tables:
        for column in table.primary_key.columns:
            if not isinstance(column.type, Integer):
                continue
            sequence = new.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
            if sequence:
                highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
                new.execute(select(func.setval(sequence, highest, False)))


def _rows(connection: Connection, table: Table, names: list[str]) -> Iterator[list[dict[str, object]]]:
    result = connection.execution_options(yield_per=500).execute(select(*(table.columns[name] for name in names)))
    for partition in result.mappings().partitions():
        yield [dict(row) for row in partition]
