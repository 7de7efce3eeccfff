"""The tables by which workers share work: parts of a season, and signature requests that a collector looks after."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base, Json, new_id


class WorkPart(Base):
    """A part of a season: agreements whose documents one worker makes and, with `send`, sends.

    `number` of `parts` is its place in the run `run_id`. The worker `holder` has it until `leased_until` and extends
    that while it works; afterwards another takes the part up. `claims` is how many have. `outcome` is
    `{agreements, problem, seconds, worker}`, once it has ended.
    """

    __tablename__ = "work_part"
    __table_args__ = (Index("ix_work_part_run", "run_id", "number"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    run_id: Mapped[str] = mapped_column(String(36))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batch.id"))
    number: Mapped[int]
    parts: Mapped[int]
    agreement_ids: Mapped[list[Any]] = mapped_column(JSON)
    send: Mapped[bool]
    lossy: Mapped[bool]
    reason: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    holder: Mapped[str] = mapped_column(String(36), default="")
    leased_until: Mapped[datetime | None]
    claims: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))


class RequestLease(Base):
    """Who looks after what at a provider: a signature request by its reference, or a queue by the provider's name.

    `round_began_at` is when the round began in which it was taken; collectors that work at the same time share one.
    `done_at` is when it was last looked after.
    """

    __tablename__ = "request_lease"

    subject: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(36))
    leased_until: Mapped[datetime | None] = mapped_column(index=True)
    round_began_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
