"""Adapter for Posten signering."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TypeVar

import requests
from requests.adapters import HTTPAdapter

from flows.errors import NotSent, NotSupported, PerhapsSent, ProviderError
from flows.language import translate as _
from flows.signing.port import (
    CancelOutcome,
    Capabilities,
    Evidence,
    Lookup,
    LookupUnavailable,
    OpenRequest,
    RequestStatus,
    SentRequest,
    SignedDocument,
    SigningIntent,
    Update,
    WebhookNotice,
)
from flows.signing.providers.http_calls import LONG_READ_SECONDS, Caller, ProviderResponse
from flows.signing.providers.posten.asice_package import package
from flows.signing.providers.posten.certificate import EnterpriseCertificate
from flows.signing.providers.posten.manifest import DOCUMENT, job_request, manifest
from flows.signing.providers.posten.responses import (
    CreatedDirectJob,
    CreatedJob,
    InvalidResponse,
    StatusChange,
    error_code,
    permitted_poll_time,
    read_created,
    read_status_change,
)
from flows.signing.rate_limiter import OwnPollTimes, Pace, PollTimes, no_pace

CALLS_PER_SECOND = 5.0
"""Posten blocks an organisation for 30 s at over 10 calls a second."""
MAX_BYTES = 10_485_760
_DOCUMENT_LIMIT = 64 * 1024 * 1024
_UPDATES_AT_ONCE = 1_000
_LONGEST_WAIT = timedelta(hours=2)
"""A stored poll time further ahead than this comes from a clock that was set back, and is ignored."""
_XML = "application/xml"


class PostenProvider:
    """Posten signering at `{address}/{organisation}`, with one polling queue of this installation's own."""

    name = "posten"
    _jobs = "/portal/signature-jobs"

    def __init__(
        self,
        address: str,
        organisation: str,
        queue: str,
        certificate: EnterpriseCertificate,
        session: requests.Session,
        clock: Callable[[], datetime],
        *,
        adapter: HTTPAdapter | None = None,
        pace: Pace = no_pace,
        poll_times: PollTimes | None = None,
    ) -> None:
        base = f"{address.rstrip('/')}/{organisation}"
        self._calls = Caller(session, base, {"Accept": _XML}, "Posten signering", pace, adapter)
        self._organisation, self._queue, self.certificate, self._clock = organisation, queue, certificate, clock
        self._poll_times = poll_times or OwnPollTimes()
        self._queue_was_empty = False
        self.capabilities = Capabilities(queue_polling=True, order_enforced=True)

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Create a job, once."""
        if len(pdf) > MAX_BYTES:
            raise NotSent(_("Posten signering takes documents of at most 10 MB."))
        now = self._clock()
        asked = self._manifest(intent, self._organisation, now)
        files = {DOCUMENT: ("application/pdf", pdf), "manifest.xml": (_XML, asked)}
        answer = self._create(self._job_request(intent.reference), package(files, self.certificate, now))
        return self._read_sent(answer, intent.reference)

    _manifest = staticmethod(manifest)

    def _job_request(self, reference: str) -> bytes:
        """Return the job request of this flow."""
        return job_request(reference, self._queue)

    def _read_sent(self, answer: ProviderResponse, reference: str) -> SentRequest:
        """Return the job that a create made. Raises `PerhapsSent`."""
        created = read_answer(read_created, answer, reference)
        return SentRequest(created.job, {"cancel": created.cancellation_url})

    def _create(self, request: bytes, packed: bytes) -> ProviderResponse:
        """Post a job request with its package. Raises `NotSent`, `PerhapsSent`."""
        body, content_type = _multipart((_XML, request), ("application/octet-stream", packed))
        answer = self._calls.create(self._jobs, data=body, headers={"Content-Type": content_type})
        if answer.status >= 400:
            raise NotSent(_("Posten signering refused the request: {answer}.").format(answer=told(answer)))
        return answer

    def find(self, reference: str) -> Lookup:  # noqa: ARG002 - the port's shape
        """Return that Posten has no lookup."""
        return LookupUnavailable()

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Take updates from the queue until it is empty, not before the permitted poll time."""
        self._queue_was_empty = False
        known = {request.provider_id: request for request in requests}
        by_reference = {request.reference: request for request in requests}
        for _attempt in range(_UPDATES_AT_ONCE):
            now, after = self._clock(), self._poll_times.after()
            if after is not None and now < after <= now + _LONGEST_WAIT:
                return
            answer = self._calls.read(f"{self._jobs}?polling_queue={self._queue}", accept=_XML)
            permitted = permitted_poll_time(answer.headers.get("X-Next-permitted-poll-time"))
            if permitted is not None:
                self._poll_times.keep(permitted)
            elif answer.status == 429:
                self._poll_times.keep(now + timedelta(seconds=30))  # the flood filter states no time
            if answer.status in {204, 429}:
                self._queue_was_empty = answer.status == 204
                return
            change = self._read(answer)
            request = known.get(change.job) or by_reference.get(change.reference)
            status, reason = change.outcome()
            addresses = request.addresses if request else {}
            yield Update(
                provider_id=change.job,
                reference=change.reference or (request.reference if request else ""),
                status=status,
                signers=change.signers(addresses),
                reason=reason,
                urls=change.urls,
                token=change.urls.get("confirm", ""),
                signed_addresses=change.signed_addresses(),
            )

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Fetch the PAdES and each signer's XAdES of a job that all have signed."""
        if update.status != RequestStatus.SIGNED or "pades" not in update.urls:
            raise ProviderError(_("Not everybody has signed at Posten signering; there is no finished document yet."))
        accept = f"application/octet-stream, {_XML}"
        pdf = self._calls.read(update.urls["pades"], _DOCUMENT_LIMIT, LONG_READ_SECONDS, accept)
        if pdf.status != 200:
            raise ProviderError(_("Posten signering gave no signed document: {answer}.").format(answer=told(pdf)))
        if not pdf.body.startswith(b"%PDF-"):
            raise ProviderError(_("Posten signering gave something that is no PDF in place of the signed document."))
        evidence = []
        for name, url in sorted(update.urls.items()):
            if name.startswith("xades-"):
                xades = self._calls.read(url, seconds=LONG_READ_SECONDS, accept=_XML)
                if xades.status != 200 or not xades.body.lstrip().startswith(b"<"):
                    raise ProviderError(
                        _("Posten signering gave no evidence of a signature: {answer}.").format(answer=told(xades))
                    )
                evidence.append(Evidence(f"{name}.xml", _XML, xades.body))
        return SignedDocument(pdf.body, evidence, signed_addresses=update.signed_addresses)

    def acknowledge(self, update: Update) -> None:
        """Confirm an update; one that was confirmed before, or whose job is gone, counts as confirmed."""
        if not update.token:
            return  # nothing to confirm
        answer = self._calls.tell(update.token)
        if not 200 <= answer.status < 300 and answer.status not in {404, 409, 410}:
            raise ProviderError(
                _("Posten signering did not take the confirmation: {answer}.").format(answer=told(answer))
            )

    def cancel(self, request: OpenRequest, reason: str) -> CancelOutcome:  # noqa: ARG002 - Posten takes no reason
        """Ask Posten to cancel the job."""
        url = request.urls.get("cancel")
        if not url:
            raise ProviderError(
                _("The address for cancelling is not known here; cancel the request in Posten's portal.")
            )
        answer = self._calls.tell(url)
        if answer.status == 409:
            return CancelOutcome.TOO_LATE
        if not 200 <= answer.status < 300:
            raise ProviderError(_("Posten signering did not cancel the request: {answer}.").format(answer=told(answer)))
        return CancelOutcome.ACCEPTED

    def remind(self, request: OpenRequest, order: int) -> None:  # noqa: ARG002 - the port's shape
        """Refuse: Posten reminds by a schedule of its own."""
        raise NotSupported(
            _("Posten signering reminds signers by its own schedule; one more can be sent in its portal.")
        )

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookNotice | None:  # noqa: ARG002 - the port's shape
        """Refuse: Posten has no webhooks."""
        return None

    def identify_sender(self) -> str:
        """Return the text of the smoke call: the organisation that Posten sees."""
        answer = self._calls.read("", accept="text/plain, */*")
        if answer.status != 200:
            raise ProviderError(_("Posten signering does not let us in: {answer}.").format(answer=told(answer)))
        return answer.body[:200].decode(errors="replace")

    _read_change = staticmethod(read_status_change)

    def _read(self, answer: ProviderResponse) -> StatusChange:
        if answer.status != 200:
            raise ProviderError(_("Posten signering's queue could not be read: {answer}.").format(answer=told(answer)))
        try:
            return self._read_change(answer.body)
        except InvalidResponse:
            raise ProviderError(
                _("Posten signering gave an unreadable update; it comes again in ten minutes.")
            ) from None


_Created = TypeVar("_Created", CreatedJob, CreatedDirectJob)


def read_answer(read: Callable[[bytes], _Created], answer: ProviderResponse, reference: str) -> _Created:
    """Return the job that a create made. Raises `PerhapsSent` for an answer that is unreadable or about another."""
    try:
        created = read(answer.body)
    except InvalidResponse:
        raise PerhapsSent(_("Posten signering gave an unreadable answer; look the request up in its portal.")) from None
    if created.reference not in {"", reference}:
        raise PerhapsSent(_("Posten signering answered about another request; look it up in its portal."))
    return created


def _multipart(*parts: tuple[str, bytes]) -> tuple[bytes, str]:
    """Return a `multipart/mixed` body and its content type; Posten refuses the `multipart/form-data` of libraries."""
    boundary = token_hex(24)
    body = b"".join(
        f"--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode() + content + b"\r\n"
        for content_type, content in parts
    )
    return body + f"--{boundary}--\r\n".encode(), f"multipart/mixed; boundary={boundary}"


def told(answer: ProviderResponse) -> str:
    """Return an answer in words for a message: its status, and Posten's error code."""
    return " ".join(filter(None, [str(answer.status), error_code(answer.body)]))
