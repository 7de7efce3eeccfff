"""Our queue at Fiks IO, over AMQP with TLS. A message leaves it only after whoever reads has stored it."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from flows.delivery.archive_settings import FiksSettings
from flows.errors import DeliveryStopped, NotHandedOver
from flows.language import translate as _
from flows.register.delivery_answers import ReceivedAnswer

_CONNECT_SECONDS = 15
_HEARTBEAT = 60
_NAME = "Avtaleflyt"
_NOT_LET_IN = (
    pika.exceptions.AuthenticationError,
    pika.exceptions.ProbableAuthenticationError,  # RabbitMQ closes the connection in the middle of the login
    pika.exceptions.ProbableAccessDeniedError,
)
_OWN_HEADER = "egendefinert-header."
_KEPT_HEADERS = (
    *("melding-id", "type", "avsender-id", "svar-til", "svar-til-type", "dokumentlager-id"),
    *(f"{_OWN_HEADER}klientMeldingId", f"{_OWN_HEADER}klientKorrelasjonsId", f"{_OWN_HEADER}klientKorrelasjonId"),
)


class Mailbox(Protocol):
    """A queue that is read: each message is given once, and leaves the queue when the next is asked for."""

    def answers(self) -> Iterator[ReceivedAnswer]:
        """Yield messages until none comes; asking for the next acknowledges the one before. Raises `NotHandedOver`."""


MailboxOpener = Callable[[str], Mailbox]
"""Opens our queue with a fresh access token."""


@dataclass(frozen=True)
class AmqpMailbox:
    """Our account's queue at Fiks IO: one connection for each reading, with a token of its own."""

    settings: FiksSettings
    password: str
    token: str

    def answers(self) -> Iterator[ReceivedAnswer]:
        """Yield messages until the queue is silent. What was not stored stays there, where the next run finds it.

        Fiks IO deletes a message that was fetched three times without being acknowledged.
        """
        try:
            connection = pika.BlockingConnection(self._parameters())
        except _NOT_LET_IN:  # wrong password, or a token that has ended
            raise DeliveryStopped(
                _("Our queue at Fiks IO does not take our integration's password or token: mend them.")
            ) from None
        except (AMQPError, OSError):
            raise _away() from None
        try:
            yield from self._consumed(connection.channel())
        except pika.exceptions.ChannelClosedByBroker:
            raise DeliveryStopped(
                _("Our queue at Fiks IO cannot be read: see that account and integration belong together.")
            ) from None
        except (AMQPError, OSError):  # the token or the line ended; what is stored is stored
            raise _away() from None
        finally:
            with suppress(AMQPError, OSError):  # it may be closed meanwhile from the other side
                if connection.is_open:
                    connection.close()

    def _consumed(self, channel: BlockingChannel) -> Iterator[ReceivedAnswer]:
        channel.basic_qos(prefetch_count=1)
        queue = f"fiksio.konto.{self.settings.account}"
        for method, properties, body in channel.consume(queue, inactivity_timeout=self.settings.silence):
            if method is None or properties is None:
                break
            yield answer_of(dict(properties.headers or {}), body or b"")
            channel.basic_ack(method.delivery_tag)
        channel.cancel()

    def _parameters(self) -> pika.ConnectionParameters:
        authority = self.settings.amqp_authority
        context = ssl.create_default_context(cafile=str(authority) if authority else None)
        return pika.ConnectionParameters(
            self.settings.amqp_host,
            self.settings.amqp_port,
            self.settings.amqp_virtual_host,
            pika.PlainCredentials(str(self.settings.integration), f"{self.password} {self.token}"),
            ssl_options=pika.SSLOptions(context, self.settings.amqp_host),
            heartbeat=_HEARTBEAT,
            socket_timeout=_CONNECT_SECONDS,
            stack_timeout=2 * _CONNECT_SECONDS,
            blocked_connection_timeout=_HEARTBEAT,
            client_properties={"connection_name": _NAME},
        )


def answer_of(headers: dict[str, object], body: bytes) -> ReceivedAnswer:
    """Return a message with those of its headers that are ids or types; other headers are not kept.

    A message without an id has the digest of its contents, so that it is stored once, too.
    """
    kept = {name: str(headers[name]) for name in _KEPT_HEADERS if headers.get(name) is not None}
    correlations = [kept.get(f"{_OWN_HEADER}{name}", "") for name in ("klientKorrelasjonsId", "klientKorrelasjonId")]
    return ReceivedAnswer(
        message_id=kept.get("melding-id", "")[:100] or _digest(kept, body),
        type=kept.get("type", ""),
        sender=kept.get("avsender-id", ""),
        reply_to=kept.get("svar-til", ""),
        correlation=next((one for one in correlations if one), ""),
        body=body,
        headers=kept,
    )


def _digest(headers: dict[str, str], body: bytes) -> str:
    import hashlib

    said = "\n".join(f"{name}:{value}" for name, value in sorted(headers.items()))
    return hashlib.sha256(said.encode() + b"\0" + body).hexdigest()


def _away() -> NotHandedOver:
    return NotHandedOver(_("Our queue at Fiks IO does not answer; nothing is lost, and it is tried again."))
