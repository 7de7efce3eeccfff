"""What the holder of a link can do at the desk: look, read the document, sign, decline, ask for a new link.

A link to sign is used up by signing or declining: from then on it leads to a receipt and nothing else. Looking never
uses it up, since mail programs open links, too.
"""

from typing import NamedTuple

from sqlalchemy import Connection, select, update

from flows.errors import ProviderError
from flows.language import translate as _
from flows.signing_desk.errors import DeskError, not_open, not_your_turn
from flows.signing_desk.link_tokens import Kind
from flows.signing_desk.pades_signing import append_signature
from flows.signing_desk.service import Desk, append_revision
from flows.signing_desk.signature_fields import Field
from flows.signing_desk.signature_requests import DeskRequest, DeskSigner, read_document
from flows.signing_desk.signing_links import (
    COPY_LIFE,
    check_link_rate,
    copy_link,
    has_expired,
    issue_link,
    last_day,
    resolve_token,
)
from flows.signing_desk.statuses import RequestStatus, SignerStatus
from flows.signing_desk.tables import events, revisions, signers


class LinkVisit(NamedTuple):
    """The request and the signer that a link belongs to.

    `digest` is the SHA-256 of the document with the signer's signature, once it has one.
    """

    request: DeskRequest
    signer: DeskSigner
    digest: str = ""

    @property
    def turn(self) -> SignerStatus:
        """Where the signer stands."""
        return self.request.turn(self.signer)

    @property
    def is_used(self) -> bool:
        """Whether the signer has answered, after which the link leads to a receipt."""
        return self.turn in {SignerStatus.SIGNED, SignerStatus.DECLINED}

    @property
    def who(self) -> str:
        """The signer as events name them."""
        return f"signer {self.signer.order}"


def visit(desk: Desk, token: str) -> LinkVisit:
    """Return what a link leads to. Raises `DeskError` when it leads nowhere, or works no longer."""
    with desk.database.reading() as connection:
        return _open(desk, connection, token)


def visit_copy(desk: Desk, token: str) -> LinkVisit:
    """Return what a link to a copy leads to. Raises `DeskError` when it leads nowhere, or works no longer."""
    with desk.database.reading() as connection:
        return _open_copy(desk, connection, token)


def read(desk: Desk, token: str) -> bytes:
    """Return the document as it is now; that the signer fetched it is noted the first time.

    Raises `DeskError` once the link has been used.
    """
    with desk.database.reading() as connection:
        visit = _open(desk, connection, token)
        if visit.is_used:
            raise DeskError(
                410, "used-link", _("The link has been used; it leads to a receipt."), visit.signer.language
            )
        pdf = read_document(connection, visit.request.id)
    _note_once(desk, visit, "fetched document")
    return pdf


def copy_address(desk: Desk, visit: LinkVisit) -> str:
    """Return the path of the signer's copy of what everybody has signed; empty where there is none to give."""
    if visit.request.state != RequestStatus.SIGNED:
        return ""
    with desk.database.writing() as connection:
        link = copy_link(desk, connection, visit.request, visit.signer)
    return link.removeprefix(desk.links.address)


def read_copy(desk: Desk, token: str) -> bytes:
    """Return what everybody has signed. Raises `DeskError`."""
    with desk.database.reading() as connection:
        visit = _open_copy(desk, connection, token)
        pdf = read_document(connection, visit.request.id)
    _note_once(desk, visit, "fetched copy")
    return pdf


def ask_for_link(desk: Desk, token: str) -> LinkVisit:
    """Send the signer a new link in place of one that works no longer, to the address that the sender gave.

    Raises `DeskError` where there is no e-mail, nothing left to sign, or a new one was sent only just now.
    """
    with desk.database.writing() as connection:
        link = resolve_token(desk, connection, token, Kind.SIGN)
        visit = _visit(desk, connection, link.request, link.order)
        request, signer, _digest = visit
        if request.state != RequestStatus.OPEN or visit.is_used:
            raise not_open(request.state, signer.language)
        if desk.mailer is None or not signer.email:
            why = _("The desk cannot write to this signer; the sender can make a new link.")
            raise DeskError(409, "no-mail", why, signer.language)
        check_link_rate(desk, connection, request.id, signer.order)
        fresh = issue_link(desk, connection, request.id, signer.order)
        desk.note(connection, request.id, visit.who, "asked for a new link")
        until = last_day(desk, connection, request, signer)
    try:
        desk.mailer.invite(request, signer, fresh, until)
    except ProviderError:
        with desk.database.writing() as connection:
            desk.note(connection, request.id, "desk", "letter failed", visit.who)
    return visit


