"""Our queue at Fiks IO as a real RabbitMQ has it: nothing leaves it before it is stored."""

from collections.abc import Iterator
from pathlib import Path

import pika
import pytest

from flows.delivery.archive_settings import FiksSettings
from flows.delivery.fiks.mailbox import AmqpMailbox
from flows.errors import DeliveryStopped, NotHandedOver
from tests.delivery.fiks_server import wait_until
from tests.delivery.rabbitmq import INSTALL, Broker, broker_with_account, is_installed

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not is_installed(), reason=INSTALL)]
ACCOUNT = "22222222-2222-4222-8222-222222222222"
INTEGRATION = "ffffffff-ffff-4fff-8fff-ffffffffffff"
QUEUE = f"fiksio.konto.{ACCOUNT}"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Give a broker that knows our integration, whose password is followed by a token."""
    with broker_with_account(tmp_path_factory.mktemp("rabbitmq"), INTEGRATION, "passord token", QUEUE) as one:
        yield one


@pytest.fixture
def sent(running: Broker) -> Iterator[None]:
    """Give a queue with two answers."""
    with running.connection() as connection:
        channel = connection.channel()
        channel.queue_declare(QUEUE, durable=True)
        for number in (1, 2):
            headers = {"melding-id": f"m{number}", "type": "no.ks.fiks.arkiv", "egendefinert-header.navn": "Ola Vik"}
            channel.basic_publish("", QUEUE, f"svar {number}".encode(), pika.BasicProperties(headers=headers))
    yield
    with running.connection() as connection:
        connection.channel().queue_delete(QUEUE)


def mailbox(
    running: Broker, tmp_path: Path, token: str = "token", account: str = ACCOUNT, port: int = 0
) -> AmqpMailbox:
    """Return our side of the queue."""
    key = tmp_path / "key.pem"
    settings = FiksSettings(
        amqp_host="localhost", amqp_port=port or running.port, amqp_authority=running.authority, silence=0.5,
        account=account, archive_account=ACCOUNT, integration=INTEGRATION, account_keys=(key,), signing_certificate=key,
    )  # fmt: skip
    return AmqpMailbox(settings, "passord", token)


def waiting(running: Broker) -> int:
    """Return how many messages the queue has."""
    with running.connection() as connection:
        count: int = connection.channel().queue_declare(QUEUE, passive=True).method.message_count
        return count


@pytest.mark.usefixtures("sent")
def test_answers_come_in_order_and_leave_the_queue(running: Broker, tmp_path: Path) -> None:
    """Of the headers, ids and types alone are kept."""
    found = list(mailbox(running, tmp_path).answers())
    assert [(one.message_id, one.body) for one in found] == [("m1", b"svar 1"), ("m2", b"svar 2")]
    assert all("Ola Vik" not in str(one.headers) for one in found)
    assert waiting(running) == 0


@pytest.mark.usefixtures("sent")
def test_what_was_not_stored_comes_again(running: Broker, tmp_path: Path) -> None:
    """A reader that fails over the first message acknowledges none."""
    answers = mailbox(running, tmp_path).answers()
    assert next(answers).message_id == "m1"
    answers.close()  # type: ignore[attr-defined]
    assert waiting(running) == 2
    assert [one.message_id for one in mailbox(running, tmp_path).answers()] == ["m1", "m2"]


@pytest.mark.usefixtures("sent")
def test_each_fault_is_a_sentence_of_its_own(running: Broker, tmp_path: Path) -> None:
    """An ended token and another's queue stop the deliveries; a server that is away is tried again."""
    with pytest.raises(DeliveryStopped):
        list(mailbox(running, tmp_path, token="gammelt").answers())
    with pytest.raises(DeliveryStopped):
        list(mailbox(running, tmp_path, account=INTEGRATION).answers())
    with pytest.raises(NotHandedOver):
        list(mailbox(running, tmp_path, port=1).answers())
    assert waiting(running) == 2


def test_what_runs_out_leaves_the_queue_at_its_head_alone(running: Broker, tmp_path: Path) -> None:
    """Behind one that nobody has fetched it stays, however old; then it is gone without having been given to anybody.

    Its sender is told then and not before, which is why a notice may come days after the time to live is over.
    """
    told, arguments = "told", {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "told"}
    with running.connection() as connection:
        channel = connection.channel()
        for queue, stated in (("told", {}), (QUEUE, arguments), ("probe", arguments)):
            channel.queue_declare(queue, durable=True, arguments=stated)
        for name, queue, life in (
            ("m1", QUEUE, None),
            ("m2", QUEUE, "1"),
            ("m3", QUEUE, None),
            ("probe", "probe", "1"),
        ):
            properties = pika.BasicProperties(headers={"melding-id": name}, expiration=life)
            channel.basic_publish("", queue, b"", properties)

        said: list[str] = []

        def is_told() -> bool:
            got = iter(lambda: channel.basic_get(told, auto_ack=True), (None, None, None))
            said.extend(properties.headers["melding-id"] for _method, properties, _body in got)
            return bool(said)

        wait_until(is_told)  # as much time is over for m2
        assert (said, waiting(running)) == (["probe"], 3)
        assert [one.message_id for one in mailbox(running, tmp_path).answers()] == ["m1", "m3"]
        said.clear()
        wait_until(is_told)
        assert (said, waiting(running)) == (["m2"], 0)
        for queue in (told, QUEUE, "probe"):
            channel.queue_delete(queue)


def test_what_is_fetched_four_times_and_never_acknowledged_is_gone(running: Broker, tmp_path: Path) -> None:
    """A queue like KS's gives it up to the limit; who stores before acknowledging has it from the first time."""
    quorum = {"x-queue-type": "quorum", "x-delivery-limit": 3}
    with running.connection() as connection:
        channel = connection.channel()
        channel.queue_declare(QUEUE, durable=True, arguments=quorum)
        channel.confirm_delivery()
        channel.basic_publish("", QUEUE, b"svar", pika.BasicProperties(headers={"melding-id": "m1"}))
        for _ in range(4):
            answers = mailbox(running, tmp_path).answers()
            assert next(answers).body == b"svar"
            answers.close()  # type: ignore[attr-defined]
        assert list(mailbox(running, tmp_path).answers()) == []
        channel.queue_delete(QUEUE)
