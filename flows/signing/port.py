"""The provider port: what the flows may ask of any signature provider.

Adapters are told apart by `Capabilities`, never by name. Values here are frozen and hold everything an adapter needs,
so that an adapter touches neither the register nor the archive. Rules: `send` is one attempt and never retried inside
an adapter; `poll` decides, a webhook only hurries; `acknowledge` comes after archiving.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from flows.errors import ProviderError


@dataclass(frozen=True, slots=True)
class SignaturePosition:
    """Where a signature stands on the paper.

    `page` counts from 1; `left`, `bottom`, `right`, `top` are PDF points from the page's lower left corner.
    """

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Signer:
    """A person who must sign. `order` counts from 1; a later one signs after all earlier ones.

    `language` is that of what is written to the person: `nb`, `nn` or `en`; empty for that of the request.
    """

    order: int
    role: str
    name: str
    title: str
    email: str = ""
    mobile: str = ""
    on_behalf_of: str = ""
    anchor: SignaturePosition | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class SigningIntent:
    """What is to be sent, as it was committed to the register before the call.

    `reference` is ours (`<agreement id>-v<version>-a<attempt>`, at most 50 ASCII characters); `title` is shown after
    sign-in, `public_title` may stand in e-mails and holds nothing personal; `deadline` is the last second of a day in
    Norway, as a UTC instant. `language` is that of what is written to nobody alone, such as the page of evidence.
    """

    reference: str
    title: str
    public_title: str
    signers: Sequence[Signer]
    deadline: datetime
    sha256: str
    language: str = "nb"

    def language_of(self, signer: Signer) -> str:
        """Return the language in which a signer is written to."""
        return signer.language or self.language

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the signers, each once, in signing order."""
        return tuple(dict.fromkeys(map(self.language_of, self.signers)))


@dataclass(frozen=True, slots=True)
class SentRequest:
    """What the provider answered: its id, addresses worth keeping, and its id of each signer by our `order`.

    `sha256` and `title` are those of the document that it holds, empty where it tells none; `addresses` are the e-mail
    addresses that it holds of the signers by our `order`, none where it tells none.
    """

    provider_id: str
    urls: Mapping[str, str] = field(default_factory=dict)
    signer_ids: Mapping[int, str] = field(default_factory=dict)
    sha256: str = ""
    title: str = ""
    addresses: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoundRequests:
    """`find`: these requests carry the reference (more than one is for a person to settle)."""

    matches: Sequence[SentRequest]


@dataclass(frozen=True, slots=True)
class NoSuchRequest:
    """`find`: no request carries the reference."""


@dataclass(frozen=True, slots=True)
class LookupUnavailable:
    """`find`: the provider cannot be asked."""


Lookup = FoundRequests | NoSuchRequest | LookupUnavailable


class RequestsInTrouble(ProviderError):
    """Raised at the end of a poll: requests that need a person, as `PendingKind` by reference, and a sentence.

    `unread` are references about which nothing is known, since the provider was away. A request that was polled and is
    in neither has no trouble.
    """

    def __init__(self, message: str, troubles: Mapping[str, str], unread: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.troubles = troubles
        self.unread = frozenset(unread)


class RequestStatus(StrEnum):
    """Status of a whole request, as the flows act on it."""

    OPEN = "open"
    SIGNED = "signed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that the register holds as sent, for `poll`.

    `addresses` are each signer's e-mail and mobile by order; `deadline` is a UTC instant, None where it is not known.
    """

    provider_id: str
    reference: str
    urls: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[int, Sequence[str]] = field(default_factory=dict)
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignerStatus:
    """The provider's own word for one signer; stored as text, never acted on. `signed` says whether they have.

    `at` is when they answered, None where they have not or the provider does not say.
    """

    order: int
    status: str
    at: datetime | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """One status of one request. `token` is what `acknowledge` needs; `urls` replace those kept.

    `deadline` is the request's end where somebody has moved it at the provider, otherwise None. `signed_addresses` are
    those of everybody who has signed, as in `SignedDocument`, where updates tell them.
    """

    provider_id: str
    reference: str
    status: RequestStatus
    signers: Sequence[SignerStatus] = ()
    reason: str = ""
    urls: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    deadline: datetime | None = None
    signed_addresses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that the provider keeps beside the signed PDF."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """The signed PDF as the provider gave it, byte for byte, its evidence, and whom the provider names as signers.

    `signed_addresses` are the e-mail addresses and mobile numbers that the provider has of those in `signed_by`, in
    their order, several with a space between; where it names nobody, of everybody who has signed.
    """

    pdf: bytes
    evidence: Sequence[Evidence] = ()
    signed_by: Sequence[str] = ()
    signed_addresses: Sequence[str] = ()


class CancelOutcome(StrEnum):
    """Answer to `cancel`: asked for, or the request has already ended."""

    ACCEPTED = "accepted"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class WebhookNotice:
    """What a believed webhook is worth: the id of a request to read again, empty where it names none.

    `key` is the same for the same event told again.
    """

    provider_id: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a configured provider can do; constant for its lifetime. The contract tests hold each against its server."""

    upload_pdf: bool = True
    lookup_by_reference: bool = False
    lookup_conclusive: bool = False
    remind_now: bool = False
    decline_reason: bool = False
    webhook: bool = False
    queue_polling: bool = False
    order_enforced: bool = False
    cancels: bool = True


class Provider(Protocol):
    """A signature provider. Errors: `NotSent`, `PerhapsSent`, `NotSupported`, otherwise `ProviderError`."""

    name: str
    capabilities: Capabilities

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Create the request, once. Raises `NotSent` or `PerhapsSent`, nothing else, when it fails."""
        ...

    def find(self, reference: str) -> Lookup:
        """Look a request up by our reference."""
        ...

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Yield what is new about the open requests; an update may come again until it is acknowledged."""
        ...

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Fetch the signed PDF and its evidence."""
        ...

    def acknowledge(self, update: Update) -> None:
        """Tell the provider that the update is safely kept here."""
        ...

    def cancel(self, request: OpenRequest, reason: str) -> CancelOutcome:
        """Ask the provider to end the request; the state changes when a poll says so. Raises `NotSupported`."""
        ...

    def remind(self, request: OpenRequest, order: int) -> None:
        """Ask the provider to remind one signer. Raises `NotSupported` where it cannot."""
        ...

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookNotice | None:
        """Authenticate a webhook over its raw bytes; None when it is refused."""
        ...


@dataclass(frozen=True, slots=True)
class HeldRequest:
    """A request at a provider: its id, the reference that it carries, its status in the provider's own words."""

    provider_id: str
    reference: str
    status: str = ""


@runtime_checkable
class ListsRequests(Protocol):
    """A provider that can list what it holds. Raises `ProviderError`."""

    def held_requests(self) -> Iterator[HeldRequest]:
        """Yield every request that it has of ours, ended ones included."""
        ...


@runtime_checkable
class GivesSigningLinks(Protocol):
    """A provider at which a person who is signed in here signs at once. Raises `ProviderError`."""

    def signing_link(self, request: OpenRequest, order: int) -> str:
        """Return an address at which that signer signs; it is a secret, and may be usable only once."""
        ...
