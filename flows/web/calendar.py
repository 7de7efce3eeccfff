"""Serve a municipality's calendar feed at its secret address."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter, Request, Response

from flows import language
from flows.agreements import municipalities
from flows.register import Register
from flows.register.calendar_feeds import feed_of
from flows.review.agenda import calendar_of
from flows.review.calendar import calendar, calendar_name
from flows.review.review_dates import oslo_date

SHOWN = timedelta(days=400)
"""A calendar keeps what lies so far back: what was cancelled must stay long enough for every subscriber to see it."""

_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def calendar_router(open_register: Callable[[], Register], language_name: str = "nb") -> APIRouter:
    """Return the router of `/calendar/<token>.ics`; an address that is unknown or revoked is 404, without a reason."""
    router = APIRouter()

    @router.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"], include_in_schema=False)
    def feed(token: str, request: Request) -> Response:
        register = open_register()
        now = register.clock()
        with register.read() as session:
            found = feed_of(session, token)
            if found is None:
                return Response("There is no calendar here.\n", 404, media_type="text/plain")
            dates = calendar_of(session, found.municipality_number, oslo_date(now) - SHOWN)
        language.use(language_name)
        municipality = municipalities.by_number(found.municipality_number)
        name = calendar_name(municipality.display_name if municipality else found.municipality_number)
        content = calendar(dates, name, found.made_at)
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {**_HEADERS, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)

    return router


def feed_address(public_url: str, token: str) -> str:
    """Return the address that a token opens."""
    return f"{public_url.rstrip('/')}/calendar/{token}.ics"
