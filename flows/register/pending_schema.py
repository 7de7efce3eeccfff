"""The table of what waits for a person."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base, new_id


class PendingKind(StrEnum):
    """Why something waits for a person."""

    # the state of an agreement
    UNKNOWN = "unknown"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    QUARANTINED = "quarantined"
    # a request, whatever its agreement's state
    SIGNED_LATE = "signed_late"
    STRAY = "stray"
    NOT_SETTLED = "not_settled"
    OVERDUE = "overdue"
    LEFT_LYING = "left_lying"
    # what a provider says about a request, or does not
    NOT_ANSWERED = "not_answered"
    GONE = "gone"
    NOT_SENT_OUT = "not_sent_out"
    NOT_SEALED = "not_sealed"
    NOT_VIEWED = "not_viewed"
    REFUSAL_PENDING = "refusal_pending"
    SIGNER_NOT_TOLD = "signer_not_told"
    MAIL_RETURNED = "mail_returned"
    MAIL_FAILED = "mail_failed"
    NOT_COLLECTED = "not_collected"
    # a provider as a whole
    SILENT = "silent"
    STRANGERS = "strangers"
    WEBHOOKS_REFUSED = "webhooks_refused"
    # on the way to being sent
    NOT_MADE = "not_made"
    DOCUMENT_REFUSED = "document_refused"
    NOT_SENT = "not_sent"
    # our own e-mail
    MAIL_WAITING = "mail_waiting"
    MAIL_REFUSED = "mail_refused"
    # what was changed in the database alone
    MAIL_ALTERED = "mail_altered"
    WISH_ALTERED = "wish_altered"
    # deliveries to the municipality's own archive system
    DELIVERY_REFUSED = "delivery_refused"
    DELIVERY_OPEN = "delivery_open"
    DELIVERY_STOPPED = "delivery_stopped"
    DELIVERY_ANSWERS = "delivery_answers"
    # the witnesses of the history
    WITNESS_SILENT = "witness_silent"


class PendingDecision(Base):
    """Something that waits for a person, until `cleared_at`.

    `subject` is what it is about: an agreement's id, a request's reference, a provider's or witness's name, an e-mail's
    id. At most one of a kind is open about a subject. `told_at` is when somebody was told by e-mail.
    """

    __tablename__ = "pending_decision"
    __table_args__ = (
        Index(
            "ix_pending_decision_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("cleared_at IS NULL"),
            postgresql_where=text("cleared_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    reference: Mapped[str] = mapped_column(String(50), default="")
    why: Mapped[str]
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]
