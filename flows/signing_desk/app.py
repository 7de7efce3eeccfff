"""The desk as a web application: senders below /api, signers below /sign."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pyhanko.sign.timestamps import TimeStamper
from starlette.exceptions import HTTPException

from flows.language import translate as _
from flows.signing_desk.api import api_routes, describe
from flows.signing_desk.emails import SignerMailer
from flows.signing_desk.errors import DeskError, unknown_link
from flows.signing_desk.evidence_maker import making_evidence
from flows.signing_desk.link_tokens import digest_of
from flows.signing_desk.middleware import SECURITY_HEADERS, SecurityMiddleware, sender_token
from flows.signing_desk.service import Clock, open_desk
from flows.signing_desk.signer_pages import error_page, page_routes
from flows.signing_desk.signing_links import issue_missing
from flows.signing_desk.throttling import OPENINGS, AttemptLimiter
from flows.signing_desk.webhook_outbox import Webhook, delivering_webhooks


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


def create_app(
    folder: Path,
    clock: Clock = utc_now,
    *,
    address: str = "http://127.0.0.1:8756",
    token: str = "",
    mailer: SignerMailer | None = None,
    timestamper: TimeStamper | None = None,
    webhook: Webhook | None = None,
    passphrase: str = "",
) -> FastAPI:
    """Open the desk in its folder as an application.

    `address` is the base of all links. `token` is the senders' bearer token; if it is empty, the folder's own is used.
    `webhook` is the receiver of webhooks. `passphrase` opens the key of the desk's authority.
    """
    desk = open_desk(
        folder,
        clock,
        address,
        mailer=mailer,
        timestamper=timestamper,
        sends_webhooks=webhook is not None,
        passphrase=passphrase,
    )
    issue_missing(desk)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with delivering_webhooks(desk, webhook), making_evidence(desk):
            yield

    app = FastAPI(
        title="Avtaleflyt signing desk",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,  # a redirect would name the link to sign, at a host that the request chose
        lifespan=lifespan,
    )
    app.include_router(api_routes(desk))
    app.include_router(page_routes(desk))

    _add_throttling(app, AttemptLimiter(clock, OPENINGS, timedelta(minutes=1)))
    _add_error_handlers(app, AttemptLimiter(clock))
    app.add_middleware(SecurityMiddleware, token=sender_token(folder, token))  # the outermost: every answer has headers
    return app


def _add_throttling(app: FastAPI, openings: AttemptLimiter) -> None:
    """Limit how often one link is opened. Unknown links are limited where they are answered."""

    @app.middleware("http")
    async def wait(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        if not request.url.path.startswith(("/sign/", "/copy/")):
            return await go_on(request)
        link = digest_of(request.url.path.split("/")[2])
        if openings.is_exceeded(link):
            return _too_many(60)
        openings.count(link)
        return await go_on(request)


def _add_error_handlers(app: FastAPI, misses: AttemptLimiter) -> None:
    """Answer errors as pages or problem details, and count unknown links."""

    @app.exception_handler(DeskError)
    def refused(request: Request, refusal: DeskError) -> Response:
        if refusal.code == "unknown-link":
            if misses.is_exceeded(_caller(request)):
                return _too_many(600)
            misses.count(_caller(request))
        return _answer(request, refusal)

    @app.exception_handler(Exception)
    def fault(request: Request, _error: Exception) -> Response:
        """Answer a fault of the desk; this one is sent beside the middleware, so that it brings its own headers."""
        told = _("A fault in the desk; whoever runs it finds it in the log.")
        answer = _answer(request, DeskError(500, "fault", told))
        for name, value in SECURITY_HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return _answer(
            request,
            DeskError(
                422,
                "invalid",
                _("The request cannot be taken: {complaints}.").format(complaints=describe(error.errors())),
            ),
        )

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        phrase = HTTPStatus(error.status_code).phrase
        refusal = DeskError(error.status_code, phrase.lower().replace(" ", "-"), f"{phrase}.")
        return _answer(request, unknown_link() if error.status_code == 404 and not _to_api(request) else refusal)


def _too_many(seconds: int) -> Response:
    answer = error_page(DeskError(429, "too-many", _("Too many attempts.")))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _caller(request: Request) -> str:
    return request.client.host if request.client else ""


def _answer(request: Request, refusal: DeskError) -> Response:
    if not _to_api(request):
        return error_page(refusal)
    problem = {"type": "about:blank", "status": refusal.status, "code": refusal.code, "detail": str(refusal)}
    return Response(json.dumps(problem), refusal.status, media_type="application/problem+json")


def _to_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")
