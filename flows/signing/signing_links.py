"""Bring a person who is signed in to where she signs: what waits for her signature, and a link that is hers.

Who she is is proved again where she signs (Posten asks for her eID, and the archive compares the names in the signed
document). Here her e-mail address decides what she is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flows.errors import NotFound, NotSupported, ProviderError, TransitionRefused
from flows.language import translate as _
from flows.provider_names import provider_first
from flows.register import Event, Register, SignatureRequest
from flows.register.agreements import events_of
from flows.register.open_requests import open_requests
from flows.register.states import RequestState
from flows.signing.polling import ask_about
from flows.signing.port import GivesSigningLinks, OpenRequest, Provider
from flows.signing.providers.desk import DeskProvider

RETURN_PATH = "/signering/tilbake"
"""Where in the workplace signers of the direct flow come back to; `utfall` is `signert`, `avslag` or `feil`."""
_GIVEN, _RETURNED = "link_given", "signer_returned"
_WORD_COUNTS = timedelta(hours=1)
"""How long it is believed that a signer has answered who came back; the queue has been read many times by then."""


@dataclass(frozen=True, slots=True)
class AwaitedSignature:
    """A request that waits for a person's signature: her `order` in it, its end, and whether it is her turn.

    `is_reported` says that she has come back from the provider with an answer, which it has not confirmed yet.
    """

    agreement_id: str
    order: int
    deadline: datetime
    is_next: bool
    is_reported: bool = False


def awaited_signatures(register: Register, provider: Provider, email: str) -> Sequence[AwaitedSignature]:
    """Return the open requests that an address is to sign, those that end first before the others.

    Where she was given a link, the provider is asked first whether she has used it.
    """
    _ask_where_links_were_given(register, provider, email)
    now = register.clock()
    with register.read() as session:
        found = [
            _awaited(request, order, is_reported=_has_returned(_last_word(session, request, order), now))
            for request, order in _of(session, provider, email)
        ]
    return sorted(found, key=lambda one: (one.deadline, one.agreement_id))


def record_return(register: Register, provider: Provider, email: str) -> None:
    """Record that a signer came back with an answer: to the link that she was given last, and once for each link.

    It is her browser's word. It decides nothing but what she is offered for an hour.
    """
    with register.write() as transaction:
        given = [
            (word, request, order)
            for request, order in _of(transaction.session, provider, email)
            if (word := _last_word(transaction.session, request, order)) is not None
        ]
        if not given:
            return
        word, request, order = max(given, key=lambda one: one[0].number)
        if word.kind == _GIVEN:
            details = {"reference": request.reference, "order": order}
            transaction.note(_RETURNED, request.agreement_id, "the signer came back from the provider", details)


def link_to_sign(register: Register, provider: Provider, agreement_id: str, email: str) -> str:
    """Return the address at which the person with this e-mail address signs an agreement, and record that it was given.

    It is a secret, and may be usable only once. Raises `NotFound` where nothing waits for her, `TransitionRefused`
    where it is not her turn or too late, `NotSupported` where the provider gives no links, `ProviderError`.
    """
    if not isinstance(provider, DeskProvider | GivesSigningLinks):
        raise NotSupported(
            _("{provider} sends signers their links itself; use the link in its e-mail.").format(
                provider=provider_first(provider.name)
            )
        )
    with register.write() as transaction:
        waiting = _of(transaction.session, provider, email)
        mine = [(request, order) for request, order in waiting if request.agreement_id == agreement_id]
        if not mine:
            raise NotFound(_("No such agreement waits for your signature."))
        request, order = mine[0]
        awaited = _awaited(request, order)
        if not awaited.is_next:
            raise TransitionRefused(_("It is not your turn yet: somebody else signs first."))
        if awaited.deadline < transaction.now:
            raise TransitionRefused(_("The deadline for signing has passed."))
        out = OpenRequest(request.provider_id or "", request.reference, request.urls, deadline=request.deadline)
        transaction.note(
            _GIVEN, agreement_id, "the signer asked for it", {"reference": request.reference, "order": order}
        )
    if isinstance(provider, DeskProvider):
        return provider.signer_links(out.provider_id)[order]
    return provider.signing_link(out, order)


def _of(session: Session, provider: Provider, email: str) -> list[tuple[SignatureRequest, int]]:
    """Return the requests that are out and the orders by which the address has not answered, the first in each."""
    found = []
    for request in open_requests(session, provider.name) if email else ():
        orders = [
            int(one["order"])
            for one in request.signers
            if one.get("at") is None and str(one.get("email") or "").casefold() == email.casefold()
        ]
        if orders and request.status == RequestState.OPEN:
            found.append((request, min(orders)))
    return found


def _ask_where_links_were_given(register: Register, provider: Provider, email: str) -> None:
    with register.read() as session:
        given = [
            request.reference
            for request, order in _of(session, provider, email)
            if _last_word(session, request, order) is not None
        ]
    try:
        for reference in given:
            ask_about(register, provider, reference)
    except ProviderError:
        return  # what is known is shown; the next round of collecting asks again, and tells what is wrong


def _last_word(session: Session, request: SignatureRequest, order: int) -> Event | None:
    """Return the newest event about this signer's links: that one was given, or that she came back."""
    asked = {"reference": request.reference, "order": order}
    about = [
        one
        for one in events_of(session, request.agreement_id)
        if one.kind in {_GIVEN, _RETURNED} and {name: one.details.get(name) for name in asked} == asked
    ]
    return about[-1] if about else None


def _has_returned(word: Event | None, now: datetime) -> bool:
    return word is not None and word.kind == _RETURNED and now - word.at < _WORD_COUNTS


def _awaited(request: SignatureRequest, order: int, *, is_reported: bool = False) -> AwaitedSignature:
    """Whether it is her turn is judged by our own order: not every provider that gives links enforces one."""
    earlier = [one for one in request.signers if int(one["order"]) < order and one.get("at") is None]
    return AwaitedSignature(request.agreement_id, order, request.deadline, not earlier, is_reported)
