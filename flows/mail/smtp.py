"""Send one message to an SMTP server (RFC 5321), and interpret its answer.

Until the message itself is handed over, every failure is certain: nothing was delivered, and it may be tried again.
Only when the answer to the message is lost is the outcome unknown.
"""

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlparse

from flows.errors import WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.mail.addresses import wire_address


class DeliveryResult(StrEnum):
    """Result of one try to deliver a message."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server. `patience` is how many seconds each answer may take, `patience_for_data` the last one.

    RFC 5321, 4.5.3.2.6, asks senders to wait ten minutes for the answer to a message: giving up earlier makes copies.
    """

    host: str
    port: int
    encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    patience: float = 30
    patience_for_data: float = 600


def server_at(url: str) -> MailServer:
    """Return the server of an `smtp://user:password@host:port` or `smtps://…` address. Raises `WrongUse`."""
    parts = urlparse(url)
    try:
        stated_port = parts.port
    except ValueError:  # no number, or none of a port
        stated_port = -1
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or stated_port == -1:
        raise WrongUse(_("AVTALEFLYT_SMTP_URL must look like smtp://host:25 or smtps://user:password@host:465."))
    encrypted = parts.scheme == "smtps"
    port = stated_port or (465 if encrypted else 587 if parts.username else 25)
    return MailServer(parts.hostname, port, encrypted, unquote(parts.username or ""), unquote(parts.password or ""))


def transmit(server: MailServer, sender: str, recipient: str, message: bytes) -> tuple[DeliveryResult, str]:
    """Send a message over a new connection; return the result, and what went wrong as a sentence.

    `away` says that the server takes nothing from anybody now. Whatever goes wrong once it has taken the sender is
    about this recipient or message alone, and stops no other.
    """
    from_address, to_address = wire_address(sender), wire_address(recipient)
    if from_address is None:
        return DeliveryResult.AWAY, _("AVTALEFLYT_MAIL_FROM is no address that an e-mail can come from")
    if to_address is None:
        return DeliveryResult.REFUSED, _("the address cannot be written in an e-mail")
    try:
        smtp = _connect(server)
    except (OSError, smtplib.SMTPException) as error:
        return DeliveryResult.AWAY, _("the mail server at {host}:{port} could not be used: {reason}").format(
            host=server.host, port=server.port, reason=_short(error)
        )
    try:
        return _talk(smtp, server, from_address, to_address, message)
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if smtp.sock:
                smtp.sock.settimeout(server.patience)
                smtp.quit()


def _talk(
    smtp: smtplib.SMTP, server: MailServer, sender: str, recipient: str, message: bytes
) -> tuple[DeliveryResult, str]:
    options: list[str] = []
    if not (sender.isascii() and recipient.isascii()):
        if not smtp.has_extn("smtputf8"):  # RFC 6531
            needed = _("the mail server takes no addresses with letters such as æ, ø and å before the @ (SMTPUTF8)")
            return (DeliveryResult.REFUSED if sender.isascii() else DeliveryResult.AWAY), needed
        smtp.command_encoding, options = "utf-8", ["SMTPUTF8", "BODY=8BITMIME"]
    elif not message.isascii() and smtp.has_extn("8bitmime"):
        options = ["BODY=8BITMIME"]
    try:
        code, said = smtp.mail(sender, options)
    except (OSError, smtplib.SMTPException) as error:
        return DeliveryResult.AWAY, _broke_off(error)
    if code != 250:
        return DeliveryResult.AWAY, _("the mail server does not take e-mail from AVTALEFLYT_MAIL_FROM: {code}").format(
            code=code
        )
    try:
        code, said = smtp.rcpt(recipient)
    except (OSError, smtplib.SMTPException) as error:
        return DeliveryResult.LATER, _broke_off(error)
    if code not in {250, 251}:
        return _refusal(code, said)
    if smtp.sock:
        smtp.sock.settimeout(server.patience_for_data)
    return _hand_over(smtp, message)


def _broke_off(error: Exception) -> str:
    return _("the mail server broke off: {reason}").format(reason=_short(error))


def _connect(server: MailServer) -> smtplib.SMTP:
    smtp: smtplib.SMTP
    if server.encrypted:
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=server.patience, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.patience)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not server.encrypted and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        elif (server.user or server.password) and not server.encrypted:
            raise smtplib.SMTPNotSupportedError(_("it offers no encryption, and a password is not sent without"))
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _hand_over(smtp: smtplib.SMTP, message: bytes) -> tuple[DeliveryResult, str]:
    try:
        code, said = smtp.data(message)
    except smtplib.SMTPDataError as error:  # refused before the message was sent
        return _refusal(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return DeliveryResult.UNKNOWN, _("no answer to the message, so it may have arrived: {reason}").format(
            reason=_short(error)
        )
    return (DeliveryResult.DELIVERED, "") if code == 250 else _refusal(code, said)


def _refusal(code: int, said: bytes | str) -> tuple[DeliveryResult, str]:
    """Return 4xx as «later», 5xx as refused for good. Servers quote addresses: only the code stays."""
    enhanced = (said.decode("ascii", "replace") if isinstance(said, bytes) else said).split(" ")[0][:9]
    answer = DeliveryResult.REFUSED if 500 <= code < 600 else DeliveryResult.LATER
    return answer, _("the mail server answered {code}").format(
        code=f"{code} {enhanced}" if enhanced[:1].isdigit() else str(code)
    )


def _short(error: Exception) -> str:
    """Return what went wrong, without the server's text, which may hold addresses."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return error.args[0] if error.args else ""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _("Connection unexpectedly closed")
    if isinstance(error, smtplib.SMTPException):
        return type(error).__name__
    return translate((error.strerror if isinstance(error, OSError) and error.strerror else str(error))[:80])
