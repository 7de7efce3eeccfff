"""Sign at the workplace: what waits for the signature of whoever is signed in, and the way to where it is signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.application.context import Context
from flows.register.listing_query import listing_of
from flows.signing import signing_links

RETURN_PATH = signing_links.RETURN_PATH


@dataclass(frozen=True, slots=True)
class SignatureToGive:
    """What waits for a person's signature: the agreement, its municipality and counterpart by name, and its deadline.

    `is_next` says whether it is her turn, `is_reported` that she came back with an answer that is not confirmed yet.
    """

    agreement_id: str
    type: str
    municipality: str
    counterpart: str
    deadline: datetime
    is_next: bool
    is_reported: bool


def signatures_to_give(context: Context, email: str) -> Sequence[SignatureToGive]:
    """Return what waits for the signature of the person with this e-mail address, what ends first before the others.

    She may see it wherever her roles hold: it was sent to her.
    """
    found = []
    awaited = signing_links.awaited_signatures(context.register, context.provider, email)
    with context.register.read() as session:
        for one in awaited:
            if (row := listing_of(session, one.agreement_id, None)) is not None:
                named = (row.type, row.municipality, row.counterpart)
                found.append(SignatureToGive(one.agreement_id, *named, one.deadline, one.is_next, one.is_reported))
    return found


def link_to_sign(context: Context, agreement_id: str, email: str) -> str:
    """Return the address at which that person signs an agreement: a secret, made for this once.

    Raises `NotFound` where nothing waits for her, `TransitionRefused` where it is not her turn or too late,
    `NotSupported` where the provider gives no links, `ProviderError`.
    """
    return signing_links.link_to_sign(context.register, context.provider, agreement_id, email)


def record_return(context: Context, email: str) -> None:
    """Record that the person with this e-mail address came back from the provider with an answer."""
    signing_links.record_return(context.register, context.provider, email)
