"""Adapter for DocuSeal."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

import requests
from pydantic import BaseModel, TypeAdapter
from pydantic_core import from_json

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
    Signer,
    SigningIntent,
    Update,
    WebhookNotice,
)
from flows.signing.providers.docuseal.responses import (
    FileList,
    Submission,
    SubmissionList,
    Submitter,
    SubmitterList,
    told,
)
from flows.signing.providers.docuseal.webhooks import read_webhook
from flows.signing.providers.http_calls import LONG_READ_SECONDS, Caller, ProviderResponse
from flows.signing.providers.invitation import invitation, shared_invitation
from flows.signing.providers.signature_positions import places
from flows.signing.providers.status_reader import StatusReading, read_each, readable
from flows.signing.rate_limiter import Pace, no_pace
from flows.signing.webhook_signatures import keys_of

CALLS_PER_SECOND = 5.0
"""A guess, since the cloud publishes no limit."""
_DOCUMENT_LIMIT = 64 * 1024 * 1024
_LISTED = 100
_Model = TypeVar("_Model", bound=BaseModel)
_SUBMITTERS = TypeAdapter(list[Submitter])


class DocuSealProvider:
    """An instance at its API's address: `https://api.docuseal.eu`, or `https://<host>/api`.

    `upload_pdf`: the edition accepts our PDF; if not, `template` is the id of the template that it sends.
    `order_enforced`: the account enforces the order of signing.
    """

    name = "docuseal"

    def __init__(
        self,
        address: str,
        token: str,
        session: requests.Session,
        clock: Callable[[], datetime],
        *,
        upload_pdf: bool = True,
        template: int = 0,
        order_enforced: bool = False,
        secrets: Sequence[str] = (),
        download_hosts: frozenset[str] = frozenset(),
        pace: Pace = no_pace,
    ) -> None:
        headers = {"X-Auth-Token": token}
        self._calls = Caller(session, address.rstrip("/"), headers, "DocuSeal", pace, None, download_hosts)
        self._clock, self._template = clock, template
        self._secrets = keys_of(secrets)
        self.capabilities = Capabilities(
            upload_pdf=upload_pdf,
            lookup_by_reference=True,
            lookup_conclusive=True,
            remind_now=True,
            decline_reason=True,
            webhook=bool(self._secrets),
            order_enforced=order_enforced,
        )

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Create a submission, once; archive it if the server changed an address."""
        if self.capabilities.upload_pdf:
            answer = self._calls.create("/submissions/pdf", json=_with_pdf(intent, pdf))
        elif self._template:
            answer = self._calls.create("/submissions", json=_with_template(intent, self._template))
        else:
            raise NotSent(_("This DocuSeal takes no documents by API: use another edition, or set a template to send."))
        if answer.status >= 400:
            raise NotSent(_("DocuSeal refused the request: {answer}.").format(answer=told(answer)))
        submission, submitters = _created(answer)
        asked = {(f"{intent.reference}-s{one.order}", one.email.lower()) for one in intent.signers}
        if {(one.external_id, (one.email or "").lower()) for one in submitters} != asked:
            self._give_up(submission)
            raise NotSent(_("DocuSeal changed an address or lost a signer; the request was withdrawn at once."))
        return SentRequest(str(submission), signer_ids={one.order: str(one.id) for one in submitters})

    def find(self, reference: str) -> Lookup:
        """Look submissions up by the external id of the first signer, archived ones included."""
        name = f"{reference}-s1"
        listed = _readable(SubmitterList, self._calls.read(f"/submitters?external_id={quote(name, safe='')}&limit=100"))
        ids = {one.submission_id for one in listed.data if one.external_id == name and one.submission_id is not None}
        matches = [self._read(str(number)).sent() for number in sorted(ids)]
        if not self.capabilities.upload_pdf:  # a submission from a template has the template's name
            matches = [replace(match, title="") for match in matches]
        return FoundRequests(matches) if matches else NoSuchRequest()

    def held_requests(self) -> Iterator[HeldRequest]:
        """Yield every submission, archived ones included, the newest first."""
        after = ""
        while True:
            listed = _readable(SubmissionList, self._calls.read(f"/submissions?limit={_LISTED}{after}"))
            yield from (HeldRequest(str(one.id), one.reference, one.status) for one in listed.data)
            if len(listed.data) < _LISTED:
                return
            after = f"&after={listed.data[-1].id}"

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Read every open request once; then raise one `ProviderError` for all that cannot be read."""
        return read_each("DocuSeal", requests, self._reading)

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Fetch the signed PDF and the audit log; before completion the same links lead to previews."""
        for again in (True, False):  # links expire: once more with new ones
            found = self._read(update.provider_id)
            if found.status != "completed":
                raise ProviderError(_("DocuSeal has not completed the submission; there is no signed document yet."))
            listing = self._calls.read(f"/submissions/{found.id}/documents?merge=true", seconds=LONG_READ_SECONDS)
            documents = _readable(FileList, listing).documents
            if len(documents) != 1:
                raise ProviderError(_("DocuSeal gave several documents in place of one."))
            links = [documents[0].url, *([found.audit_log_url] if found.audit_log_url else [])]
            answers = [self._calls.read(link, _DOCUMENT_LIMIT, LONG_READ_SECONDS, "application/pdf") for link in links]
            if not (again and any(answer.status == 403 for answer in answers)):
                break
        for answer in answers:
            if answer.status != 200 or not answer.body.startswith(b"%PDF-"):
                raise ProviderError(_("DocuSeal gave no PDF: {answer}.").format(answer=told(answer)))
        evidence = [Evidence("logg.pdf", "application/pdf", answer.body) for answer in answers[1:]]
        signed = [one for one in found.submitters if one.completed_at]
        names, addresses = [one.name or "" for one in signed], [one.email or "" for one in signed]
        return SignedDocument(answers[0].body, evidence, names, addresses)

    def acknowledge(self, update: Update) -> None:
        """Archive a refused or expired submission, which the others could still sign.

        Raises `ProviderError` if everybody has signed in the meantime: the next poll reports it.
        """
        if update.status in {RequestStatus.DECLINED, RequestStatus.EXPIRED}:
            self._archive(update.provider_id)
        if update.status == RequestStatus.EXPIRED and self._read(update.provider_id).status == "completed":
            raise ProviderError(_("DocuSeal has everybody's signature after all; the next round fetches it."))

    def cancel(self, request: OpenRequest, reason: str) -> CancelOutcome:  # noqa: ARG002 - DocuSeal takes no reason
        """Archive the submission, unless it has ended; the service notifies nobody."""
        status, _reason = self._read(request.provider_id).outcome(self._clock())
        if status != RequestStatus.OPEN:
            return CancelOutcome.TOO_LATE
        self._archive(request.provider_id)
        return CancelOutcome.ACCEPTED

    def remind(self, request: OpenRequest, order: int) -> None:
        """Send one signer the e-mail again."""
        found = self._read(request.provider_id)
        mine = [one.id for one in found.submitters if one.order == order]
        if not mine:
            raise ProviderError(_("DocuSeal knows no such signer of this request."))
        answer = self._calls.tell(f"/submitters/{mine[0]}", {"send_email": True}, "PUT")
        if answer.status != 200:
            raise ProviderError(_("DocuSeal did not remind the signer: {answer}.").format(answer=told(answer)))

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookNotice | None:
        """Accept a webhook that was signed with one of our secrets in the last five minutes."""
        return read_webhook(headers, body, self._secrets, self._clock())

    def _reading(self, request: OpenRequest) -> StatusReading:
        found = self._read(request.provider_id)
        if str(found.id) != request.provider_id or found.reference != request.reference:
            raise ProviderError(_("DocuSeal answered about another submission."))
        status, reason = found.outcome(self._clock())
        moved = found.moved_to(request.deadline)
        update = Update(str(found.id), request.reference, status, found.signers(), reason, deadline=moved)
        return StatusReading(update, found.trouble() if status == RequestStatus.OPEN else "")

    def _read(self, provider_id: str) -> Submission:
        return _readable(Submission, self._calls.read(f"/submissions/{quote(provider_id, safe='')}"))

    def _archive(self, provider_id: str) -> None:
        answer = self._calls.tell(f"/submissions/{quote(provider_id, safe='')}", method="DELETE")
        if answer.status not in {200, 404}:
            raise ProviderError(_("DocuSeal did not archive the submission: {answer}.").format(answer=told(answer)))

    def _give_up(self, submission: int) -> None:
        try:
            self._archive(str(submission))
        except ProviderError:
            raise PerhapsSent(_("DocuSeal changed an address and could not be stopped; look the request up.")) from None


