"""Make one HTTP call to a provider, and say what its failure means for exactly-once sending.

The rules are in docs/protocols.md#sending-exactly-once and docs/protocols.md#http.
"""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError, NameResolutionError, NewConnectionError, SSLError
from urllib3.util import Retry

from flows.errors import NotReached, NotSent, PerhapsSent, ProviderError, ProviderUnreachable
from flows.language import translate as _
from flows.signing.rate_limiter import Pace, no_pace

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
LONG_READ_SECONDS = 60.0
"""For creating, and for downloads."""
_WHOLE = 4
"""A whole answer may take this many times as long as any pause in it."""
_LONGEST_WAIT = 60
"""Seconds that a call waits at most when it came too often."""
_COMES_AGAIN = 2
SMALL = 1024 * 1024
"""Bytes that an answer may have which is no document."""

_NEVER_LEFT = (
    requests.ConnectTimeout,
    requests.exceptions.ProxyError,  # raised only while there is no connection to the proxy
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
)

_READS_AGAIN = Retry(
    total=3,
    connect=2,
    redirect=0,
    other=0,  # a TLS connection that breaks counts as "other", and would be tried again for a POST, too
    allowed_methods={"GET"},
    status_forcelist={429, 502, 503, 504},
    backoff_factor=0.3,
    backoff_jitter=0.2,
    respect_retry_after_header=True,
    retry_after_max=30,  # seconds; whoever asks for more is left alone until the next round
    raise_on_status=False,
)


