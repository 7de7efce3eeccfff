"""A token that ends while our queue at Fiks IO is read, at a real RabbitMQ: it is renewed, and nothing is lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pika
import pytest

from flows.delivery.fiks.adapter import FiksArchive
from flows.delivery.fiks.mailbox import AmqpMailbox
from flows.register import Register
from flows.register.delivery_answers import ReceivedAnswer
from flows.register.delivery_schema import DeliveryAnswer
from tests.conftest import Clock
from tests.delivery.delivered_records import World, archived_record
from tests.delivery.delivery_rounds import kinds, of, open_world
from tests.delivery.fiks_server import INTEGRATION, OURS, PASSWORD, FiksServer
from tests.delivery.rabbitmq import INSTALL, Broker, broker_with_account, is_installed

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not is_installed(), reason=INSTALL)]
QUEUE = f"fiksio.konto.{OURS}"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Give a broker that knows our integration."""
    with broker_with_account(tmp_path_factory.mktemp("rabbitmq"), INTEGRATION, "none yet", QUEUE) as one:
        yield one


@dataclass
class Ending:
    """Reads our queue; after the first message of all was stored, `end` happens. Looks whether each was stored."""

    register: Register
    open: Callable[[str], AmqpMailbox]
    end: Callable[[], None]
    ended: bool = False
    unstored: int = 0
    connections: int = 0

    def mailbox(self, token: str) -> "Ending._Reading":
        """Open the queue with a token."""
        return Ending._Reading(self, self.open(token))

    @dataclass(frozen=True)
    class _Reading:
        watch: "Ending"
        inner: AmqpMailbox

        def answers(self) -> Iterator[ReceivedAnswer]:
            """Yield what comes; asking for the next acknowledges the one before."""
            self.watch.connections += 1
            for answer in self.inner.answers():
                yield answer
                with self.watch.register.read() as session:
                    self.watch.unstored += session.get(DeliveryAnswer, answer.message_id) is None
                if not self.watch.ended:
                    self.watch.ended = True
                    self.watch.end()


def let_in(running: Broker, token: str) -> None:
    """Take this token alone from now on, and close the connections of every other."""
    running.control("change_password", INTEGRATION, f"{PASSWORD} {token}")
    running.control("close_all_user_connections", INTEGRATION, "token expired")


@pytest.fixture
def world(running: Broker, register: Register, tmp_path: Path, clock: Clock) -> Iterator[World]:
    """Give a context that has sent a record, and whose receipt lies in RabbitMQ."""
    with running.connection() as connection, FiksServer(clock) as server:
        channel = connection.channel()
        channel.queue_declare(QUEUE, durable=True)

        def publish(headers: dict[str, str], body: bytes) -> None:
            channel.basic_publish("", QUEUE, body, pika.BasicProperties(headers=dict(headers)))

        server.archive.answer = publish
        certificate = {"fiks_amqp_authority": str(running.authority), "fiks_silence": 0.5}
        amqp = {"fiks_amqp_host": "localhost", "fiks_amqp_port": running.port, **certificate}
        for made in open_world(server, register, tmp_path, may_look_up=True, **amqp):
            let_in(running, "token-1")
            yield made
        channel.queue_delete(QUEUE)


def watched(world: World, end: Callable[[], None]) -> Ending:
    """Let the context read RabbitMQ, and watch it."""
    archive = world.context.archive_system
    assert isinstance(archive, FiksArchive)
    fiks = archive.settings.fiks
    watch = Ending(world.register, lambda token: AmqpMailbox(fiks, PASSWORD, token), end)
    world.context.archive_system = replace(archive, open_mailbox=watch.mailbox)
    return watch


def waiting(running: Broker) -> int:
    """Return how many messages the queue has."""
    with running.connection() as connection:
        count: int = connection.channel().queue_declare(QUEUE, passive=True).method.message_count
        return count


def test_a_connection_that_is_closed_is_opened_with_a_new_token(running: Broker, world: World) -> None:
    """The broker closes it between a message that was stored and its acknowledgement: it comes again, and is known."""
    watch = watched(world, lambda: let_in(running, "token-2"))
    record = archived_record(world.register, world.store)
    assert world.round().problems == []  # the queue is empty, and the record is sent
    assert waiting(running) == 2
    watch.connections = 0
    assert world.round().problems == []
    assert (watch.ended, watch.unstored, watch.connections) == (True, 0, 2)
    assert (waiting(running), of(world, record.id).state, kinds(world)) == (0, "delivered", set())
    assert world.server.archive.registered == [record.id]


def test_a_token_that_is_refused_before_its_time_is_renewed(running: Broker, world: World) -> None:
    """At the login, with a token that we still keep."""
    watch = watched(world, lambda: None)
    record = archived_record(world.register, world.store)
    world.round()
    let_in(running, "token-2")
    assert world.round().problems == []
    assert (watch.unstored, waiting(running), of(world, record.id).state) == (0, 0, "delivered")


def test_what_is_refused_for_good_is_told_and_stays_in_the_queue(running: Broker, world: World) -> None:
    """A wrong password is tried once more with a new token, not again and again."""
    watch = watched(world, lambda: None)
    archived_record(world.register, world.store)
    world.round()
    let_in(running, "another")
    watch.connections = 0
    assert "tar ikke imot" in world.round().problems[0] or "godtar ikke" in world.round().problems[0]
    assert watch.connections <= 4
    assert (waiting(running), kinds(world)) == (2, {"delivery_stopped"})
