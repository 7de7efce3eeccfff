"""The desk's own database: one SQLite file, short transactions, and documents that only grow.

A document is the concatenation of its revisions: number 0 is the PDF that was sent, every signature appends one more.
So a signed file always begins with the bytes that were sent. Events are never changed or deleted.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Database:
    """The desk's database file. Each transaction has its own connection, so any thread may use it."""

    engine: Engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Run the block alone among all writers, in this process and others; commit it whole or not at all."""
        with self.engine.execution_options(desk_writes=True).begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Run the block on one unchanging view of the database."""
        with self.engine.begin() as connection:
            yield connection


def open_database(path: Path) -> Database:
    """Open the database file, created if missing, and apply the migrations that it lacks.

    It holds names, so only its owner may read it.
    """
    path.touch(mode=0o600)
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)  # the parameters are persons
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    database = Database(engine)
    _upgrade(database)
    return database


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`, not by the driver
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("desk_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _upgrade(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with database.reading() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
