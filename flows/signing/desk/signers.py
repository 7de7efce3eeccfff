"""What the holder of a signing link can do at the desk: look, read the document, sign, decline."""

import sqlite3
from typing import NamedTuple

from flows.signing.desk.desk import Desk, append_revision
from flows.signing.desk.fields import Field
from flows.signing.desk.links import digest_of
from flows.signing.desk.refusals import Refused, not_open, not_your_turn, unknown_link
from flows.signing.desk.requests import DeskRequest, DeskSigner, Turn, read_document
from flows.signing.desk.signature import append_signature
from flows.signing.port import RequestStatus


class Visit(NamedTuple):
    """What a link leads to: a request, and which of its signers holds the link."""

    request: DeskRequest
    signer: DeskSigner

    @property
    def turn(self) -> Turn:
        """Where the signer stands."""
        return self.request.turn(self.signer)

    @property
    def who(self) -> str:
        """The signer as events name them."""
        return f"signer {self.signer.order}"


def visit(desk: Desk, token: str) -> Visit:
    """Return what a link leads to. Raises `Refused` when it leads nowhere, or its deadline has passed."""
    with desk.database.reading() as connection:
        return _open(desk, connection, token)


def read(desk: Desk, token: str) -> bytes:
    """Return the document as it is now; that the signer fetched it is noted the first time."""
    with desk.database.reading() as connection:
        visit = _open(desk, connection, token)
        pdf = read_document(connection, visit.request.id)
        noted = _has_fetched(connection, visit)
    if not noted:
        with desk.database.writing() as connection:
            if not _has_fetched(connection, visit):
                desk.note(connection, visit.request.id, visit.who, "fetched document")
    return pdf


def sign(desk: Desk, token: str) -> Visit:
    """Sign; a signer who has signed already is left as is. Raises `Refused` out of turn or too late."""
    with desk.database.writing() as connection:
        visit = _open(desk, connection, token)
        if visit.turn == Turn.SIGNED:
            return visit
        request, signer = _ready(visit)
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
            "UPDATE signers SET signed_at = ?, certificate = ? WHERE request = ? AND number = ?",
            (now.isoformat(), f"{identity.certificate.serial_number:x}", request.id, signer.order),
        )
        desk.note(connection, request.id, visit.who, "signed", f"sha256 {digest}")
        if signer == request.signers[-1]:
            desk.end(connection, request, RequestStatus.SIGNED, "desk")
        return _open(desk, connection, token)


def decline(desk: Desk, token: str, reason: str) -> Visit:
    """Decline, which ends the request for everybody; done twice, the first time counts.

    Raises `Refused` out of turn, too late, or after having signed.
    """
    with desk.database.writing() as connection:
        visit = _open(desk, connection, token)
        if visit.turn == Turn.DECLINED:
            return visit
        if visit.turn == Turn.SIGNED:
            raise Refused(409, "already-signed", "This signer has signed already and can no longer decline.")
        request, signer = _ready(visit)
        connection.execute(
            "UPDATE signers SET declined_at = ? WHERE request = ? AND number = ?",
            (desk.clock().isoformat(), request.id, signer.order),
        )
        desk.end(connection, request, RequestStatus.DECLINED, visit.who, reason)
        return _open(desk, connection, token)


def _open(desk: Desk, connection: sqlite3.Connection, token: str) -> Visit:
    row = connection.execute(
        "SELECT request, number FROM signers WHERE link_digest = ?", (digest_of(token),)
    ).fetchone()
    if row is None or not desk.links.fits(token, row["request"], row["number"]):
        raise unknown_link()
    request = desk.read(connection, row["request"])
    if desk.clock() >= request.deadline:
        raise not_open(RequestStatus.EXPIRED)
    return Visit(request, next(signer for signer in request.signers if signer.order == row["number"]))


def _ready(visit: Visit) -> Visit:
    if visit.request.state != RequestStatus.OPEN:
        raise not_open(visit.request.state)
    if visit.turn != Turn.READY:
        raise not_your_turn()
    return visit


def _has_fetched(connection: sqlite3.Connection, visit: Visit) -> bool:
    found = connection.execute(
        "SELECT 1 FROM events WHERE request = ? AND who = ? AND what = 'fetched document'",
        (visit.request.id, visit.who),
    ).fetchone()
    return found is not None
