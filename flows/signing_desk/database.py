"""The desk's own database: one SQLite file, short transactions, and documents that only grow.

A document is the concatenation of its revisions: number 0 is the PDF that was sent, every signature appends one more.
So a signed file always begins with the bytes that were sent. Events are never changed or deleted.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    id TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    public_title TEXT NOT NULL,
    language TEXT NOT NULL,
    deadline TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'signed', 'declined', 'cancelled')),
    reason TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    ended_at TEXT,
    acknowledged_at TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS signers (
    request TEXT NOT NULL REFERENCES requests (id),
    number INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    email TEXT NOT NULL,
    on_behalf_of TEXT NOT NULL,
    anchor TEXT,
    signed_at TEXT,
    declined_at TEXT,
    certificate TEXT,
    reminded_at TEXT,
    PRIMARY KEY (request, number)
) STRICT;
CREATE TABLE IF NOT EXISTS links (
    digest TEXT PRIMARY KEY,
    request TEXT NOT NULL REFERENCES requests (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sign', 'copy')),
    issue INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    UNIQUE (request, number, kind, issue)
) STRICT;
CREATE TABLE IF NOT EXISTS revisions (
    request TEXT NOT NULL REFERENCES requests (id),
    number INTEGER NOT NULL,
    length INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    appended BLOB NOT NULL,
    PRIMARY KEY (request, number)
) STRICT;
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL REFERENCES requests (id),
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    details TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS evidence (
    request TEXT PRIMARY KEY REFERENCES requests (id),
    pdf BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
    id TEXT PRIMARY KEY,
    request TEXT NOT NULL REFERENCES requests (id),
    what TEXT NOT NULL,
    at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at TEXT,
    delivered_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_of_request ON events (request);
CREATE TRIGGER IF NOT EXISTS events_stay_as_they_are BEFORE UPDATE ON events
BEGIN SELECT RAISE (ABORT, 'events are never changed'); END;
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE (ABORT, 'events are never deleted'); END;
"""


@dataclass(frozen=True)
class Database:
    """The desk's database file. Each transaction has its own connection, so any thread may use it."""

    path: Path

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run the block alone among all writers, in this process and others; commit it whole or not at all."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Run the block on one unchanging view of the database."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with closing(_connect(self.path)) as connection:
            connection.execute(begin)
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def open_database(path: Path) -> Database:
    """Open the database file, made on first use; it holds names, so only its owner may read it."""
    path.touch(mode=0o600)
    with closing(_connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        columns = [row["name"] for row in connection.execute("PRAGMA table_info (signers)")]
        if "link_digest" in columns:  # signers as they were kept before links had a table of their own
            connection.execute("ALTER TABLE signers RENAME TO signers_before")
        connection.executescript(_SCHEMA)
        if "link_digest" in columns:
            kept = ", ".join(name for name in columns if name != "link_digest")
            connection.execute(f"INSERT INTO signers ({kept}) SELECT {kept} FROM signers_before")  # noqa: S608
            connection.execute("DROP TABLE signers_before")
    return Database(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection
