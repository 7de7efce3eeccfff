"""Send whoever is not signed in to the sign-in page, and back to where they were, with what they filled in."""

from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from flows.application.held_forms import FormContent, hold_form
from flows.web.workplace.cookies import Cookies
from flows.web.workplace.guards import HELD_FIELD

SIGN_IN = "/logg-inn"
HELD = "/fortsett"
_NOT_HELD = ("/logg-ut", "/forleng")
"""Forms about the session itself: after a new sign-in they are not wanted any more."""


def local_path(given: str) -> str:
    """Return a path of this site to go to, `/` for anything that leads or might lead elsewhere."""
    if not given.startswith("/") or given.startswith("//") or "\\" in given or not given.isprintable():
        return "/"
    try:
        parts = urlsplit(given)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path.startswith((SIGN_IN, "/logg-ut", "/logget-ut")):
        return "/"
    return given


async def to_sign_in(request: Request, form: FormData | None, *, fresh: bool) -> Response:
    """Return the way to the sign-in page: 303, or for htmx 401 with the address of the whole page.

    A form is held meanwhile, encrypted, and shown again after sign-in; it is not sent by itself.
    """
    browser_response = Response()
    cookies: Cookies = request.app.state.cookies
    browser = cookies.remember_browser(request, browser_response)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET":
        back = await _hold(request, form, browser, fresh=fresh) or "/"
    asked = {"til": local_path(back)} | ({"bekreft": "1"} if fresh else {})
    target = f"{SIGN_IN}?{urlencode(asked)}"
    if request.headers.get("hx-request") == "true":
        answer = Response(status_code=401, headers={"HX-Redirect": target})
    else:
        answer = RedirectResponse(target, 303)
    for value in browser_response.headers.getlist("set-cookie"):
        answer.headers.append("set-cookie", value)
    return answer


async def _hold(request: Request, form: FormData | None, browser: str, *, fresh: bool) -> str:
    """Hold a form of our own pages; return the path that shows it again, empty where there is nothing to hold."""
    is_ours = request.state.had_session and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    if form is None or not is_ours or request.url.path in _NOT_HELD:
        return ""
    fields = ((name, value) for name, value in form.multi_items() if isinstance(value, str) and name != HELD_FIELD)
    content = FormContent(request.url.path, tuple(fields), fresh)
    context, cookies = request.app.state.context, request.app.state.cookies
    token = await run_in_threadpool(hold_form, context, browser, cookies.session_id(request), content)
    return f"{HELD}/{token}" if token else ""
