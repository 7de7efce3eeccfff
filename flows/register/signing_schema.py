"""Tables for calls to providers: rate limits, and webhooks that were accepted or refused."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base


class ProviderPace(Base):
    """How fast a provider may be called, over all workers: a bucket of calls, and when its queue may be asked again.

    `polled_at` is when it last reported on open requests.
    """

    __tablename__ = "provider_pace"

    bucket: Mapped[str] = mapped_column(String(60), primary_key=True)
    calls: Mapped[float] = mapped_column(default=0)
    filled_at: Mapped[datetime | None]
    poll_after: Mapped[datetime | None]
    polled_at: Mapped[datetime | None]


class WebhookHint(Base):
    """An accepted webhook: the id of a request to read again. `key` identifies the webhook."""

    __tablename__ = "webhook_hint"

    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class WebhookRefusal(Base):
    """How many webhooks were refused on a day, for one reason; `day` is an ISO date in UTC."""

    __tablename__ = "webhook_refusal"

    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
