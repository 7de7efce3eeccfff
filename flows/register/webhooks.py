"""Webhooks: hints that a request should be read again, and a count of refused ones."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.register.database import Transaction
from flows.register.signing_schema import WebhookHint, WebhookRefusal


def record_hint(transaction: Transaction, provider: str, key: str, provider_id: str) -> bool:
    """Store an accepted webhook; False if the same one was stored before."""
    if transaction.session.get(WebhookHint, (provider, key)) is not None:
        return False
    hint = WebhookHint(provider=provider, key=key, provider_id=provider_id, received_at=transaction.now)
    transaction.session.add(hint)
    transaction.session.flush()
    return True


def count_refusal(transaction: Transaction, provider: str, reason: str) -> None:
    """Count a refused webhook: `forged`, `replayed` or `too_large`."""
    day = transaction.now.date().isoformat()
    refusal = transaction.session.get(WebhookRefusal, (provider, day, reason))
    if refusal is None:
        refusal = WebhookRefusal(provider=provider, day=day, reason=reason, count=0)
        transaction.session.add(refusal)
    refusal.count += 1


def refusals(session: Session, provider: str) -> dict[str, int]:
    """Return how many webhooks of a provider were refused, by reason."""
    wanted = select(WebhookRefusal.reason, func.sum(WebhookRefusal.count)).where(WebhookRefusal.provider == provider)
    return {reason: int(count) for reason, count in session.execute(wanted.group_by(WebhookRefusal.reason))}


def hinted(session: Session, provider: str) -> set[str]:
    """Return the provider's ids of requests with unread hints."""
    wanted = select(WebhookHint.provider_id).where(WebhookHint.provider == provider, WebhookHint.read_at.is_(None))
    return set(session.execute(wanted).scalars())


def record_hints_read(transaction: Transaction, provider: str, provider_ids: Iterable[str]) -> None:
    """Mark the hints of these requests as read."""
    wanted = select(WebhookHint).where(
        WebhookHint.provider == provider, WebhookHint.read_at.is_(None), WebhookHint.provider_id.in_(list(provider_ids))
    )
    for hint in transaction.session.execute(wanted).scalars():
        hint.read_at = transaction.now
