"""Parse Documenso's responses: envelopes, lists of them, errors."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, StringConstraints, ValidationError
from pydantic_core import from_json

from flows.register.pending_schema import PendingKind
from flows.signing.port import RequestStatus, SentRequest, SignerStatus
from flows.signing.providers.http_calls import ProviderResponse

LONG_AGO = timedelta(hours=1)
"""Time after which a missing seal or e-mail needs a person, though the instance retries for six hours."""

_WHOLE_DAYS = timedelta(days=1, hours=1)
"""The instance counts whole days from when it sends, and a deadline is the end of a day: so far are they apart."""
_LOOKS = frozenset({"VIEWER", "APPROVER", "ASSISTANT"})
"""Roles that an envelope waits for beside its signers; CC gets a copy, and nobody waits for it."""

EnvelopeId = Annotated[str, StringConstraints(pattern=re.compile(r"^[A-Za-z0-9_-]{1,100}$"))]


class Recipient(BaseModel):
    """One signer. Expiry has no status of its own, but `expiresAt`."""

    id: int
    email: str = ""
    name: str = ""
    role: str = "SIGNER"
    signingOrder: int | None = None  # noqa: N815 - Documenso's name
    signingStatus: str = ""  # noqa: N815
    sendStatus: str = ""  # noqa: N815
    readStatus: str = ""  # noqa: N815
    rejectionReason: str | None = None  # noqa: N815
    expiresAt: AwareDatetime | None = None  # noqa: N815
    signedAt: AwareDatetime | None = None  # noqa: N815

    @property
    def word(self) -> str:
        """Return the most specific status: signing, else e-mail and reading status."""
        if self.signingStatus != "NOT_SIGNED":
            return self.signingStatus
        return "OPENED" if self.readStatus == "OPENED" else self.sendStatus


class EnvelopeItem(BaseModel):
    """One document of an envelope."""

    id: EnvelopeId


class Envelope(BaseModel):
    """An envelope; an instance may add recipients of its own, who get a copy or may view it."""

    id: EnvelopeId
    externalId: str | None = None  # noqa: N815
    title: str = ""
    status: str
    createdAt: AwareDatetime  # noqa: N815
    recipients: list[Recipient] = []
    envelopeItems: list[EnvelopeItem] = []  # noqa: N815

    @property
    def people(self) -> list[Recipient]:
        """Return who signs, in order."""
        signers = [one for one in self.recipients if one.role == "SIGNER"]
        return sorted(signers, key=lambda one: (one.signingOrder or 0, one.id))

    @property
    def refused(self) -> list[Recipient]:
        """Return who has refused; the instance ends the envelope seconds later, or never."""
        return [one for one in self.recipients if one.signingStatus == "REJECTED"]

    def addressed(self) -> list[tuple[int, str]]:
        """Return order and address of everybody who signs."""
        return sorted((one.signingOrder or 0, one.email.lower()) for one in self.people)

    @property
    def ends_at(self) -> datetime | None:
        """Return when the first link of those who have not signed expires: nobody can complete it afterwards."""
        ends = [one.expiresAt for one in self.people if one.signingStatus == "NOT_SIGNED" and one.expiresAt is not None]
        return min(ends, default=None)

    def moved_to(self, deadline: datetime | None) -> datetime | None:
        """Return the end where somebody has renewed the links of all who wait beyond our deadline, otherwise None."""
        end = self.ends_at
        return end if end and deadline and end > deadline + _WHOLE_DAYS else None

    def outcome(self, now: datetime, deadline: datetime | None = None) -> tuple[RequestStatus, str]:
        """Return the status in terms of the port, and the reason of a refusal. Unknown statuses count as open.

        A refusal for which the instance has not ended the envelope after an hour counts: nobody can sign it any more.
        `deadline` is ours, which holds unless somebody has moved it there.
        """
        if self.status == "COMPLETED":
            return RequestStatus.SIGNED, ""
        if self.status == "REJECTED":
            return RequestStatus.DECLINED, next(
                (one.rejectionReason for one in self.recipients if one.rejectionReason), ""
            )
        if self.status == "CANCELLED":
            return RequestStatus.CANCELLED, ""
        if self.refused and max(one.signedAt or self.createdAt for one in self.refused) + LONG_AGO <= now:
            return RequestStatus.DECLINED, next(
                (one.rejectionReason for one in self.refused if one.rejectionReason), ""
            )
        end = self.moved_to(deadline) or min(filter(None, [self.ends_at, deadline]), default=None)
        if end is not None and end <= now and any(one.signingStatus == "NOT_SIGNED" for one in self.people):
            return RequestStatus.EXPIRED, ""
        return RequestStatus.OPEN, ""

    def trouble(self, now: datetime) -> str:
        """Return the trouble to look at, as `PendingKind`: who has refused, is not told, has not looked; no seal.

        Sealing and mailing take seconds; after an hour they have failed. A draft of a sent request is one at once, and
        so is a refusal that leaves the envelope pending.
        """
        if self.status == "DRAFT":
            return PendingKind.NOT_SENT_OUT
        if self.status != "PENDING" or not self.people:
            return ""
        if self.refused:
            return PendingKind.REFUSAL_PENDING
        signed = [one.signedAt for one in self.people if one.signingStatus == "SIGNED" and one.signedAt]
        since = max(signed, default=self.createdAt)
        next_one = next((one for one in self.people if one.signingStatus == "NOT_SIGNED"), None)
        if since + LONG_AGO > now:
            return ""
        if next_one is not None:
            return PendingKind.SIGNER_NOT_TOLD if next_one.sendStatus == "NOT_SENT" else ""
        if len(signed) < len(self.people):
            return ""
        looks = any(one.role in _LOOKS and one.signingStatus == "NOT_SIGNED" for one in self.recipients)
        return PendingKind.NOT_VIEWED if looks else PendingKind.NOT_SEALED

    def signers(self) -> list[SignerStatus]:
        """Return each signer's status in order."""
        return [
            SignerStatus(one.signingOrder or n, one.word, one.signedAt, one.signingStatus == "SIGNED")
            for n, one in enumerate(self.people, start=1)
        ]

    def sent(self) -> SentRequest:
        """Return the envelope as a sent request."""
        ids = {one.signingOrder or 0: str(one.id) for one in self.people}
        return SentRequest(self.id, signer_ids=ids, title=self.title, addresses=dict(self.addressed()))