def _stated(intent: SigningIntent) -> dict[str, object]:
    submitters = [_submitter(intent.reference, signer) for signer in intent.signers]
    return {
        "name": intent.public_title[:200],
        "order": "preserved",
        "send_email": True,
        "expire_at": intent.deadline.isoformat(),
        "message": _message(intent, shared_invitation(intent)),
        "submitters": submitters,
    }


def _with_template(intent: SigningIntent, template: int | None) -> dict[str, object]:
    """Return what a submission from a template states; there each signer can have a message of their own."""
    submitters = [
        _submitter(intent.reference, signer)
        | {"message": _message(intent, invitation(intent, intent.language_of(signer)))}
        for signer in intent.signers
    ]
    return {"template_id": template, **_stated(intent), "submitters": submitters}


def _message(intent: SigningIntent, text: str) -> dict[str, str]:
    return {"subject": intent.public_title[:200], "body": f"{text}\n\n{{{{submitter.link}}}}"}


def _submitter(reference: str, signer: Signer) -> dict[str, object]:
    if not signer.email:
        raise NotSent(
            _("Signer {order} has no e-mail address; DocuSeal reaches nobody without.").format(order=signer.order)
        )
    return {
        "role": f"{signer.order} {signer.role}",
        "name": signer.name,
        "email": signer.email,
        "order": signer.order - 1,
        "external_id": f"{reference}-s{signer.order}",
        "metadata": {"reference": reference},
    }


def _with_pdf(intent: SigningIntent, pdf: bytes) -> dict[str, object]:
    where = places(pdf, intent.signers)
    fields = []
    for signer in intent.signers:
        place = where[signer.order]
        area = {"x": place.left, "y": place.top, "w": place.width, "h": place.height, "page": place.page}
        field = {"name": f"Signatur {signer.order}", "type": "signature", "role": f"{signer.order} {signer.role}"}
        fields.append({**field, "required": True, "areas": [area]})
    document = {"name": "avtale", "file": b64encode(pdf).decode(), "fields": fields}
    return {**_stated(intent), "documents": [document]}


def _created(answer: ProviderResponse) -> tuple[int, list[Submitter]]:
    """Return the new submission and its submitters, from either form of the response."""
    try:
        if isinstance(from_json(answer.body), list):
            submitters = _SUBMITTERS.validate_json(answer.body)
            numbers = {one.submission_id for one in submitters}
            if len(numbers) == 1 and None not in numbers:
                return int(str(numbers.pop())), submitters
        else:
            submission = Submission.model_validate_json(answer.body)
            return submission.id, submission.submitters
    except ValueError:
        pass
    raise PerhapsSent(_("DocuSeal gave an unreadable answer; look the request up."))


def _readable(model: type[_Model], answer: ProviderResponse) -> _Model:
    return readable(model, answer, "DocuSeal", told(answer))
