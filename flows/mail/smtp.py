"""Delivery of e-mails over SMTP: one at a time, each answer kept before the next one goes out.

Until the message itself is handed over, everything that fails is certain: nothing was delivered, and it is tried again.
Only when the answer to the message is lost can it not be known. Then it goes out again, after a while, with the same
bytes and the same Message-ID, by which mail systems tell that it is the same e-mail: a deadline that nobody hears of
is worse than a copy.
"""

import contextlib
import smtplib
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import unquote, urlparse

from flows.errors import WrongUse
from flows.register import Register
from flows.register.mail import claim_next, settle_mail
from flows.register.review_schema import Mail
from flows.register.states import MailStatus


class Answer(StrEnum):
    """What came of a try."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. `patience` is how many seconds each answer may take, `patience_for_data` the last one.

    RFC 5321 (4.5.3.2.6) asks senders to wait ten minutes for the answer to a message: giving up earlier makes copies.
    """

    host: str
    port: int
    encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    patience: float = 30
    patience_for_data: float = 600


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a round of delivery did. `waiting` counts what is still to be delivered, `problem` says why, in words."""

    sent: int = 0
    refused: int = 0
    waiting: int = 0
    problem: str = ""


_STATES = {
    Answer.DELIVERED: MailStatus.SENT,
    Answer.REFUSED: MailStatus.REFUSED,
    Answer.UNKNOWN: MailStatus.SENDING,
}

Deliver = Callable[[Mail], tuple[Answer, str]]


def server_at(url: str) -> Server:
    """Return the server of an `smtp://user:password@host:port` or `smtps://…` address. Raises `WrongUse`."""
    parts = urlparse(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise WrongUse("AVTALEFLYT_SMTP_URL must look like smtp://host:25 or smtps://user:password@host:465.")
    encrypted = parts.scheme == "smtps"
    port = parts.port or (465 if encrypted else 587 if parts.username else 25)
    return Server(parts.hostname, port, encrypted, unquote(parts.username or ""), unquote(parts.password or ""))


def deliver_waiting(register: Register, deliver: Deliver) -> Delivered:
    """Deliver every e-mail that waits, oldest first; where the server is away, the rest waits for the next round."""
    counted, problem, tried = Counter[Answer](), "", set[str]()
    with register.write() as transaction:
        mail = claim_next(transaction, tried)
    while mail is not None:
        tried.add(mail.id)
        answer, said = deliver(mail)
        counted[answer] += 1
        problem = said or problem
        with register.write() as transaction:
            settle_mail(transaction, mail.id, _STATES.get(answer, MailStatus.WAITING), said)
            mail = claim_next(transaction, tried) if answer is not Answer.AWAY else None
    waiting = counted[Answer.LATER] + counted[Answer.AWAY] + counted[Answer.UNKNOWN]
    return Delivered(counted[Answer.DELIVERED], counted[Answer.REFUSED], waiting, problem)


def deliver_by_smtp(server: Server, sender: str) -> Deliver:
    """Return a way of delivering e-mails to a server, with a connection of its own for each."""
    envelope = parseaddr(sender)[1]
    return lambda mail: _try(server, envelope, mail)


def _try(server: Server, sender: str, mail: Mail) -> tuple[Answer, str]:
    try:
        smtp = _connect(server)
    except (OSError, smtplib.SMTPException) as error:
        return Answer.AWAY, f"the mail server at {server.host}:{server.port} could not be used: {_short(error)}"
    try:
        code, said = smtp.mail(sender)
        if code != 250:
            return Answer.AWAY, f"the mail server does not take e-mail from AVTALEFLYT_MAIL_FROM: {code}"
        code, said = smtp.rcpt(mail.recipient)
        if code not in {250, 251}:
            return _refusal(code, said)
        if smtp.sock:
            smtp.sock.settimeout(server.patience_for_data)
        return _hand_over(smtp, mail)
    except (OSError, smtplib.SMTPException) as error:
        return Answer.AWAY, f"the mail server broke off: {_short(error)}"
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if smtp.sock:
                smtp.sock.settimeout(server.patience)
                smtp.quit()


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.encrypted:
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=server.patience, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.patience)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not server.encrypted and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        elif server.user and not server.encrypted:
            raise smtplib.SMTPNotSupportedError("it offers no encryption, and a password is not sent without")
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _hand_over(smtp: smtplib.SMTP, mail: Mail) -> tuple[Answer, str]:
    try:
        code, said = smtp.data(mail.message)
    except smtplib.SMTPDataError as error:  # refused before the message was sent
        return _refusal(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Answer.UNKNOWN, f"no answer to the message, so it may have arrived: {_short(error)}"
    return (Answer.DELIVERED, "") if code == 250 else _refusal(code, said)


def _refusal(code: int, said: bytes | str) -> tuple[Answer, str]:
    """Return 4xx as «later», 421 as «away», 5xx as refused for good. Servers quote addresses: only the code stays."""
    enhanced = (said.decode("ascii", "replace") if isinstance(said, bytes) else said).split(" ")[0][:9]
    answer = Answer.AWAY if code in {421, -1} else Answer.LATER if code < 500 else Answer.REFUSED
    return answer, f"the mail server answered {code} {enhanced if enhanced[:1].isdigit() else ''}".rstrip()


def _short(error: Exception) -> str:
    """Return what went wrong without what the server said: that may hold addresses."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return str(error)
    if isinstance(error, smtplib.SMTPException):
        return type(error).__name__
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error))[:80]
