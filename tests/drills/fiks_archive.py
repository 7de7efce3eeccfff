"""Drill: deliver to an archive on KS's own Fiks IO client, through a real RabbitMQ, and take in its receipts.

`python -m tests.drills.fiks_archive [COUNT]`. Our flow signs, seals and sends over the sending API; KS's client fetches
from its queue, opens, registers and answers over the same API; our flow reads the answers from our queue over AMQP with
TLS. Only KS's own side (token, catalogue, passing messages on) is ours. Ends with one JSON line: `registered` as the
archive counts, `receipts` as they stand on our records.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import pika
import requests

from flows.application.context import Context
from flows.application.deliver_records import deliver_records
from flows.application.record_view import record_view
from flows.archive import open_store
from flows.delivery.fiks import open_fiks_archive
from flows.register import open_register
from flows.settings import Settings
from tests.conftest import Clock
from tests.delivery.delivered_records import archive_settings, archived_record
from tests.delivery.fiks_server import ARCHIVE, INTEGRATION, OURS, PASSWORD, FiksServer, wait_until
from tests.delivery.rabbitmq import INSTALL, Broker, broker, is_installed, localhost_certificate
from tests.delivery.throw_away_keys import PASSWORD as PASSPHRASE
from tests.delivery.throw_away_keys import keep_keys
from tests.judges.fiks_payloads import fiks_archive

_TOKEN = "token-1"
"""The one token of both sides, since RabbitMQ knows one password of an integration."""
_SECONDS = 120.0


@dataclass
class PassingServer(FiksServer):
    """KS's side, which passes messages on through RabbitMQ."""

    broker: Broker | None = None

    def accept(self, metadata: dict[str, Any], body: bytes) -> str:
        """Put a message into the queue of its account; return its id."""
        headers = self.taken(metadata, metadata.get("headere") or {}, body)
        assert self.broker is not None
        with self.broker.connection() as connection:
            properties = pika.BasicProperties(headers=headers, expiration="600000", delivery_mode=2)
            connection.channel().basic_publish("", queue_of(metadata["mottakerKontoId"]), body, properties)
        return headers["melding-id"]


def queue_of(account: str) -> str:
    """Return the name of an account's queue."""
    return f"fiksio.konto.{account}"


@contextmanager
def running_broker(folder: Path) -> Iterator[Broker]:
    """Give a broker with both queues, and an integration that may read them."""
    with broker(folder, *localhost_certificate(folder)) as one:
        one.control("add_user", INTEGRATION, f"{PASSWORD} {_TOKEN}")
        one.control("set_permissions", INTEGRATION, "^$", "^$", "^fiksio[.]konto[.].*$")
        with one.connection() as connection:
            for account in (OURS, ARCHIVE):
                connection.channel().queue_declare(queue_of(account), durable=True)
        yield one


def run(folder: Path, count: int) -> dict[str, object]:
    """Deliver records; return what the archive registered, and what stands on the records."""
    keep_keys(folder / "keys", "arkiv")
    trust = folder / "trust.p12"
    with running_broker(folder) as queue, PassingServer(broker=queue, token_seconds=10**8) as server:
        command: list[str | Path] = ["keytool", "-importcert", "-noprompt", "-alias", "queue", "-file", queue.authority]
        subprocess.run([*command, "-keystore", trust, "-storepass", "hemmelig"], check=True, capture_output=True)
        keys = folder / "keys"
        ports = (urlsplit(server.address).port, queue.port)
        arguments = (*ports, ARCHIVE, INTEGRATION, PASSWORD, _TOKEN, keys / "arkiv.key", keys / "arkiv.p12", PASSPHRASE)
        said: list[str] = []
        with fiks_archive(arguments, trust) as lines:
            threading.Thread(target=_listen, args=(lines, said), daemon=True).start()
            wait_until(lambda: "LISTENING" in said, _SECONDS)
            context, records = _context(folder, server, queue, count)
            result = _deliver(context, records, server)
    registered = Counter(line.split("\t")[1] for line in said if line.startswith("REGISTERED"))
    faults = [line for line in said if not line.startswith(("REGISTERED", "LISTENING"))]
    doubled = sum(one > 1 for one in registered.values())
    return {"records": count, "registered": len(registered), "doubled": doubled, **result, "faults": len(faults)}


def _listen(lines: IO[str], said: list[str]) -> None:
    for line in lines:
        said.append(line.rstrip())
        if not line.startswith(("REGISTERED", "LISTENING")):
            print(line.rstrip(), file=sys.stderr)


def _context(folder: Path, server: FiksServer, queue: Broker, count: int) -> tuple[Context, list[str]]:
    clock = Clock(datetime(2026, 12, 1, 9, tzinfo=UTC))
    register = open_register(f"sqlite:///{folder / 'register.db'}", clock, actor="drill")
    store = open_store((folder / "store").as_uri())
    amqp = {"fiks_amqp_host": "localhost", "fiks_amqp_port": queue.port, "fiks_amqp_authority": queue.authority}
    settings = archive_settings(server, folder / "keys", **amqp, fiks_silence=1, fiks_per_run=1000)
    archive = open_fiks_archive(settings, PASSWORD, PASSPHRASE, clock, requests.Session())
    context = Context(Settings(output=folder), register, store, archive_system=archive)
    context.archive_settings = settings
    return context, [archived_record(register, store, number).id for number in range(1, count + 1)]


def _deliver(context: Context, records: list[str], server: FiksServer) -> dict[str, object]:
    """Run rounds, each after what the one before sent was answered, until every record has its receipt."""
    clock = context.register.clock
    assert isinstance(clock, Clock)

    def wait(seconds: float) -> None:
        clock.now += timedelta(seconds=max(seconds, 0.001))

    problems: list[str] = []
    for _ in range(6):
        problems += deliver_records(context, wait).problems
        sent = sum(one["avsenderKontoId"] == OURS for one in server.sends)
        wait_until(lambda asked=sent: len(server.sends) >= 3 * asked, _SECONDS)  # type: ignore[misc]
    shown = [record_view(context, one).deliveries for one in records]
    receipts = sum(bool(one and one[0].case_number and one[0].state == "delivered") for one in shown)
    return {"receipts": receipts, "problems": problems}


def main() -> int:
    """Run the drill; return the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("count", nargs="?", type=int, default=20)
    chosen = options.parse_args()
    if not (is_installed() and shutil.which("keytool")):
        print(f"{INSTALL}; and Java: apt-get install --no-install-recommends default-jdk-headless", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as made:
        result = run(Path(made), chosen.count)
    print(json.dumps({"drill": "fiks_archive", **result}))
    good = result["registered"] == result["receipts"] == chosen.count
    return int(not good or bool(result["doubled"] or result["problems"] or result["faults"]))


if __name__ == "__main__":
    sys.exit(main())
