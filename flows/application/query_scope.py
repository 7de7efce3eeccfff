"""The municipalities that a query is limited to, for whoever the context acts for."""

from flows.application.access import Action
from flows.application.authorization import authorized_scope
from flows.application.context import Context
from flows.register.listing_query import Scope


def query_scope(context: Context, action: Action) -> Scope:
    """Return where whoever acts may do this: None for everywhere. Raises `NotAllowed` where it is nowhere."""
    scope = authorized_scope(context, action)
    return None if scope == "all" else scope
