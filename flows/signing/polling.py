"""Poll the provider for updates of open requests, one at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from flows.errors import NotFound, ProviderError
from flows.language import translate as _
from flows.register import Register, SignatureRequest, Transaction
from flows.register.agreements import get_agreement
from flows.register.rate_limit import record_polled
from flows.register.signature_requests import (
    ProviderAnswer,
    ProviderSignerStatus,
    by_provider_id,
    by_reference,
    open_requests,
    record_acknowledged,
    record_ended,
    record_sent,
    record_signers,
    record_stray,
    record_urls,
    unconfirmed_ends,
)
from flows.register.states import ENDED_UNSIGNED, RequestState, State
from flows.register.webhooks import hinted, record_hints_read
from flows.signing.port import OpenRequest, Provider, RequestStatus, Update

_ENDED = {
    RequestStatus.DECLINED: State.DECLINED,
    RequestStatus.EXPIRED: State.EXPIRED,
    RequestStatus.CANCELLED: State.CANCELLED,
}

_COMES_AGAIN = timedelta(hours=1)
"""A queue delivers an unacknowledged update again within this time; leases last ten minutes."""


def signed_updates(
    register: Register, provider: Provider, only: str = "", *, hinted_only: bool = False
) -> Iterator[Update]:
    """Poll the provider once; store its updates, and yield those whose signed PDF is now to be fetched.

    With `only`, a reference, a provider that is asked about each request is asked about that one alone; with
    `hinted_only`, about those that a webhook has named.

    Requests that ended without a document are kept and acknowledged here, again in every round until the provider has
    heard; the caller acknowledges the signed ones, once they are archived. An update that carries our reference heals
    what was unknown; one about a request that nobody here sent stays unacknowledged. Whatever went wrong is told in a
    `ProviderError` after everything else is done.
    """
    with register.read() as session:
        requests = [*open_requests(session, provider.name), *unconfirmed_ends(session, provider.name, register.clock())]
        first = hinted(session, provider.name)
    following = [_as_followed(one) for one in requests if only in {"", one.reference}]
    if hinted_only:
        following = [one for one in following if one.provider_id in first]
        if not following:
            return
    following.sort(key=lambda one: one.provider_id not in first)  # webhooks hurry a request and decide nothing
    if first:
        with register.write() as transaction:
            record_hints_read(transaction, provider.name, first)
    problems: list[str] = []
    strangers: list[str] = []
    heard: set[str] = set()
    for told in _noting(register, provider, provider.poll(following), problems):
        heard.add(told.provider_id)
        update = _kept(register, provider, told)
        if update is None:
            strangers.append(told.provider_id)
        elif update.status == RequestStatus.SIGNED:
            yield update
        elif update.status in _ENDED or provider.capabilities.queue_polling:
            try:
                provider.acknowledge(update)
            except ProviderError as error:  # it comes again in the next round; the others go on
                problems.append(f"{update.reference}: {error}")
                continue
            if update.status in _ENDED:
                with register.write() as transaction:
                    record_acknowledged(transaction, update.reference)
    if provider.capabilities.queue_polling:
        _believe_acknowledged(register, [one for one in requests if one.provider_id not in heard])
    if strangers:
        problems.append(
            _(
                "The provider tells about {count} requests that are not in this register ({names}); another "
                "installation may be reading the same queue."
            ).format(count=len(strangers), names=", ".join(strangers[:10]))
        )
    if problems:
        raise ProviderError(" ".join(problems))


def _kept(register: Register, provider: Provider, told: Update) -> Update | None:
    """Store an update; return it as it applies to the request here, or None if there is no such request.

    A request that has ended here stays ended, unless everybody has signed it after all; a signed one stays signed.
    """
    with register.write() as transaction:
        request = _whose(transaction, provider, told)
        if request is None:
            return None
        update = replace(told, reference=request.reference)
        _heal(transaction, request, update)
        if request.status == RequestState.OPEN:  # an archived request is sealed, and must not change
            record_urls(transaction, update.reference, dict(update.urls))
            words = [ProviderSignerStatus(one.order, one.status, one.at, one.signed) for one in update.signers]
            record_signers(transaction, update.reference, words)
            if update.status in _ENDED:
                record_ended(transaction, update.reference, _ENDED[update.status], update.reason)
        elif request.status in _ENDED and update.status != RequestStatus.SIGNED:
            update = replace(update, status=RequestStatus(request.status))
        elif request.status == RequestState.SIGNED and request.acknowledged_at is None and update.status in _ENDED:
            # acknowledged before it is archived, the provider might delete the signed PDF
            update = replace(update, status=RequestStatus.SIGNED)
        return update


def _noting(register: Register, provider: Provider, told: Iterator[Update], problems: list[str]) -> Iterator[Update]:
    """Pass updates on, and record that the provider was polled: at the end, or if it reported some of them."""
    heard = False
    try:
        for update in told:
            heard = True
            yield update
        heard = True
    except ProviderError as error:
        problems.append(str(error))
    if heard:
        with register.write() as transaction:
            record_polled(transaction, provider.name)


def _as_followed(request: SignatureRequest) -> OpenRequest:
    addresses = {one["order"]: [one.get("email", ""), one.get("mobile", "")] for one in request.signers}
    return OpenRequest(request.provider_id or "", request.reference, request.urls, addresses)


def _whose(transaction: Transaction, provider: Provider, update: Update) -> SignatureRequest | None:
    """Return the request that an update is about: by the provider's id, otherwise by our reference."""
    request = by_provider_id(transaction.session, provider.name, update.provider_id)
    if request is None and update.reference:
        try:
            request = by_reference(transaction.session, update.reference)
        except NotFound:
            return None
        if request.provider != provider.name or request.provider_id not in {None, update.provider_id}:
            return None
    return request


def _heal(transaction: Transaction, request: SignatureRequest, update: Update) -> None:
    """Let an update that carries our reference settle a request whose answer was lost, or that was held not sent."""
    agreement = get_agreement(transaction.session, request.agreement_id)
    if request.status == RequestState.NOT_SENT:
        record_stray(transaction, request.reference, update.provider_id)
    elif request.status in {RequestState.INTENDED, RequestState.UNKNOWN} and agreement.state in {
        State.SENDING,
        State.UNKNOWN,
    }:
        answer = ProviderAnswer(update.provider_id, dict(update.urls))
        record_sent(transaction, request.reference, answer, "an update from the provider carries our reference")


def _believe_acknowledged(register: Register, silent: Sequence[SignatureRequest]) -> None:
    """Take a queue's silence for its having heard us: an update that was not acknowledged would have come again.

    This is what is left of a run that died between the acknowledgement and our note of it.
    """
    with register.write() as transaction:
        for one in silent:
            archived = get_agreement(transaction.session, one.agreement_id).state == State.ARCHIVED
            long_ago = one.ended_at is not None and transaction.now - one.ended_at > _COMES_AGAIN
            if long_ago and (one.status in ENDED_UNSIGNED or (one.status == RequestState.SIGNED and archived)):
                record_acknowledged(transaction, one.reference)
