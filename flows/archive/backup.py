"""Back up register and store while the system runs, and restore the copy.

A snapshot of the register is copied first, then every blob that it references. Blobs are written before the register
references them and never change, so the copy is complete. A blob that is damaged in every copy does not stop the
backup: the backup reports it, and so does `archive verify`.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Integer, MetaData, Table, func, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from flows.archive.backup_manifest import REGISTER, STORE, BackupManifest, BackupTrust, sha256_of
from flows.archive.blob_references import named_blobs
from flows.archive.head_files import kept_heads
from flows.archive.history import Evidence, check_history
from flows.archive.ingest import keep_head
from flows.archive.store import Store, open_store
from flows.database import WRITES
from flows.errors import StoreDamaged, WrongUse
from flows.language import translate as _
from flows.language import translate_plural
from flows.register import Record, Register, open_register
from flows.register.event_chain import head_of, verified_events
from flows.register.recovery import record_restored
from flows.register.schema import BACKUP_COMPLETED, Base
from flows.register.search_index import rebuild
from flows.register.signed_heads import Head, newest_head


@dataclass(frozen=True, slots=True)
class RestoredBackup:
    """What was brought back: records, blobs, those that are damaged; the head that it ended with, and who signed it."""

    records: int
    blobs: int
    damaged: int
    head: Head | None = None
    key: Ed25519PublicKey | None = None


def back_up(register: Register, store: Store, folder: Path) -> dict[str, int]:
    """Copy register and store to a new folder, and return the numbers of records, blobs and damaged blobs.

    The history says when it began and, with another event, that the copy is whole; the copy holds the first alone. A
    copy that lacks damaged blobs is not whole.

    Raises `WrongUse` if the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise WrongUse(_("{folder} is not empty: a backup is never written over another.").format(folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    with register.write() as transaction:  # whoever has the copy can read all of it
        transaction.note("backed_up", None, "register and store are copied")
    keep_head(register, store)
    _copy_register(register, folder / REGISTER)
    copied = open_register(f"sqlite:///{folder / REGISTER}", register.clock, register.actor)
    target = open_store((folder / STORE).absolute().as_uri())
    try:
        blobs, damaged = _copy_blobs(copied, store, target)
        head = keep_head(copied, target)
        with copied.read() as session:
            records = session.execute(select(func.count()).select_from(Record)).scalar_one()
    finally:
        copied.close()
    manifest = BackupManifest(
        records, blobs, damaged, head, sha256_of(folder / REGISTER), register.clock().isoformat(timespec="seconds")
    )
    manifest.write(folder, register.signer)
    if not damaged:
        with register.write() as transaction:  # monitoring asks for the newest of these
            transaction.note(BACKUP_COMPLETED, None, "the copy of register and store is whole")
    return {"records": records, "blobs": blobs, "damaged": len(damaged)}


def restore(
    folder: Path, target: Register, store: Store, trust: BackupTrust | None = None, *, with_damage: bool = False
) -> RestoredBackup:
    """Restore a backup into an empty register, and a store with its second copy, if any; return the numbers.

    The backup must be the one that was made: its register is unchanged, ends with the head that it ended with, and
    every row in it is what its history says. Blobs that are missing or damaged since refuse it too, unless
    `with_damage`. Afterwards the register says that it may have forgotten something. Raises `WrongUse` if the register
    has content or another owner, or the folder is no backup, `StoreDamaged` if the backup is not what it was. A
    refusal changes nothing.
    """
    with target.read() as session:
        if head_of(session).number:
            raise WrongUse(_("The register is not empty: a backup is only restored into a new one."))
        _require_owner(session)
    manifest = BackupManifest.read(folder, trust)
    with TemporaryDirectory() as drafts:  # the backup itself is never opened, since that may change it
        draft = Path(drafts) / REGISTER
        shutil.copyfile(folder / REGISTER, draft)
        source = open_register(f"sqlite:///{draft}", target.clock, target.actor)
        try:
            kept = open_store((folder / STORE).absolute().as_uri())
            _check_history(source, kept, manifest, trust)
            gone = _damaged_since(source, kept, manifest)
            if gone and not with_damage:
                raise StoreDamaged(_changed(len(gone)))
            blobs, damaged = _copy_blobs(source, kept, store)
            with source.engine.connect() as old, target.engine.execution_options(**WRITES).begin() as new:
                _copy_tables(old, new)
        finally:
            source.close()
    with target.write() as transaction:
        record_restored(transaction, manifest.head.label if manifest.head else "", manifest.taken_at)
    keep_head(target, store)
    return RestoredBackup(manifest.records, blobs, len(damaged), manifest.head, manifest.key)


def number_of_blobs(folder: Path) -> int:
    """Return how many blobs a backup holds, 0 where the folder is none."""
    return sum(1 for path in (folder / STORE / "blobs").rglob("*") if path.is_file())


def _require_owner(session: Session) -> None:
    """Raise `WrongUse` for PostgreSQL's account of the application, which may not put rows in place of others."""
    if session.get_bind().dialect.name != "postgresql":
        return
    if not session.execute(select(func.has_table_privilege("chain_head", "DELETE"))).scalar_one():
        raise WrongUse(
            _(
                "A backup is only restored by the account that owns the register's tables: run the same with that "
                "account in AVTALEFLYT_DATABASE_URL."
            )
        )


def _check_history(source: Register, kept: Store, manifest: BackupManifest, trust: BackupTrust | None) -> None:
    """Raise `StoreDamaged` for a backup whose history does not hold, or ends elsewhere than it did."""
    evidence = Evidence(manifest.keys(trust))
    with source.read() as session:
        faults = [one.fault for proven in verified_events(session) for one in proven.faults]
        if manifest.head is not None:  # older ones have no heads
            faults += [one.fault for one in check_history(session, kept, evidence) if one.kind != "guard"]
            if newest_head(session) != manifest.head:
                faults.append(_("it does not end with the head that it was made with"))
        elif head_of(session).number != manifest.event:
            faults.append(_("it does not end with the event that it was made with"))
    if faults:
        raise StoreDamaged(
            _("The backup was changed after it was made, and nothing is restored: {fault} ({count} faults).").format(
                fault=faults[0], count=len(faults)
            )
        )


def _damaged_since(source: Register, kept: Store, manifest: BackupManifest) -> list[str]:
    """Return the files of a backup that are missing or damaged, and were not when it was made: blobs, and its head."""
    with source.read() as session:
        wanted = {digest for digest, _what in named_blobs(session, kept)} - set(manifest.damaged)
    gone = [digest for digest in sorted(wanted) if kept.fault_in("first", digest)]
    head = manifest.head
    if head is not None and all(head not in [one.head for one in kept_heads(copy)] for copy in kept.copies.values()):
        gone.append(head.digest)
    return gone


def _changed(count: int) -> str:
    return translate_plural(
        "{count} file of the backup was changed or is missing. Take another backup; or add --with-damage to bring "
        "back the rest.",
        "{count} files of the backup were changed or are missing. Take another backup; or add --with-damage to bring "
        "back the rest.",
        count,
    ).format(count=count)


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
    wanted = select(*(table.columns[name] for name in names)).execution_options(yield_per=500)
    result = connection.execute(wanted)
    for partition in result.mappings().partitions():
        yield [dict(row) for row in partition]
