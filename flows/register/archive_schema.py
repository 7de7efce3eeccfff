"""Tables for the archive's own work: journal numbers, fixity, and text for search."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base


class JournalYear(Base):
    """The last number given in a year's journal; a case's and an entry's number are the same (one entry a case)."""

    __tablename__ = "journal_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Fixity(Base):
    """When a blob was last recomputed in one of the copies, and what came of it: `good`, `bad` or `not_checked`."""

    __tablename__ = "fixity"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    copy: Mapped[str] = mapped_column(String(20), primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(index=True)
    result: Mapped[str] = mapped_column(String(20))


class SharedText(Base):
    """Lines that many records share: what their template says. `folded` is the same, as search compares it."""

    __tablename__ = "shared_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    template_sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str]
    folded: Mapped[str]


class RecordText(Base):
    """The lines of a record that its shared text does not have; both together are all that its PDF says."""

    __tablename__ = "record_text"

    number: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"), unique=True)
    shared_id: Mapped[int | None] = mapped_column(ForeignKey("shared_text.id"))
    text: Mapped[str]
    folded: Mapped[str]


class SearchWord(Base):
    """Something that can be asked of a record: a word of its text, or a mark such as `:type:alis` (see `search_index`).

    `records` is how many records have it. Words that only a shared text has are here with none.
    """

    __tablename__ = "search_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(Text().with_variant(Text(collation="C"), "postgresql"), unique=True)
    records: Mapped[int] = mapped_column(default=0)


class SearchPosting(Base):
    """Which records of one block have a word: a bit for each, by its number within the block."""

    __tablename__ = "search_posting"

    word_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    members: Mapped[bytes] = mapped_column(LargeBinary)


class SharedWord(Base):
    """A word of a shared text, which every record with that text has."""

    __tablename__ = "search_shared_word"

    word_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shared_id: Mapped[int] = mapped_column(ForeignKey("shared_text.id"), primary_key=True, index=True)
