"""Adapter for the embedded signing desk."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from urllib.parse import quote

import requests
from pydantic import AwareDatetime, BaseModel, StringConstraints, ValidationError
from pydantic_core import from_json

from flows.errors import NotSent, NotSupported, PerhapsSent, ProviderError
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
    SignerStatus,
    SigningIntent,
    Update,
    WebhookNotice,
)
from flows.signing.providers.http_calls import LONG_READ_SECONDS, Caller, ProviderResponse
from flows.signing.providers.status_reader import StatusReading, read_each, readable
from flows.signing.webhook_signatures import is_sealed, keys_of

_DOCUMENT_LIMIT = 32 * 1024 * 1024
"""Largest signed document, in bytes: the largest PDF, and ten signatures with images."""

_Id = Annotated[str, StringConstraints(pattern=re.compile(r"^[A-Za-z0-9_-]{1,64}$"))]


_Model = TypeVar("_Model", bound=BaseModel)


class _Signer(BaseModel):
    order: int
    id: _Id
    status: str
    at: AwareDatetime | None = None
    link: str | None = None
    mail_failed: bool = False
    no_address: bool = False


class _Request(BaseModel):
    id: _Id
    reference: str
    sha256: str
    status: RequestStatus
    reason: str = ""
    signers: list[_Signer]


class _Requests(BaseModel):
    requests: list[_Request]


class _About(BaseModel):
    id: _Id


class _Told(BaseModel):
    id: _Id
    request: _About


class DeskProvider:
    """The signing desk at `base_url`; signers reach it at `address`, if that is another.

    `reminds`: it sends e-mail. `secrets` verify its webhooks.
    """

    name = "desk"

    def __init__(
        self,
        base_url: str,
        token: str,
        session: requests.Session,
        *,
        address: str = "",
        reminds: bool = False,
        secrets: Sequence[str] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._address = (address or base_url).rstrip("/")
        self._secrets = keys_of(secrets)
        self._calls = Caller(session, base_url.rstrip("/"), {"Authorization": f"Bearer {token}"}, _("The signing desk"))
        self.capabilities = Capabilities(
            lookup_by_reference=True,
            lookup_conclusive=True,
            remind_now=reminds,
            decline_reason=True,
            webhook=bool(self._secrets),
            order_enforced=True,
        )

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Create the request, once; an existing one with our reference and the same PDF is returned."""
        stated = {
            "reference": intent.reference,
            "title": intent.title,
            "public_title": intent.public_title,
            "deadline": intent.deadline.isoformat(),
            "sha256": intent.sha256,
            "language": intent.language,
            "signers": [_stated(asdict(signer)) for signer in intent.signers],
        }
        files = {"pdf": ("document.pdf", pdf, "application/pdf")}
        answer = self._calls.create("/api/requests", data={"intent": json.dumps(stated)}, files=files)
        if answer.status == 409:
            return self._sent_before(answer, intent)
        if answer.status >= 400:
            raise NotSent(_("The signing desk refused the request: {answer}.").format(answer=_told(answer)))
        try:
            return _sent(_Request.model_validate_json(answer.body))
        except ValidationError:
            raise PerhapsSent(_("The signing desk gave an unreadable answer; look the request up.")) from None

    def find(self, reference: str) -> Lookup:
        """Look a request up by our reference."""
        answer = self._calls.read(f"/api/requests?reference={quote(reference, safe='')}")
        matches = _readable(_Requests, answer).requests
        exact = [_sent(match) for match in matches if match.reference == reference]
        return FoundRequests(exact) if exact else NoSuchRequest()

    def held_requests(self) -> Iterator[HeldRequest]:
        """Yield every request at the desk, a page at a time."""
        after = ""
        while True:
            answer = self._calls.read(f"/api/requests?after={quote(after, safe='')}")
            listed = _readable(_Requests, answer).requests
            yield from (HeldRequest(one.id, one.reference, one.status) for one in listed)
            if not listed:
                return
            after = listed[-1].id

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Read every open request once; then raise one `ProviderError` for all that cannot be read."""
        return read_each(_("The signing desk"), requests, self._reading)

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Fetch the signed PDF and the desk's evidence."""
        pdf = self._calls.read(f"{_path(update.provider_id)}/pdf", _DOCUMENT_LIMIT, LONG_READ_SECONDS)
        if pdf.status != 200:
            raise ProviderError(_("The signing desk gave no signed document: {answer}.").format(answer=_told(pdf)))
        if pdf.content_type != "application/pdf" or not pdf.body.startswith(b"%PDF-"):
            raise ProviderError(_("The signing desk gave something that is no PDF in place of the signed document."))
        evidence = self._calls.read(f"{_path(update.provider_id)}/evidence", _DOCUMENT_LIMIT)
        if evidence.status != 200 or evidence.content_type != "application/json":
            raise ProviderError(_("The signing desk gave no evidence: {answer}.").format(answer=_told(evidence)))
        page = self._calls.read(f"{_path(update.provider_id)}/evidence.pdf", _DOCUMENT_LIMIT, LONG_READ_SECONDS)
        if page.status != 200 or page.content_type != "application/pdf":
            raise ProviderError(_("The signing desk gave no page of evidence: {answer}.").format(answer=_told(page)))
        kept = [
            Evidence("evidence.json", "application/json", evidence.body),
            Evidence("bevis.pdf", "application/pdf", page.body),
        ]
        return SignedDocument(pdf.body, kept)

    def acknowledge(self, update: Update) -> None:
        """Acknowledge the update to the desk: it is stored here."""
        answer = self._calls.tell(f"{_path(update.provider_id)}/acknowledge", {})
        if answer.status != 200:
            raise ProviderError(
                _("The signing desk did not take the acknowledgement: {answer}.").format(answer=_told(answer))
            )

    def cancel(self, request: OpenRequest, reason: str) -> CancelOutcome:
        """Ask the desk to end the request."""
        answer = self._calls.tell(f"{_path(request.provider_id)}/cancel", {"reason": reason})
        if answer.status in {409, 410}:
            return CancelOutcome.TOO_LATE
        if answer.status != 200:
            raise ProviderError(
                _("The signing desk did not cancel the request: {answer}.").format(answer=_told(answer))
            )
        return CancelOutcome.ACCEPTED

    def remind(self, request: OpenRequest, order: int) -> None:
        """Ask the desk to send one signer the link again."""
        if not self.capabilities.remind_now:
            raise NotSupported(
                _("This signing desk sends no e-mail; pass the link on yourself (`avtaleflyt links ID`).")
            )
        answer = self._calls.tell(f"{_path(request.provider_id)}/remind", {"order": order})
        if answer.status != 200:
            raise ProviderError(_("The signing desk did not remind the signer: {answer}.").format(answer=_told(answer)))

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookNotice | None:
        """Accept a webhook that was signed with one of our secrets in the last five minutes."""
        if not is_sealed(headers, "X-Desk-Signature", body, self._secrets, self._clock()):
            return None
        try:
            told = _Told.model_validate_json(body)
        except ValidationError:
            return WebhookNotice("", hashlib.sha256(body).hexdigest())
        return WebhookNotice(told.request.id, told.id)

    def new_link(self, provider_id: str, order: int) -> str:
        """Make a new link for a signer and return it; the previous one is void."""
        answer = self._calls.tell(f"{_path(provider_id)}/links", {"order": order})
        request = _readable(_Request, answer)
        return next(signer.link or "" for signer in request.signers if signer.order == order)

    def signer_links(self, provider_id: str) -> dict[int, str]:
        """Return the signing link of each signer by order, for passing on; none once the request has ended.

        Links are secrets and are not stored here. One to another host is an error.
        """
        links = {signer.order: signer.link for signer in self._status(provider_id).signers if signer.link}
        if not all(link.startswith(f"{self._address}/sign/") for link in links.values()):
            raise ProviderError(
                _(
                    "The signing desk gives links to another address than the one configured here: set "
                    "AVTALEFLYT_DESK_ADDRESS to the one that signers use."
                )
            )
        return links

    def _reading(self, request: OpenRequest) -> StatusReading:
        found = self._status(request.provider_id)
        if found.reference != request.reference:
            raise ProviderError(_("The signing desk answered about another request."))
        signers = [
            SignerStatus(signer.order, signer.status, signer.at, signer.status == "signed") for signer in found.signers
        ]
        trouble = "signer_not_told" if any(signer.no_address for signer in found.signers) else ""
        trouble = "mail_failed" if any(signer.mail_failed for signer in found.signers) else trouble
        return StatusReading(Update(found.id, found.reference, found.status, signers, found.reason), trouble)

    def _status(self, provider_id: str) -> _Request:
        return _readable(_Request, self._calls.read(_path(provider_id)))

    def _sent_before(self, answer: ProviderResponse, intent: SigningIntent) -> SentRequest:
        try:
            known = _Request.model_validate_json(answer.body)
        except ValidationError:
            raise NotSent(_("The signing desk refused the request: {answer}.").format(answer=_told(answer))) from None
        if known.reference != intent.reference or known.sha256 != intent.sha256:
            raise NotSent(_("The signing desk already has another document under this reference; nothing was sent."))
        return _sent(known)


def _stated(signer: dict[str, object]) -> dict[str, object]:
    stated = {name: value for name, value in signer.items() if name != "mobile"}
    return {**stated, "language": stated["language"] or None}


def _sent(request: _Request) -> SentRequest:
    return SentRequest(
        request.id, signer_ids={signer.order: signer.id for signer in request.signers}, sha256=request.sha256
    )


def _path(provider_id: str) -> str:
    return f"/api/requests/{quote(provider_id, safe='')}"


def _readable(model: type[_Model], answer: ProviderResponse) -> _Model:
    return readable(model, answer, _("The signing desk"), _told(answer))


def _told(answer: ProviderResponse) -> str:
    """Return status and the desk's error code, never its text, which may come from anyone."""
    try:
        code = from_json(answer.body)["code"]
    except (ValueError, KeyError, TypeError):
        code = ""
    plain = isinstance(code, str) and re.fullmatch(r"[a-z-]{1,40}", code)
    return f"{answer.status} {code}" if plain else str(answer.status)
