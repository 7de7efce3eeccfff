"""Send e-mails to signers: to each when it is their turn, and to all once everybody has signed."""

from collections.abc import Callable

from sqlalchemy import select

from flows.errors import ProviderError
from flows.signing_desk.emails import SignerMailer
from flows.signing_desk.link_tokens import Kind
from flows.signing_desk.service import Desk
from flows.signing_desk.signature_requests import DeskRequest, DeskSigner
from flows.signing_desk.signing_links import issue_link, last_day, newest_link
from flows.signing_desk.statuses import RequestStatus
from flows.signing_desk.tables import events


def invite(desk: Desk, request_id: str) -> None:
    """Send the next signer their link; once everybody has signed, send each of them a link to a copy.

    The event is written first, so that nobody gets an e-mail twice. A failed e-mail is an event too: the request stays
    open, and a reminder sends the link again. Does nothing if the desk sends no e-mail.
    """
    if desk.mailer is None:
        return
    with desk.database.reading() as connection:
        request = desk.read(connection, request_id)
    if request.state == RequestStatus.SIGNED:
        for signer in request.signers:
            _write(desk, request, signer, "copy sent", Kind.COPY, desk.mailer.give_copy)
    elif request.next_signer is not None:
        _write(desk, request, request.next_signer, "invited", Kind.SIGN, _inviting(desk, desk.mailer))


def _inviting(desk: Desk, mailer: SignerMailer) -> Callable[[DeskRequest, DeskSigner, str], None]:
    def send(request: DeskRequest, signer: DeskSigner, link: str) -> None:
        with desk.database.reading() as connection:
            until = last_day(desk, connection, request, signer)
        mailer.invite(request, signer, link, until)

    return send


def _write(
    desk: Desk,
    request: DeskRequest,
    signer: DeskSigner,
    what: str,
    kind: Kind,
    send: Callable[[DeskRequest, DeskSigner, str], None],
) -> None:
    if not signer.email:
        return
    who = f"signer {signer.order}"
    of_request = events.c.request == request.id
    noted = select(events.c.number).where(of_request, events.c.what == what, events.c.details == who).limit(1)
    with desk.database.reading() as connection:
        if connection.scalar(noted) is not None:
            return
    with desk.database.writing() as connection:
        if connection.scalar(noted) is not None:
            return
        desk.note(connection, request.id, "desk", what, who)
        make = newest_link if kind == Kind.SIGN else issue_link
        link = make(desk, connection, request.id, signer.order, kind)
    try:
        send(request, signer, link)
    except ProviderError:
        with desk.database.writing() as connection:
            desk.note(connection, request.id, "desk", "letter failed", who)
