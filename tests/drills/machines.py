"""Drill: two workers share seasons while machines, database, store and Prefect fail, and nothing is lost or doubled.

`python -m tests.drills.machines [--cases 42] [--scenes sending store …]`. Two process workers with homes of their own,
PostgreSQL, an S3-compatible store, a signing desk and a Prefect server, each a process. In turn: a worker is killed
while agreements are sent, while documents are made and while cases are taken in, and the command `renew` is typed
again; two seasons run on the same cases at once while the database starts anew; the store is away; Prefect is away;
a next release, which has a table more, is put in place under a season that the release before began. Then everybody
signs, and three collectors share the rest; one of them is killed.

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
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console
from sqlalchemy import func, select

from benchmarks.intake import write_cases
from benchmarks.season import signed_by_everybody
from benchmarks.season_world import PrefectApi, running_world
from flows.register import Agreement, Record, State, open_register
from flows.register.work_schema import WorkPart
from tests.drills.machine_drill import PATIENCE, MachineDrill
from tests.drills.machine_scenes import SCENES

_LOOKUPS = 1500.0
"""Seconds within which what was cut off while it was sent is looked up twice."""


def collect_together(drill: MachineDrill) -> None:
    """Let three collectors share what is signed, and kill one of them; then others make the rest."""
    command, begun = [sys.executable, "-m", "flows.cli", "collect", "--json"], drill.more(Record.id)
    with (drill.world.folder / "commands.log").open("ab") as log:
        several = [
            subprocess.Popen(
                command,
                env=drill.world.settings,
                cwd=drill.world.program,
                stdout=subprocess.PIPE,
                stderr=log,
                process_group=0,
            )
            for _each in range(3)
        ]
        drill.until("collecting", begun)
        os.killpg(several[0].pid, signal.SIGKILL)
        archived: Counter[str] = Counter()
        for one in several:
            told, _nothing = one.communicate(timeout=2 * PATIENCE)
            archived.update(json.loads(told)["archived"] if told else ())
    drill.say(f"three collectors, one killed: {dict(drill.states())}")
    drill.green_but_failed += [f"{one} was collected twice" for one, times in archived.items() if times > 1]


def finish(drill: MachineDrill, books: Sequence[Path]) -> None:
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
        few = str(max(1, cases // (4 * len(SCENES))))
        world.settings |= {"AVTALEFLYT_PART": few, "AVTALEFLYT_CHUNK": few, "AVTALEFLYT_WORKERS": "1"}
        world.settings["AVTALEFLYT_OUTAGE_SECONDS"] = "120"
        register = open_register(world.settings["AVTALEFLYT_DATABASE_URL"])
        drill = MachineDrill(world, PrefectApi(world.settings["PREFECT_API_URL"]), register, console)
        for name in ("one", "two"):
            world.start_worker(name, limit=2)
        share = max(2, cases // len(SCENES))
        books = []
        for number in range(len(SCENES)):
            books.append(folder / f"cases-{number}.xlsx")
            write_cases(books[-1], share, number * share)
        for scene in scenes:
            drill.begin()
            SCENES[scene](drill, books[list(SCENES).index(scene)])
            drill.command("collect")  # looks up meanwhile what was cut off while it was sent
        signed_by_everybody(world)
        collect_together(drill)
        finish(drill, books)
        return counted(drill)


def counted(drill: MachineDrill) -> dict[str, object]:
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
    parser.add_argument("--cases", type=int, default=42)
    parser.add_argument("--scenes", nargs="+", choices=[*SCENES], default=[*SCENES], help="all by default")
    chosen = parser.parse_args()
    sys.exit(main(chosen.cases, chosen.scenes))
