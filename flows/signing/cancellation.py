"""Cancel an open request at the provider before a new version replaces it."""

from flows.errors import ProviderError
from flows.language import translate as _
from flows.register import Register
from flows.register.agreements import get_agreement
from flows.register.signature_requests import newest_request
from flows.register.states import State
from flows.signing.polling import signed_updates
from flows.signing.port import CancelOutcome, OpenRequest, Provider

REASON = "Erstattes av en ny versjon"
"""The reason that signers see, if the provider shows one."""


def withdraw(register: Register, provider: Provider, agreement_id: str) -> State:
    """Ask the provider to cancel what is out, poll once for its answer, and return the agreement's state now.

    `cancelled` comes only from the provider: until it has confirmed, the agreement is still `sent`, and asking again
    does no harm. Raises `ProviderError` if it cannot be asked.
    """
    with register.read() as session:
        state = State(get_agreement(session, agreement_id).state)
        request = newest_request(session, agreement_id)
    if state != State.SENT or request is None or request.provider_id is None:
        return state
    if request.provider != provider.name:
        raise ProviderError(
            _("The request is at {provider}: set AVTALEFLYT_PROVIDER to it, and try again.").format(
                provider=request.provider
            )
        )
    out = OpenRequest(request.provider_id, request.reference, request.urls)
    if provider.cancel(out, REASON) == CancelOutcome.ACCEPTED:
        with register.write() as transaction:
            transaction.note("cancel_asked", agreement_id, "a new version is wanted", {"reference": request.reference})
    for _signed in signed_updates(register, provider, only={request.reference}):
        pass  # `collect` fetches and archives it; what was signed before we asked stays signed
    with register.read() as session:
        return State(get_agreement(session, agreement_id).state)
