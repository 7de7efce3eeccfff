"""Prepare a SQLAlchemy engine: SQLite that is safe for many writers, and migrations by Alembic.

The register and the signing desk have databases of their own, opened alike.

A database tells which programs may still work with it: a migration that only adds (expand) leaves the release before at
work, one that takes away (contract) says `breaks_version_before = True` and sends older programs away.
"""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.orm import Session

from flows.errors import ComponentMissing
from flows.language import translate as _

WRITES = {"database_writes": True}
"""Execution options of a transaction that writes: on SQLite it takes the write lock when it begins."""
_WRITER_LOCK = 0x41_56_54_41_4C_45  # "AVTALE": the key of PostgreSQL's advisory lock
_OLDEST = "alembic_oldest_program"
"""The table with the revision of the oldest program that may work with the database."""


def prepare_sqlite(engine: Engine) -> None:
    """Let connections be durable (WAL, synchronous) and check foreign keys; let transactions begin explicitly."""
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def upgrade(engine: Engine, migrations: Path) -> None:
    """Apply the migrations of a folder that the database lacks, in one transaction; programs may try at once.

    Raises `ComponentMissing` for a database that a newer release of the program has brought forward.
    """
    if is_current(engine, migrations):
        return
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    with engine.execution_options(**WRITES).begin() as connection:
        lock_out_writers(connection)
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {_OLDEST} (revision VARCHAR(64) NOT NULL)"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.execute(text(f"DELETE FROM {_OLDEST}"))  # noqa: S608 - our own name
        oldest = {"revision": oldest_program(ScriptDirectory(str(migrations)))}
        connection.execute(text(f"INSERT INTO {_OLDEST} (revision) VALUES (:revision)"), oldest)  # noqa: S608


def oldest_program(scripts: ScriptDirectory) -> str:
    """Return the newest migration that breaks the version before it: programs that know it may work with the rest."""
    revision = ""
    for script in scripts.walk_revisions():
        revision = script.revision
        if getattr(script.module, "breaks_version_before", False):
            break
    return revision


def revision_of(engine: Engine) -> str:
    """Return the revision of a database, empty for one without tables."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_current(engine: Engine, migrations: Path) -> bool:
    """Say whether the database has all migrations of a folder, and perhaps later ones that let this program work.

    Raises `ComponentMissing` if it has others: this program must not write into what it does not know.
    """
    head, known = _revisions(migrations)
    found = revision_of(engine)
    if not found or found in known:
        return found == head
    with engine.connect() as connection:
        told = inspect(connection).has_table(_OLDEST)
        oldest = connection.execute(text(f"SELECT revision FROM {_OLDEST}")).scalar() if told else None  # noqa: S608
    if oldest not in known:
        raise ComponentMissing(
            _("The database was brought forward by a newer release of Avtaleflyt: install that on this machine too.")
        )
    return True


@cache
def _revisions(migrations: Path) -> tuple[str | None, frozenset[str]]:
    """Return the newest revision of a folder and all of them; to read them means to load every script."""
    scripts = ScriptDirectory(str(migrations))
    return scripts.get_current_head(), frozenset(one.revision for one in scripts.walk_revisions())


def lock_out_writers(transaction: Connection | Session) -> None:
    """Let no other writer in until the transaction ends. On SQLite a transaction of `WRITES` is alone already."""
    bind = transaction.get_bind() if isinstance(transaction, Session) else transaction
    if bind.dialect.name == "postgresql":
        transaction.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})


def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_on_begin`, not by the driver
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -16384")  # KiB: with the usual 2 MB, joins of large tables read pages anew


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("database_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
