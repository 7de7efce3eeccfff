"""What a person does about one agreement at the workplace: remind, withdraw, send anew, settle, approve and send.

Each takes the scope of whoever acts, and raises `NotFound` for an agreement outside it, in the words for one that there
is not. With the mark of a page that was `seen`, each raises `TransitionRefused` where another version or request has
taken its place meanwhile.
"""

from flows.application.agreement_view import mark_of, no_such_agreement
from flows.application.context import Context
from flows.application.follow_up import (
    links_of,
    remind_signer,
    resolve_as_gone,
    resolve_as_not_sent,
    resolve_as_sent,
    restart_agreement,
    withdraw_agreement,
)
from flows.application.make_documents import make_documents
from flows.application.pending_matters import refresh_now_and_then
from flows.errors import NotFound, TransitionRefused
from flows.language import translate as _
from flows.register import State
from flows.register.listing_query import Scope, listing_of


def remind(context: Context, agreement_id: str, scope: Scope, seen: str = "") -> int:
    """Have the provider remind the signer who is next; return that signer's order."""
    require_seen(context, agreement_id, scope, seen)
    order = remind_signer(context, agreement_id)
    refresh_now_and_then(context.register, now=True)
    return order


def withdraw(context: Context, agreement_id: str, scope: Scope, seen: str = "") -> State:
    """Withdraw what is not sent, or ask the provider to end what is out; return the state now."""
    require_seen(context, agreement_id, scope, seen)
    state = withdraw_agreement(context, agreement_id)
    refresh_now_and_then(context.register, now=True)
    return state


def send_anew(context: Context, agreement_id: str, scope: Scope, seen: str = "") -> str:
    """Make a new version of the same case and its document, to be approved and sent; return why it was not made."""
    require_seen(context, agreement_id, scope, seen)
    restart_agreement(context, agreement_id)
    (outcome,) = make_documents(context, [agreement_id])
    refresh_now_and_then(context.register, now=True)
    return outcome.problem


def settle(context: Context, agreement_id: str, scope: Scope, how: str, provider_id: str = "", seen: str = "") -> State:
    """Settle whether a request was sent, as a person found at the provider: `sent`, `not_sent` or `gone`."""
    require_seen(context, agreement_id, scope, seen)
    if how == "sent":
        if not provider_id.strip():
            raise TransitionRefused(_("Write the provider's number of the request."))
        state = resolve_as_sent(context, agreement_id, provider_id.strip()).state
    elif how == "gone":
        state = resolve_as_gone(context, agreement_id).state
    elif how == "not_sent":
        state = resolve_as_not_sent(context, agreement_id).state
    else:
        raise TransitionRefused(_("Choose what you found at the provider."))
    refresh_now_and_then(context.register, now=True)
    return state


def signer_links(context: Context, agreement_id: str, scope: Scope, new: int = 0) -> dict[int, str]:
    """Return the links to sign by order of the signers; with `new`, replace that signer's link first."""
    require_seen(context, agreement_id, scope)
    return links_of(context, agreement_id, new)


def require_seen(context: Context, agreement_id: str, scope: Scope, seen: str = "") -> None:
    """Raise `NotFound` for an agreement outside the scope, and `TransitionRefused` for one that was not seen so."""
    with context.register.read() as session:
        row = listing_of(session, agreement_id, scope)
        if row is None:
            raise NotFound(no_such_agreement())
        if seen and seen != mark_of(session, row):
            raise TransitionRefused(_("The agreement has changed since you saw it. Look at it again."))
