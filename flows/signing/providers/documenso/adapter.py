"""Adapter for Documenso v2."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import quote

import requests
from pydantic import BaseModel, ValidationError

from flows.errors import NotSent, PerhapsSent, ProviderError
from flows.language import translate as _
from flows.signing.port import (
    CancelOutcome,
    Capabilities,
    Evidence,
    FoundRequests,
    HeldRequest,
    Lookup,
    NoSuchRequest,
    OpenRequest,
    RequestStatus,
    SentRequest,
    SignedDocument,
    SigningIntent,
    Update,
    WebhookNotice,
)
from flows.signing.providers.documenso import envelope_listing
from flows.signing.providers.documenso.payload import envelope_payload
from flows.signing.providers.documenso.responses import (
    CreatedEnvelope,
    Envelope,
    EnvelopePage,
    code_of,
    envelope_of,
    states_sent,
    told,
)
from flows.signing.providers.http_calls import LONG_READ_SECONDS, Caller, ProviderResponse
from flows.signing.providers.status_reader import StatusReading, read_each, readable
from flows.signing.rate_limiter import Pace, no_pace
from flows.signing.webhook_signatures import keys_of

CALLS_PER_SECOND = 10.0
"""Below the limit of 1,000 calls a minute from one address."""
_DOCUMENT_LIMIT = 64 * 1024 * 1024
_DRAFT, _PENDING = "DRAFT", "PENDING"
_ON_ITS_WAY = timedelta(minutes=10)
_Model = TypeVar("_Model", bound=BaseModel)


class DocumensoProvider:
    """An instance at an address. `secrets` verify its webhooks; several allow rotation."""

    name = "documenso"

    def __init__(
        self,
        address: str,
        token: str,
        session: requests.Session,
        clock: Callable[[], datetime],
        *,
        secrets: Sequence[str] = (),
        pace: Pace = no_pace,
    ) -> None:
        base = address.rstrip("/").removesuffix("/api/v2") + "/api/v2"
        self._calls = Caller(session, base, {"Authorization": token}, "Documenso", pace)
        self._clock = clock
        self._secrets = keys_of(secrets)
        self.capabilities = Capabilities(
            lookup_by_reference=True,
            lookup_conclusive=True,
            remind_now=True,
            decline_reason=True,
            webhook=bool(self._secrets),
            order_enforced=True,
        )

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Create a draft, check that it is complete, and distribute it; an incomplete draft is deleted."""
        draft = self._create(intent, pdf)
        asked = sorted((signer.order, signer.email.lower()) for signer in intent.signers)
        complete = len(draft.envelopeItems) == 1 and draft.addressed() == asked
        if draft.status != _DRAFT:
            if not complete:
                raise PerhapsSent(_("Documenso sent out something else than was asked for; it must be looked up."))
            return draft.sent()
        if not complete:
            self._give_up(draft.id)
            raise NotSent(_("Documenso made an envelope without our document or its signers; it was deleted again."))
        try:
            answer = self._calls.create("/envelope/distribute", json={"envelopeId": draft.id})
        except ProviderError:  # whatever became of it, the envelope itself says so
            return self._distributed(draft.id)
        if answer.status >= 400:
            self._give_up(draft.id)
            raise NotSent(
                _("Documenso did not send it out: {answer}; the draft was deleted.").format(answer=told(answer))
            )
        return draft.sent() if states_sent(answer, draft.id) else self._distributed(draft.id)

    def find(self, reference: str) -> Lookup:
        """Look envelopes up by our exact reference in every folder; delete old drafts, which nobody was told about.

        The outcome of a young draft is unknown: it may be in distribution now.
        """
        found = self._find_everywhere(reference)
        for one in found:
            if one.status == _DRAFT:
                if one.createdAt + _ON_ITS_WAY > self._clock():
                    raise ProviderError(
                        _("Documenso has a draft that may still be sent out; it is looked up again later.")
                    )
                self._delete(one.id)
        sent = [one.sent() for one in found if one.status != _DRAFT]
        return FoundRequests(sent) if sent else NoSuchRequest()

    def held_requests(self) -> Iterator[HeldRequest]:
        """Yield the envelopes that were sent out, wherever they lie."""
        return envelope_listing.held(self._calls)

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Read every open request once; then raise one `ProviderError` for all that cannot be read."""
        return read_each("Documenso", requests, self._reading)

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Fetch the sealed PDF, its certificate and audit log; before completion the download would be unsigned."""
        envelope = self._read(update.provider_id)
        if envelope.status != "COMPLETED" or len(envelope.envelopeItems) != 1:
            raise ProviderError(_("Documenso has not completed the envelope; there is no signed document yet."))
        item = quote(envelope.envelopeItems[0].id, safe="")
        pdf = self._download(f"/envelope/item/{item}/download?version=signed")
        if b"/ByteRange" not in pdf:
            raise ProviderError(_("Documenso gave the document without its seal; try again later."))
        one = f"/envelope/{quote(envelope.id, safe='')}"
        evidence = [
            Evidence("sertifikat.pdf", "application/pdf", self._download(f"{one}/certificate/download")),
            Evidence("logg.pdf", "application/pdf", self._download(f"{one}/audit-log/download")),
        ]
        signed = [one for one in envelope.people if one.signingStatus == "SIGNED"]
        return SignedDocument(pdf, evidence, [one.name for one in signed], [one.email for one in signed])

    def acknowledge(self, update: Update) -> None:
        """Cancel an envelope that stays pending at the instance: an expired one, and one that a signer has refused.

        Raises `ProviderError` if everybody has signed in the meantime: the next poll reports it.
        """
        if update.status == RequestStatus.DECLINED:
            if self._read(update.provider_id).status == _PENDING:
                self.cancel(OpenRequest(update.provider_id, update.reference), "En signatar har avslått")
            return
        if update.status != RequestStatus.EXPIRED:
            return
        outcome = self.cancel(OpenRequest(update.provider_id, update.reference), "Fristen er ute")
        if outcome == CancelOutcome.TOO_LATE and self._read(update.provider_id).status == "COMPLETED":
            raise ProviderError(_("Documenso has everybody's signature after all; the next round fetches it."))

    def cancel(self, request: OpenRequest, reason: str) -> CancelOutcome:
        """Ask the instance to cancel; only a pending envelope can be."""
        answer = self._calls.tell("/envelope/cancel", {"envelopeId": request.provider_id, "reason": reason})
        if answer.status == 400 and code_of(answer) == "INVALID_REQUEST":
            return CancelOutcome.TOO_LATE
        if answer.status != 200:
            raise ProviderError(_("Documenso did not cancel the request: {answer}.").format(answer=told(answer)))
        return CancelOutcome.ACCEPTED

    def remind(self, request: OpenRequest, order: int) -> None:
        """Send one signer the e-mail again; this renews a link that has expired."""
        envelope = self._read(request.provider_id)
        ids = [one.id for one in envelope.people if one.signingOrder == order]
        if not ids:
            raise ProviderError(_("Documenso knows no such signer of this request."))
        answer = self._calls.tell("/envelope/redistribute", {"envelopeId": envelope.id, "recipients": ids})
        if answer.status != 200:
            raise ProviderError(_("Documenso did not remind the signer: {answer}.").format(answer=told(answer)))

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookNotice | None:
        """Accept a webhook that carries one of our secrets; it is a hint, whatever its event."""
        given = {name.lower(): value for name, value in headers.items()}.get("x-documenso-secret", "").encode()
        fitting = [hmac.compare_digest(given, secret) for secret in self._secrets]
        if not any(fitting):  # every secret is compared, so that timing reveals nothing
            return None
        return WebhookNotice(envelope_of(body), hashlib.sha256(body).hexdigest())

    def _create(self, intent: SigningIntent, pdf: bytes) -> Envelope:
        payload = json.dumps(envelope_payload(intent, pdf, self._clock()), ensure_ascii=False)
        files = {"payload": (None, payload), "files": (f"avtale-{intent.reference[:8]}.pdf", pdf, "application/pdf")}
        try:
            answer = self._calls.create("/envelope/create", files=files)
        except PerhapsSent:  # a lost answer leaves at most a draft that mailed nobody
            return self._only_draft(intent.reference)
        if answer.status >= 400:
            raise NotSent(_("Documenso refused the request: {answer}.").format(answer=told(answer)))
        try:
            created = CreatedEnvelope.model_validate_json(answer.body)
            return self._read(created.id)
        except (ValidationError, ProviderError):
            return self._only_draft(intent.reference)

    def _only_draft(self, reference: str) -> Envelope:
        try:
            found = self._find(reference)
            if len(found) == 1:
                return self._read(found[0].id)
        except ProviderError:
            pass
        raise PerhapsSent(_("Documenso broke off; whether it has the request must be looked up."))

    def _distributed(self, envelope_id: str) -> SentRequest:
        try:
            envelope = self._read(envelope_id)
        except ProviderError:
            raise PerhapsSent(_("Documenso broke off; whether it sent the request out must be looked up.")) from None
        if envelope.status == _DRAFT:
            raise PerhapsSent(_("Documenso did not say whether it sends the request out; it must be looked up."))
        return envelope.sent()

    def _reading(self, request: OpenRequest) -> StatusReading:
        envelope = self._read(request.provider_id)
        if envelope.externalId != request.reference or envelope.id != request.provider_id:
            raise ProviderError(_("Documenso answered about another envelope."))
        status, reason = envelope.outcome(self._clock(), request.deadline)
        moved = envelope.moved_to(request.deadline)
        update = Update(envelope.id, request.reference, status, envelope.signers(), reason, deadline=moved)
        return StatusReading(update, envelope.trouble(self._clock()))

    def _find(self, reference: str, folder: str = "") -> list[Envelope]:
        query = f"/envelope?query={quote(reference, safe='')}&type=DOCUMENT&perPage=100"
        if folder:
            query += f"&folderId={quote(folder, safe='')}"
        found = _readable(EnvelopePage, self._calls.read(query)).data
        return [one for one in found if one.externalId == reference]

    def _find_everywhere(self, reference: str) -> list[Envelope]:
        """Search the root and every folder: a search sees one of them at a time, and people move envelopes."""
        return [one for folder in ("", *envelope_listing.folders(self._calls)) for one in self._find(reference, folder)]

    def _read(self, envelope_id: str) -> Envelope:
        return _readable(Envelope, self._calls.read(f"/envelope/{quote(envelope_id, safe='')}"))

    def _give_up(self, envelope_id: str) -> None:
        try:
            self._delete(envelope_id)
        except ProviderError:
            raise PerhapsSent(_("Documenso has a broken draft that could not be deleted; look it up.")) from None

    def _delete(self, envelope_id: str) -> None:
        answer = self._calls.tell("/envelope/delete", {"envelopeId": envelope_id})
        if answer.status not in {200, 404}:
            raise ProviderError(_("Documenso did not delete a draft: {answer}.").format(answer=told(answer)))

    def _download(self, path: str) -> bytes:
        answer = self._calls.read(path, _DOCUMENT_LIMIT, LONG_READ_SECONDS, "application/pdf")
        if answer.status != 200 or answer.content_type != "application/pdf" or not answer.body.startswith(b"%PDF-"):
            raise ProviderError(_("Documenso gave no PDF: {answer}.").format(answer=told(answer)))
        return answer.body


def _readable(model: type[_Model], answer: ProviderResponse) -> _Model:
    return readable(model, answer, "Documenso", told(answer))
