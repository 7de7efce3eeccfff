"""Send a request exactly once: commit the intent, make one call, commit its outcome.

A run that dies in between leaves the agreement in `sending`; `settle` then asks the provider for our reference. What
the provider cannot tell is for a person (`manual_resolution`).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta

from flows.dates import end_of_day, oslo_date
from flows.errors import (
    AvtaleflytError,
    NotReached,
    NotSent,
    PerhapsSent,
    ProviderError,
    ProviderUnreachable,
    StoreUnreachable,
)
from flows.language import translate as _
from flows.provider_names import provider_first
from flows.register import Register, SignatureRequest
from flows.register.agreements import current_version, get_agreement
from flows.register.event_comparison import check_current_version
from flows.register.open_requests import unsettled
from flows.register.recovery import check_reconciled
from flows.register.signature_requests import (
    ProviderAnswer,
    by_provider_id,
    intend,
    record_absent,
    record_not_sent,
    record_sent,
    record_unknown,
)
from flows.register.states import State
from flows.signing.document_match import document_mismatch
from flows.signing.port import FoundRequests, Lookup, NoSuchRequest, Provider, SentRequest, Signer, SigningIntent
from flows.signing.request_title import request_title

CALL_TIME = timedelta(minutes=10)
"""Longer than any call may take. Only after it does a provider's "no such request" mean that none will turn up."""
BETWEEN_LOOKUPS = timedelta(minutes=10)
"""A provider that can say for certain that there is no such request must have said so twice, so far apart."""


def send(
    register: Register,
    provider: Provider,
    agreement_id: str,
    signers: Sequence[Signer],
    read_pdf: Callable[[str], bytes],
    title: str,
    days: int,
    language: str = "nb",
    version: int | None = None,
) -> State:
    """Send one approved agreement; return the state that it is in afterwards.

    `version` is the one that the signers are those of: where another has been approved meanwhile, nothing is sent.
    `read_pdf` gives the bytes of a stored PDF by digest. `days` is how many days signers have: until the end of the
    last of them in Norway. `language` is that of what the provider writes to them. An agreement that is not approved
    (any more) is left alone. What is about to be sent must be what the events tell of, and a provider that can be asked
    is asked first whether it has a request with our reference already. Raises `NotSent`, `RegisterAltered`, and
    `NotAllowed` after a restore.
    """
    kept = [{**asdict(signer), "status": "", "at": None} for signer in signers]
    with register.write() as transaction:
        check_reconciled(transaction.session)
        agreement = get_agreement(transaction.session, agreement_id)
        if version not in {None, agreement.version}:
            return State(agreement.state)
        held = current_version(transaction.session, agreement)  # a session forgets, and reads again, what nobody holds
        if agreement.state == State.APPROVED:
            check_current_version(transaction.session, agreement_id)
        deadline = end_of_day(oslo_date(transaction.now) + timedelta(days=days))
        request = intend(transaction, agreement_id, provider.name, kept, deadline)
        if request is None:
            return State(agreement.state)
        public_title = request_title(agreement, held)
    known = _looked_up(register, provider, request)
    if known is not None:
        return known
    intent = SigningIntent(request.reference, title, public_title, signers, deadline, request.pdf_sha256, language)
    try:
        sent = provider.send(intent, _read(read_pdf, request.pdf_sha256))
    except NotSent as refusal:
        _keep_refusal(register, request, refusal)
        raise
    except PerhapsSent as doubt:
        return _look_up(register, provider, request, doubt.message)
    return _keep(register, request, sent, "sent")


def _looked_up(register: Register, provider: Provider, request: SignatureRequest) -> State | None:
    """Look for our reference before anything is created; None where the provider has none, or cannot be asked at all.

    A register that was brought back from a backup gives the same reference again. Raises `NotSent` where the provider
    gives no answer now.
    """
    if not provider.capabilities.lookup_by_reference:
        return None
    try:
        found = provider.find(request.reference)
    except ProviderError as error:
        refusal = (NotReached if isinstance(error, ProviderUnreachable) else NotSent)(
            _("{provider} could not be asked whether it has this already, and nothing was sent: {error}").format(
                provider=provider_first(provider.name), error=error.message
            )
        )
        _keep_refusal(register, request, refusal)
        raise refusal from error
    if not isinstance(found, FoundRequests) or not found.matches:
        return None
    return _look_up(register, provider, request, "found at the provider before it was sent", found)


def _keep_refusal(register: Register, request: SignatureRequest, refusal: NotSent) -> None:
    with register.write() as transaction:
        if get_agreement(transaction.session, request.agreement_id).state == State.SENDING:
            record_not_sent(transaction, request.reference, _("not sent: {reason}").format(reason=refusal.message))


def _read(read_pdf: Callable[[str], bytes], digest: str) -> bytes:
    """Return the PDF. Nothing has left for the provider where that fails."""
    try:
        return read_pdf(digest)
    except AvtaleflytError as error:
        raise (NotReached if isinstance(error, StoreUnreachable) else NotSent)(error.message) from error
    except OSError:
        raise NotSent(_("The document could not be read from the store; nothing was sent, try again later.")) from None


def settle(register: Register, provider: Provider) -> dict[str, State]:
    """Look up every request that an earlier run was cut off from; return what became of each agreement, by id."""
    with register.read() as session:
        pending = unsettled(session, provider.name, register.clock() - CALL_TIME)
    return {
        request.agreement_id: _look_up(register, provider, request, "cut off while it was sent") for request in pending
    }


def _look_up(
    register: Register, provider: Provider, request: SignatureRequest, doubt: str, found: Lookup | None = None
) -> State:
    try:
        found = found or provider.find(request.reference)
    except ProviderError:
        return State.SENDING  # it cannot be asked now: `settle` looks again
    if isinstance(found, FoundRequests) and len(found.matches) == 1:
        doubt = document_mismatch(register, request, found.matches[0])
        if not doubt:
            return _keep(register, request, found.matches[0], "found at the provider by reference")
    with register.write() as transaction:
        state = State(get_agreement(transaction.session, request.agreement_id).state)
        if state != State.SENDING:  # an update has settled it meanwhile, or a person must
            return state
        if isinstance(found, NoSuchRequest) and provider.capabilities.lookup_conclusive:
            if transaction.now - request.intended_at < CALL_TIME:
                return State.SENDING  # it may still turn up: `settle` looks again
            if transaction.now - record_absent(transaction, request.reference) < BETWEEN_LOOKUPS:
                return State.SENDING  # `settle` asks once more
            record_not_sent(transaction, request.reference, "the provider said twice that it has no such request")
            return State.APPROVED
        if isinstance(found, FoundRequests) and len(found.matches) > 1:
            ids = ", ".join(match.provider_id for match in found.matches)
            doubt = _("several requests at the provider carry the reference: {ids}").format(ids=ids)
        record_unknown(transaction, request.reference, doubt)
        return State.UNKNOWN


def _keep(register: Register, request: SignatureRequest, sent: SentRequest, why: str) -> State:
    with register.write() as transaction:
        other = by_provider_id(transaction.session, request.provider, sent.provider_id)
        if other is not None and other.reference != request.reference:
            doubt = _("the provider answered with the id of another request ({id}, {reference})")
            record_unknown(transaction, request.reference, doubt.format(id=sent.provider_id, reference=other.reference))
            return State.UNKNOWN
        record_sent(transaction, request.reference, ProviderAnswer(sent.provider_id, dict(sent.urls)), why)
        return State(get_agreement(transaction.session, request.agreement_id).state)
