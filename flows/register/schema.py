"""Tables of the register. Times are UTC instants, dates are Europe/Oslo dates, digests are lower-case hex SHA-256."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, String, UniqueConstraint, literal_column
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from flows.register.states import RequestState

Json = dict[str, Any]


class Instant(TypeDecorator[datetime]):
    """A UTC instant; SQLite stores no time zone, so it is added when reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a time without a zone and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the register takes no time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """Return a random id. An id derived from an HPR number could be reversed by trying all numbers."""
    return str(uuid4())


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {datetime: Instant, Json: JSON}  # noqa: RUF012 - SQLAlchemy reads it from the class


class Batch(Base):
    """One reading of a source of cases: a workbook, a file or an address."""

    __tablename__ = "batch"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    source: Mapped[str]
    received_at: Mapped[datetime]
    cases: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)


class Agreement(Base):
    """One agreement, unique by what it is, whom it concerns and the date that it is valid from.

    `counterpart` is the doctor's HPR number or the trust's organisation number; it never leaves the register.
    """

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("type", "municipality_number", "counterpart", "valid_from"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    type: Mapped[str] = mapped_column(String(40))
    municipality_number: Mapped[str] = mapped_column(String(4))
    counterpart: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), index=True)
    version: Mapped[int] = mapped_column(default=1)
    received_at: Mapped[datetime]


class Version(Base):
    """One version of an agreement: the case, where it stands in its source, and the document once it is generated.

    `place` is `{sheet, row, columns, first_column}` or `{pointer, columns}` (`agreements.case_place`). `refusal` says
    why no document could be made, as long as there is none: `{sentence, problems}`, each problem as `check` reports it.
    `signature_places` is where each signer's line stands in the PDF: `{role: [page, left, bottom, right, top]}`.
    """

    __tablename__ = "version"

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[Json]
    case_sha256: Mapped[str] = mapped_column(String(64))
    public_title: Mapped[str]
    valid_to: Mapped[date | None]
    received_at: Mapped[datetime]
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batch.id"))
    place: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))
    refusal: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))
    template: Mapped[str | None]
    template_version: Mapped[str | None]
    template_sha256: Mapped[str | None] = mapped_column(String(64))
    docx_sha256: Mapped[str | None] = mapped_column(String(64))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    pages: Mapped[int | None]
    generated_at: Mapped[datetime | None]
    signature_places: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))


class SignatureRequest(Base):
    """One attempt to have a version signed: the intent, committed before the call, and its outcome.

    `signers` is a list of `{order, role, name, title, email, status, at, signed}`.
    """

    __tablename__ = "signature_request"
    __table_args__ = (
        UniqueConstraint("agreement_id", "version", "attempt"),
        Index("ix_signature_request_status", "status", "agreement_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    version: Mapped[int]
    attempt: Mapped[int]
    provider: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(50), unique=True)
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    signers: Mapped[list[Json]] = mapped_column(JSON)
    signers_sha256: Mapped[str] = mapped_column(String(64))
    deadline: Mapped[datetime]
    intended_at: Mapped[datetime]
    provider_id: Mapped[str | None] = mapped_column(String(200), index=True)
    urls: Mapped[Json] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(20), default=RequestState.INTENDED)
    reason: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    absent_since: Mapped[datetime | None]


class Record(Base):
    """A signed agreement in the archive: what is known about it, frozen when it was archived.

    `status` is `archived`, or `quarantined` with the reasons in `details` until a person archives it or makes it
    `refused`; `destroyed` has no files any more. A file that is quarantined or refused is kept just as well.
    """

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("agreement_id", "version"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    version: Mapped[int]
    request_id: Mapped[str] = mapped_column(ForeignKey("signature_request.id"))
    status: Mapped[str] = mapped_column(String(20))
    public_title: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    signed_at: Mapped[datetime | None]
    archived_at: Mapped[datetime]
    details: Mapped[Json]


class RecordFile(Base):
    """A file of a record, by its digest.

    Role `signed`, `renewed`, `sent`, `evidence`, `validation_report`, `source_docx` or `template`.
    """

    __tablename__ = "record_file"

    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, default=1)
    algorithm: Mapped[str] = mapped_column(String(20), default="sha256")
    digest: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str]
    stored_at: Mapped[datetime]


class Review(Base):
    """One yearly review of an agreement: number n falls n years after the anchor (the last signature)."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_open", "outcome", "due_date", "agreement_id"),)

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    anchor: Mapped[date]
    nominal_date: Mapped[date]
    due_date: Mapped[date] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(20))
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")


class Notice(Base):
    """A notice that was given, so that it is never given twice.

    `subject` says for what and which of its reminders: `<agreement>:review:<n>/90d`. `mail_id` is the e-mail that it
    went with, None where it was once shown on screen alone.
    """

    __tablename__ = "notice"

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    given_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(20), default="screen")
    mail_id: Mapped[str | None] = mapped_column(String(36))


class IntakeCall(Base):
    """A call of the intake endpoint that was answered, by the digest of its idempotency key."""

    __tablename__ = "intake_call"

    key_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_sha256: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Json]
    answered_at: Mapped[datetime]


class SendingWish(Base):
    """That a version of an agreement is to be made and sent without anybody looking at it first, and by whom asked."""

    __tablename__ = "sending_wish"

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    wanted_at: Mapped[datetime]
    wanted_by: Mapped[str]


#: The kind of event that says that a copy of register and store is whole.
BACKUP_COMPLETED = "backup_completed"


class Event(Base):
    """Something that happened, chained by digest to what happened before. Never updated, never deleted."""

    __tablename__ = "event"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str] = mapped_column(String(40))
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    state_before: Mapped[str | None] = mapped_column(String(20))
    state_after: Mapped[str | None] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(default="")
    details: Mapped[Json] = mapped_column(default=dict)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


#: Whether an event says that a backup is whole, as the index below has it: with a parameter it would not be used.
IS_COMPLETED_BACKUP = Event.kind == literal_column(f"'{BACKUP_COMPLETED}'")
Index("ix_event_completed_backup", Event.number, sqlite_where=IS_COMPLETED_BACKUP, postgresql_where=IS_COMPLETED_BACKUP)


class ChainHead(Base):
    """The newest event's number and digest, in one row: a chain that was cut off at its end shows."""

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
