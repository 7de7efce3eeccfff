"""The tables of heads: what each write transaction left behind, numbered, linked, and signed by the program."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base, Json


class SignedHead(Base):
    """The head of the history after one write transaction. Never updated, never deleted.

    `event` and `event_digest` are the newest event's. `rows` has the digests of every row that the transaction changed,
    before and after (null: there was none, there is none). `previous` is the digest of the head before, zeros for the
    first. `key` is the fingerprint of the key that signed; it and `signature` are empty where the register had no key.
    """

    __tablename__ = "signed_head"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[int]
    event_digest: Mapped[str] = mapped_column(String(64))
    rows: Mapped[Json]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(16), default="")
    signature: Mapped[str] = mapped_column(String(128), default="")


class UncoveredTable(Base):
    """A table whose rows no head tells of yet, since they were written before it was covered; the next head does."""

    __tablename__ = "uncovered_table"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
