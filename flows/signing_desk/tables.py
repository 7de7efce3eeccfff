"""The tables of the desk's database, as the newest migration leaves them.

Instants are ISO 8601 texts in UTC, which sort by time. The triggers that protect events stand in the migrations alone.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def _request_id(*, primary_key: bool = False) -> Column[str]:
    return Column("request", Text, ForeignKey("requests.id"), nullable=False, primary_key=primary_key)


requests = Table(
    "requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("public_title", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("deadline", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("acknowledged_at", Text),
    CheckConstraint("state IN ('open', 'signed', 'declined', 'cancelled')"),
)

signers = Table(
    "signers",
    metadata,
    _request_id(primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("on_behalf_of", Text, nullable=False),
    Column("anchor", Text),
    Column("signed_at", Text),
    Column("declined_at", Text),
    Column("certificate", Text),
    Column("reminded_at", Text),
    Column("language", Text),  # none: that of the request, as before signers had one
)

links = Table(
    "links",
    metadata,
    Column("digest", Text, primary_key=True),
    _request_id(),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("issue", Integer, nullable=False),
    Column("made_at", Text, nullable=False),
    CheckConstraint("kind IN ('sign', 'copy')"),
    UniqueConstraint("request", "number", "kind", "issue"),
)

revisions = Table(
    "revisions",
    metadata,
    _request_id(primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("length", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("appended", LargeBinary, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("number", Integer, primary_key=True, nullable=True),  # SQLite reports an alias of the rowid as nullable
    _request_id(),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("details", Text, nullable=False, server_default=""),
    Index("events_of_request", "request"),
    sqlite_autoincrement=True,
)

evidence = Table(
    "evidence",
    metadata,
    _request_id(primary_key=True),
    Column("pdf", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    _request_id(),
    Column("what", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Text),
    Column("delivered_at", Text),
)
Index("outbox_waiting", outbox.c.next_at, sqlite_where=outbox.c.next_at.is_not(None))
