"""The first tables, in a new desk and in one made before the desk had migrations.

A desk of that time has these tables already, perhaps not all of them: what is missing is added, nothing is changed.
The oldest ones kept a digest of each signer's only link in `signers`; it is left out, and the desk issues new links.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    """
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
    ) STRICT
    """,
    """
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
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS links (
        digest TEXT PRIMARY KEY,
        request TEXT NOT NULL REFERENCES requests (id),
        number INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('sign', 'copy')),
        issue INTEGER NOT NULL,
        made_at TEXT NOT NULL,
        UNIQUE (request, number, kind, issue)
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS revisions (
        request TEXT NOT NULL REFERENCES requests (id),
        number INTEGER NOT NULL,
        length INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        appended BLOB NOT NULL,
        PRIMARY KEY (request, number)
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS events (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        request TEXT NOT NULL REFERENCES requests (id),
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        details TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS evidence (
        request TEXT PRIMARY KEY REFERENCES requests (id),
        pdf BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS outbox (
        id TEXT PRIMARY KEY,
        request TEXT NOT NULL REFERENCES requests (id),
        what TEXT NOT NULL,
        at TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_at TEXT,
        delivered_at TEXT
    ) STRICT
    """,
    """
    CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (next_at) WHERE next_at IS NOT NULL
    """,
    """
    CREATE INDEX IF NOT EXISTS events_of_request ON events (request)
    """,
    """
    CREATE TRIGGER IF NOT EXISTS events_stay_as_they_are BEFORE UPDATE ON events
    BEGIN SELECT RAISE (ABORT, 'events are never changed'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events
    BEGIN SELECT RAISE (ABORT, 'events are never deleted'); END
    """,
)


def upgrade() -> None:
    """Apply."""
    inspector = sa.inspect(op.get_bind())
    columns = [one["name"] for one in inspector.get_columns("signers")] if inspector.has_table("signers") else []
    with_digests = "link_digest" in columns
    if with_digests:
        op.execute("ALTER TABLE signers RENAME TO signers_before")
    for statement in _TABLES:
        op.execute(statement)
    if with_digests:
        kept = ", ".join(name for name in columns if name != "link_digest")
        op.execute(f"INSERT INTO signers ({kept}) SELECT {kept} FROM signers_before")  # noqa: S608
        op.execute("DROP TABLE signers_before")
