"""Sign in with a local account or choose a provider, sign out, stay signed in, and go on with a form that was held."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from flows.application.held_forms import held_form
from flows.application.oidc_sign_in import providers_of, sign_out
from flows.application.sessions import SignedIn, end_signed_in
from flows.application.sign_in import SignInFault, sign_in
from flows.language import translate as _
from flows.web.workplace.cookies import Cookies
from flows.web.workplace.error_pages import message_page, not_found_page
from flows.web.workplace.form_labels import page_of, purpose_of, shown_fields
from flows.web.workplace.guards import ForgedForm, Visit, require
from flows.web.workplace.rendering import render
from flows.web.workplace.sign_in_redirects import local_path

Text = Annotated[str, Form(max_length=500, pattern=r"^[^\x00]*$")]
SignedInVisit = Annotated[Visit, Depends(require())]


def sign_in_routes() -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    _add_sign_in(router)
    _add_session_routes(router)
    return router


def _add_sign_in(router: APIRouter) -> None:
    @router.get("/logg-inn")
    def show(request: Request, til: str = "/", bekreft: bool = False, byttet: bool = False) -> Response:
        """Offer the ways to sign in; go on at once where somebody is signed in."""
        if request.state.signed is not None and not bekreft:
            return RedirectResponse(local_path(til), 303)
        return _sign_in_page(request, til, bekreft, changed=byttet)

    @router.post("/logg-inn")
    def take(
        request: Request,
        csrf: Text = "",
        brukernavn: Text = "",
        passord: Text = "",
        kode: Text = "",
        til: Annotated[str, Form(max_length=2000)] = "/",
        bekreft: Annotated[bool, Form()] = False,
    ) -> Response:
        """Sign in with a local account."""
        check_browser_form(request, csrf)
        if not brukernavn.strip() or not passord:
            return _sign_in_page(request, til, bekreft, 422, brukernavn, SignInFault.WRONG)
        came_from = request.client.host if request.client else ""
        context = request.app.state.context
        outcome = sign_in(context, brukernavn, passord, kode, came_from)
        if isinstance(outcome, SignInFault):
            status = 429 if outcome is SignInFault.TOO_OFTEN else 422
            return _sign_in_page(request, til, bekreft, status, brukernavn, outcome)
        return go_on(request, outcome, til)


def _add_session_routes(router: APIRouter) -> None:
    @router.post("/logg-ut")
    def leave(request: Request, visit: SignedInVisit) -> Response:
        """End the session here, and the provider's own if there is one."""
        address = sign_out(request.app.state.context, visit.signed)
        request.state.signed = None
        if address:
            # A page and not a redirect: the policy of forms would have to name every provider's hosts.
            answer: Response = render(request, "signing_out.html", address=address)
        else:
            answer = RedirectResponse("/logget-ut", 303)
        request.app.state.cookies.clear_session(answer)
        return answer

    @router.get("/logget-ut")
    def left(request: Request) -> Response:
        """Say that nobody is signed in any more."""
        links = [("/logg-inn", _("Sign in again"))]
        text = _("You are signed out of Avtaleflyt. On a shared computer, close the browser as well.")
        return render(request, "message.html", heading=_("You are signed out"), paragraphs=(text,), links=links)

    @router.post("/forleng")
    def extend(request: Request, visit: SignedInVisit) -> Response:
        """Let the session go on; the request itself counts as use."""
        left = visit.signed.ends_at - request.app.state.context.register.clock()
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"seconds": int(left.total_seconds())})
        return RedirectResponse("/", 303)

    @router.get("/fortsett/{token}")
    def go_on_with_form(request: Request, token: str, visit: SignedInVisit) -> Response:
        """Show what was filled in when the session ended; it is sent by the person, or left."""
        browser = request.app.state.cookies.browser(request)
        form = held_form(visit.context, browser, token)
        if form is None:
            return not_found_page(request)
        purpose, shown = purpose_of(form), shown_fields(form)
        values = {"purpose": purpose, "shown": shown, "page": page_of(form)}
        return render(request, "held_form.html", 200, form=form, token=token, **values)


def check_browser_form(request: Request, token: str) -> None:
    """Raise `ForgedForm` unless a form that is sent without a session comes from the page that this browser got."""
    cookies: Cookies = request.app.state.cookies
    browser = cookies.browser(request)
    right = cookies.form_token(browser)
    is_ours = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    if not browser or not is_ours or not hmac.compare_digest(token.encode(), right.encode()):
        raise ForgedForm


def go_on(request: Request, session_id: str, path: str) -> Response:
    """Return the way on after sign-in, with the new session; one that the browser had before has ended."""
    former: SignedIn | None = request.state.signed
    if former is not None:
        end_signed_in(request.app.state.context, former)
    answer = RedirectResponse(local_path(path), 303)
    request.app.state.cookies.set_session(answer, session_id)
    return answer


def refused_page(request: Request, heading: str, *paragraphs: str, status: int = 403) -> Response:
    """Return a page that says why a sign-in did not succeed."""
    return message_page(request, status, heading, *paragraphs)


def _sign_in_page(
    request: Request,
    til: str,
    bekreft: bool,
    status: int = 200,
    user_name: str = "",
    fault: SignInFault | None = None,
    *,
    changed: bool = False,
) -> Response:
    sentences = {
        SignInFault.WRONG: _("User name, password or code is wrong. Check them and try again."),
        SignInFault.TOO_OFTEN: _("There were too many tries. Wait a few minutes, then try again."),
    }
    cookies: Cookies = request.app.state.cookies
    carrier = Response()
    browser = cookies.remember_browser(request, carrier)
    page = render(
        request,
        "sign_in.html",
        status,
        providers=list(providers_of(request.app.state.context).values()),
        til=local_path(til),
        confirms=bekreft,
        changed=changed,
        user_name=user_name,
        fault=sentences[fault] if fault else "",
        has_errors=fault is not None,
        form_token=cookies.form_token(browser),
    )
    for value in carrier.headers.getlist("set-cookie"):
        page.headers.append("set-cookie", value)
    return page
