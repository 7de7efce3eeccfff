"""A season on several machines under way in a drill: the world that it runs in, and what went wrong so far."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from benchmarks.season_world import PrefectApi, World, descendants
from flows.errors import RegisterFailed
from flows.register import Agreement, Batch, Register, State

PATIENCE = 600.0
"""Seconds after which something is stuck."""
UNSENT = (State.RECEIVED, State.GENERATED, State.APPROVED)


@dataclass
class MachineDrill:
    """What is under way, and what went wrong so far."""

    world: World
    api: PrefectApi
    register: Register
    console: Console
    runs: Counter[str] = field(default_factory=Counter)
    green_but_failed: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    before: frozenset[str] = frozenset()

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
            return Counter(session.scalars(select(Agreement.state)).all())
        return Counter()

    def begin(self) -> None:
        """Begin a scene: what was there before is not looked at by `own_states`."""
        with self.register.read() as session:
            self.before = frozenset(session.scalars(select(Agreement.id)))

    def own_states(self) -> Counter[str]:
        """Return how many agreements of this scene are in each state; nothing while the database is away."""
        with suppress(RegisterFailed), self.register.read() as session:
            rows = session.execute(select(Agreement.id, Agreement.state)).all()
            return Counter(state for one, state in rows if one not in self.before)
        return Counter()

    def until(self, what: str, holds: Callable[[], bool], seconds: float = PATIENCE) -> bool:
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
        state, message = self.api.wait(run, PATIENCE)
        self.runs[state] += 1
        if state == "RUNNING":
            self.stuck.append(what)
        left = sum(self.own_states()[one] for one in UNSENT)
        self.say(f"{what}: {state} {message}; {left} not out")
        if state == "COMPLETED" and left and self.api.name(run) == "Ferdig":
            self.green_but_failed.append(what)

    def command(self, *words: str) -> tuple[int, str]:
        """Run a command of the program; return its exit code and what it printed."""
        command = [sys.executable, "-m", "flows.cli", *words, "--json"]
        with (self.world.folder / "commands.log").open("ab") as log:
            done = subprocess.run(
                command,
                env=self.world.settings,
                cwd=self.world.program,
                stdout=subprocess.PIPE,
                stderr=log,
                check=False,
                timeout=2 * PATIENCE,
            )
        return done.returncode, done.stdout.decode()

    def all_out(self, what: str, cases: Path) -> None:
        """Type `renew` again until every agreement is out, or is being looked up."""
        give_up = time.monotonic() + PATIENCE
        while not self.own_states() or any(self.own_states()[one] for one in UNSENT):
            if time.monotonic() > give_up:
                self.stuck.append(f"{what}: {dict(self.states())}")
                return
            code, _told = self.command("renew", str(cases), "--send")
            left = sum(self.own_states()[one] for one in UNSENT)
            self.say(f"{what}: renew ended with {code}; {left} not out")
            if code == 0 and left:
                self.green_but_failed.append(f"{what}: renew")


def runs_of(world: World, name: str) -> list[int]:
    """Return the processes of runs that a worker has under way."""
    found = []
    for child in descendants(world.workers[name].pid):
        with suppress(OSError):
            if b"prefect.engine" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found
