"""Find the session of every request before anything else is done with it, and use the language of whoever asks."""

from dataclasses import dataclass
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from flows import language
from flows.application.context import Context
from flows.application.sessions import signed_in
from flows.web.workplace.cookies import Cookies
from flows.web.workplace.error_pages import not_found_page
from flows.web.workplace.page_language import page_language

WITHOUT_SESSION = ("/static/",)
"""Beginnings of paths that nobody is signed in for."""


@dataclass(frozen=True)
class Sessions:
    """ASGI middleware: `request.state.signed` is the live session, or None."""

    app: ASGIApp
    context: Context
    cookies: Cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its session."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        request.state.signed, request.state.had_session = None, False
        token = "" if request.url.path.startswith(WITHOUT_SESSION) else self.cookies.session_id(request)
        signed = await run_in_threadpool(signed_in, self.context, token) if token else None
        request.state.signed = signed
        request.state.had_session = bool(token)
        asked_for = request.headers.get("accept-language", "")
        language.use(page_language(signed, asked_for, self.context.stated_settings.language))
        if "\0" in unquote(f"{request.url.path}?{request.url.query}"):  # nothing here has NUL in its address
            page: Response = await run_in_threadpool(not_found_page, request)
            await page(scope, receive, send)
            return
        await self.app(scope, receive, send)
