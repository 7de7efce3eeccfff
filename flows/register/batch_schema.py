"""The tables of batches: files that are kept for a time, the agreements of each batch, and the long work on them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.job_columns import BackgroundJob
from flows.register.schema import Base, Json


class Upload(Base):
    """A file of cases that somebody uploaded, until `expires_at`. `content` is personal data.

    `municipalities` are the numbers of those that the uploader works for, None for all: nobody who works for less may
    read it. `checked` is what the check found: `{count, good, problems, receptions}`.
    """

    __tablename__ = "upload"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    name: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    municipalities: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    checked: Mapped[Json]
    taken_in_at: Mapped[datetime | None]


class BatchFile(Base):
    """The file that a batch was started with, until `expires_at`, by its digest. `content` is personal data."""

    __tablename__ = "batch_file"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class BatchAgreement(Base):
    """An agreement that a case of a batch belongs to, and what receiving the case came to."""

    __tablename__ = "batch_agreement"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    reception: Mapped[str] = mapped_column(String(20), default="")


class JobKind(StrEnum):
    """What a job does with a batch's agreements."""

    DOCUMENTS = "documents"
    SENDING = "sending"


class BatchJob(BackgroundJob, Base):
    """Long work on a batch: which agreements, in which version; `chosen` is a list of `[agreement id, version]`."""

    __tablename__ = "batch_job"
    __table_args__ = (Index("ix_batch_job_batch", "batch_id", "kind"),)

    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    kind: Mapped[str] = mapped_column(String(20))
    chosen: Mapped[list[Any]] = mapped_column(JSON)
