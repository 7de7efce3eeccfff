"""Following up: what the provider says about the requests that are out, one update at a time."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from flows.errors import NotFound, ProviderError
from flows.register import Register, SignatureRequest, Transaction
from flows.register.agreements import get_agreement
from flows.register.pace import record_polled
from flows.register.requests import (
    ProviderAnswer,
    by_provider_id,
    by_reference,
    open_requests,
    record_acknowledged,
    record_ended,
    record_sent,
    record_signers,
    record_urls,
)
from flows.register.states import State
from flows.register.webhooks import hinted, record_hints_read
from flows.signing.port import OpenRequest, Provider, RequestStatus, Update

_ENDED = {
    RequestStatus.DECLINED: State.DECLINED,
    RequestStatus.EXPIRED: State.EXPIRED,
    RequestStatus.CANCELLED: State.CANCELLED,
}

_COMES_AGAIN = timedelta(hours=1)
"""Within this time a queue tells again what was not acknowledged; leases are for ten minutes."""


def signed_updates(
    register: Register, provider: Provider, only: str = "", *, hinted_only: bool = False
) -> Iterator[Update]:
    """Poll the provider once; keep what it says, and yield every update whose signed PDF is now to be fetched.

    With `only`, a reference, a provider that is asked about each request is asked about that one alone; with
    `hinted_only`, about those that a webhook has named.

    Requests that ended without a document are kept and acknowledged here; the caller acknowledges the signed ones, once
    they are archived. An update about a request that nobody here sent stays unacknowledged and is named in a
    `ProviderError` after the others. An update that carries our reference heals what was unknown.
    """
    with register.read() as session:
        requests = open_requests(session, provider.name)
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
    strangers = []
    heard: set[str] = set()
    for told in _noting(register, provider, provider.poll(following)):
        heard.add(told.provider_id)
        with register.write() as transaction:
            request = _whose(transaction, provider, told)
            if request is None:
                strangers.append(told.provider_id)
                continue
            update = _with_our_reference(told, request)
            _heal(transaction, request, update)
            record_urls(transaction, update.reference, dict(update.urls))
            record_signers(transaction, update.reference, [(one.order, one.status, one.at) for one in update.signers])
        if update.status == RequestStatus.SIGNED:
            yield update
            continue
        if update.status in _ENDED:
            _end(register, update)
        if update.status in _ENDED or provider.capabilities.queue_polling:
            provider.acknowledge(update)
    if provider.capabilities.queue_polling:
        _believe_acknowledged(register, [one for one in requests if one.provider_id not in heard])
    if strangers:
        raise ProviderError(
            f"The provider tells about {len(strangers)} requests that are not in this register"
            f" ({', '.join(strangers[:10])}); another installation may be reading the same queue."
        )


def _noting(register: Register, provider: Provider, told: Iterator[Update]) -> Iterator[Update]:
    """Pass updates on, and note that the provider was heard: at the end, or where it told of some and not of others."""
    heard = False
    try:
        for update in told:
            heard = True
            yield update
    except ProviderError:
        if heard:
            _note_heard(register, provider)
        raise
    _note_heard(register, provider)


def _note_heard(register: Register, provider: Provider) -> None:
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


def _with_our_reference(update: Update, request: SignatureRequest) -> Update:
    return Update(
        provider_id=update.provider_id,
        reference=request.reference,
        status=update.status,
        signers=update.signers,
        reason=update.reason,
        urls=update.urls,
        token=update.token,
    )


def _heal(transaction: Transaction, request: SignatureRequest, update: Update) -> None:
    """Let an update that carries our reference settle a request whose answer was lost."""
    agreement = get_agreement(transaction.session, request.agreement_id)
    if request.status in {"intended", "unknown"} and agreement.state in {State.SENDING, State.UNKNOWN}:
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
            if one.status == "signed" and archived and long_ago:
                record_acknowledged(transaction, one.reference)


def _end(register: Register, update: Update) -> None:
    """Keep a terminal status once: an update that comes again, or too late, leaves the state as it is."""
    with register.write() as transaction:
        request = by_reference(transaction.session, update.reference)
        agreement = get_agreement(transaction.session, request.agreement_id)
        if agreement.state == State.SENT and request.status == "open":
            record_ended(transaction, update.reference, _ENDED[update.status], update.reason)
