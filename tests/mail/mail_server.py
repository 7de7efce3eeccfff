"""A real SMTP server that can be slow, refuse, and be taken down."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Behaviour:
    """How the server behaves; what it has taken lies in `taken` as (recipient, message)."""

    refuse_sender: str = ""
    refuse_recipients: dict[str, str] = field(default_factory=dict)
    refuse_message: str = ""
    seconds_before_answer: float = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take or refuse the sender."""
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take or refuse one recipient."""
        if address in self.refuse_recipients:
            return self.refuse_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take the message, and take the time to say so."""
        if self.refuse_message:
            return self.refuse_message
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.extend((recipient, message) for recipient in envelope.rcpt_tos)
        await asyncio.sleep(self.seconds_before_answer)
        return "250 OK"


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(behaviour: Behaviour, port: int, smtputf8: bool = True) -> Iterator[None]:
    """Run the server at a port of this machine until the end of the block, with or without SMTPUTF8."""
    controller = Controller(behaviour, hostname="127.0.0.1", port=port, enable_SMTPUTF8=smtputf8)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@contextmanager
def silent(port: int) -> Iterator[None]:
    """Listen at a port, take connections and never say a word."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        yield
