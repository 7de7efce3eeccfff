"""Requests as the desk keeps them: what is read from the database, and what follows from it at a given time."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from flows.signing_desk.signature_positions import Anchor
from flows.signing_desk.statuses import RequestStatus, SignerStatus
from flows.signing_desk.tables import requests, revisions, signers


@dataclass(frozen=True, slots=True)
class DeskSigner:
    """One signer of a request. `certificate` is the serial number of the certificate signed with, in hex.

    `language` is that of the pages and e-mails that the signer sees: `nb`, `nn` or `en`.
    """

    order: int
    id: str
    role: str
    name: str
    title: str
    email: str
    on_behalf_of: str
    anchor: Anchor | None
    signed_at: datetime | None
    declined_at: datetime | None
    certificate: str | None
    reminded_at: datetime | None
    language: str


@dataclass(frozen=True, slots=True)
class DeskRequest:
    """One request at the time it was read: an open one whose deadline has passed is expired."""

    id: str
    reference: str
    title: str
    public_title: str
    language: str
    deadline: datetime
    sha256: str
    state: RequestStatus
    reason: str
    created_at: datetime
    ended_at: datetime | None
    acknowledged_at: datetime | None
    signers: tuple[DeskSigner, ...]

    @property
    def next_signer(self) -> DeskSigner | None:
        """Whose turn it is; nobody's once the request has ended."""
        if self.state != RequestStatus.OPEN:
            return None
        return next((signer for signer in self.signers if signer.signed_at is None), None)

    def turn(self, signer: DeskSigner) -> SignerStatus:
        """Return where that signer stands."""
        if signer.signed_at:
            return SignerStatus.SIGNED
        if signer.declined_at:
            return SignerStatus.DECLINED
        if self.state != RequestStatus.OPEN:
            return SignerStatus.CLOSED
        return SignerStatus.READY if signer == self.next_signer else SignerStatus.WAITING


def read_request(connection: Connection, request_id: str, now: datetime) -> DeskRequest | None:
    """Read one request by id; None where there is none."""
    row = connection.execute(select(requests).where(requests.c.id == request_id)).mappings().first()
    if row is None:
        return None
    of_request = select(signers).where(signers.c.request == request_id).order_by(signers.c.number)
    deadline = datetime.fromisoformat(row["deadline"])
    lapsed = row["state"] == RequestStatus.OPEN and now >= deadline
    return DeskRequest(
        id=row["id"],
        reference=row["reference"],
        title=row["title"],
        public_title=row["public_title"],
        language=row["language"],
        deadline=deadline,
        sha256=row["sha256"],
        state=RequestStatus.EXPIRED if lapsed else RequestStatus(row["state"]),
        reason=row["reason"],
        created_at=datetime.fromisoformat(row["created_at"]),
        ended_at=deadline if lapsed else _time(row["ended_at"]),
        acknowledged_at=_time(row["acknowledged_at"]),
        signers=tuple(_signer(signer, row["language"]) for signer in connection.execute(of_request).mappings()),
    )


def read_document(connection: Connection, request_id: str) -> bytes:
    """Return the document as it is now: what was sent and every signature since, in order."""
    parts = select(revisions.c.appended).where(revisions.c.request == request_id).order_by(revisions.c.number)
    return b"".join(connection.scalars(parts))


def _signer(row: RowMapping, language: str) -> DeskSigner:
    return DeskSigner(
        order=row["number"],
        id=row["id"],
        role=row["role"],
        name=row["name"],
        title=row["title"],
        email=row["email"],
        on_behalf_of=row["on_behalf_of"],
        anchor=Anchor(**json.loads(row["anchor"])) if row["anchor"] else None,
        signed_at=_time(row["signed_at"]),
        declined_at=_time(row["declined_at"]),
        certificate=row["certificate"],
        reminded_at=_time(row["reminded_at"]),
        language=row["language"] or language,
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
