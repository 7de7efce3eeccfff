"""How long a season takes: make, send and collect so many agreements, on one machine or on several workers.

`python -m benchmarks.season [--cases 600] [--workers N] [--slow-ms 50]`. Without `--workers` the commands
`renew --send` and `collect` run on a machine of its own; with it, `N` process workers share the season and `N`
collectors its signed agreements, over PostgreSQL, an S3-compatible store and a Prefect server. Provider and store are
servers on the loopback interface. Signing is nobody's time but the signers', and is not counted.

Ends with one JSON line. `seconds_per_case` is make, send and collect; `cpu_per_case` the processor time of the
program's own processes for that; `orchestration_share` the share of making and sending that is no work on cases:
starting programs, taking in, Prefect's client and workers, waiting for a part. `doubled` counts requests and records
beyond the first of an agreement.
"""

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import requests
from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.intake import write_cases
from benchmarks.season_world import TOKEN, PrefectApi, World, descendants, running_world
from flows.register import Agreement, Record, State, open_register
from flows.register.pending_schema import PendingDecision
from flows.register.work_schema import WorkPart
from flows.signing.providers.desk import DeskProvider

_HOUR = 3600
_TICKS = os.sysconf("SC_CLK_TCK")


class CpuMeter:
    """Processor time and memory of processes and all that they start, looked at several times a second."""

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}
        self._peak = 0.0
        self._roots: list[int] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()

    def follow(self, *pids: int) -> None:
        """Measure these from here on."""
        self._roots += pids

    def stop(self) -> None:
        """Measure no more."""
        self._over.set()
        self._thread.join()

    @property
    def seconds(self) -> float:
        """Processor seconds so far."""
        return sum(self._seconds.values())

    @property
    def peak_mb(self) -> float:
        """The most memory that all of them had together, in MB; pages that they share count for each."""
        return self._peak

    def _look_on(self) -> None:
        while not self._over.wait(0.2):
            memory = 0.0
            for root in list(self._roots):
                for pid in (root, *descendants(root)):
                    try:
                        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                    except (OSError, IndexError):
                        continue
                    self._seconds[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
                    memory += pages * resource.getpagesize() / 1e6
            self._peak = max(self._peak, memory)


def signed_by_everybody(world: World) -> None:
    """Let both sign each request that is open at the desk."""
    address = world.settings["AVTALEFLYT_DESK_URL"]
    with requests.Session() as session:
        provider = DeskProvider(address, TOKEN, session)
        ids = [one.provider_id for one in provider.held_requests()]

        def sign(provider_id: str) -> None:
            links = provider.signer_links(provider_id)
            for order in sorted(links):
                requests.post(f"{links[order]}/sign", headers={"Origin": address}, timeout=600).raise_for_status()

        with ThreadPoolExecutor(2) as signers:
            list(signers.map(sign, ids))


def run_command(world: World, meter: CpuMeter, *words: str) -> None:
    """Run a command of the program to its end."""
    command = [sys.executable, "-m", "flows.cli", *words]
    with (world.folder / "commands.log").open("ab") as log:
        process = subprocess.Popen(command, env=world.settings, stdout=log, stderr=log)
        meter.follow(process.pid)
        process.wait(_HOUR)


def wait_for_evidence(world: World) -> None:
    """Wait until the desk has made its pages of evidence, which it does while nobody waits; signers take days."""
    with closing(sqlite3.connect(world.folder / "desk" / "desk.db")) as desk:
        total = desk.execute("SELECT count(*) FROM requests").fetchone()[0]
        for _ in range(4 * total):
            if desk.execute("SELECT count(*) FROM evidence").fetchone()[0] >= total:
                return
            time.sleep(0.5)


def on_one_machine(world: World, cases: Path, meter: CpuMeter) -> tuple[float, float]:
    """Return the seconds of `renew` and of `collect`."""
    begun = time.perf_counter()
    run_command(world, meter, "renew", str(cases), "--send", "--json")
    sent = time.perf_counter() - begun
    signed_by_everybody(world)
    wait_for_evidence(world)
    begun = time.perf_counter()
    run_command(world, meter, "collect", "--json")
    return sent, time.perf_counter() - begun


def on_workers(world: World, cases: Path, meter: CpuMeter, workers: int) -> tuple[float, float]:
    """Return the seconds of a season on workers, and of as many collectors."""
    world.settings["AVTALEFLYT_CASES"] = str(cases)
    api = PrefectApi(world.settings["PREFECT_API_URL"])
    api.pause_schedules()
    for number in range(workers):
        world.start_worker(f"worker-{number}")
        meter.follow(world.workers[f"worker-{number}"].pid)
    pool = "/work_pools/avtaleflyt/workers/filter"
    while sum(one["status"] == "ONLINE" for one in api.call("POST", pool, json={})) < workers:
        time.sleep(0.2)
    begun = time.perf_counter()
    run = api.start(api.deployment("renewal-season", "season"), send=True)
    state = api.wait(run, _HOUR)
    sent = time.perf_counter() - begun
    if state[0] != "COMPLETED":
        raise RuntimeError(str(state))
    signed_by_everybody(world)
    wait_for_evidence(world)
    begun = time.perf_counter()
    with ThreadPoolExecutor(workers) as collectors:
        every = [collectors.submit(run_command, world, meter, "collect", "--json") for _each in range(workers)]
        for one in every:
            one.result()
    return sent, time.perf_counter() - begun


def seconds_at_work(parts: Sequence[WorkPart]) -> float:
    """Return how long each worker had a part or two, all of them together."""
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for one in parts:
        if one.outcome and one.ended_at and "worker" in one.outcome:
            ended = one.ended_at.timestamp()
            spans[one.outcome["worker"]].append((ended - one.outcome["seconds"], ended))
    busy = 0.0
    for several in spans.values():
        until = 0.0
        for begun, ended in sorted(several):
            busy += max(0.0, ended - max(begun, until))
            until = max(until, ended)
    return busy


def reasons_left(session: Session) -> list[str]:
    """Return why each agreement that is not archived waits: its state, and what the register asks a person about it."""
    asked: dict[str, list[str]] = defaultdict(list)
    for one in session.scalars(select(PendingDecision).where(PendingDecision.cleared_at.is_(None))):
        asked[one.agreement_id or ""].append(f"{one.kind}: {one.why}")
    waiting = session.scalars(select(Agreement).where(Agreement.state != State.ARCHIVED)).all()
    return [f"{one.state}; {'; '.join(asked[one.id])}" for one in waiting] + asked[""]


def measure(cases: int, workers: int, slow_ms: int) -> dict[str, Any]:
    """Run a season and return the figures."""
    meter = CpuMeter()
    with (
        tempfile.TemporaryDirectory(prefix="avtaleflyt-season-") as name,
        running_world(Path(name), slow_ms, database=workers > 0) as world,
    ):
        workbook = world.folder / "cases.xlsx"
        write_cases(workbook, cases)
        if workers:
            world.settings["AVTALEFLYT_PART"] = str(max(5, min(50, cases // (4 * workers))))
            sent, collected = on_workers(world, workbook, meter, workers)
        else:
            sent, collected = on_one_machine(world, workbook, meter)
        meter.stop()
        url = world.settings.get("AVTALEFLYT_DATABASE_URL") or f"sqlite:///{world.folder / 'output' / 'avtaleflyt.db'}"
        with closing(open_register(url)) as register, register.read() as session:
            agreements = session.scalar(select(func.count()).select_from(Agreement)) or 0
            wanted = select(func.count()).where(Agreement.state == State.ARCHIVED)
            archived = session.scalar(wanted) or 0
            records = session.scalar(select(func.count()).select_from(Record)) or 0
            parts = session.scalars(select(WorkPart)).all()
            left = reasons_left(session)
        with closing(sqlite3.connect(world.folder / "desk" / "desk.db")) as desk:
            at_the_desk = desk.execute("SELECT count(*) FROM requests").fetchone()[0]
    busy = seconds_at_work(parts)
    return {
        "benchmark": "season",
        "workers": workers,
        "slow_ms": slow_ms,
        "cases": agreements,
        "archived": archived,
        "left": left,
        "doubled": max(0, at_the_desk - agreements) + max(0, records - agreements),
        "seconds": round(sent + collected, 1),
        "make_and_send": round(sent, 1),
        "collect": round(collected, 1),
        "seconds_per_case": round((sent + collected) / max(agreements, 1), 3),
        "cpu_per_case": round(meter.seconds / max(agreements, 1), 3),
        "orchestration_share": round(max(0.0, 1 - busy / (sent * max(workers, 1))), 3),
        "peak_mb": round(meter.peak_mb),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.season", description="A season from cases to archive.")
    parser.add_argument("--cases", type=int, default=600)
    parser.add_argument("--workers", type=int, default=0, help="process workers and collectors; 0: one machine alone")
    parser.add_argument("--slow-ms", type=int, default=0, help="how much later provider and store answer each call")
    chosen = parser.parse_args()
    found = measure(chosen.cases, chosen.workers, chosen.slow_ms)
    Console(stderr=True).print(
        f"{found['archived']} of {found['cases']} archived, {found['doubled']} doubled, in {found['seconds']} s: "
        f"{found['seconds_per_case']} s a case ({found['cpu_per_case']} s of processor)."
    )
    sys.stdout.write(json.dumps(found) + "\n")