class EnvelopePage(BaseModel):
    """A page of envelopes."""

    data: list[Envelope]
    totalPages: int = 1  # noqa: N815


class Folder(BaseModel):
    """A folder that people sort envelopes into."""

    id: str


class FolderPage(BaseModel):
    """A page of all folders, those within others included."""

    data: list[Folder]
    totalPages: int = 1  # noqa: N815


class CreatedEnvelope(BaseModel):
    """The answer to a create."""

    id: EnvelopeId


class _Distributed(BaseModel):
    success: bool
    id: EnvelopeId


class _Payload(BaseModel):
    envelopeId: EnvelopeId  # noqa: N815


class _Webhook(BaseModel):
    payload: _Payload


def states_sent(answer: ProviderResponse, envelope_id: str) -> bool:
    """Return whether the response to a distribution states that the envelope was sent."""
    try:
        said = _Distributed.model_validate_json(answer.body)
    except ValidationError:
        return False
    return said.success and said.id == envelope_id


def envelope_of(webhook: bytes) -> str:
    """Return the envelope id of a webhook; empty if it names none."""
    try:
        return _Webhook.model_validate_json(webhook).payload.envelopeId
    except ValidationError:
        return ""


def code_of(answer: ProviderResponse) -> str:
    """Return the error code of the application, which is right if the outer one is not."""
    try:
        body = from_json(answer.body)
    except ValueError:
        return ""
    if not isinstance(body, Mapping):
        return ""
    data = body.get("data")
    data = data if isinstance(data, Mapping) else {}
    application = data.get("appError")
    application = application if isinstance(application, Mapping) else {}
    for code in (application.get("code"), data.get("code"), body.get("code")):
        if isinstance(code, str) and re.fullmatch(r"[A-Z_]{1,60}", code):
            return code
    return ""


def told(answer: ProviderResponse) -> str:
    """Return status and code, never the text, which repeats names."""
    return " ".join(filter(None, [str(answer.status), code_of(answer)]))
