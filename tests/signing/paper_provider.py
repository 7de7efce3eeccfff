"""A provider that is a sheet of paper: it keeps what it is told, and says what a test lets it say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flows.register import Batch, Register
from flows.register.agreements import GeneratedDocument, ReceivedCase, approve, receive, record_generated
from flows.signing.port import (
    CancelOutcome,
    Capabilities,
    Lookup,
    LookupUnavailable,
    OpenRequest,
    SentRequest,
    SignedDocument,
    SigningIntent,
    Update,
    WebhookNotice,
)


@dataclass
class PaperProvider:
    """Numbers its requests from 1. `when_sending` runs before a request is created, `says` is what polls tell."""

    name: str = "paper"
    capabilities: Capabilities = field(default_factory=Capabilities)
    when_sending: Callable[[], None] = lambda: None
    lookup: Lookup = field(default_factory=LookupUnavailable)
    says: list[Update] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    signed: bytes = b"%PDF-1.7 signed"

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Create a request."""
        self.when_sending()
        self.created.append(intent.reference)
        return SentRequest(str(len(self.created)), {"cancel": "https://paper.example/1/cancel"})

    def find(self, reference: str) -> Lookup:
        """Say what the test wants."""
        return self.lookup

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Tell what the test wants."""
        yield from list(self.says)

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Give the signed document."""
        return SignedDocument(self.signed)

    def acknowledge(self, update: Update) -> None:
        """Note it."""
        self.acknowledged.append(f"{update.reference} {update.status}")

    def cancel(self, request: OpenRequest, reason: str) -> CancelOutcome:
        """Note it."""
        self.cancelled.append(request.reference)
        return CancelOutcome.ACCEPTED

    def remind(self, request: OpenRequest, order: int) -> None:
        """Do nothing."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookNotice | None:
        """Refuse."""
        return None


def approved_agreement(
    register: Register, pdf_sha256: str = "c" * 64, counterpart: str = "1234567", source: str = "", **about: object
) -> str:
    """Return the id of an invented agreement that is ready to be sent; `about` is more about its case.

    `source` is what its batch was read from, if it has one.
    """
    title, said = "ALIS-avtale – kommune 1804", {"a": 1, **about}
    case = ReceivedCase("alis", "1804", counterpart, date(2027, 1, 1), None, title, said)
    with register.write() as transaction:
        batch = Batch(source=source, received_at=transaction.now)
        if source:
            transaction.session.add(batch)
            transaction.session.flush()
        agreement_id = receive(transaction, case, batch.id).agreement_id
        made = GeneratedDocument("alis/template.docx", "1.0", "a" * 64, "b" * 64, pdf_sha256, 1)
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "looked at")
    return agreement_id
