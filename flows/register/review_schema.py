"""What the register holds beside the yearly reviews: deadlines, the e-mails about them, and calendar feeds."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base, new_id
from flows.register.states import DeadlineStatus, MailStatus


class Deadline(Base):
    """A date that follows from an agreement, or from the grant for all of a municipality's agreements.

    `id` says what it is and never changes: `<agreement>:<kind>:<key>`, `<municipality>:<kind>:<year>`. `status` is
    `open`, `done`, `passed` or `cancelled`; `sequence` counts the changes, as calendars want it. `confirmed` is false
    for a date of the grant that is assumed from the year before.
    """

    __tablename__ = "deadline"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    type: Mapped[str] = mapped_column(String(40))
    municipality_number: Mapped[str] = mapped_column(String(4))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(40))
    nominal_date: Mapped[date]
    due_date: Mapped[date] = mapped_column(index=True)
    rule: Mapped[str]
    section: Mapped[str]
    confirmed: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str] = mapped_column(String(20), default=DeadlineStatus.OPEN)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class Mail(Base):
    """An e-mail that is to be delivered once; written whole before anything goes over the network.

    `state` is `waiting`, `sending` (a try is under way, or was cut off), `sent` or `refused`. `problem` is what the
    mail server said last, without addresses. `replaced_by` is the e-mail that told somebody else of a refused one.
    """

    __tablename__ = "mail"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    recipient: Mapped[str] = mapped_column(index=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    message: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20), index=True, default=MailStatus.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    replaced_by: Mapped[str | None] = mapped_column(String(36))


class CalendarFeed(Base):
    """A secret address of a calendar: of one municipality, or of one account. Only the digest of its token is kept.

    A feed of an account has `*` for its municipality, and shows `municipalities`: numbers, or None for all of them.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    municipality_number: Mapped[str] = mapped_column(String(4), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    revoked_at: Mapped[datetime | None]
    account_id: Mapped[str | None] = mapped_column(String(36), index=True)
    municipalities: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
