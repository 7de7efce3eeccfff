"""One HTTP call to a provider, and what its failure means for exactly-once sending (signing.md, 1.3 and 1.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError
from urllib3.util import Retry

from flows.errors import NotSent, PerhapsSent, ProviderError

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
LONG_READ_SECONDS = 60.0
"""For creating, and for downloads."""
SMALL = 1024 * 1024
"""Bytes that an answer may have which is no document."""

_READS_AGAIN = Retry(
    total=3,
    connect=2,
    redirect=0,
    allowed_methods={"GET"},
    status_forcelist={429, 502, 503, 504},
    backoff_factor=0.3,
    backoff_jitter=0.2,
    respect_retry_after_header=True,
    raise_on_status=False,
)


class Answer(NamedTuple):
    """What came back, read to its end."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Caller:
    """Calls one provider at one address with a bearer token; reads may be repeated, anything else is called once."""

    session: requests.Session
    base_url: str
    token: str
    provider: str

    def __post_init__(self) -> None:
        """Let the session repeat reads from this provider."""
        self.session.mount(self.base_url, HTTPAdapter(max_retries=_READS_AGAIN))

    def create(self, path: str, **content: Any) -> Answer:
        """Make the one call that creates something. Raises `NotSent` or `PerhapsSent`, nothing else."""
        try:
            answer = self._call("POST", path, SMALL, LONG_READ_SECONDS, **content)
        except requests.RequestException as error:
            if never_left(error):
                raise NotSent(f"{self.provider} cannot be reached; nothing was sent, try again later.") from None
            raise PerhapsSent(f"{self.provider} broke off; whether it has the request must be looked up.") from None
        except _TooLong:
            raise PerhapsSent(f"{self.provider} answered at unreasonable length; look the request up.") from None
        if answer.status == 408 or not (200 <= answer.status < 300 or 400 <= answer.status < 500):
            raise PerhapsSent(f"{self.provider} answered {answer.status}; whether it has the request is unknown.")
        return answer

    def read(self, path: str, limit: int = SMALL, seconds: float = READ_SECONDS) -> Answer:
        """Read something, again when it fails. Raises `ProviderError`."""
        return self._ask("GET", path, limit, seconds)

    def tell(self, path: str, content: Mapping[str, Any]) -> Answer:
        """Tell the provider something, once. Raises `ProviderError`."""
        return self._ask("POST", path, SMALL, READ_SECONDS, json=content)

    def _ask(self, method: str, path: str, limit: int, seconds: float, **content: Any) -> Answer:
        try:
            return self._call(method, path, limit, seconds, **content)
        except requests.RequestException:
            raise ProviderError(f"{self.provider} cannot be reached or broke off; try again later.") from None
        except _TooLong:
            raise ProviderError(f"{self.provider} answered with more than {limit} bytes.") from None

    def _call(self, method: str, path: str, limit: int, seconds: float, **content: Any) -> Answer:
        with self.session.request(
            method,
            self.base_url + path,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=(CONNECT_SECONDS, seconds),
            allow_redirects=False,
            stream=True,
            **content,
        ) as response:
            body = bytearray()
            for part in response.iter_content(65_536):
                body += part
                if len(body) > limit:
                    raise _TooLong
            content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Answer(response.status_code, content_type, bytes(body))


class _TooLong(Exception):
    """The answer is longer than it may be."""


def never_left(error: requests.RequestException) -> bool:
    """Say whether a failed call certainly did not reach the provider: no name, no connection."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError)
