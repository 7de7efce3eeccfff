"""Remind the next signer of an open request, at most once in 24 hours, recorded before the provider is called."""

from datetime import timedelta

from sqlalchemy import select

from flows.errors import TransitionRefused, WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.register import Event, Register
from flows.register.agreements import get_agreement
from flows.register.signature_requests import newest_request
from flows.register.states import State
from flows.signing.port import OpenRequest, Provider

BETWEEN_REMINDERS = timedelta(hours=24)


def remind(register: Register, provider: Provider, agreement_id: str, order: int = 0) -> int:
    """Have the provider remind a signer; 0 is the first who has not answered. Return whom, by order.

    Raises `TransitionRefused` where nothing is out, everybody has answered, or it was done less than 24 hours ago;
    `NotSupported` where the provider cannot, `ProviderError`, `NotFound`.
    """
    with register.write() as transaction:
        state = get_agreement(transaction.session, agreement_id).state
        request = newest_request(transaction.session, agreement_id)
        if state != State.SENT or request is None or request.provider_id is None:
            raise TransitionRefused(
                _("The agreement is {state}; only signers of one that is sent can be reminded.").format(
                    state=translate(state)
                )
            )
        if request.provider != provider.name:
            raise WrongUse(
                _("The request is at {provider}: set AVTALEFLYT_PROVIDER to it, and try again.").format(
                    provider=request.provider
                )
            )
        waiting = [one["order"] for one in request.signers if one.get("at") is None]
        if not waiting or order not in {0, *waiting}:
            raise TransitionRefused(
                _("That signer has answered already; run `avtaleflyt collect` to see how it stands.")
            )
        whom = order or waiting[0]
        details = {"reference": request.reference, "order": whom}
        before = select(Event).where(
            Event.agreement_id == agreement_id,
            Event.kind == "reminded",
            Event.at > transaction.now - BETWEEN_REMINDERS,
        )
        if any(one.details == details for one in transaction.session.execute(before).scalars()):
            raise TransitionRefused(_("That signer was reminded less than 24 hours ago; wait until tomorrow."))
        if provider.capabilities.remind_now:
            transaction.note("reminded", agreement_id, "a person asked for a reminder", details)
        out = OpenRequest(request.provider_id, request.reference, request.urls)
    provider.remind(out, whom)
    return whom
