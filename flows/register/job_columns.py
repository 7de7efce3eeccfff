"""Columns of every job that somebody asks for and a worker does in the background."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import new_id


class BackgroundJob:
    """Who asked for a job, the lease of the worker that does it, and how it ended.

    `leased_until` is how long the worker may be silent before another takes the job up. `problem` is why it ended
    early, empty where it went through.
    """

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    stop_asked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    problem: Mapped[str] = mapped_column(default="")
