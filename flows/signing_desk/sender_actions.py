"""What a sender can do at the desk: create, look up, fetch, cancel, remind, acknowledge."""

import hashlib
import json
import secrets
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, insert, or_, select, update

from flows.dates import end_of_day, oslo_date
from flows.errors import ProviderError
from flows.language import translate
from flows.language import translate as _
from flows.signing_desk.errors import DeskError, not_open, not_your_turn
from flows.signing_desk.pades_signing import trial_fault, unsignable_reason
from flows.signing_desk.schemas import MAX_BYTES, MAX_DAYS, IntentIn
from flows.signing_desk.service import SENDER, Desk, append_revision
from flows.signing_desk.signature_fields import Field
from flows.signing_desk.signature_requests import DeskRequest, read_document
from flows.signing_desk.signing_links import issue_link, last_day, newest_link, valid_link
from flows.signing_desk.statuses import RequestStatus
from flows.signing_desk.tables import events, requests, signers

BETWEEN_REMINDERS = timedelta(hours=24)


def create(desk: Desk, intent: IntentIn, pdf: bytes) -> tuple[DeskRequest, bool]:
    """Take a request; return it and True, or the one that already has the reference and False.

    Raises `DeskError` when the PDF or the deadline cannot be taken.
    """
    known = find(desk, intent.reference)
    if known:
        return known, False
    _check_intent(intent, pdf, desk.clock())
    _try_to_sign(desk, intent, pdf)
    with desk.database.writing() as connection:
        taken = connection.scalar(select(requests.c.id).where(requests.c.reference == intent.reference))
        if taken is not None:
            return desk.read(connection, taken), False
        request_id = secrets.token_hex(16)
        stated = {
            **intent.model_dump(include={"reference", "title", "public_title", "language", "sha256"}),
            "id": request_id,
            "state": RequestStatus.OPEN.value,
            "deadline": intent.deadline.astimezone(UTC).isoformat(),
            "created_at": desk.clock().isoformat(),
        }
        connection.execute(insert(requests).values(stated))
        for signer in intent.signers:
            person = {
                **signer.model_dump(exclude={"anchor", "order"}),
                "number": signer.order,
                "request": request_id,
                "id": secrets.token_hex(16),
                "anchor": json.dumps(asdict(signer.anchor.anchor())) if signer.anchor else None,
            }
            connection.execute(insert(signers).values(person))
            issue_link(desk, connection, request_id, signer.order)
        append_revision(connection, request_id, b"", pdf)
        desk.note(connection, request_id, SENDER, "created", f"sha256 {intent.sha256}")
        return desk.read(connection, request_id), True


def look_up(desk: Desk, request_id: str) -> DeskRequest:
    """Return one request. Raises `DeskError` when there is none."""
    with desk.database.reading() as connection:
        return desk.read(connection, request_id)


def find(desk: Desk, reference: str) -> DeskRequest | None:
    """Return the request that carries the sender's reference, if any does."""
    with desk.database.reading() as connection:
        found = connection.scalar(select(requests.c.id).where(requests.c.reference == reference))
        return None if found is None else desk.read(connection, found)


def page_after(desk: Desk, after: str) -> list[DeskRequest]:
    """Return the next hundred requests behind an id, in the order of ids; the first without one."""
    with desk.database.reading() as connection:
        wanted = select(requests.c.id).where(requests.c.id > after).order_by(requests.c.id).limit(100)
        return [desk.read(connection, one) for one in connection.scalars(wanted).all()]


def signed_document(desk: Desk, request_id: str) -> bytes:
    """Return the PDF that everybody has signed. Raises `DeskError` while not everybody has."""
    with desk.database.reading() as connection:
        request = desk.read(connection, request_id)
        if request.state != RequestStatus.SIGNED:
            raise DeskError(
                409,
                "not-signed",
                _("Not everybody has signed; the request is {state}.").format(state=translate(request.state)),
            )
        return read_document(connection, request.id)


def cancel(desk: Desk, request_id: str, reason: str) -> DeskRequest:
    """End an open request for everybody. Raises `DeskError` when it has ended already."""
    with desk.database.writing() as connection:
        request = desk.read(connection, request_id)
        if request.state != RequestStatus.OPEN:
            raise not_open(request.state)
        desk.end(connection, request, RequestStatus.CANCELLED, SENDER, reason)
        return desk.read(connection, request_id)


def acknowledge(desk: Desk, request_id: str) -> DeskRequest:
    """Note that the sender has safely kept how the request ended; doing it again changes nothing."""
    with desk.database.writing() as connection:
        request = desk.read(connection, request_id)
        if request.state == RequestStatus.OPEN:
            raise DeskError(409, "still-open", _("The request is still open; there is nothing to acknowledge yet."))
        if request.acknowledged_at is None:
            now = desk.note(connection, request_id, SENDER, "acknowledged")
            connection.execute(
                update(requests).where(requests.c.id == request_id).values(acknowledged_at=now.isoformat())
            )
        return desk.read(connection, request_id)


