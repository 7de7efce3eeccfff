"""Record by hand whether a request in state `unknown` was sent.

A provider that can be asked is asked first: people mistype.
"""

from sqlalchemy.orm import Session

from flows.errors import NotFound, TransitionRefused, WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.register import Register, SignatureRequest
from flows.register.agreements import get_agreement
from flows.register.pending_decisions import REQUEST_KINDS, clear_pending
from flows.register.signature_requests import (
    ProviderAnswer,
    by_provider_id,
    newest_request,
    record_acknowledged,
    record_ended,
    record_not_sent,
    record_sent,
)
from flows.register.states import State
from flows.signing.document_match import pdf_differs
from flows.signing.port import FoundRequests, LookupUnavailable, Provider, SentRequest


def settle_not_sent(register: Register, agreement_id: str) -> State:
    """Record that the provider has no request of an agreement in `unknown`: it becomes `approved` again.

    Raises `TransitionRefused` if there is nothing to settle, `NotFound`.
    """
    with register.write() as transaction:
        request = _unknown(transaction.session, agreement_id)
        record_not_sent(transaction, request.reference, "a person has seen that the provider has no such request")
        return State.APPROVED


def settle_sent(register: Register, provider: Provider, agreement_id: str, provider_id: str) -> bool:
    """Record the provider's id of the request of an agreement in `unknown`: it becomes `sent`.

    Return True if the provider confirms it, False if it has no lookup and the person is believed. Raises `NotFound` if
    the provider has no such request, `TransitionRefused` if it is another agreement's or has another document, or if
    there is nothing to settle, `WrongUse`, and `ProviderError` if it cannot be asked now.
    """
    with register.read() as session:
        request = _unknown(session, agreement_id)
        other = by_provider_id(session, request.provider, provider_id)
    _same_provider(request, provider)
    if other is not None and other.agreement_id != agreement_id:
        raise TransitionRefused(
            _("{provider_id} is the request of another agreement, {agreement_id}: look the id up again.").format(
                provider_id=provider_id, agreement_id=other.agreement_id
            )
        )
    told = provider.find(request.reference)
    there = [one for one in told.matches if one.provider_id == provider_id] if isinstance(told, FoundRequests) else []
    asked = not isinstance(told, LookupUnavailable)
    if asked and not there:
        raise NotFound(
            _(
                "The provider has no request {provider_id} with this agreement's reference, "
                "{reference}: look the id up again, or say --not-sent."
            ).format(provider_id=provider_id, reference=request.reference)
        )
    if any(pdf_differs(request, one) for one in there):
        raise TransitionRefused(
            _(
                "Request {provider_id} carries our reference with another document: cancel it there, "
                "then say --not-sent."
            ).format(provider_id=provider_id)
        )
    answer = there[0] if there else SentRequest(provider_id)
    why = "a person has seen it there, and the provider has it" if asked else "a person has seen it there"
    with register.write() as transaction:
        _unknown(transaction.session, agreement_id)
        record_sent(transaction, request.reference, ProviderAnswer(provider_id, dict(answer.urls)), why)
    return asked


def settle_gone(register: Register, provider: Provider, agreement_id: str) -> State:
    """Keep that a person has seen that the provider no longer has a request that is out; return the state now.

    A provider with a lookup is asked once more. Raises `TransitionRefused` if nothing is out or the provider still has
    it, `NotFound`, and `ProviderError` if it cannot be asked now.
    """
    with register.read() as session:
        state, request = get_agreement(session, agreement_id).state, newest_request(session, agreement_id)
    if state != State.SENT or request is None:
        raise TransitionRefused(
            _("The agreement is {state}; only one that is sent can be gone at the provider.").format(
                state=translate(state)
            )
        )
    _same_provider(request, provider)
    if isinstance(provider.find(request.reference), FoundRequests):
        raise TransitionRefused(
            _("The provider has the request still: cancel it there, and `avtaleflyt collect` sees it.")
        )
    with register.write() as transaction:
        why = "a person has seen that the provider no longer has the request"
        transaction.note("gone", agreement_id, why, {"reference": request.reference})
        record_ended(transaction, request.reference, State.CANCELLED, "")
        record_acknowledged(transaction, request.reference)  # the provider is not asked about it again
        clear_pending(transaction, REQUEST_KINDS, {request.reference})
        return State.CANCELLED


def _unknown(session: Session, agreement_id: str) -> SignatureRequest:
    state, request = get_agreement(session, agreement_id).state, newest_request(session, agreement_id)
    if state != State.UNKNOWN or request is None:
        raise TransitionRefused(
            _(
                "The agreement is {state}, and only one that is unknown can be settled by hand; "
                "`avtaleflyt collect` settles what the provider can tell."
            ).format(state=translate(state))
        )
    return request


def _same_provider(request: SignatureRequest, provider: Provider) -> None:
    if request.provider != provider.name:
        raise WrongUse(
            _("The request is at {provider}: set AVTALEFLYT_PROVIDER to it, and try again.").format(
                provider=request.provider
            )
        )
