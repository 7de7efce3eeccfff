"""What the register keeps for the archive's own work: journal numbers, fixity, and text for search."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
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
