"""Remind the next signer of an open request, at most once in 24 hours, recorded before the provider is called.

The provider is asked first: whoever has signed meanwhile, or can no longer sign, is not written to.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.dates import long_date, oslo_date
from flows.errors import TransitionRefused, WrongUse
from flows.language import current, translate
from flows.language import translate as _
from flows.register import Event, Register, SignatureRequest, Transaction
from flows.register.agreements import get_agreement
from flows.register.schema import Json
from flows.register.signature_requests import newest_request
from flows.register.states import State
from flows.signing.polling import ask_about
from flows.signing.port import OpenRequest, Provider, RequestStatus

BETWEEN_REMINDERS = timedelta(hours=24)


def remind(register: Register, provider: Provider, agreement_id: str, order: int = 0) -> int:
    """Have the provider remind a signer; 0 is the first who has not answered. Return whom, by order.

    Raises `TransitionRefused` where nothing is out (any more), the deadline has passed, that signer has answered or is
    not next, or was reminded less than 24 hours ago; `NotSupported` where the provider cannot, `ProviderError` where
    it does not answer, `NotFound`. Nothing is sent then.
    """
    with register.read() as session:
        request = _out(session, provider, agreement_id)
    if provider.capabilities.remind_now:
        told = ask_about(register, provider, request.reference)
        if told is not None and told.status == RequestStatus.SIGNED:
            raise TransitionRefused(_("Everybody has signed meanwhile; run `avtaleflyt collect` to archive it."))
    with register.write() as transaction:
        request = _out(transaction.session, provider, agreement_id)
        if request.deadline < transaction.now:
            day = long_date(oslo_date(request.deadline), current())
            raise TransitionRefused(
                _("The deadline was {day}: run `avtaleflyt collect`, and send it anew with `resend`.").format(day=day)
            )
        whom = _next(request, order, enforced=provider.capabilities.order_enforced)
        if provider.capabilities.remind_now:
            _record(transaction, request, whom)
        out = OpenRequest(request.provider_id or "", request.reference, request.urls, deadline=request.deadline)
    provider.remind(out, whom)
    return whom


def _out(session: Session, provider: Provider, agreement_id: str) -> SignatureRequest:
    """Return the agreement's request that is out at the provider. Raises `TransitionRefused`, `WrongUse`."""
    state, request = get_agreement(session, agreement_id).state, newest_request(session, agreement_id)
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
    return request


def _next(request: SignatureRequest, order: int, *, enforced: bool) -> int:
    """Return whom to remind. Raises `TransitionRefused` where that signer has answered, or cannot sign yet."""
    waiting = [one["order"] for one in request.signers if one.get("at") is None]
    if not waiting or order not in {0, *waiting}:
        raise TransitionRefused(_("That signer has answered already; run `avtaleflyt collect` to see how it stands."))
    if enforced and order > waiting[0]:
        raise TransitionRefused(
            _("It is not signer {number}'s turn yet: signer {next} is next.").format(number=order, next=waiting[0])
        )
    return order or int(waiting[0])


def _record(transaction: Transaction, request: SignatureRequest, whom: int) -> None:
    """Record the reminder before it is asked for. Raises `TransitionRefused` if there was one in the last 24 hours."""
    details: Json = {"reference": request.reference, "order": whom}
    before = select(Event).where(
        Event.agreement_id == request.agreement_id,
        Event.kind == "reminded",
        Event.at > transaction.now - BETWEEN_REMINDERS,
    )
    if any(one.details == details for one in transaction.session.execute(before).scalars()):
        raise TransitionRefused(_("That signer was reminded less than 24 hours ago; wait until tomorrow."))
    transaction.note("reminded", request.agreement_id, "a person asked for a reminder", details)
