"""Follow up what is out for signature: settle by hand, remind, pass links on, and start anew."""

from dataclasses import dataclass

from flows.application.context import Context
from flows.register import State
from flows.register.agreements import start_anew
from flows.signing import reminders, signer_links
from flows.signing.manual_resolution import settle_gone, settle_not_sent, settle_sent


@dataclass(frozen=True, slots=True)
class ResolutionResult:
    """State of an agreement that a person settled. `confirmed` is False if the provider cannot be asked about it."""

    state: State
    confirmed: bool = True


def resolve_as_sent(context: Context, agreement_id: str, provider_id: str) -> ResolutionResult:
    """Record that the provider has the request, by the provider's id of it."""
    confirmed = settle_sent(context.register, context.provider, agreement_id, provider_id)
    return ResolutionResult(State.SENT, confirmed)


def resolve_as_not_sent(context: Context, agreement_id: str) -> ResolutionResult:
    """Record that the provider does not have the request, which may then be sent again."""
    return ResolutionResult(settle_not_sent(context.register, agreement_id))


def resolve_as_gone(context: Context, agreement_id: str) -> ResolutionResult:
    """Record that the request was sent and that the provider no longer has it."""
    return ResolutionResult(settle_gone(context.register, context.provider, agreement_id))


def remind_signer(context: Context, agreement_id: str, order: int = 0) -> int:
    """Have the provider remind a signer, by default the next one; return the signer's order."""
    return reminders.remind(context.register, context.provider, agreement_id, order)


def links_of(context: Context, agreement_id: str, new: int = 0) -> dict[int, str]:
    """Return the links to sign by order of the signers; with `new`, replace that signer's link first."""
    return signer_links.links_to_pass_on(context.register, context.provider, agreement_id, new)


def restart_agreement(context: Context, agreement_id: str) -> None:
    """Make the same case a new version, after its request ended without a signature that counts."""
    with context.register.write() as transaction:
        start_anew(transaction, agreement_id)
