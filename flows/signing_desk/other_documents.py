"""The other documents that wait for the same person, so that one of a director's many links leads to all of them.

Each is opened on a page of its own before it is signed. The same person is the same name at the same address: several
people may share a mailbox, and one name is many people's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from flows.signing_desk.service import Desk
from flows.signing_desk.signer_actions import LinkVisit
from flows.signing_desk.signing_links import newest_link
from flows.signing_desk.statuses import RequestStatus, SignerStatus
from flows.signing_desk.tables import requests, signers

AFTER_SIGNING = timedelta(hours=1)
"""How long the receipt leads on to the others: an old link in a mailbox leads to its receipt alone."""


@dataclass(frozen=True, slots=True)
class WaitingDocument:
    """A document that waits for the person's signature: its title, its deadline, and her link."""

    title: str
    deadline: datetime
    link: str


def other_documents(desk: Desk, visit: LinkVisit) -> list[WaitingDocument]:
    """Return the other documents that it is this person's turn to sign, what ends first before the others."""
    me = visit.signer
    just_signed = me.signed_at is not None and desk.clock() < me.signed_at + AFTER_SIGNING
    if not me.email or not (visit.turn == SignerStatus.READY or just_signed):
        return []
    found = []
    wanted = (
        select(signers.c.request, signers.c.number, signers.c.email, signers.c.name)
        .join(requests, requests.c.id == signers.c.request)
        .where(
            requests.c.state == RequestStatus.OPEN.value,
            signers.c.request != visit.request.id,
            signers.c.signed_at.is_(None),
            signers.c.email != "",
        )
    )
    with desk.database.reading() as connection:
        for row in connection.execute(wanted).all():
            if (row.email.casefold(), row.name.casefold()) != (me.email.casefold(), me.name.casefold()):
                continue
            request = desk.read(connection, row.request)
            signer = next(one for one in request.signers if one.order == row.number)
            if request.turn(signer) == SignerStatus.READY:
                link = newest_link(desk, connection, request.id, signer.order)
                found.append(WaitingDocument(request.title, request.deadline, link))
    return sorted(found, key=lambda one: (one.deadline, one.title))
