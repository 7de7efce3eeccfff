"""E-mails to signers. A desk without a mail server sends none: senders pass the links on themselves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Protocol

from flows.dates import long_date, oslo_date
from flows.errors import ProviderError, WrongUse
from flows.language import current, translate, using
from flows.mail.addresses import Mailbox, header_value, mailbox_of, wire_address
from flows.mail.smtp import DeliveryResult, MailServer, server_at, transmit
from flows.signing_desk.signature_requests import DeskRequest, DeskSigner

_ = translate
_SECONDS = 20
"""How long a signer's page may wait for the answer to a message."""


class SignerMailer(Protocol):
    """Sends e-mails to signers. Errors: `ProviderError` if the mail server does not take one."""

    def invite(self, request: DeskRequest, signer: DeskSigner, link: str, until: date) -> None:
        """Send the signer the link, which works until the end of a day, now that it is their turn."""
        ...

    def remind(self, request: DeskRequest, signer: DeskSigner, link: str, until: date) -> None:
        """Send the signer the link again."""
        ...

    def give_copy(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Send the signer a link to what everybody has signed."""
        ...


@dataclass(frozen=True)
class SmtpSignerMailer:
    """Sends e-mails by SMTP, in the signer's language. They name the public title, never the document's own."""

    server: MailServer
    sender: str
    clock: Callable[[], datetime]

    def invite(self, request: DeskRequest, signer: DeskSigner, link: str, until: date) -> None:
        """Send the signer the link, which works until the end of a day, now that it is their turn."""
        with using(signer.language):
            text = _invitation(request, signer, link, until)
            self._send(signer, _("A document for you to sign: {title}"), request, text)

    def remind(self, request: DeskRequest, signer: DeskSigner, link: str, until: date) -> None:
        """Send the signer the link again."""
        with using(signer.language):
            subject = _("Reminder: a document waits for you to sign: {title}")
            self._send(signer, subject, request, _invitation(request, signer, link, until))

    def give_copy(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Send the signer a link to what everybody has signed."""
        with using(signer.language):
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
        origin = mailbox_of(self.sender)
        message["Subject"] = subject.format(title=request.public_title)
        message["Date"] = format_datetime(self.clock())
        domain = (wire_address(origin.address) or "x@localhost").rpartition("@")[2]
        message["Message-ID"] = make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        message["Content-Language"] = current()  # after the content, which takes away all headers of that name
        lines = (f"From: {header_value(origin)}", f"To: {header_value(Mailbox('', signer.email))}")
        head = "".join(f"{line}\r\n" for line in lines if line.isprintable()).encode()
        result, _problem = transmit(self.server, origin.address, signer.email, head + message.as_bytes(policy=SMTP))
        if result is not DeliveryResult.DELIVERED:
            raise ProviderError(_("The desk's mail server did not take the letter; pass the link on yourself."))


def mailer_at(url: str, sender: str, clock: Callable[[], datetime]) -> SmtpSignerMailer | None:
    """Return the mailer of an `smtp://` or `smtps://` address; None for an empty one. Raises `WrongUse`."""
    if not url:
        return None
    if wire_address(mailbox_of(sender).address) is None:
        raise WrongUse(_("Set AVTALEFLYT_MAIL_FROM to the sender's address, such as avtaleflyt@kommune.no."))
    return SmtpSignerMailer(replace(server_at(url), patience=_SECONDS, patience_for_data=_SECONDS), sender, clock)


def _invitation(request: DeskRequest, signer: DeskSigner, link: str, until: date) -> str:
    deadline, last_day = (long_date(day, current()) for day in (oslo_date(request.deadline), until))
    shorter = _("The link works until {last_day}. You can ask for a new one until the deadline, {deadline}.")
    return "\n\n".join(
        [
            _("Hello {name},").format(name=signer.name),
            _("You are asked to sign: {title}").format(title=request.public_title),
            _("Read the document and sign it here, by {deadline}:").format(deadline=last_day),
            link,
            *([shorter.format(last_day=last_day, deadline=deadline)] if last_day != deadline else []),
            _("The link is yours alone: whoever has it can sign in your name. Do not pass it on."),
            _("Were you not expecting this? Then do not open the link, and ask whoever should have sent it to you."),
            "",
        ]
    )
