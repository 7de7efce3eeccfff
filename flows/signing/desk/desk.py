"""The desk itself: its parts, and what senders' and signers' doings have in common.

Every change is one transaction, and whoever writes is alone while writing: two clicks at once give one signature, and
the second finds it done.
"""

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyhanko.sign.timestamps import TimeStamper

from flows.errors import ProviderError
from flows.signing.desk.authority import Authority, open_authority
from flows.signing.desk.database import Database, open_database
from flows.signing.desk.letters import Letters
from flows.signing.desk.links import Links, open_links
from flows.signing.desk.refusals import unknown_request
from flows.signing.desk.requests import DeskRequest, read_request
from flows.signing.port import RequestStatus

Clock = Callable[[], datetime]
SENDER = "sender"


@dataclass(frozen=True)
class Desk:
    """An open desk. `clock` gives UTC instants; `letters` carries e-mail, where there is any."""

    database: Database
    authority: Authority
    links: Links
    clock: Clock
    letters: Letters | None = None
    timestamper: TimeStamper | None = None

    def read(self, connection: sqlite3.Connection, request_id: str) -> DeskRequest:
        """Return one request. Raises `Refused` when there is none."""
        request = read_request(connection, request_id, self.clock())
        if request is None:
            raise unknown_request()
        return request

    def invite(self, request_id: str) -> None:
        """Write to whoever signs next, where there is e-mail and they have not been written to; noted beforehand.

        A letter that cannot be handed over is noted, too: the request stands, and a reminder sends the link again.
        """
        if self.letters is None:
            return
        with self.database.writing() as connection:
            request = self.read(connection, request_id)
            signer = request.next_signer
            if signer is None or not signer.email:
                return
            who = f"signer {signer.order}"
            known = "SELECT 1 FROM events WHERE request = ? AND what = 'invited' AND details = ?"
            if connection.execute(known, (request_id, who)).fetchone():
                return
            self.note(connection, request_id, "desk", "invited", who)
        try:
            self.letters.invite(request, signer, self.links.link(request_id, signer.order))
        except ProviderError:
            with self.database.writing() as connection:
                self.note(connection, request_id, "desk", "letter failed", who)

    def note(self, connection: sqlite3.Connection, request_id: str, who: str, what: str, details: str = "") -> datetime:
        """Write an event; return its time."""
        now = self.clock()
        connection.execute(
            "INSERT INTO events (request, at, who, what, details) VALUES (?, ?, ?, ?, ?)",
            (request_id, now.isoformat(), who, what, details),
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
) -> Desk:
    """Open the desk in its folder, where everything that is not there yet is made.

    `address` is what signers' browsers reach the desk by.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(folder / "desk.db")
    with database.writing():  # one process at a time makes the authority
        authority = open_authority(folder, clock())
    return Desk(database, authority, open_links(folder, address), clock, letters, timestamper)


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
