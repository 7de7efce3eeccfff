"""Signature requests: the intent that is committed before a call, and all that follows."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.errors import NotFound
from flows.language import translate
from flows.language import translate as _
from flows.register.agreements import current_version, get_agreement
from flows.register.database import Transaction
from flows.register.events import canonical
from flows.register.schema import Json, SignatureRequest
from flows.register.states import REQUEST_CHANGES, RequestState, State, check_change

OPEN_STATES = (State.SENT, State.SIGNED, State.UNKNOWN)
"""States in which a provider may still report on the request."""
LATE = "signed after the request had ended here; the signed file is kept"
STRAY = "the provider has a request that was held to be not sent; another one may be out"


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """A provider's answer to a create: its id of the request, and addresses to store."""

    provider_id: str
    urls: Json


@dataclass(frozen=True, slots=True)
class ProviderSignerStatus:
    """A provider's status of one signer, since when, and whether it means signed."""

    order: int
    status: str
    at: datetime | None
    signed: bool


def reference_of(agreement_id: str, version: int, attempt: int) -> str:
    """Return our reference of a request: `<agreement id>-v<version>-a<attempt>`, at most 50 ASCII characters."""
    return f"{agreement_id}-v{version}-a{attempt}"


_TOLD_LATER = ("status", "at", "signed")
"""What providers tell of a signer afterwards."""


def signers_digest(signers: Sequence[Json]) -> str:
    """Return the SHA-256 of who is to sign, whatever the provider has told about them since."""
    asked = [{name: value for name, value in one.items() if name not in _TOLD_LATER} for one in signers]
    return hashlib.sha256(canonical(asked)).hexdigest()


def intend(
    transaction: Transaction, agreement_id: str, provider: str, signers: Sequence[Json], deadline: datetime
) -> SignatureRequest | None:
    """Commit the intent to send an approved agreement, before any call; None if it is not approved (any more).

    Its reference is that of `reference_of`.
    """
    session = transaction.session
    agreement = get_agreement(session, agreement_id)
    if agreement.state != State.APPROVED:
        return None
    version = current_version(session, agreement)
    if version.pdf_sha256 is None:
        return None
    tried = select(func.max(SignatureRequest.attempt)).where(
        SignatureRequest.agreement_id == agreement.id, SignatureRequest.version == agreement.version
    )
    attempt = (session.execute(tried).scalar() or 0) + 1
    request = SignatureRequest(
        agreement_id=agreement.id,
        version=agreement.version,
        attempt=attempt,
        provider=provider,
        reference=reference_of(agreement.id, agreement.version, attempt),
        pdf_sha256=version.pdf_sha256,
        signers=list(signers),
        signers_sha256=signers_digest(signers),
        deadline=deadline,
        intended_at=transaction.now,
        urls={},
    )
    session.add(request)
    session.flush()
    details: Json = {"reference": request.reference, "provider": provider, "pdf_sha256": request.pdf_sha256}
    details["signers_sha256"] = request.signers_sha256
    transaction.move(agreement, State.SENDING, "about to be sent", details)
    return request


def record_sent(transaction: Transaction, reference: str, answer: ProviderAnswer, why: str) -> None:
    """Record the provider's answer; the agreement becomes `sent`. A repeated answer changes nothing.

    An answer after the request was settled as not sent is recorded, and waits for a person.
    """
    request = by_reference(transaction.session, reference)
    if request.provider_id == answer.provider_id:
        return
    if request.status in {RequestState.NOT_SENT, RequestState.STRAY}:
        record_stray(transaction, reference, answer.provider_id)
        return
    request.provider_id = answer.provider_id
    request.urls = answer.urls
    set_request_status(request, RequestState.OPEN)
    request.sent_at = transaction.now
    agreement = get_agreement(transaction.session, request.agreement_id)
    details: Json = {"reference": reference, "provider_id": answer.provider_id}
    transaction.move(agreement, State.SENT, why, details)


def record_not_sent(transaction: Transaction, reference: str, why: str) -> None:
    """Record that the provider certainly created nothing: the agreement goes back to `approved`."""
    _end(transaction, reference, RequestState.NOT_SENT, State.APPROVED, why)


def record_stray(transaction: Transaction, reference: str, provider_id: str) -> None:
    """Record that the provider has a request that was settled as not sent: another may be out, a person decides."""
    request = by_reference(transaction.session, reference)
    if request.status != RequestState.STRAY:
        set_request_status(request, RequestState.STRAY)
    request.provider_id = provider_id
    details: Json = {"reference": reference, "provider_id": provider_id}
    transaction.note("stray", request.agreement_id, STRAY, details)


def record_unknown(transaction: Transaction, reference: str, why: str) -> None:
    """Record that it is unknown whether the provider created the request: a person must settle it."""
    request = by_reference(transaction.session, reference)
    set_request_status(request, RequestState.UNKNOWN)
    agreement = get_agreement(transaction.session, request.agreement_id)
    transaction.move(agreement, State.UNKNOWN, why, {"reference": reference})


