"""The desk's own database: one SQLite file, short transactions, and documents that only grow.

A document is the concatenation of its revisions: number 0 is the PDF that was sent, every signature appends one more.
So a signed file always begins with the bytes that were sent. Events are never changed or deleted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine

from flows.database import WRITES, prepare_sqlite, upgrade

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Database:
    """The desk's database file. Each transaction has its own connection, so any thread may use it."""

    engine: Engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Run the block alone among all writers, in this process and others; commit it whole or not at all."""
        with self.engine.execution_options(**WRITES).begin() as connection:
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
    prepare_sqlite(engine)
    upgrade(engine, _MIGRATIONS)
    return Database(engine)
