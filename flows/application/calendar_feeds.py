"""Calendar feeds of municipalities: secret addresses, made, listed, revoked and read."""

from datetime import timedelta

from flows.agreements.municipalities import by_number
from flows.application.context import Context
from flows.errors import WrongUse
from flows.language import translate as _
from flows.register.calendar_feeds import feed_of, feeds, make_feed, revoke_feed
from flows.register.review_schema import CalendarFeed
from flows.review.agenda import calendar_of
from flows.review.calendar import calendar, calendar_name

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
        dates = calendar_of(session, found.municipality_number, context.today - SHOWN)
    municipality = by_number(found.municipality_number)
    name = calendar_name(municipality.display_name if municipality else found.municipality_number)
    return calendar(dates, name, found.made_at)
