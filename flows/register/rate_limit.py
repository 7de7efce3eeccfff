"""Limit calls to providers: one token bucket each, shared by every worker, and the next permitted poll time.

The times outlive restarts, and the database lets one worker at a time take from a bucket.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from flows.register.database import Transaction
from flows.register.signing_schema import ProviderPace


def take_call(session: Session, now: datetime, bucket: str, per_second: float, burst: float = 1) -> float:
    """Take one call from a bucket that fills at `per_second` up to `burst`.

    Others that ask at the same time wait for the bucket's row until the session's transaction ends.

    Return 0 where it was taken, otherwise the seconds until there is one: nothing was taken then. A clock that was set
    back fills nothing and empties nothing.
    """
    pace = session.get(ProviderPace, bucket, with_for_update=True)
    if pace is None:
        try:
            with session.begin_nested():
                pace = ProviderPace(bucket=bucket, calls=burst, filled_at=now)
                session.add(pace)
        except IntegrityError:  # another has just made it
            pace = session.get_one(ProviderPace, bucket, with_for_update=True)
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


def give_back_call(transaction: Transaction, bucket: str, burst: float) -> None:
    """Put a call back into a bucket that holds at most `burst`: it was not one of those that are limited."""
    pace = transaction.session.get(ProviderPace, bucket, with_for_update=True)
    if pace is not None:
        pace.calls = min(burst, pace.calls + 1)


def forget_bucket(transaction: Transaction, bucket: str) -> None:
    """Fill a bucket again."""
    pace = transaction.session.get(ProviderPace, bucket)
    if pace is not None:
        transaction.session.delete(pace)


def forget_buckets(transaction: Transaction, prefix: str, before: datetime) -> None:
    """Fill the buckets again whose names begin with a prefix and that nobody has taken from since."""
    stale = ProviderPace.bucket.startswith(prefix) & (ProviderPace.filled_at < before)
    transaction.session.execute(delete(ProviderPace).where(stale))


def poll_after(session: Session, bucket: str) -> datetime | None:
    """Return the instant before which a provider's queue must not be asked, or None."""
    pace = session.get(ProviderPace, bucket)
    return pace.poll_after if pace else None


def record_poll_after(transaction: Transaction, bucket: str, when: datetime) -> None:
    """Keep when a provider's queue may be asked again."""
    pace = transaction.session.get(ProviderPace, bucket)
    if pace is None:
        pace = ProviderPace(bucket=bucket, calls=0)
        transaction.session.add(pace)
    pace.poll_after = when


def polled_at(session: Session, provider: str) -> datetime | None:
    """Return when a provider last told about what is open, or None."""
    pace = session.get(ProviderPace, f"{provider}:polls")
    return pace.polled_at if pace else None


def record_polled(transaction: Transaction, provider: str) -> None:
    """Keep that a provider has told about what is open."""
    bucket = f"{provider}:polls"
    pace = transaction.session.get(ProviderPace, bucket)
    if pace is None:
        pace = ProviderPace(bucket=bucket, calls=0)
        transaction.session.add(pace)
    pace.polled_at = transaction.now
