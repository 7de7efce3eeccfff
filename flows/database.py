"""Prepare a SQLAlchemy engine: SQLite that is safe for many writers, and migrations by Alembic.

The register and the signing desk have databases of their own, opened alike.
"""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from flows.errors import ComponentMissing
from flows.language import translate as _

WRITES = {"database_writes": True}
"""Execution options of a transaction that writes: on SQLite it takes the write lock when it begins."""
_WRITER_LOCK = 0x41_56_54_41_4C_45  # "AVTALE": the key of PostgreSQL's advisory lock


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
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine, migrations: Path) -> bool:
    """Say whether the database has all migrations of a folder.

    Raises `ComponentMissing` if it has others: this program must not write into what it does not know.
    """
    head, revisions = _revisions(migrations)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in revisions:
        raise ComponentMissing(
            _("The database was brought forward by a newer release of Avtaleflyt: install that on this machine too.")
        )
    return found == head


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


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("database_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
