"""Tables of the deliveries to the municipality's own archive system: what is sent, each attempt, and every answer."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base, Json, new_id
from flows.register.states import DeliveryState


class Delivery(Base):
    """What one archive system is told about a record: its agreement (`create`), or a change of it.

    `archive` is the account of the archive system. Deliveries with the same `case_key` go one after the other, since
    the first may make the case that the others belong to. `message` and `files` (`{role, name, digest, size}`) are
    made once and kept for repeats, with `client_message_id`. `receipt` is `{case, entry, documents}` as the archive
    answered; `case_number` and `entry_number` are what archivists call them. `reason` is what stands in the way, in the
    archive's words where it answered.
    """

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("record_id", "archive", "purpose"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"))
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    archive: Mapped[str] = mapped_column(String(36))
    purpose: Mapped[str] = mapped_column(String(40))
    case_key: Mapped[str] = mapped_column(String(100), index=True)
    state: Mapped[str] = mapped_column(String(20), default=DeliveryState.DUE, index=True)
    planned_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    client_message_id: Mapped[str] = mapped_column(String(36), default=new_id)
    message_type: Mapped[str] = mapped_column(String(100), default="")
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    message_sha256: Mapped[str] = mapped_column(String(64), default="")
    files: Mapped[list[Json]] = mapped_column(JSON, default=list)
    intended_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    absent_since: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    receipt: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))
    case_number: Mapped[str] = mapped_column(String(60), default="")
    entry_number: Mapped[str] = mapped_column(String(60), default="")


class DeliveryAttempt(Base):
    """One message to the archive system, committed before it leaves: the delivery itself, or a question about it.

    `message_id` is the id that answers name, None as long as no answer to the call is known.
    """

    __tablename__ = "delivery_attempt"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("delivery.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    client_message_id: Mapped[str] = mapped_column(String(36), index=True)
    message_id: Mapped[str | None] = mapped_column(String(36), index=True)
    intended_at: Mapped[datetime]


class DeliveryAnswer(Base):
    """A message from our queue, as it came: stored before it is acknowledged, and read afterwards.

    `body` is sealed for our account; `content` is what was in it. `outcome` says what came of it: empty until it is
    read, then `applied`, `repeated`, `unmatched` or `unreadable`, and `closed` once a person has looked.
    """

    __tablename__ = "delivery_answer"

    message_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    type: Mapped[str] = mapped_column(String(200))
    sender: Mapped[str] = mapped_column(String(36))
    reply_to: Mapped[str] = mapped_column(String(100))
    correlation: Mapped[str] = mapped_column(String(200))
    headers: Mapped[Json]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20), default="", index=True)
    note: Mapped[str] = mapped_column(default="")
    delivery_id: Mapped[str | None] = mapped_column(ForeignKey("delivery.id"), index=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    signer: Mapped[str] = mapped_column(default="")
