"""How fast archived agreements are delivered to an archive system, and how much memory a run of many takes.

    python -m benchmarks.deliveries [--records 500] [--size 200000]

One run of the flow sends all of them (the first goes alone before) to KS's side of the tests on loopback, and one takes
in the receipts. Seconds are processor time of this process, in which that side and the archive work, too; memory is its
largest resident size after a tenth of the records and after all of them. Ends with one JSON line.
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

from flows.register import open_register
from flows.register.deliveries import deliveries_of
from tests.conftest import Clock
from tests.delivery.delivered_records import NOW, World, archived_record, delivering
from tests.delivery.fiks_server import FiksServer


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
    records = _made(world, 0, 1, size)
    world.round()
    world.round()
    small = max(count // 10, 1)
    records += _made(world, 1, small, size)
    world.round()
    world.round()
    before = _largest_resident_mib()
    records += _made(world, small, count + small, size)
    begun = time.process_time()
    sent = len(world.round().states)
    taken_in, sending = time.process_time(), time.process_time() - begun
    world.round()
    reading = time.process_time() - taken_in
    with world.register.read() as session:
        delivered = sum(one.state == "delivered" for one in deliveries_of(session, records))
    return {
        "records_in_one_run": sent,
        "delivered_of_all": f"{delivered} of {len(records)}",
        "doubled": len(world.server.archive.registered) - len(set(world.server.archive.registered)),
        "cpu_seconds_sending": round(sending, 1),
        "cpu_seconds_receipts": round(reading, 1),
        "mib_after_a_tenth": before,
        "mib_after_all": _largest_resident_mib(),
    }


def _made(world: World, first: int, end: int, size: int) -> list[str]:
    pdf = b"%PDF-1.7 signert".ljust(size, b"x")
    return [
        archived_record(world.register, world.store, number, pdf + b"%d" % number).id for number in range(first, end)
    ]


def _largest_resident_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
