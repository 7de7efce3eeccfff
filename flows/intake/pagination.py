"""Fetch one page of an API, whole or not at all: timeouts, retries with back-off, `Retry-After`, TLS."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from flows.errors import CasesUnreadable
from flows.intake.json_text import parse_json
from flows.language import translate as _
from flows.settings import Settings

_ATTEMPTS = 5
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 120.0
_CONNECT = 5.0
_LONGEST_PAGE = 300.0
_LARGEST_PAGE = 64 * 1024 * 1024
_TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class ApiPage:
    """A page that arrived whole: its bytes, the JSON they are, and the next address of its `Link` header, or empty."""

    body: bytes
    content: Any
    next: str = ""


Fetch = Callable[[str], ApiPage]
Sleep = Callable[[float], None]


class _Bearer(AuthBase):
    """Sends the token; an object of its own, so that no `.netrc` takes its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Failed(Exception):
    """An attempt that may be repeated, with the pause that the server asked for, in seconds, or 0."""

    def __init__(self, reason: str, pause: float = 0) -> None:
        super().__init__(reason)
        self.pause = pause


def fetch_with(session: requests.Session, settings: Settings, sleep: Sleep = time.sleep) -> Fetch:
    """Return the function that fetches a page with the settings' secrets."""
    auth: AuthBase | None = None
    if token := settings.cases_token.get_secret_value():
        auth = _Bearer(token)
    elif settings.cases_user:
        auth = HTTPBasicAuth(settings.cases_user, settings.cases_password.get_secret_value())

    def fetch(address: str) -> ApiPage:
        reason = ""
        for attempt in range(_ATTEMPTS):
            try:
                return _attempt(session, auth, address, settings.cases_timeout)
            except _Failed as failed:
                reason = str(failed)
                if attempt + 1 < _ATTEMPTS:
                    sleep(max(failed.pause, _FIRST_PAUSE * 2**attempt))
        raise CasesUnreadable(
            _("The source could not be read after {attempts} attempts ({reason}). Nothing was taken from it.").format(
                attempts=_ATTEMPTS, reason=reason
            )
        )

    return fetch


def _attempt(session: requests.Session, auth: AuthBase | None, address: str, silence: float) -> ApiPage:
    begun = time.monotonic()
    try:
        with session.get(
            address,
            auth=auth,
            headers={"Accept": "application/json"},
            timeout=(_CONNECT, silence),
            allow_redirects=False,
            stream=True,
        ) as answer:
            _judge_status(answer)
            pieces: list[bytes] = []
            size = 0
            for piece in answer.iter_content(64 * 1024):
                pieces.append(piece)
                size += len(piece)
                if size > _LARGEST_PAGE:
                    raise CasesUnreadable(_("A page of the source is too large. Ask for smaller pages."))
                if time.monotonic() - begun > _LONGEST_PAGE:
                    raise _Failed(_("it is too slow"))
            body = b"".join(pieces)
            return ApiPage(body, parse_json(body), answer.links.get("next", {}).get("url", ""))
    except requests.exceptions.SSLError as error:
        raise CasesUnreadable(_("The source's certificate is not trusted. Nothing was sent or taken.")) from error
    except requests.Timeout as error:
        raise _Failed(_("it does not answer in time")) from error
    except requests.RequestException as error:
        raise _Failed(_("the connection broke")) from error
    except (ValueError, RecursionError) as error:
        raise _Failed(_("what it sent is no JSON, or only half of it")) from error


def _judge_status(answer: requests.Response) -> None:
    if answer.status_code == 200:
        return
    reason = _("it answers {status}").format(status=answer.status_code)
    if answer.status_code in _TRY_AGAIN:
        pause = _retry_after(answer.headers.get("Retry-After", ""))
        if pause > _LONGEST_PAUSE:
            raise CasesUnreadable(_("The source asks to be left alone for a while. Try again later."))
        raise _Failed(reason, pause)
    if answer.status_code in (401, 403):
        raise CasesUnreadable(
            _("The source does not let us in ({status}). Check the secrets in the settings.").format(
                status=answer.status_code
            )
        )
    raise CasesUnreadable(
        _("The source cannot be read: {reason}. Check the address; nothing was taken from it.").format(reason=reason)
    )


def _retry_after(written: str) -> float:
    """Return the seconds that a `Retry-After` header asks for, written as seconds or as a date; 0 without one."""
    if written.strip().isdecimal():
        return float(written)
    try:
        return max((parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError):
        return 0
