"""Send whoever is not signed in to the sign-in page, and bring them back to where they were."""

from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

SIGN_IN = "/logg-inn"


def local_path(given: str) -> str:
    """Return a path of this site to go to, `/` for anything that leads or might lead elsewhere."""
    if not given.startswith("/") or given.startswith(("//", "/\\")) or "\\" in given or not given.isprintable():
        return "/"
    try:
        parts = urlsplit(given)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path.startswith(SIGN_IN):
        return "/"
    return given


async def to_sign_in(request: Request, form: FormData | None, *, fresh: bool) -> Response:  # noqa: ARG001
    """Return the way to the sign-in page: 303, or for htmx 401 with the address of the whole page."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"{SIGN_IN}?til={quote(local_path(back if request.method == 'GET' else '/'), safe='/')}"
    if fresh:
        target += "&bekreft=1"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)
