"""Follow up agreements on their way: settle by hand, remind, pass links on, withdraw, and start anew."""

from dataclasses import dataclass

from flows.application.context import Context
from flows.application.replace import cancel_replaced
from flows.errors import TransitionRefused
from flows.language import translate
from flows.language import translate as _
from flows.register import State
from flows.register.agreements import get_agreement, start_anew
from flows.register.withdrawal import withdraw_unsent
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


def withdraw_agreement(context: Context, agreement_id: str) -> State:
    """Withdraw an agreement that is not sent, or have the provider end what is out; return the state now.

    It is `sent` as long as the provider has not confirmed. Raises `TransitionRefused` where there is nothing to
    withdraw or the provider cannot be asked, and `NotFound`.
    """
    with context.register.write() as transaction:
        if withdraw_unsent(transaction, agreement_id):
            return State.CANCELLED
        state = State(get_agreement(transaction.session, agreement_id).state)
    if state != State.SENT:
        message = _("The agreement is {state}, and cannot be withdrawn.")
        raise TransitionRefused(message.format(state=translate(state)))
    (outcome,) = cancel_replaced(context, [agreement_id])
    if outcome.problem and outcome.state != State.SENT:
        raise TransitionRefused(outcome.problem)
    return outcome.state


def restart_agreement(context: Context, agreement_id: str) -> None:
    """Make the same case a new version, after its request ended without a signature that counts."""
    with context.register.write() as transaction:
        start_anew(transaction, agreement_id)