class ProviderResponse(NamedTuple):
    """What came back, read to its end. `headers` finds names in any case."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = {}

    @property
    def is_page(self) -> bool:
        """Whether a success is a web page: no provider answers with one, a portal or a proxy before it does."""
        return 200 <= self.status < 300 and self.content_type in {"text/html", "application/xhtml+xml"}


@dataclass(frozen=True)
class Caller:
    """Calls one provider at one address; reads may be repeated, anything else is called once.

    `headers` carry the credentials and go to no other address; `pace` waits until a call may be made; `adapter` is how
    connections are made, where plain HTTPS is not enough; `download_hosts` are others that files may come from, over
    HTTPS and without our credentials.
    """

    session: requests.Session
    base_url: str
    headers: Mapping[str, str] = field(repr=False)
    provider: str
    pace: Pace = no_pace
    adapter: HTTPAdapter | None = None
    download_hosts: frozenset[str] = frozenset()
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        """Let the session repeat reads from this provider."""
        self.session.mount(self.base_url, self.adapter or HTTPAdapter(max_retries=_READS_AGAIN))

    def create(self, path: str, **content: Any) -> ProviderResponse:
        """Make the one call that creates something. Raises `NotSent` or `PerhapsSent`, nothing else.

        Only one that was turned away for coming too often, and told when to come again, is made again: nothing was
        created. Without a time the limit may be a month's, and nobody waits.
        """
        began = time.monotonic()
        answer = self._create(path, **content)
        for _attempt in range(_COMES_AGAIN):
            seconds = _retry_after(answer)
            if seconds is None or time.monotonic() - began > _LONGEST_WAIT:
                break
            self.sleep(seconds)
            answer = self._create(path, **content)
        return answer

    def _create(self, path: str, **content: Any) -> ProviderResponse:
        try:
            answer = self._call("POST", path, SMALL, LONG_READ_SECONDS, **content)
        except requests.RequestException as error:
            if never_reached_provider(error):
                silent = isinstance(error, requests.ConnectionError) and not isinstance(
                    error, requests.exceptions.SSLError
                )
                raise (NotReached if silent else NotSent)(
                    _("{provider} cannot be reached; nothing was sent, try again later.").format(provider=self.provider)
                ) from None
            raise PerhapsSent(
                _("{provider} broke off; whether it has the request must be looked up.").format(provider=self.provider)
            ) from None
        except UnicodeError:  # before anything is sent, headers are made of Latin letters
            raise NotSent(
                _("{provider} cannot be called as it is set up; nothing was sent.").format(provider=self.provider)
            ) from None
        except (_TooLong, _TooSlow, HTTPError):
            raise PerhapsSent(
                _("{provider} answered at unreasonable length; look the request up.").format(provider=self.provider)
            ) from None
        if answer.is_page:
            raise PerhapsSent(
                _("{provider} answered with a web page; whether it has the request is unknown.").format(
                    provider=self.provider
                )
            )
        if answer.status == 408 or not (200 <= answer.status < 300 or 400 <= answer.status < 500):
            raise PerhapsSent(
                _("{provider} answered {status}; whether it has the request is unknown.").format(
                    provider=self.provider, status=answer.status
                )
            )
        return answer

    def read(
        self, path: str, limit: int = SMALL, seconds: float | None = None, accept: str = "application/json"
    ) -> ProviderResponse:
        """Read something, again when it fails. Raises `ProviderError`."""
        return self._ask("GET", path, limit, seconds or READ_SECONDS, headers={"Accept": accept})

    def tell(self, path: str, content: Mapping[str, Any] | None = None, method: str = "POST") -> ProviderResponse:
        """Tell the provider something, once. Raises `ProviderError`."""
        said = {} if content is None else {"json": content}
        return self._ask(method, path, SMALL, READ_SECONDS, **said)

    def send_xml(self, path: str, content: bytes) -> ProviderResponse:
        """Post an XML document, once. Raises `ProviderError`."""
        return self._ask("POST", path, SMALL, READ_SECONDS, data=content, headers={"Content-Type": "application/xml"})

    def own(self, url: str) -> str:
        """Return an address from an answer as a path below ours. Raises `ProviderError` where it leads elsewhere."""
        ours, given = urlsplit(self.base_url), urlsplit(url)
        if (given.scheme, given.netloc) != (ours.scheme, ours.netloc) or not url.isascii() or "\\" in url:
            raise ProviderError(
                _("{provider} gave an address on another host; it was not opened.").format(provider=self.provider)
            )
        return url

    def _ask(self, method: str, path: str, limit: int, seconds: float, **content: Any) -> ProviderResponse:
        try:
            answer = self._call(method, path, limit, seconds, **content)
        except (requests.RequestException, HTTPError, UnicodeError):
            raise ProviderUnreachable(
                _("{provider} cannot be reached or broke off; try again later.").format(provider=self.provider)
            ) from None
        except _TooLong:
            raise ProviderError(
                _("{provider} answered with more than {limit} bytes.").format(provider=self.provider, limit=limit)
            ) from None
        except _TooSlow:
            raise ProviderUnreachable(
                _("{provider} answered too slowly; try again later.").format(provider=self.provider)
            ) from None
        if answer.is_page:
            raise ProviderError(
                _("{provider} answered with a web page; something stands between it and us.").format(
                    provider=self.provider
                )
            )
        return answer

    def _call(
        self,
        method: str,
        path: str,
        limit: int,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> ProviderResponse:
        credentials = self.headers
        if "://" not in path:
            url = self.own(self.base_url + path)  # compared after joining: «@host» in a path would lead to that host
        else:
            there = urlsplit(path)
            if method == "GET" and there.scheme == "https" and there.netloc in self.download_hosts and path.isascii():
                url, credentials = path, {}
            else:
                url = self.own(path)
        self.pace()
        latest = time.monotonic() + _WHOLE * seconds
        with self.session.request(
            method,
            url,
            headers={**credentials, **(headers or {})},
            timeout=(CONNECT_SECONDS, seconds),
            allow_redirects=False,
            stream=True,
            auth=_as_it_is,
            **content,
        ) as response:
            body = bytearray()
            while part := response.raw.read1(65_536, decode_content=True):
                body += part
                if len(body) > limit:
                    raise _TooLong
                if time.monotonic() > latest:
                    raise _TooSlow
            content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return ProviderResponse(response.status_code, content_type, bytes(body), response.headers)


def _retry_after(answer: ProviderResponse) -> float | None:
    """Return the seconds after which a call that came too often may come again; None where that is not said."""
    told = answer.headers.get("Retry-After", "") if answer.status == 429 else ""
    seconds = int(told) if told.isascii() and told.isdigit() and len(told) < 4 else _LONGEST_WAIT + 1
    return seconds if seconds <= _LONGEST_WAIT else None


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add no password from a `.netrc` file, which would take the place of ours."""
    return request


class TlsHandshakeFailed(ssl.SSLError):
    """No secure connection came about: nothing was sent over it."""


class _TooLong(Exception):
    """The answer is longer than it may be."""


class _TooSlow(Exception):
    """The answer drips in more slowly than anybody can wait for."""


def never_reached_provider(error: requests.RequestException) -> bool:
    """Say whether a failed call certainly did not reach the provider: no name, no connection, no way to call it."""
    if isinstance(error, _NEVER_LEFT):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(reason, SSLError):
        within = reason.args[0] if reason.args else None
        return isinstance(within, TlsHandshakeFailed | ssl.SSLCertVerificationError)
    return isinstance(reason, NewConnectionError | NameResolutionError)
