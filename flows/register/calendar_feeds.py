"""Calendar feeds: secret addresses that can be made and revoked. Whoever reads the register cannot use them."""

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.errors import NotFound
from flows.language import translate as _
from flows.register.account_schema import EVERYWHERE
from flows.register.database import Transaction
from flows.register.review_schema import CalendarFeed


def make_account_feed(
    transaction: Transaction, account_id: str, municipalities: Sequence[str] | None
) -> tuple[CalendarFeed, str]:
    """Make the feed of an account in place of the one it had; return it with its token, which is not stored.

    `municipalities` are the numbers of what it shows, None for all of them.
    """
    revoke_account_feeds(transaction, account_id)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        municipality_number=EVERYWHERE,
        token_sha256=_digest(token),
        made_at=transaction.now,
        made_by=transaction.actor,
        account_id=account_id,
        municipalities=None if municipalities is None else sorted(municipalities),
    )
    transaction.session.add(feed)
    transaction.session.flush()
    transaction.note("feed", None, "calendar of an account", {"feed": feed.id, "account": account_id})
    return feed, token


def feed_of_account(session: Session, account_id: str) -> CalendarFeed | None:
    """Return the feed of an account; None where it has none."""
    wanted = select(CalendarFeed).where(CalendarFeed.account_id == account_id, CalendarFeed.revoked_at.is_(None))
    return session.scalars(wanted.order_by(CalendarFeed.made_at.desc())).first()


def revoke_account_feeds(transaction: Transaction, account_id: str) -> None:
    """Revoke every feed of an account: what it may see has changed, or it wants none."""
    wanted = select(CalendarFeed).where(CalendarFeed.account_id == account_id, CalendarFeed.revoked_at.is_(None))
    for feed in transaction.session.scalars(wanted):
        revoke_feed(transaction, feed.id)


def make_feed(transaction: Transaction, municipality_number: str) -> tuple[CalendarFeed, str]:
    """Make a feed for a municipality; return it with its token, which is not stored."""
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        municipality_number=municipality_number,
        token_sha256=_digest(token),
        made_at=transaction.now,
        made_by=transaction.actor,
    )
    transaction.session.add(feed)
    transaction.session.flush()
    transaction.note(
        "feed",
        None,
        _("calendar of municipality {municipality_number}").format(municipality_number=municipality_number),
        {"feed": feed.id},
    )
    return feed, token


def revoke_feed(transaction: Transaction, feed_id: str) -> None:
    """Revoke a feed: its address stops working. Raises `NotFound`."""
    feed = transaction.session.get(CalendarFeed, feed_id)
    if feed is None:
        raise NotFound(
            _("There is no calendar feed {feed_id}; `avtaleflyt reviews feeds` lists those there are.").format(
                feed_id=feed_id
            )
        )
    if feed.revoked_at is None:
        feed.revoked_at = transaction.now
        transaction.note("feed", None, "calendar feed revoked", {"feed": feed.id})


def feed_of(session: Session, token: str) -> CalendarFeed | None:
    """Return the feed of a token; None if it is unknown or revoked."""
    wanted = select(CalendarFeed).where(CalendarFeed.token_sha256 == _digest(token), CalendarFeed.revoked_at.is_(None))
    return session.execute(wanted).scalar_one_or_none()


def feeds(session: Session) -> list[CalendarFeed]:
    """Return every feed, the oldest first."""
    return list(session.execute(select(CalendarFeed).order_by(CalendarFeed.made_at, CalendarFeed.id)).scalars())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
