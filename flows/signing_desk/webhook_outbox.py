"""Webhooks to senders: an outbox that is written in the transaction of the event, and a thread that delivers it.

`X-Desk-Signature: <unix>.<hex HMAC-SHA256 of "<unix>." and the body>` is new for every attempt; the body's `id` stays.
Delivery is at least once: what is not answered with 2xx is sent again after 10 s, 20 s, 40 s and so on up to an hour,
for a day at most. A webhook is a hint; a sender that misses one finds out by polling.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import requests
from sqlalchemy import literal_column, select, update
from sqlalchemy.exc import SQLAlchemyError

from flows.errors import WrongUse
from flows.language import translate as _
from flows.signing_desk.service import Desk
from flows.signing_desk.tables import outbox
from flows.signing_desk.tables import requests as request_table
from flows.signing_desk.webhook_signing import HEADER, sign_webhook

MOST_ATTEMPTS = 32
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=1)
_BETWEEN_LOOKS = 1.0
"""Seconds between looks into the outbox."""


@dataclass(frozen=True)
class Webhook:
    """The receiver of webhooks, and the secret that signs them."""

    url: str
    secret: bytes = field(repr=False)


def webhook_at(url: str, secrets: str) -> Webhook | None:
    """Return the receiver at an address; None for an empty one. Secrets are separated by spaces; the first one signs.

    Raises `WrongUse`.
    """
    if not url:
        return None
    if urlsplit(url).scheme not in {"http", "https"} or not secrets.split():
        raise WrongUse(
            _("AVTALEFLYT_DESK_WEBHOOK must be an http(s) address, with a secret in AVTALEFLYT_DESK_SECRETS.")
        )
    return Webhook(url, secrets.split()[0].encode())


@contextmanager
def delivering_webhooks(desk: Desk, webhook: Webhook | None) -> Iterator[None]:
    """Deliver the outbox in a thread until the block ends."""
    if webhook is None:
        yield
        return
    done = threading.Event()

    def run() -> None:
        with requests.Session() as session:
            while not done.wait(_BETWEEN_LOOKS):
                with suppress(SQLAlchemyError):  # busy for long, or the disk is full: the next look may do
                    deliver_due(desk, webhook, session)

    thread = threading.Thread(target=run, name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(15)


def deliver_due(desk: Desk, webhook: Webhook, session: requests.Session) -> int:
    """Send every webhook that is due, oldest first, until one fails; return how many were taken."""
    taken = 0
    now_due = (
        select(outbox, request_table.c.reference)
        .join(request_table, request_table.c.id == outbox.c.request)
        .where(outbox.c.next_at <= desk.clock().isoformat())
        .order_by(outbox.c.at, literal_column("outbox.rowid"))
    )
    with desk.database.reading() as connection:
        due = connection.execute(now_due).mappings().all()
    for row in due:
        about = {"id": row["request"], "reference": row["reference"]}
        body = json.dumps({"id": row["id"], "event": row["what"], "at": row["at"], "request": about}).encode()
        is_taken = _post(webhook, session, body, int(desk.clock().timestamp()))
        attempts, now = row["attempts"] + 1, desk.clock()
        again = None if is_taken or attempts >= MOST_ATTEMPTS else (now + pause(attempts)).isoformat()
        with desk.database.writing() as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.id == row["id"])
                .values(attempts=attempts, next_at=again, delivered_at=now.isoformat() if is_taken else None)
            )
        if not is_taken:
            break  # a receiver that is away for one is away for the others
        taken += 1
    return taken


def pause(attempts: int) -> timedelta:
    """Return the wait after a number of failed attempts."""
    doubled: int = 2 ** min(attempts - 1, 20)
    return min(_FIRST_PAUSE * doubled, _LONGEST_PAUSE)


def _post(webhook: Webhook, session: requests.Session, body: bytes, unix: int) -> bool:
    headers = {"Content-Type": "application/json", HEADER: sign_webhook(body, unix, webhook.secret)}
    try:
        answer = session.post(webhook.url, body, headers=headers, timeout=(5, 10), allow_redirects=False)
    except requests.RequestException:
        return False
    return 200 <= answer.status_code < 300
