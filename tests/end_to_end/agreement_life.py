"""An installation without a network: a provider at which everybody signs at once, and the steps of a season."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from flows.application.collect import collect_signed_agreements
from flows.application.context import Context
from flows.application.make_documents import make_documents
from flows.application.send import send_agreement
from flows.application.take_in import IntakeResult, open_batch, take_in
from flows.archive import open_store
from flows.register import Register, State
from flows.register.agreements import get_agreement
from flows.settings import Settings
from flows.signing.port import OpenRequest, RequestStatus, SentRequest, SignedDocument, SigningIntent, Update
from tests.archive.signed_agreements import authority
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider


@dataclass
class SigningProvider(PaperProvider):
    """Everybody signs what is sent, at once and by the clock."""

    name: str = "desk"
    clock: Clock = field(default_factory=Clock)
    sent: dict[str, tuple[SigningIntent, bytes]] = field(default_factory=dict)

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Keep what is sent."""
        self.sent[intent.reference] = (intent, pdf)
        return super().send(intent, pdf)

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Tell that everything is signed."""
        for one in requests:
            yield Update(one.provider_id, one.reference, RequestStatus.SIGNED)

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Sign the document in the order of its signers."""
        intent, pdf = self.sent[update.reference]
        for signer in sorted(intent.signers, key=lambda one: one.order):
            pdf = authority().sign(pdf, signer.name, f"Signatur{signer.order}", at=self.clock.now)
        return SignedDocument(pdf)


@dataclass
class Installation:
    """A context with its clock and provider."""

    context: Context
    clock: Clock
    provider: SigningProvider

    def on(self, day: date) -> None:
        """Move the clock to ten o'clock in the morning of a day, Norwegian winter time."""
        self.clock.now = datetime.combine(day, time(9), UTC)

    def take_in(self, cases: Path) -> IntakeResult:
        """Take cases in, and do no more."""
        return take_in(self.context, open_batch(self.context, str(cases)))

    def season(self, cases: Path) -> IntakeResult:
        """Take cases in, make their documents, have them signed, and archive them; return what was taken in."""
        taken = self.take_in(cases)
        made = make_documents(self.context, taken.agreement_ids)
        assert [one.problem for one in made if one.problem] == []
        for one in made:
            if one.state == State.GENERATED:
                self.clock.now += timedelta(seconds=1)  # the rate limit of sends waits by this clock
                send_agreement(self.context, one.agreement_id, "looked at")
        collected = collect_signed_agreements(self.context)
        assert (collected.failures, collected.provider_errors) == ([], [])
        return taken

    def state(self, agreement_id: str) -> str:
        """Return the state of an agreement."""
        with self.context.register.read() as session:
            return get_agreement(session, agreement_id).state


def installation(register: Register, clock: Clock, folder: Path) -> Installation:
    """Return an installation on a register, with everything else in a folder."""
    authority().keep(folder / "anchors")
    provider = SigningProvider(clock=clock)
    settings = Settings(_env_file=None, output=folder / "output", trust_anchors=folder / "anchors", workers=1)
    return Installation(Context(settings, register, open_store((folder / "store").as_uri()), provider), clock, provider)
