"""Tables behind pages of the workplace: exports of the archive, templates that were uploaded, and runs of schedules."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.job_columns import BackgroundJob
from flows.register.schema import Base, new_id


class ArchiveExport(BackgroundJob, Base):
    """An export of archived records that somebody asked for: what it holds, how far it has come, and its file.

    `form`, `year`, `record_id` and `public` say what is exported, `municipalities` from where (None: everywhere).
    `account_id` is who asked, the only one who may fetch it. `done` of `total` files have been read. `findings` are
    sentences about what is wrong or left out. `sha256` and `size` are of the finished file, which is kept until
    `expires_at`; without a digest there is none.
    """

    __tablename__ = "archive_export"
    __table_args__ = (Index("ix_archive_export_account", "account_id", "asked_at"),)

    form: Mapped[str] = mapped_column(String(10))
    year: Mapped[int | None]
    record_id: Mapped[str | None] = mapped_column(String(36))
    public: Mapped[bool] = mapped_column(default=False)
    municipalities: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    account_id: Mapped[str] = mapped_column(String(36))
    expires_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]


class UploadedTemplate(Base):
    """A template that was uploaded at the workplace; its bytes are in the store, by their digest.

    `approved_by` is the first of two persons, where two are wanted. From `in_force_at` until `ended_at` the documents
    of its type are made from it. One that ended without having been in force was withdrawn.
    """

    __tablename__ = "uploaded_template"
    __table_args__ = (Index("ix_uploaded_template_type", "type", "in_force_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    type: Mapped[str] = mapped_column(String(40))
    template_version: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    in_force_by: Mapped[str | None]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class RunOutcome(StrEnum):
    """How a scheduled run ended."""

    DONE = "done"
    FAILED = "failed"


class ScheduledRun(Base):
    """The newest run of one schedule, on whatever host; `problem` is why it failed."""

    __tablename__ = "scheduled_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    host: Mapped[str] = mapped_column(String(100))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20), default="")
    problem: Mapped[str] = mapped_column(default="")
