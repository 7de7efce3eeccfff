"""Posten signering, direct flow: a person who is signed in here goes to sign at once, and comes back.

Package, queue and certificate are those of the portal flow, but Posten writes to nobody. Each signer gets an address
from us that can be used once; Posten lets them sign in any order, knows no deadline of ours, and cannot cancel.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import requests
from requests.adapters import HTTPAdapter

from flows.errors import NotSupported, ProviderError
from flows.language import translate as _
from flows.signing.port import (
    CancelOutcome,
    Capabilities,
    OpenRequest,
    RequestStatus,
    SentRequest,
    Update,
)
from flows.signing.providers.http_calls import ProviderResponse
from flows.signing.providers.posten.adapter import PostenProvider, read_answer, told
from flows.signing.providers.posten.certificate import EnterpriseCertificate
from flows.signing.providers.posten.manifest import (
    direct_job_request,
    direct_manifest,
    new_redirect_request,
)
from flows.signing.providers.posten.responses import (
    InvalidResponse,
    read_created_direct,
    read_direct_status,
    read_redirect_address,
)
from flows.signing.rate_limiter import Pace, PollTimes, no_pace


class PostenDirectProvider(PostenProvider):
    """Posten signering's direct flow; signers come back to `return_address`."""

    name = "posten-direct"
    _jobs = "/direct/signature-jobs"
    _manifest = staticmethod(direct_manifest)
    _read_change = staticmethod(read_direct_status)

    def __init__(
        self,
        address: str,
        organisation: str,
        queue: str,
        certificate: EnterpriseCertificate,
        session: requests.Session,
        clock: Callable[[], datetime],
        *,
        return_address: str,
        adapter: HTTPAdapter | None = None,
        pace: Pace = no_pace,
        poll_times: PollTimes | None = None,
    ) -> None:
        super().__init__(
            address, organisation, queue, certificate, session, clock, adapter=adapter, pace=pace, poll_times=poll_times
        )
        self._return_address = return_address
        self.capabilities = Capabilities(queue_polling=True, cancels=False)

    def _job_request(self, reference: str) -> bytes:
        return direct_job_request(reference, self._queue, self._return_address)

    def _read_sent(self, answer: ProviderResponse, reference: str) -> SentRequest:
        created = read_answer(read_created_direct, answer, reference)
        return SentRequest(created.job, {f"signer-{order}": url for order, url in created.signers.items()})

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Take updates from the queue; once it is empty, tell which requests have passed our own deadline.

        Posten knows no deadline of a direct job. A signature that comes later all the same is told by the queue.
        """
        changed: set[str] = set()
        for update in super().poll(requests):
            changed.add(update.provider_id)
            yield update
        if not self._queue_was_empty:
            return
        for request in requests:
            if request.deadline is not None and request.deadline < self._clock() and request.provider_id not in changed:
                yield Update(request.provider_id, request.reference, RequestStatus.EXPIRED)

    def cancel(self, request: OpenRequest, reason: str) -> CancelOutcome:  # noqa: ARG002 - the port's shape
        """Refuse: the direct flow has no call that ends a job."""
        raise NotSupported(
            _(
                "Posten signering cannot cancel a request of the direct flow; nobody can sign it without a link from"
                " here, and it ends at its deadline."
            )
        )

    def remind(self, request: OpenRequest, order: int) -> None:  # noqa: ARG002 - the port's shape
        """Refuse: Posten writes to nobody in this flow."""
        raise NotSupported(
            _("Posten signering writes to nobody in the direct flow; signers see in the workplace what waits for them.")
        )

    def signing_link(self, request: OpenRequest, order: int) -> str:
        """Return a new address at which one signer signs, once; the one before is void. Raises `ProviderError`."""
        if request.deadline is not None and request.deadline < self._clock():
            raise ProviderError(_("The deadline for signing has passed."))
        url = request.urls.get(f"signer-{order}")
        if not url:
            raise ProviderError(_("The request has no signer number {order}.").format(order=order))
        answer = self._calls.send_xml(url, new_redirect_request())
        if answer.status != 200:
            raise ProviderError(_("Posten signering gave no address to sign at: {answer}.").format(answer=told(answer)))
        try:
            address = read_redirect_address(answer.body)
        except InvalidResponse:
            raise ProviderError(_("Posten signering gave an unreadable address to sign at.")) from None
        if not address.startswith("https://"):
            raise ProviderError(_("Posten signering gave an unreadable address to sign at."))
        return address
