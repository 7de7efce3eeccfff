"""Webhooks of signature providers: hints about requests, each verified before it is recorded.

A hint only brings the reading of a request forward; polling alone always finds what has happened.
"""

from collections.abc import Mapping
from enum import Enum, auto

from flows.application.context import Context
from flows.register import Register
from flows.register.webhooks import count_refusal, record_hint
from flows.signing import Provider

__all__ = ["HintOutcome", "Provider", "refuse_hint", "take_hint", "webhook_providers"]


class HintOutcome(Enum):
    """What came of a webhook."""

    NEW = auto()
    IGNORED = auto()
    FORGED = auto()


def webhook_providers(context: Context) -> dict[str, Provider]:
    """Return the configured provider by its name, if it sends webhooks and has a secret for them."""
    from flows.signing.providers.factory import sends_webhooks  # loads the providers

    if not sends_webhooks(context.stated_settings.provider):
        return {}
    provider = context.provider
    return {provider.name: provider} if provider.capabilities.webhook else {}


def take_hint(register: Register, provider: Provider, headers: Mapping[str, str], body: bytes) -> HintOutcome:
    """Record what a webhook says if its bytes are authentic; return what came of it."""
    hint = provider.read_webhook(headers, body)
    if hint is None:
        refuse_hint(register, provider.name, "forged")
        return HintOutcome.FORGED
    if not hint.provider_id:
        return HintOutcome.IGNORED  # authentic, and about nothing that can be read
    with register.write() as transaction:
        is_new = record_hint(transaction, provider.name, hint.key or hint.provider_id, hint.provider_id)
        if not is_new:
            count_refusal(transaction, provider.name, "replayed")
    return HintOutcome.NEW if is_new else HintOutcome.IGNORED


def refuse_hint(register: Register, provider: str, reason: str) -> None:
    """Count a webhook that is not taken, by its reason."""
    with register.write() as transaction:
        count_refusal(transaction, provider, reason)
