"""Serve a municipality's calendar feed at its secret address."""

import hashlib

from fastapi import APIRouter, Request, Response

from flows import language
from flows.application.calendar_feeds import read_feed
from flows.application.context import Context
from flows.language import translate as _

_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def calendar_router(context: Context) -> APIRouter:
    """Return the router of `/calendar/<token>.ics`; an address that is unknown or revoked is 404, without a reason."""
    router = APIRouter()

    @router.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"], include_in_schema=False)
    def feed(token: str, request: Request) -> Response:
        language.use(context.stated_settings.language)
        content = read_feed(context, token)
        if content is None:
            return Response(_("There is no calendar here.\n"), 404, media_type="text/plain")
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {**_HEADERS, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)

    return router
