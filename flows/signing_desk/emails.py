"""What the desk tells signers by e-mail, where it has any; without it, senders pass links on themselves."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from babel.dates import format_date

from flows.dates import OSLO
from flows.errors import ProviderError, WrongUse
from flows.language import current, translate, use
from flows.signing_desk.signature_requests import DeskRequest, DeskSigner

_ = translate
_PATIENCE = 20
"""Seconds that the mail server has for each answer."""


class Letters(Protocol):
    """Carries letters to signers. Errors: `ProviderError` where a letter could not be handed over."""

    def invite(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Send the signer the link, now that it is their turn."""
        ...

    def remind(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Send the signer the link again."""
        ...

    def give_copy(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Send the signer a link to what everybody has signed."""
        ...


@dataclass(frozen=True)
class SmtpLetters:
    """Letters over SMTP, in the request's language. They name the public title, never the document's own."""

    host: str
    port: int
    sender: str
    clock: Callable[[], datetime]
    encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    def invite(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Send the signer the link, now that it is their turn."""
        use(request.language)
        self._send(signer, _("A document for you to sign: {title}"), request, _letter(request, signer, link))

    def remind(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Send the signer the link again."""
        use(request.language)
        subject = _("Reminder: a document waits for you to sign: {title}")
        self._send(signer, subject, request, _letter(request, signer, link))

    def give_copy(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Send the signer a link to what everybody has signed."""
        use(request.language)
        lines = [
            _("Hello {name},").format(name=signer.name),
            _("Everybody has signed: {title}").format(title=request.public_title),
            _("Fetch your copy here, within 30 days:"),
            link,
            _("Whoever has the link can read the document. Do not pass it on."),
        ]
        self._send(signer, _("Signed by everybody: {title}"), request, "\n\n".join([*lines, ""]))

    def _send(self, signer: DeskSigner, subject: str, request: DeskRequest, text: str) -> None:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = signer.email
        message["Subject"] = subject.format(title=request.public_title)
        message["Date"] = format_datetime(self.clock())
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].rstrip(">") or "localhost")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            with self._connection() as server:
                if not self.encrypted and server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except (smtplib.SMTPException, OSError, ValueError):
            raise ProviderError("The desk's mail server did not take the letter; pass the link on yourself.") from None

    def _connection(self) -> smtplib.SMTP:
        if self.encrypted:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_PATIENCE, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=_PATIENCE)
        server.ehlo()
        return server


def letters_at(url: str, sender: str, clock: Callable[[], datetime]) -> SmtpLetters | None:
    """Return the letters of an `smtp://` or `smtps://` address, None for an empty one. Raises `WrongUse`."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or "@" not in sender:
        raise WrongUse(
            "Set AVTALEFLYT_SMTP_URL to smtp://host:25 or smtps://…:465, and AVTALEFLYT_MAIL_FROM to a sender."
        )
    encrypted = parts.scheme == "smtps"
    port = parts.port or (465 if encrypted else 587 if parts.username else 25)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpLetters(parts.hostname, port, sender, clock, encrypted, user, password)


def _letter(request: DeskRequest, signer: DeskSigner, link: str) -> str:
    pattern = "d. MMMM y" if current() == "nb" else "d MMMM y"
    deadline = format_date(request.deadline.astimezone(OSLO).date(), pattern, locale=current())
    return "\n\n".join(
        [
            _("Hello {name},").format(name=signer.name),
            _("You are asked to sign: {title}").format(title=request.public_title),
            _("Read the document and sign it here, by {deadline}:").format(deadline=deadline),
            link,
            _("The link is yours alone: whoever has it can sign in your name. Do not pass it on."),
            _("Were you not expecting this? Then do not open the link, and ask whoever should have sent it to you."),
            "",
        ]
    )
