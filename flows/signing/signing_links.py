"""Bring a person who is signed in to where she signs: what waits for her signature, and a link that is hers.

Who she is is proved again where she signs (Posten asks for her eID, and the archive compares the names in the signed
document). Here her e-mail address decides what she is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from flows.errors import NotFound, NotSupported, TransitionRefused
from flows.language import translate as _
from flows.provider_names import provider_first
from flows.register import Register, SignatureRequest
from flows.register.open_requests import open_requests
from flows.register.states import RequestState
from flows.signing.port import GivesSigningLinks, OpenRequest, Provider
from flows.signing.providers.desk import DeskProvider

RETURN_PATH = "/signering/tilbake"
"""Where in the workplace signers of the direct flow come back to; `utfall` is `signert`, `avslag` or `feil`."""


@dataclass(frozen=True, slots=True)
class AwaitedSignature:
    """A request that waits for a person's signature: her `order` in it, its end, and whether it is her turn."""

    agreement_id: str
    order: int
    deadline: datetime
    is_next: bool


def awaited_signatures(register: Register, provider: Provider, email: str) -> Sequence[AwaitedSignature]:
    """Return the open requests that an address is to sign, those that end first before the others."""
    with register.read() as session:
        found = [_awaited(request, order) for request, order in _of(session, provider, email)]
    return sorted(found, key=lambda one: (one.deadline, one.agreement_id))


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
            "link_given", agreement_id, "the signer asked for it", {"reference": request.reference, "order": order}
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


def _awaited(request: SignatureRequest, order: int) -> AwaitedSignature:
    """Whether it is her turn is judged by our own order: not every provider that gives links enforces one."""
    earlier = [one for one in request.signers if int(one["order"]) < order and one.get("at") is None]
    return AwaitedSignature(request.agreement_id, order, request.deadline, is_next=not earlier)
