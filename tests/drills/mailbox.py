"""A mail server on this machine that takes everything, and says afterwards who was told of what."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Mailbox:
    """What was taken: recipient, Message-ID and text. `address` is the setting that leads here."""

    address: str = ""
    taken: list[tuple[str, str, str]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - the name that aiosmtpd calls
        """Take a message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        text = message.get_body(("plain",))
        for recipient in envelope.rcpt_tos:
            self.taken.append((recipient, str(message["Message-ID"]), "" if text is None else text.get_content()))
        return "250 OK"

    def about(self, agreement_id: str) -> set[tuple[str, str]]:
        """Return recipient and Message-ID of the e-mails that say how an agreement that ended is sent anew."""
        return {(to, which) for to, which, text in self.taken if f"resend {agreement_id}" in text}

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Mailbox"]:
        """Take e-mails until the block ends."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        mailbox = cls(f"smtp://127.0.0.1:{port}")
        controller = Controller(mailbox, hostname="127.0.0.1", port=port)
        controller.start()
        try:
            yield mailbox
        finally:
            controller.stop()
