"""The addresses of sign-in at OpenID Connect providers: the way there, the way back, and the ends of their sessions."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from flows.application.oidc_sign_in import (
    OidcFailed,
    OidcFault,
    begin,
    end_by_back_channel,
    end_by_front_channel,
    finish,
)
from flows.language import current
from flows.language import translate as _
from flows.web.workplace.error_pages import not_found_page
from flows.web.workplace.sign_in_pages import go_on, refused_page
from flows.web.workplace.sign_in_redirects import local_path


def oidc_routes() -> APIRouter:
    """Return the routes. None of them has a guard: who somebody is, is what they find out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/logg-inn/{provider}")
    def leave_for_provider(request: Request, provider: str, til: str = "/", bekreft: bool = False) -> Response:
        """Begin an attempt, and send the browser to the provider."""
        carrier = Response()
        browser = request.app.state.cookies.remember_browser(request, carrier)
        try:
            address = begin(request.app.state.context, provider, browser, local_path(til), current(), bekreft)
        except OidcFailed as failed:
            return _failed(request, failed.fault)
        answer = RedirectResponse(address, 303)
        for value in carrier.headers.getlist("set-cookie"):
            answer.headers.append("set-cookie", value)
        return answer

    @router.get("/logg-inn/{provider}/svar")
    def come_back(request: Request, provider: str) -> Response:
        """Take what the provider sent back, and start a session."""
        browser = request.app.state.cookies.browser(request)
        try:
            answer = dict(request.query_params)
            session_id, path = finish(request.app.state.context, provider, browser, answer)
        except OidcFailed as failed:
            return _failed(request, failed.fault)
        return go_on(request, session_id, path)

    @router.get("/logg-ut/frontkanal")
    def front_channel(request: Request, iss: str = "", sid: str = "") -> Response:
        """End the sessions of a provider's session; its page calls this in a frame, without our cookie."""
        end_by_front_channel(request.app.state.context, iss, sid)
        return Response(status_code=204)

    @router.post("/logg-ut/bakkanal/{provider}")
    def back_channel(
        request: Request, provider: str, logout_token: Annotated[str, Form(max_length=64 * 1024)] = ""
    ) -> Response:
        """End the sessions that a logout token names: the provider's server calls this."""
        try:
            right = end_by_back_channel(request.app.state.context, provider, logout_token)
        except OidcFailed:
            right = False
        return Response(status_code=204 if right else 400)

    return router


def _failed(request: Request, fault: OidcFault) -> Response:
    match fault:
        case OidcFault.UNKNOWN_PROVIDER:
            return not_found_page(request)
        case OidcFault.OLD_ATTEMPT:
            text = _("The sign-in was begun in another window or too long ago. Sign in once more.")
            return refused_page(request, _("This sign-in has ended"), text)
        case OidcFault.DENIED:
            text = _("The sign-in service did not let you in, or you stopped the sign-in. Nobody is signed in.")
            return refused_page(request, _("You were not signed in"), text)
        case OidcFault.AWAY:
            text = _(
                "The sign-in service does not answer. Try again in a few minutes; your municipality's IT can help."
            )
            return refused_page(request, _("The sign-in service is away"), text, status=503)
        case OidcFault.CLOSED:
            text = _("Your account at Avtaleflyt is closed. Ask the administrator.")
            return refused_page(request, _("You have no access"), text)
        case _:
            text = _("The answer of the sign-in service could not be trusted, and nobody is signed in. Try again.")
            return refused_page(request, _("You were not signed in"), text)
