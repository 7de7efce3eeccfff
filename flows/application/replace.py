"""Replace what is out for signature: cancel the old request, so that a new version can be sent."""

from collections.abc import Sequence

from flows.application.context import Context
from flows.application.outcomes import AgreementOutcome
from flows.errors import ProviderError
from flows.language import translate as _
from flows.register import State
from flows.signing.cancellation import withdraw


def cancel_replaced(context: Context, agreement_ids: Sequence[str]) -> list[AgreementOutcome]:
    """Cancel the open requests of agreements; a new version can be sent once the state is `cancelled`."""
    outcomes = []
    for agreement_id in agreement_ids:
        try:
            state = withdraw(context.register, context.provider, agreement_id)
        except ProviderError as error:
            outcomes.append(AgreementOutcome(agreement_id, State.SENT, str(error)))
            continue
        waiting = _("it is not cancelled yet; run the same command again after `avtaleflyt collect`")
        outcomes.append(AgreementOutcome(agreement_id, state, waiting if state == State.SENT else ""))
    return outcomes
