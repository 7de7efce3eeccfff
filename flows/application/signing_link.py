"""Sign at the workplace: what waits for the signature of whoever is signed in, and the way to where it is signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.application.context import Context
from flows.application.follow_up import links_of
from flows.errors import NotFound, TransitionRefused
from flows.language import translate as _
from flows.register import SignatureRequest
from flows.register.listing_query import listing_of
from flows.register.open_requests import open_requests
from flows.register.states import RequestState


@dataclass(frozen=True, slots=True)
class SignatureToGive:
    """What waits for a person's signature: the agreement, its municipality and counterpart by name, and its deadline.

    `is_next` says whether it is her turn.
    """

    agreement_id: str
    type: str
    municipality: str
    counterpart: str
    deadline: datetime
    is_next: bool


def signatures_to_give(context: Context, email: str) -> Sequence[SignatureToGive]:
    """Return what waits for the signature of the person with this e-mail address, what ends first before the others.

    She may see it wherever her roles hold: it was sent to her.
    """
    found = []
    for request, order in _waiting(context, email):
        with context.register.read() as session:
            row = listing_of(session, request.agreement_id, None)
        if row is not None:
            named = (row.type, row.municipality, row.counterpart)
            found.append(SignatureToGive(request.agreement_id, *named, request.deadline, _is_next(request, order)))
    return sorted(found, key=lambda one: (one.deadline, one.agreement_id))


def link_to_sign(context: Context, agreement_id: str, email: str) -> str:
    """Return the address at which that person signs an agreement: a secret.

    Raises `NotFound` where nothing waits for her, `TransitionRefused` where it is not her turn or too late, `WrongUse`
    where the provider gives no links, `ProviderError`.
    """
    mine = [(one, order) for one, order in _waiting(context, email) if one.agreement_id == agreement_id]
    if not mine:
        raise NotFound(_("No such agreement waits for your signature."))
    request, order = mine[0]
    if not _is_next(request, order):
        raise TransitionRefused(_("It is not your turn yet: somebody else signs first."))
    if request.deadline < context.register.clock():
        raise TransitionRefused(_("The deadline for signing has passed."))
    links = links_of(context, agreement_id)
    with context.register.write() as transaction:
        details = {"reference": request.reference, "order": order}
        transaction.note("link_given", agreement_id, "the signer asked for it", details)
    return links[order]


def _waiting(context: Context, email: str) -> list[tuple[SignatureRequest, int]]:
    """Return the requests that are out and wait for an address, each with the first order it has there."""
    found = []
    with context.register.read() as session:
        requests = open_requests(session, context.provider.name) if email else ()
        for request in requests:
            orders = [
                int(one["order"])
                for one in request.signers
                if one.get("at") is None and str(one.get("email") or "").casefold() == email.casefold()
            ]
            if orders and request.status == RequestState.OPEN:
                found.append((request, min(orders)))
    return found


def _is_next(request: SignatureRequest, order: int) -> bool:
    return all(one.get("at") is not None for one in request.signers if int(one["order"]) < order)
