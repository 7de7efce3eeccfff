"""The tables that lists of agreements are read from, derived from the rows that they stand for."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base

SORTED_BY_BYTES = String(200).with_variant(String(200, collation="C"), "postgresql")
"""A text whose order is that of its bytes on every database; its letters are chosen for that (`sort_key`)."""


class AgreementListing(Base):
    """What a list shows of an agreement's current version and of its newest signature request.

    `municipality` and `counterpart` are names, the `…_key` columns give their Norwegian order, and `words` holds what a
    search looks in, folded. `request_id`, `signers` and `signed` are about the newest request of the current version;
    `next_signer` and `deadline` are set while it is open, `declined_by` and `reason` where it ended unsigned.
    """

    __tablename__ = "agreement_listing"
    __table_args__ = (
        Index("ix_listing_counterpart", "counterpart_key", "agreement_id"),
        Index("ix_listing_municipality", "municipality_key", "counterpart_key", "agreement_id"),
        Index("ix_listing_deadline", "deadline", "agreement_id"),
        Index("ix_listing_received", "received_at", "agreement_id"),
        Index("ix_listing_state", "state", "municipality_number"),
        Index("ix_listing_scope", "municipality_number", "state"),
        Index("ix_listing_agreement", "agreement_id", "state", "municipality_number"),
    )

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    municipality_number: Mapped[str] = mapped_column(String(4))
    municipality: Mapped[str]
    municipality_key: Mapped[str] = mapped_column(SORTED_BY_BYTES)
    counterpart: Mapped[str]
    counterpart_key: Mapped[str] = mapped_column(SORTED_BY_BYTES)
    words: Mapped[str]
    valid_from: Mapped[date]
    received_at: Mapped[datetime]
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batch.id"))
    request_id: Mapped[str | None] = mapped_column(ForeignKey("signature_request.id"))
    signers: Mapped[int] = mapped_column(default=0)
    signed: Mapped[int] = mapped_column(default=0)
    next_signer: Mapped[str] = mapped_column(default="")
    deadline: Mapped[datetime | None]
    declined_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")


_WORD = String(500).with_variant(String(500, collation="C"), "postgresql")


class ListingWord(Base):
    """A folded word that some listed agreement has."""

    __tablename__ = "listing_word"
    __table_args__ = ({"sqlite_with_rowid": False},)

    word: Mapped[str] = mapped_column(_WORD, primary_key=True)


class ListingWordUse(Base):
    """Which agreements have a word."""

    __tablename__ = "listing_word_use"
    __table_args__ = ({"sqlite_with_rowid": False},)

    word: Mapped[str] = mapped_column(_WORD, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