def links_of(desk: Desk, request: DeskRequest) -> dict[int, str]:
    """Return the newest link of each signer by order, while the request is open."""
    if request.state != RequestStatus.OPEN:
        return {}
    with desk.database.reading() as connection:
        return {signer.order: newest_link(desk, connection, request.id, signer.order) for signer in request.signers}


def signers_not_reached(desk: Desk, request: DeskRequest) -> set[int]:
    """Return the order of the next signer if the newest e-mail to them failed; empty once the request has ended."""
    signer = request.next_signer
    if signer is None:
        return set()
    who = f"signer {signer.order}"
    written_to = and_(events.c.details == who, events.c.what.in_(("invited", "reminded", "letter failed")))
    asked = and_(events.c.who == who, events.c.what == "asked for a new link")
    about_mail = select(events.c.what).where(events.c.request == request.id, or_(written_to, asked))
    with desk.database.reading() as connection:
        newest_event = connection.scalar(about_mail.order_by(events.c.number.desc()).limit(1))
    return {signer.order} if newest_event == "letter failed" else set()


def has_no_address(desk: Desk, request: DeskRequest, order: int) -> bool:
    """Return whether it is this signer's turn and the desk, which writes to signers, has no address of theirs."""
    signer = request.next_signer
    return desk.mailer is not None and signer is not None and signer.order == order and not signer.email


def new_link(desk: Desk, request_id: str, order: int) -> DeskRequest:
    """Make a new link for a signer who has not signed; the one before is void. Raises `DeskError`."""
    with desk.database.writing() as connection:
        request = desk.read(connection, request_id)
        if request.state != RequestStatus.OPEN:
            raise not_open(request.state)
        if not any(one.order == order and one.signed_at is None for one in request.signers):
            raise DeskError(409, "no-such-signer", _("Nobody of that order has yet to sign."))
        issue_link(desk, connection, request_id, order)
        desk.note(connection, request_id, SENDER, "new link", f"signer {order}")
        return request


def remind(desk: Desk, request_id: str, order: int) -> DeskRequest:
    """Send a signer the link again, at most once in 24 hours; noted before it is sent.

    Raises `DeskError` when there is no e-mail, when it is not that signer's turn, or too soon.
    """
    with desk.database.writing() as connection:
        request = desk.read(connection, request_id)
        signer = request.next_signer
        if desk.mailer is None:
            raise DeskError(409, "no-mail", _("The desk sends no e-mail; pass the link on to the signer yourself."))
        if signer is None:
            raise not_open(request.state)
        if signer.order != order:
            raise not_your_turn()
        if not signer.email:
            raise DeskError(409, "no-address", _("The signer has no e-mail address; pass the link on yourself."))
        if signer.reminded_at and desk.clock() - signer.reminded_at < BETWEEN_REMINDERS:
            raise DeskError(429, "just-reminded", _("The signer was reminded less than 24 hours ago."))
        now = desk.note(connection, request_id, SENDER, "reminded", f"signer {order}")
        connection.execute(
            update(signers)
            .where(signers.c.request == request_id, signers.c.number == order)
            .values(reminded_at=now.isoformat())
        )
        link = valid_link(desk, connection, request, signer)
        until = last_day(desk, connection, request, signer)
    try:
        desk.mailer.remind(request, signer, link, until)
    except ProviderError as error:
        with desk.database.writing() as connection:
            desk.note(connection, request.id, "desk", "letter failed", f"signer {order}")
        raise DeskError(502, "mail-failed", str(error)) from None
    return look_up(desk, request_id)


def _try_to_sign(desk: Desk, intent: IntentIn, pdf: bytes) -> None:
    """Raise `DeskError` for a PDF that no signer could sign, now that the sender can still do something about it."""
    fields = [
        Field(f"Signatur{one.order}", one.name, one.anchor.anchor() if one.anchor else None) for one in intent.signers
    ]
    if fault := trial_fault(pdf, fields, desk.authority, desk.clock()):
        raise DeskError(422, "unsuitable", fault)


def _check_intent(intent: IntentIn, pdf: bytes, now: datetime) -> None:
    if not now < intent.deadline <= end_of_day(oslo_date(now) + timedelta(days=MAX_DAYS)):
        raise DeskError(
            422,
            "deadline",
            _("The deadline must be in the future and at most {max_days} days ahead.").format(max_days=MAX_DAYS),
        )
    if len(pdf) > MAX_BYTES:
        raise DeskError(413, "too-large", _("The PDF is larger than {max_bytes} bytes.").format(max_bytes=MAX_BYTES))
    if not pdf.startswith(b"%PDF-"):
        raise DeskError(422, "not-a-pdf", _("The file is not a PDF."))
    if hashlib.sha256(pdf).hexdigest() != intent.sha256:
        raise DeskError(422, "digest", _("The PDF is not the one that the stated SHA-256 belongs to; send it again."))
    unsuitable = unsignable_reason(pdf, [signer.anchor.anchor() for signer in intent.signers if signer.anchor])
    if unsuitable:
        raise DeskError(422, "unsuitable", unsuitable)
