"""Rate limits of providers: one token bucket each, shared by every worker, and permitted poll times.

The database keeps them over restarts, and lets one worker at a time take from a bucket.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from flows.register.database import Transaction
from flows.register.signing_schema import ProviderPace


def take_call(transaction: Transaction, bucket: str, per_second: float, burst: float = 1) -> float:
    """Take one call from a bucket that fills at `per_second` up to `burst`.

    Return 0 if a call was taken, else the seconds until one is available. A clock that was set back neither fills nor
    empties the bucket.
    """
    now = transaction.now
    pace = transaction.session.get(ProviderPace, bucket)
    if pace is None:
        pace = ProviderPace(bucket=bucket, calls=burst, filled_at=now)
        transaction.session.add(pace)
    elif pace.filled_at is None:
        pace.calls = burst
    else:
        gained = max(0.0, (now - pace.filled_at).total_seconds()) * per_second
        pace.calls = min(burst, pace.calls + gained)
    pace.filled_at = now
    if pace.calls < 1 - 1e-9:
        return (1 - pace.calls) / per_second
    pace.calls -= 1
    return 0.0


def poll_after(session: Session, bucket: str) -> datetime | None:
    """Return the instant before which a provider's queue must not be asked, or None."""
    pace = session.get(ProviderPace, bucket)
    return pace.poll_after if pace else None


def record_poll_after(transaction: Transaction, bucket: str, when: datetime) -> None:
    """Store the instant before which a provider's queue must not be polled."""
    pace = transaction.session.get(ProviderPace, bucket)
    if pace is None:
        pace = ProviderPace(bucket=bucket, calls=0)
        transaction.session.add(pace)
    pace.poll_after = when


def polled_at(session: Session, provider: str) -> datetime | None:
    """Return when a provider last reported on open requests, or None."""
    pace = session.get(ProviderPace, f"{provider}:polls")
    return pace.polled_at if pace else None


def record_polled(transaction: Transaction, provider: str) -> None:
    """Record that a provider has reported on open requests."""
    bucket = f"{provider}:polls"
    pace = transaction.session.get(ProviderPace, bucket)
    if pace is None:
        pace = ProviderPace(bucket=bucket, calls=0)
        transaction.session.add(pace)
    pace.polled_at = transaction.now
