"""Poll the provider for updates of open requests, one at a time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from flows.errors import NotFound, ProviderError, ProviderUnreachable
from flows.language import translate
from flows.language import translate as _
from flows.legible_text import legible
from flows.provider_names import provider_first
from flows.register import Register, SignatureRequest, Transaction
from flows.register.agreements import get_agreement
from flows.register.open_requests import open_requests, unconfirmed_ends
from flows.register.pending_conditions import Finding
from flows.register.pending_decisions import clear_pending, record_heard, record_pending
from flows.register.pending_schema import PendingKind
from flows.register.rate_limit import record_polled
from flows.register.signature_requests import (
    ProviderAnswer,
    ProviderSignerStatus,
    by_provider_id,
    by_reference,
    record_acknowledged,
    record_deadline,
    record_ended,
    record_sent,
    record_signers,
    record_stray,
    record_urls,
    signers_with,
)
from flows.register.states import ENDED_UNSIGNED, RequestState, State
from flows.register.webhooks import hinted, record_hints_read
from flows.signing.port import OpenRequest, Provider, RequestsInTrouble, RequestStatus, Update

_ENDED = {
    RequestStatus.DECLINED: State.DECLINED,
    RequestStatus.EXPIRED: State.EXPIRED,
    RequestStatus.CANCELLED: State.CANCELLED,
}

REASONS = {
    PendingKind.NOT_ANSWERED: "{provider} could not tell about the request",
    PendingKind.GONE: "{provider} no longer has the request",
    PendingKind.NOT_SENT_OUT: "{provider} has not sent the request out",
    PendingKind.NOT_SEALED: "everybody has signed, and {provider} has not sealed the document",
    PendingKind.NOT_VIEWED: "everybody has signed, and somebody whom {provider} waits for has not looked at it",
    PendingKind.REFUSAL_PENDING: "a signer has refused, and {provider} has not ended the request",
    PendingKind.SIGNER_NOT_TOLD: "{provider} sent no e-mail to a signer",
    PendingKind.MAIL_RETURNED: "an e-mail from {provider} to a signer came back",
    PendingKind.MAIL_FAILED: "{provider} could not write to a signer",
}
"""Why each trouble of a request waits for a person, to be translated where it is recorded."""
_COMES_AGAIN = timedelta(hours=1)
"""A queue delivers an unacknowledged update again within this time; leases last ten minutes."""


def signed_updates(
    register: Register, provider: Provider, only: Collection[str] | None = None, *, hinted_only: bool = False
) -> Iterator[Update]:
    """Poll the provider once; store its updates, and yield those whose signed PDF is now to be fetched.

    With `only`, references, a provider that is asked about each request is asked about those alone; with
    `hinted_only`, about those that a webhook has named.

    Requests that ended without a document are kept and acknowledged here, again in every round until the provider has
    heard; the caller acknowledges the signed ones, once they are archived. An update that carries our reference heals
    what was unknown; one about a request that nobody here sent stays unacknowledged. Whatever went wrong is told in a
    `ProviderError` after everything else is done, a `ProviderUnreachable` where the provider was away.
    """
    with register.read() as session:
        requests = [*open_requests(session, provider.name), *unconfirmed_ends(session, provider.name, register.clock())]
        first = hinted(session, provider.name)
    of_others = {one.provider_id for one in requests if only is not None and one.reference not in only}
    requests = [one for one in requests if one.provider_id not in of_others]
    first -= of_others
    following = [_as_followed(one) for one in requests]
    if hinted_only:
        following = [one for one in following if one.provider_id in first]
        if not following:
            return
    following.sort(key=lambda one: one.provider_id not in first)  # webhooks hurry a request and decide nothing
    if first:
        with register.write() as transaction:
            record_hints_read(transaction, provider.name, first)
    round_, known = _Round(), {one.provider_id: one for one in requests}
    for each in _noting(register, provider, provider.poll(following), round_):
        told, before = _legible(each), known.get(each.provider_id)
        if before is not None and not provider.capabilities.queue_polling and _tells_nothing_new(before, told):
            round_.heard[told.provider_id] = before.reference
            continue
        update = _kept(register, provider, told)
        if update is None:
            round_.strangers.append(told.provider_id)
            continue
        round_.heard[told.provider_id] = update.reference
        if update.status == RequestStatus.SIGNED:
            yield update
        elif update.status in _ENDED or provider.capabilities.queue_polling:
            try:
                provider.acknowledge(update)
            except ProviderError as error:  # it comes again in the next round; the others go on
                round_.problems.append(f"{update.reference}: {error}")
                continue
            if update.status in _ENDED:
                with register.write() as transaction:
                    record_acknowledged(transaction, update.reference)
    if provider.capabilities.queue_polling:
        _believe_acknowledged(register, [one for one in requests if one.provider_id not in round_.heard])
    _record_round(register, provider, requests, round_)
    if round_.problems:
        raise (ProviderUnreachable if round_.away else ProviderError)(" ".join(round_.problems))


@dataclass
class _Round:
    """What a round heard: references by the provider's id, ids of nobody's requests, troubles, and sentences.

    `away` says that the provider stopped answering.
    """

    heard: dict[str, str] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    complete: bool = False
    away: bool = False


def _record_round(register: Register, provider: Provider, requests: Sequence[SignatureRequest], round_: _Round) -> None:
    """Record which requests need a person and which no longer do, and whether the queue has requests of nobody."""
    strangers = ""
    if round_.strangers:
        strangers = _(
            "The provider tells about {count} requests that are not in this register ({names}); another "
            "installation may be reading the same queue."
        ).format(count=len(round_.strangers), names=", ".join(round_.strangers[:10]))
        round_.problems.append(strangers)
    known = {one.reference: one for one in requests}
    found = []
    with register.write() as transaction:
        for reference, what in round_.troubles.items():
            request, kind = known.get(reference), PendingKind(what)
            if request is None:
                continue
            state = get_agreement(transaction.session, request.agreement_id).state
            if kind == PendingKind.GONE and (request.status in ENDED_UNSIGNED or state == State.ARCHIVED):
                record_acknowledged(transaction, reference)  # the provider has nothing left to confirm
                continue
            why = translate(REASONS[kind]).format(provider=provider_first(provider.name))
            found.append(Finding(kind, reference, why, request.agreement_id, reference))
        record_heard(transaction, found, {*round_.heard.values(), *(one.subject for one in found)})
        if strangers:
            record_pending(transaction, Finding(PendingKind.STRANGERS, provider.name, strangers))
        elif round_.complete:
            clear_pending(transaction, {PendingKind.STRANGERS}, {provider.name})


def ask_about(register: Register, provider: Provider, reference: str) -> Update | None:
    """Ask the provider about one open request now, and keep what it says; None where it cannot be asked about one.

    Raises `ProviderError` if it does not answer.
    """
    if provider.capabilities.queue_polling:
        return None
    with register.read() as session:
        request = by_reference(session, reference)
    found = None
    try:
        for told in provider.poll([_as_followed(request)]):
            found = _kept(register, provider, _legible(told))
    except RequestsInTrouble:
        if found is None:
            raise
    return found


def _legible(told: Update) -> Update:
    """Return an update in words that can be stored: they may be those of signers, who stop no round by them."""
    signers = tuple(replace(one, status=legible(one.status)) for one in told.signers)
    return replace(told, reason=legible(told.reason), signers=signers)


def _words(update: Update) -> list[ProviderSignerStatus]:
    return [ProviderSignerStatus(one.order, one.status, one.at, one.signed) for one in update.signers]


def _tells_nothing_new(request: SignatureRequest, told: Update) -> bool:
    """Say whether an open request is as it was when this round began: most are, and no writer is held up for them."""
    return (
        request.status == RequestState.OPEN
        and told.status == RequestStatus.OPEN
        and all(request.urls.get(name) == url for name, url in told.urls.items())
        and told.deadline in {None, request.deadline}
        and signers_with(request, _words(told)) == request.signers
    )


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
            if update.urls:
                record_urls(transaction, update.reference, dict(update.urls))
            record_signers(transaction, update.reference, _words(update))
            if update.deadline is not None:
                record_deadline(transaction, update.reference, update.deadline)
            if update.status in _ENDED:
                record_ended(transaction, update.reference, _ENDED[update.status], update.reason)
        elif request.status in _ENDED and update.status != RequestStatus.SIGNED:
            update = replace(update, status=RequestStatus(request.status))
        elif request.status == RequestState.SIGNED and request.acknowledged_at is None and update.status in _ENDED:
            # acknowledged before it is archived, the provider might delete the signed PDF
            update = replace(update, status=RequestStatus.SIGNED)
        return update


def _noting(register: Register, provider: Provider, told: Iterator[Update], round_: _Round) -> Iterator[Update]:
    """Pass updates on, and record that the provider was polled: at the end, or if it reported some of them."""
    heard = False
    try:
        for update in told:
            heard = True
            yield update
        heard = round_.complete = True
    except RequestsInTrouble as error:
        round_.troubles.update(error.troubles)
        round_.away = bool(error.unread)
        round_.problems.append(str(error))
    except ProviderError as error:
        round_.problems.append(str(error))
        round_.away = isinstance(error, ProviderUnreachable)
    if heard:
        with register.write() as transaction:
            record_polled(transaction, provider.name)


def _as_followed(request: SignatureRequest) -> OpenRequest:
    addresses = {one["order"]: [one.get("email", ""), one.get("mobile", "")] for one in request.signers}
    return OpenRequest(request.provider_id or "", request.reference, request.urls, addresses, request.deadline)


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
