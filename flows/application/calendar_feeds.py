"""Calendar feeds of municipalities and of persons: secret addresses, made, listed, revoked and read.

A person's feed shows what their roles allow. It ends when a role is taken or the account closed, is narrowed at each
sign-in at a provider that gives roles, and rests while nobody has signed in for a long time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flows.agreements.municipalities import by_number
from flows.application.access import Action, Actor, scope_for
from flows.application.authorization import actor_of, authorized_scope
from flows.application.context import Context
from flows.application.sessions import grants_from
from flows.errors import WrongUse
from flows.language import translate as _
from flows.register.account_schema import Account
from flows.register.accounts import grants_of
from flows.register.calendar_feeds import (
    feed_of,
    feed_of_account,
    feeds,
    make_account_feed,
    make_feed,
    revoke_account_feeds,
    revoke_feed,
)
from flows.register.database import Transaction
from flows.register.review_schema import CalendarFeed
from flows.review.agenda import calendar_of
from flows.review.calendar import calendar, calendar_name

UNSEEN = timedelta(days=60)
"""After this time without a sign-in of its person, a feed answers no more: rights are those of the last sign-in."""
SHOWN = timedelta(days=400)
"""How far back a feed shows dates: a cancelled date must stay until every subscriber has read it."""


def create_feed(context: Context, municipality: str) -> str:
    """Create a feed for a municipality; return its secret address, which is not kept. Raises `WrongUse`."""
    if by_number(municipality) is None:
        raise WrongUse(
            _("There is no municipality {municipality}; give its four digits.").format(municipality=municipality)
        )
    with context.register.write() as transaction:
        _feed, token = make_feed(transaction, municipality)
    return feed_address(context.stated_settings.public_url, token)


def feed_address(public_url: str, token: str) -> str:
    """Return the address of the feed with a token."""
    return f"{public_url.rstrip('/')}/calendar/{token}.ics"


def list_feeds(context: Context) -> list[CalendarFeed]:
    """Return every feed, without its token."""
    with context.register.read() as session:
        return feeds(session)


def revoke(context: Context, feed_id: str) -> None:
    """Revoke a feed, so that its address is unknown from now on. Raises `NotFound`."""
    with context.register.write() as transaction:
        revoke_feed(transaction, feed_id)


def read_feed(context: Context, token: str) -> bytes | None:
    """Return the iCalendar file of the feed with a token; None if the token is unknown or revoked."""
    with context.register.read() as session:
        found = feed_of(session, token)
        if found is None:
            return None
        if found.account_id is not None and not _is_live(session, found.account_id, context.register.clock()):
            return None
        numbers = found.municipalities if found.account_id is not None else [found.municipality_number]
        dates = calendar_of(session, numbers, context.today - SHOWN)
    if found.account_id is not None:
        return calendar(dates, calendar_name(), found.made_at)
    municipality = by_number(found.municipality_number)
    name = calendar_name(municipality.display_name if municipality else found.municipality_number)
    return calendar(dates, name, found.made_at)


def own_feed(context: Context) -> CalendarFeed | None:
    """Return the feed of whoever acts, None where they have none. Raises `NotAllowed` for those who see no reviews."""
    authorized_scope(context, Action.SEE_REVIEWS)
    with context.register.read() as session:
        return feed_of_account(session, actor_of(context).account_id)


def make_own_feed(context: Context) -> str:
    """Make the feed of whoever acts, in place of the one they had; return its secret address, which is not kept.

    It shows what they may see now, and less once they may see less. Raises `NotAllowed`.
    """
    scope = authorized_scope(context, Action.SEE_REVIEWS)
    numbers = None if scope == "all" else sorted(scope)
    with context.register.write() as transaction:
        _feed, token = make_account_feed(transaction, actor_of(context).account_id, numbers)
    return feed_address(context.stated_settings.public_url, token)


def revoke_own_feed(context: Context) -> None:
    """Revoke the feed of whoever acts."""
    with context.register.write() as transaction:
        revoke_account_feeds(transaction, actor_of(context).account_id)


def narrow_feeds(transaction: Transaction, account_id: str, claimed: Iterable[tuple[str, str]]) -> None:
    """Limit the feed of an account that signs in now to what its roles allow; `claimed` are those of its provider."""
    feed = feed_of_account(transaction.session, account_id)
    if feed is None:
        return
    given = [
        (one.role, one.municipality_number) for one in grants_of(transaction.session, [account_id]).get(account_id, [])
    ]
    scope = scope_for(Actor(account_id, "", grants_from([*given, *claimed])), Action.SEE_REVIEWS)
    if scope == "all":
        return
    shown = sorted(scope if feed.municipalities is None else scope.intersection(feed.municipalities))
    if not shown:
        revoke_account_feeds(transaction, account_id)
    elif shown != feed.municipalities:
        feed.municipalities = shown


def _is_live(session: Session, account_id: str, now: datetime) -> bool:
    """Say whether an account may still have its feed: it is open, and its person has signed in within `UNSEEN`."""
    account = session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        return False
    return account.seen_at is not None and now - account.seen_at <= UNSEEN
