"""Parts that can be broken at any step: a provider, a register and a store that pass named points, and a killer.

What is wrapped is the real thing; the program itself knows nothing of points.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from flows.archive import Store
from flows.register import Register, Transaction
from flows.signing.port import (
    CancelOutcome,
    Capabilities,
    Lookup,
    OpenRequest,
    Provider,
    SentRequest,
    SignedDocument,
    SigningIntent,
    Update,
    WebhookNotice,
)
from flows.signing.providers.posten import PostenDirectProvider

Passing = Callable[[str], None]


@dataclass
class Points:
    """Names every step that is passed and, at the one it is told, kills the process as a power cut would."""

    kill_at: str = ""
    log: Path | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def __call__(self, name: str) -> None:
        """Pass a point; points of one name are numbered."""
        self.counts[name] = self.counts.get(name, 0) + 1
        numbered = f"{name} {self.counts[name]}"
        if self.log is not None:
            with self.log.open("a") as file:
                file.write(numbered + "\n")
        if numbered == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class BreakableRegister(Register):
    """A register whose every commit can be cut off, just before or just after."""

    passing: Passing = lambda name: None

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Give a transaction between two points."""
        with super(BreakableRegister, self).write() as transaction:
            yield transaction
            self.passing("before commit")
        self.passing("after commit")


@dataclass(frozen=True, slots=True)
class BreakableStore(Store):
    """A store that can be cut off around every put."""

    passing: Passing = lambda name: None

    def put(self, content: bytes) -> str:
        """Keep bytes, between two points."""
        self.passing("before store")
        digest = super(BreakableStore, self).put(content)
        self.passing("after store")
        return digest


class BreakableSession(requests.Session):
    """HTTP that can be cut off before a call leaves, and after its answer has come."""

    def __init__(self, passing: Passing) -> None:
        super().__init__()
        self.passing = passing

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Make a call, between two points."""
        self.passing(f"before {request.method}")
        answer = super().send(request, **options)
        self.passing(f"after {request.method}")
        return answer


@dataclass
class BreakableProvider:
    """A provider with points around each operation; `before_acknowledging` sees every update that is acknowledged."""

    inner: Provider
    passing: Passing
    before_acknowledging: Callable[[Update], None]

    name: str = ""
    capabilities: Capabilities = field(default_factory=Capabilities)

    def __post_init__(self) -> None:
        """Look like the provider within."""
        self.name, self.capabilities = self.inner.name, self.inner.capabilities

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Send."""
        self.passing("before send")
        sent = self.inner.send(intent, pdf)
        self.passing("after send")
        return sent

    def find(self, reference: str) -> Lookup:
        """Look up."""
        self.passing("before find")
        found = self.inner.find(reference)
        self.passing("after find")
        return found

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Poll."""
        self.passing("before poll")
        for update in self.inner.poll(requests):
            self.passing("update")
            yield update
            self.passing("update done")
        self.passing("after poll")

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Fetch."""
        self.passing("before fetch")
        document = self.inner.fetch_signed(update)
        self.passing("after fetch")
        return document

    def acknowledge(self, update: Update) -> None:
        """Acknowledge."""
        self.before_acknowledging(update)
        self.passing("before acknowledge")
        self.inner.acknowledge(update)
        self.passing("after acknowledge")

    def cancel(self, request: OpenRequest, reason: str) -> CancelOutcome:
        """Cancel."""
        self.passing("before cancel")
        outcome = self.inner.cancel(request, reason)
        self.passing("after cancel")
        return outcome

    def remind(self, request: OpenRequest, order: int) -> None:
        """Remind."""
        self.inner.remind(request, order)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookNotice | None:
        """Read a webhook."""
        return self.inner.read_webhook(headers, body)


@dataclass
class BreakableLinkProvider(BreakableProvider):
    """A provider at which a person who is signed in here signs at once."""

    inner: PostenDirectProvider

    def signing_link(self, request: OpenRequest, order: int) -> str:
        """Give a link."""
        self.passing("before link")
        link = self.inner.signing_link(request, order)
        self.passing("after link")
        return link
