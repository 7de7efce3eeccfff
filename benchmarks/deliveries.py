"""How fast archived agreements are delivered to an archive system, and how much memory a run of many takes.

    python -m benchmarks.deliveries [--records 500] [--size 200000]

A process of its own runs the flow twice: the first sends all records, the second takes in the receipts. KS's side and
the archive, both of the tests, are on loopback in another process. Memory is what that process has in memory (Linux)
after a tenth of the records and after all of them. The pages of the register that SQLite keeps grow to 16 MB and no
further (`flows.database`); here it keeps few, so that anything else that grows is seen. Seconds are its
processor time. Ends with one JSON line.
"""

import argparse
import ctypes
import ctypes.util
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

from sqlalchemy import event

from flows.delivery.fiks.adapter import FiksArchive
from flows.delivery.port import ArchiveAnswer, OutgoingMessage
from flows.register import open_register
from flows.register.delivery_answers import ReceivedAnswer
from tests.conftest import Clock
from tests.delivery.delivered_records import NOW, World, archived_record, delivering
from tests.delivery.fiks_server import FiksServer
from tests.drills.delivery_worker import RoundOrder, delivering_context

_processes = multiprocessing.get_context("spawn")


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, default=500)
    options.add_argument("--size", type=int, default=200_000, help="bytes of each signed PDF")
    chosen = options.parse_args()
    clock = Clock(NOW)
    with tempfile.TemporaryDirectory() as made, FiksServer(clock) as server:
        folder = Path(made)
        server.archive.keep_contents = False
        register = open_register(f"sqlite:///{folder / 'register.db'}", clock, actor="benchmark")
        world = delivering(server, register, folder, fiks_per_run=chosen.records)
        figures = measured(world, chosen.records, chosen.size)
        register.close()
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps({"benchmark": "deliveries", **figures}))


def measured(world: World, count: int, size: int) -> dict[str, object]:
    """Deliver records; return the figures."""
    pdf = b"%PDF-1.7 signert".ljust(size, b"x")
    for number in range(count + 1):
        archived_record(world.register, world.store, number, pdf + b"%d" % number)
        if number == 0:  # the first goes alone
            world.round()
            world.round()
    settings = world.context.archive_settings
    assert settings is not None
    order = RoundOrder(world.server.address, world.folder, world.register.clock(), settings)
    said: SimpleQueue[dict[str, object]] = _processes.SimpleQueue()
    process = _processes.Process(target=deliver_apart, args=(order, said))
    process.start()
    process.join()
    registered = world.server.archive.registered
    return {**said.get(), "registered": len(registered), "doubled": len(registered) - len(set(registered))}


@dataclass(frozen=True)
class _Watched(FiksArchive):
    """Notes the memory after each call."""

    sent: list[tuple[float, float]] = field(default_factory=list)
    answered: list[tuple[float, float]] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> str:
        message_id = super().send(message)
        self.sent.append(memory())
        return message_id

    def read(self, answer: ReceivedAnswer) -> ArchiveAnswer:
        opened = super().read(answer)
        self.answered.append(memory())
        return opened


def deliver_apart(order: RoundOrder, said: "SimpleQueue[dict[str, object]]") -> None:
    """Run two rounds in this process, and say how long they took and what memory they had."""
    with delivering_context(order) as (context, deliver):
        event.listen(context.register.engine, "connect", _keep_few_pages)
        context.register.engine.dispose()
        archive = context.archive_system
        assert isinstance(archive, FiksArchive)
        parts = (archive.settings, archive.api, archive.account_keys, archive.signer, archive.open_mailbox)
        watched = context.archive_system = _Watched(*parts)
        sending, reading = _seconds(deliver), _seconds(deliver)
    tenth = len(watched.sent) // 10
    said.put(
        {
            "sent_in_one_run": len(watched.sent),
            "answers_in_one_run": len(watched.answered),
            "cpu_seconds_sending": sending,
            "cpu_seconds_receipts": reading,
            "mib_after_a_tenth": watched.sent[tenth][0],
            "mib_after_all": watched.sent[-1][0],
            "mib_after_receipts": watched.answered[-1][0],
            "of_it_sqlite": [watched.sent[tenth][1], watched.sent[-1][1], watched.answered[-1][1]],
        }
    )


def _keep_few_pages(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA cache_size = -256")


def _seconds(deliver: Callable[[], object]) -> float:
    begun = time.process_time()
    deliver()
    return round(time.process_time() - begun, 1)


@cache
def _sqlite() -> ctypes.CDLL:
    return ctypes.CDLL(ctypes.util.find_library("sqlite3"))


def memory() -> tuple[float, float]:
    """Return MiB that this process has in memory, and those of them that SQLite holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    sqlite = _sqlite()
    sqlite.sqlite3_memory_used.restype = ctypes.c_int64
    return round(pages * os.sysconf("SC_PAGESIZE") / 2**20, 1), round(sqlite.sqlite3_memory_used() / 2**20, 1)


if __name__ == "__main__":
    main()
