"""The two cookies of the workplace: the session, and the browser in which a sign-in has begun.

`Secure` cookies with the prefix `__Host-` belong to this host alone. Where the pages are reached over plain HTTP, which
is on this machine only, browsers may refuse these; the same names without the prefix are used then.
"""

import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

_SESSION, _BROWSER = "avtaleflyt", "avtaleflyt-innlogging"
_SIGN_IN_SECONDS = 15 * 60


@dataclass(frozen=True)
class Cookies:
    """How cookies are set at the address that people reach the pages at."""

    public_url: str

    @property
    def secure(self) -> bool:
        """Whether the address is HTTPS."""
        return urlsplit(self.public_url).scheme == "https"

    def session_id(self, request: Request) -> str:
        """Return the session's id in a request, empty if there is none."""
        return request.cookies.get(self._name(_SESSION), "")

    def set_session(self, response: Response, token: str) -> None:
        """Give the browser a session; the cookie goes when the browser is closed."""
        self._set(response, _SESSION, token)

    def clear_session(self, response: Response) -> None:
        """Take the session from the browser."""
        self._set(response, _SESSION, "", max_age=0)

    def browser(self, request: Request) -> str:
        """Return what identifies this browser during a sign-in, empty if there is nothing."""
        return request.cookies.get(self._name(_BROWSER), "")

    def remember_browser(self, request: Request, response: Response) -> str:
        """Return what identifies this browser during a sign-in; give it something first where it has nothing."""
        token = self.browser(request) or secrets.token_urlsafe(32)
        self._set(response, _BROWSER, token, max_age=_SIGN_IN_SECONDS)
        return token

    def form_token(self, browser: str) -> str:
        """Return the token of forms that are sent before there is a session: it belongs to the browser's cookie."""
        return hashlib.sha256(f"form:{browser}".encode()).hexdigest()

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name

    def _set(self, response: Response, name: str, value: str, max_age: int | None = None) -> None:
        # Lax: with Strict the cookie is not sent on the way back from a sign-in provider.
        response.set_cookie(
            self._name(name), value, max_age=max_age, path="/", secure=self.secure, httponly=True, samesite="lax"
        )