def record_absent(transaction: Transaction, reference: str) -> datetime:
    """Record when the provider first answered that it has no such request; return that instant."""
    request = by_reference(transaction.session, reference)
    if request.absent_since is None:
        request.absent_since = transaction.now
        note = "the provider has no such request; it is asked once more before that is believed"
        transaction.note("looked_up", request.agreement_id, note, {"reference": reference})
    return request.absent_since


def record_urls(transaction: Transaction, reference: str, urls: Json) -> None:
    """Store the addresses of an update, replacing those of the same name."""
    request = by_reference(transaction.session, reference)
    if urls and any(request.urls.get(name) != url for name, url in urls.items()):
        request.urls = {**request.urls, **urls}


def record_late_signature(transaction: Transaction, reference: str, digest: str) -> None:
    """Record that everybody signed a request that had ended here: the bytes are stored, a person decides."""
    request = by_reference(transaction.session, reference)
    if request.status != RequestState.SIGNED_LATE:
        set_request_status(request, RequestState.SIGNED_LATE)
        transaction.note("signed_late", request.agreement_id, LATE, {"reference": reference, "sha256": digest})


def record_ended(transaction: Transaction, reference: str, after: State, reason: str) -> None:
    """Record that the request was declined, expired or cancelled at the provider.

    `reason` may be a person's words: it is stored with the request, not in the events.
    """
    request = by_reference(transaction.session, reference)
    request.reason = reason
    _end(
        transaction,
        reference,
        RequestState(after),
        after,
        _("the provider says {after}").format(after=translate(after)),
    )


def record_signed(transaction: Transaction, reference: str) -> None:
    """Record that everybody has signed and the signed PDF is stored."""
    _end(transaction, reference, RequestState.SIGNED, State.SIGNED, "signed by everybody")


def record_signers(transaction: Transaction, reference: str, words: Sequence[ProviderSignerStatus]) -> None:
    """Store the provider's status of each signer, for display only."""
    request = by_reference(transaction.session, reference)
    signers = signers_with(request, words)
    if signers != request.signers:
        request.signers = signers


def signers_with(request: SignatureRequest, words: Sequence[ProviderSignerStatus]) -> list[Json]:
    """Return the signers of a request with the provider's status of each."""
    by_order = {word.order: word for word in words}
    signers = []
    for signer in request.signers:
        word = by_order.get(signer["order"])
        if word is not None:
            at = word.at.isoformat() if word.at else signer.get("at")
            signer = {**signer, "status": word.status, "at": at, "signed": word.signed}
        signers.append(signer)
    return signers


def record_deadline(transaction: Transaction, reference: str, deadline: datetime) -> None:
    """Record that somebody has moved the end of an open request at the provider."""
    request = by_reference(transaction.session, reference)
    if request.deadline != deadline:
        request.deadline = deadline
        details: Json = {"reference": reference, "deadline": deadline.isoformat()}
        transaction.note("deadline_moved", request.agreement_id, _("the provider has another deadline now"), details)


def record_acknowledged(transaction: Transaction, reference: str) -> None:
    """Record that the signed PDF was acknowledged to the provider."""
    request = by_reference(transaction.session, reference)
    if request.acknowledged_at is None:
        request.acknowledged_at = transaction.now
        transaction.note("acknowledged", request.agreement_id, "acknowledged to the provider", {"reference": reference})


def by_reference(session: Session, reference: str) -> SignatureRequest:
    """Return the request with our reference. Raises `NotFound`."""
    request = session.execute(
        select(SignatureRequest).where(SignatureRequest.reference == reference)
    ).scalar_one_or_none()
    if request is None:
        raise NotFound(_("There is no signature request {reference} in the register.").format(reference=reference))
    return request


def by_provider_id(session: Session, provider: str, provider_id: str) -> SignatureRequest | None:
    """Return the request with a provider's id, or None."""
    wanted = select(SignatureRequest).where(
        SignatureRequest.provider == provider, SignatureRequest.provider_id == provider_id
    )
    return session.execute(wanted.order_by(SignatureRequest.intended_at.desc()).limit(1)).scalar_one_or_none()


def newest_request(session: Session, agreement_id: str) -> SignatureRequest | None:
    """Return the latest request of an agreement, or None."""
    wanted = select(SignatureRequest).where(SignatureRequest.agreement_id == agreement_id)
    order = (SignatureRequest.version.desc(), SignatureRequest.attempt.desc())
    return session.execute(wanted.order_by(*order).limit(1)).scalar_one_or_none()


def set_request_status(request: SignatureRequest, after: RequestState) -> None:
    """Change the status of a request. Raises `TransitionRefused` for a change that is not in the table."""
    request.status = check_change(REQUEST_CHANGES, request.status, after)


def _end(transaction: Transaction, reference: str, status: RequestState, after: State, why: str) -> None:
    request = by_reference(transaction.session, reference)
    set_request_status(request, status)
    request.ended_at = transaction.now
    agreement = get_agreement(transaction.session, request.agreement_id)
    transaction.move(agreement, after, why, {"reference": reference})