def sign(desk: Desk, token: str, address: str = "") -> LinkVisit:
    """Sign; a signer who has signed already is left as is. `address`, where the click came from, is kept as evidence.

    Raises `DeskError` out of turn or too late.
    """
    with desk.database.writing() as connection:
        visit = _open(desk, connection, token)
        if visit.turn == SignerStatus.SIGNED:
            return visit
        request, signer, _digest = _ready(visit)
        now = desk.clock()
        identity = desk.authority.certify(signer.name, now, request.deadline)
        pdf = read_document(connection, request.id)
        appended = append_signature(
            pdf,
            field=f"Signatur{signer.order}",
            name=signer.name,
            at=now,
            anchor=signer.anchor,
            identity=identity,
            authority=desk.authority,
            timestamper=desk.timestamper,
            fields=[Field(f"Signatur{one.order}", one.name, one.anchor) for one in request.signers],
        )
        digest = append_revision(connection, request.id, pdf, appended)
        connection.execute(
            update(signers)
            .where(signers.c.request == request.id, signers.c.number == signer.order)
            .values(signed_at=now.isoformat(), certificate=f"{identity.certificate.serial_number:x}")
        )
        desk.note(connection, request.id, visit.who, "signed", _details(f"sha256 {digest}", address))
        if signer == request.signers[-1]:
            desk.end(connection, request, RequestStatus.SIGNED, "desk")
        return _open(desk, connection, token)


def decline(desk: Desk, token: str, reason: str, address: str = "") -> LinkVisit:
    """Decline, which ends the request for everybody; done twice, the first time counts.

    Raises `DeskError` out of turn, too late, or after having signed.
    """
    with desk.database.writing() as connection:
        visit = _open(desk, connection, token)
        if visit.turn == SignerStatus.DECLINED:
            return visit
        if visit.turn == SignerStatus.SIGNED:
            raise DeskError(409, "already-signed", _("This signer has signed already and can no longer decline."))
        request, signer, _digest = _ready(visit)
        connection.execute(
            update(signers)
            .where(signers.c.request == request.id, signers.c.number == signer.order)
            .values(declined_at=desk.clock().isoformat())
        )
        if address:
            desk.note(connection, request.id, visit.who, "declines", f"from {address}")
        desk.end(connection, request, RequestStatus.DECLINED, visit.who, reason)
        return _open(desk, connection, token)


def _open(desk: Desk, connection: Connection, token: str) -> LinkVisit:
    link = resolve_token(desk, connection, token, Kind.SIGN)
    visit = _visit(desk, connection, link.request, link.order)
    language = visit.signer.language
    if not link.is_newest:
        raise DeskError(410, "replaced-link", _("A newer link was made for this signer."), language)
    if visit.is_used:
        return visit
    if desk.clock() >= visit.request.deadline:
        raise not_open(RequestStatus.EXPIRED, language)
    if has_expired(visit.request, visit.signer, link.made_at, desk.clock()):
        raise DeskError(410, "old-link", _("The link has worked for as long as links do."), language)
    return visit


def _open_copy(desk: Desk, connection: Connection, token: str) -> LinkVisit:
    link = resolve_token(desk, connection, token, Kind.COPY)
    visit = _visit(desk, connection, link.request, link.order)
    if not link.is_newest or desk.clock() >= link.made_at + COPY_LIFE:
        raise DeskError(410, "old-copy", _("The link to the copy works no longer."), visit.signer.language)
    return visit


def _visit(desk: Desk, connection: Connection, request_id: str, order: int) -> LinkVisit:
    request = desk.read(connection, request_id)
    digest = connection.scalar(
        select(revisions.c.sha256).where(revisions.c.request == request_id, revisions.c.number == order)
    )
    signer = next(signer for signer in request.signers if signer.order == order)
    return LinkVisit(request, signer, digest or "")


def _ready(visit: LinkVisit) -> LinkVisit:
    if visit.request.state != RequestStatus.OPEN:
        raise not_open(visit.request.state)
    if visit.turn != SignerStatus.READY:
        raise not_your_turn()
    return visit


def _details(what: str, address: str) -> str:
    return f"{what}, from {address}" if address else what


def _note_once(desk: Desk, visit: LinkVisit, what: str) -> None:
    of_request = events.c.request == visit.request.id
    known = select(events.c.number).where(of_request, events.c.who == visit.who, events.c.what == what).limit(1)
    with desk.database.reading() as connection:
        noted = connection.scalar(known)
    if noted is None:
        with desk.database.writing() as connection:
            if connection.scalar(known) is None:
                desk.note(connection, visit.request.id, visit.who, what)
