"""The desk itself: its parts, and what senders' and signers' doings have in common.

Every change is one transaction, and whoever writes is alone while writing: two clicks at once give one signature, and
the second finds it done.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyhanko.sign.timestamps import TimeStamper

from flows.signing_desk.certificate_authority import Authority, open_authority
from flows.signing_desk.database import Database, open_database
from flows.signing_desk.emails import Letters
from flows.signing_desk.errors import unknown_request
from flows.signing_desk.link_tokens import Links, open_links
from flows.signing_desk.signature_requests import DeskRequest, read_request
from flows.signing_desk.statuses import RequestStatus

Clock = Callable[[], datetime]
SENDER = "sender"
TOLD = frozenset({"signed", "completed", "declined", "cancelled"})
"""Events that senders are told of by webhook."""


@dataclass(frozen=True)
class Desk:
    """An open desk. `clock` gives UTC instants; `letters` carries e-mail, where there is any; `tells` by webhook."""

    database: Database
    authority: Authority
    links: Links
    clock: Clock
    letters: Letters | None = None
    timestamper: TimeStamper | None = None
    tells: bool = False

    def read(self, connection: sqlite3.Connection, request_id: str) -> DeskRequest:
        """Return one request. Raises `Refused` when there is none."""
        request = read_request(connection, request_id, self.clock())
        if request is None:
            raise unknown_request()
        return request

    def note(self, connection: sqlite3.Connection, request_id: str, who: str, what: str, details: str = "") -> datetime:
        """Write an event; return its time. What senders wait for is put into the outbox, where the desk tells."""
        now = self.clock()
        connection.execute(
            "INSERT INTO events (request, at, who, what, details) VALUES (?, ?, ?, ?, ?)",
            (request_id, now.isoformat(), who, what, details),
        )
        if self.tells and what in TOLD:
            connection.execute(
                "INSERT INTO outbox (id, request, what, at, next_at) VALUES (?, ?, ?, ?, ?)",
                (secrets.token_hex(16), request_id, what, now.isoformat(), now.isoformat()),
            )
        return now

    def end(
        self, connection: sqlite3.Connection, request: DeskRequest, state: RequestStatus, who: str, reason: str = ""
    ) -> None:
        """End an open request for everybody."""
        now = self.note(connection, request.id, who, "completed" if state == RequestStatus.SIGNED else state, reason)
        connection.execute(
            "UPDATE requests SET state = ?, reason = ?, ended_at = ? WHERE id = ?",
            (state, reason, now.isoformat(), request.id),
        )


def open_desk(
    folder: Path,
    clock: Clock,
    address: str,
    *,
    letters: Letters | None = None,
    timestamper: TimeStamper | None = None,
    tells: bool = False,
) -> Desk:
    """Open the desk in its folder, where everything that is not there yet is made.

    `address` is what signers' browsers reach the desk by.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(folder / "desk.db")
    with database.writing():  # one process at a time makes the authority
        authority = open_authority(folder, clock())
    return Desk(database, authority, open_links(folder, address), clock, letters, timestamper, tells)


def append_revision(connection: sqlite3.Connection, request_id: str, before: bytes, appended: bytes) -> str:
    """Let the document grow; return the SHA-256 of the whole as it is now."""
    whole = before + appended
    digest = hashlib.sha256(whole).hexdigest()
    connection.execute(
        "INSERT INTO revisions (request, number, length, sha256, appended)"
        " SELECT ?, count(*), ?, ?, ? FROM revisions WHERE request = ?",
        (request_id, len(whole), digest, appended, request_id),
    )
    return digest
