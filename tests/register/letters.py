"""An e-mail of the outbox, invented."""

from datetime import datetime
from email.mime.text import MIMEText

from flows.mail.messages import BYTES, written
from flows.register.review_schema import Mail


def letter(now: datetime) -> Mail:
    """Return an e-mail that waits."""
    message = MIMEText("En revisjon nærmer seg.", "plain", "utf-8", policy=BYTES)
    mail = written(message, "avtaleflyt@kommune.example", "kari@kommune.example", "Revisjon", now, "nb")
    mail.written_at = now
    return mail
