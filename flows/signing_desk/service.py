"""The desk itself: its parts, and what the actions of senders and signers share.

Every change is one transaction that excludes all other writers: two clicks at once make one signature, and the second
finds it done.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyhanko.sign.timestamps import TimeStamper
from sqlalchemy import Connection, func, insert, select, update

from flows.signing_desk.certificate_authority import Authority, open_authority
from flows.signing_desk.database import Database, open_database
from flows.signing_desk.emails import SignerMailer
from flows.signing_desk.errors import unknown_request
from flows.signing_desk.link_tokens import Links, open_links
from flows.signing_desk.signature_requests import DeskRequest, read_request
from flows.signing_desk.statuses import RequestStatus, check_transition
from flows.signing_desk.tables import events, outbox, requests, revisions

Clock = Callable[[], datetime]
SENDER = "sender"
WEBHOOK_EVENTS = frozenset({"signed", "completed", "declined", "cancelled"})
"""Events that are sent to senders by webhook."""


@dataclass(frozen=True)
class Desk:
    """An open desk. `clock` returns UTC instants; `mailer` is None if the desk sends no e-mail."""

    database: Database
    authority: Authority
    links: Links
    clock: Clock
    mailer: SignerMailer | None = None
    timestamper: TimeStamper | None = None
    sends_webhooks: bool = False

    def read(self, connection: Connection, request_id: str) -> DeskRequest:
        """Return one request. Raises `DeskError` when there is none."""
        request = read_request(connection, request_id, self.clock())
        if request is None:
            raise unknown_request()
        return request

    def note(self, connection: Connection, request_id: str, who: str, what: str, details: str = "") -> datetime:
        """Write an event, and queue its webhook if the desk sends any; return its time."""
        now = self.clock()
        connection.execute(
            insert(events).values(request=request_id, at=now.isoformat(), who=who, what=what, details=details)
        )
        if self.sends_webhooks and what in WEBHOOK_EVENTS:
            connection.execute(
                insert(outbox).values(
                    id=secrets.token_hex(16), request=request_id, what=what, at=now.isoformat(), next_at=now.isoformat()
                )
            )
        return now

    def end(
        self, connection: Connection, request: DeskRequest, state: RequestStatus, who: str, reason: str = ""
    ) -> None:
        """End an open request for everybody. Raises `TransitionRefused` if it has ended."""
        check_transition(request.state, state)
        now = self.note(
            connection, request.id, who, "completed" if state == RequestStatus.SIGNED else state.value, reason
        )
        connection.execute(
            update(requests)
            .where(requests.c.id == request.id)
            .values(state=state.value, reason=reason, ended_at=now.isoformat())
        )


def open_desk(
    folder: Path,
    clock: Clock,
    address: str,
    *,
    mailer: SignerMailer | None = None,
    timestamper: TimeStamper | None = None,
    sends_webhooks: bool = False,
    passphrase: str = "",
) -> Desk:
    """Open the desk in its folder, where everything that is not there yet is made.

    `address` is what signers' browsers reach the desk by; `passphrase` opens the key of its authority.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(folder / "desk.db")
    with database.writing():  # one process at a time makes the authority
        authority = open_authority(folder, clock(), passphrase)
    return Desk(database, authority, open_links(folder, address), clock, mailer, timestamper, sends_webhooks)


def append_revision(connection: Connection, request_id: str, before: bytes, appended: bytes) -> str:
    """Let the document grow; return the SHA-256 of the whole as it is now."""
    whole = before + appended
    digest = hashlib.sha256(whole).hexdigest()
    count = select(func.count()).select_from(revisions).where(revisions.c.request == request_id)
    connection.execute(
        insert(revisions).values(
            request=request_id,
            number=connection.scalar(count),
            length=len(whole),
            sha256=digest,
            appended=appended,
        )
    )
    return digest
