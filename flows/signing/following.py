"""Following up: what the provider says about the requests that are out, one update at a time."""

from collections.abc import Iterator

from flows.register import Register
from flows.register.agreements import get_agreement
from flows.register.requests import by_reference, open_requests, record_ended, record_signers
from flows.register.states import State
from flows.signing.port import OpenRequest, Provider, RequestStatus, Update

_ENDED = {
    RequestStatus.DECLINED: State.DECLINED,
    RequestStatus.EXPIRED: State.EXPIRED,
    RequestStatus.CANCELLED: State.CANCELLED,
}


def signed_updates(register: Register, provider: Provider) -> Iterator[Update]:
    """Poll the provider once; keep what it says, and yield every update whose signed PDF is now to be fetched.

    Requests that ended without a document are kept and acknowledged here; the caller acknowledges the signed ones, once
    they are archived.
    """
    with register.read() as session:
        requests = open_requests(session, provider.name)
    following = [OpenRequest(one.provider_id or "", one.reference, one.urls) for one in requests]
    for update in provider.poll(following):
        with register.write() as transaction:
            record_signers(transaction, update.reference, [(one.order, one.status, one.at) for one in update.signers])
        if update.status == RequestStatus.SIGNED:
            yield update
        elif update.status in _ENDED:
            _end(register, update)
            provider.acknowledge(update)


def _end(register: Register, update: Update) -> None:
    """Keep a terminal status once: an update that comes again, or too late, leaves the state as it is."""
    with register.write() as transaction:
        request = by_reference(transaction.session, update.reference)
        agreement = get_agreement(transaction.session, request.agreement_id)
        if agreement.state == State.SENT and request.status == "open":
            record_ended(transaction, update.reference, _ENDED[update.status], update.reason)
