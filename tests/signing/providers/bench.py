"""What the workbenches of providers share: the adapter, its server, the time, and the invented agreement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from flows.signing.port import OpenRequest, Provider, SentRequest, SigningIntent
from tests.conftest import Clock
from tests.signing_desk.documents import BOTH, agreement, intent_of

_Adapter = TypeVar("_Adapter", bound=Provider)
_Server = TypeVar("_Server")


@dataclass
class Bench(Generic[_Adapter, _Server]):
    """A provider's server under the test's control, and the adapter for it; a subclass has people who sign."""

    provider: _Adapter
    server: _Server
    clock: Clock

    def sign(self, sent: SentRequest, order: int) -> bool:
        """Sign as that signer; False when the server does not let them."""
        raise NotImplementedError

    def move_deadline(self, sent: SentRequest, to: datetime) -> bool:
        """Move the end at the provider; False where it cannot be moved."""
        return False

    def change_address(self, sent: SentRequest, order: int, email: str) -> bool:
        """Change a signer's address at the provider; False where it cannot be changed."""
        return False

    def deadline(self, days: int) -> datetime:
        """Return the instant so many days ahead."""
        return self.clock() + timedelta(days=days)

    def set_clock(self, now: datetime) -> None:
        """Let it be this instant."""
        self.clock.now = now

    def pass_days(self, days: int) -> None:
        """Let so many days pass."""
        self.clock.forward(days=days)

    def pass_minutes(self, minutes: int) -> None:
        """Let so many minutes pass."""
        self.clock.forward(minutes=minutes)

    def intent(self, reference: str = "a1b2-v1-a1") -> SigningIntent:
        """Return what is sent: the invented agreement, to two signers, for 30 days."""
        return intent_of(agreement(), reference, self.deadline(30), BOTH)

    def send(self, reference: str = "a1b2-v1-a1") -> OpenRequest:
        """Send it; return it as the register would keep it."""
        sent = self.provider.send(self.intent(reference), agreement())
        return OpenRequest(sent.provider_id, reference, sent.urls)

    def signed(self) -> OpenRequest:
        """Return a request that everybody has signed."""
        request = self.send()
        for order in (1, 2):
            assert self.sign(SentRequest(request.provider_id, request.urls), order)
        return request
