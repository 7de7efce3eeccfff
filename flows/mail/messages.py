"""Write an e-mail whole, as it will go out, before anything goes over the network."""

from datetime import datetime
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime
from uuid import uuid4

from flows.mail.addresses import Mailbox, header_value, mailbox_of, wire_address
from flows.register.mail import waiting_mail
from flows.register.review_schema import Mail

BYTES = compat32.clone(linesep="\r\n", cte_type="7bit")
"""Policy for serialising e-mails, accepted by any server."""


def written(message: Message, sender: str, recipient: str, subject: str, now: datetime, language: str) -> Mail:
    """Add the headers to a message, with a new Message-ID; return it as an e-mail of the outbox.

    `sender` is a name and an address, as AVTALEFLYT_MAIL_FROM states them. A recipient that cannot be written leaves
    the message without a recipient: it is refused when it is to be delivered.
    """
    origin = mailbox_of(sender)
    domain = (wire_address(origin.address) or "x@localhost").rpartition("@")[2]
    message_id = f"<{uuid4()}@{domain}>"
    message["Subject"] = Header(" ".join(subject.split()), "utf-8").encode()
    message["Date"], message["Message-ID"] = format_datetime(now), message_id
    message["Auto-Submitted"], message["Content-Language"] = "auto-generated", language
    addressed = [f"From: {header_value(origin)}"]
    if wire_address(recipient):
        addressed.append(f"To: {header_value(Mailbox('', recipient))}")
    # Written by hand: headers with letters beyond ASCII are as they are (RFC 6532), which the library encodes.
    head = "".join(f"{line}\r\n" for line in addressed).encode()
    content = head + message.as_bytes()
    return waiting_mail(recipient, message_id, content)
