"""Make the pages of evidence of requests that have ended, in a thread: whoever fetches one need not wait for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from flows.signing_desk.errors import DeskError
from flows.signing_desk.evidence_page import evidence_page
from flows.signing_desk.service import Desk
from flows.signing_desk.statuses import RequestStatus
from flows.signing_desk.tables import evidence
from flows.signing_desk.tables import requests as request_table

_BETWEEN_LOOKS = 5.0
_AT_ONCE = 20


@contextmanager
def making_evidence(desk: Desk, seconds: float = _BETWEEN_LOOKS) -> Iterator[None]:
    """Make what is missing every so many seconds until the block ends."""
    done = threading.Event()

    def run() -> None:
        while not done.wait(seconds):
            while not done.is_set() and make_missing(desk, done):
                pass

    thread = threading.Thread(target=run, name="evidence", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(15)


def make_missing(desk: Desk, stop: threading.Event | None = None) -> int:
    """Make some pages that are missing, the oldest first, until it is to stop; return how many were made."""
    missing = (
        select(request_table.c.id)
        .outerjoin(evidence, evidence.c.request == request_table.c.id)
        .where(request_table.c.state == RequestStatus.SIGNED, evidence.c.request.is_(None))
        .order_by(request_table.c.ended_at)
        .limit(_AT_ONCE)
    )
    made = 0
    with suppress(SQLAlchemyError, DeskError):  # busy for long, or the disk is full: the next look may do
        with desk.database.reading() as connection:
            ids = list(connection.scalars(missing))
        for one in ids:
            if stop is not None and stop.is_set():
                break
            evidence_page(desk, one)
            made += 1
    return made
