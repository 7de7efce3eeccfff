"""Drill: deliver to an archive system that misbehaves, and be killed at every step; look what became of each record.

`python -m tests.drills.delivery [--faults 300] [--kills 0] [--seed 1] [--scenes …]`. First a run of each scene names
every point that a round passes (commits, calls, acknowledgements); then a real process is killed there with SIGKILL,
and others go on. After that, seeded faults of KS and of the archive meet rounds that are not killed. The archive
registers whatever it gets, so that doubles are counted there. Ends with one JSON line; `unseen` is what is neither
delivered nor shown to people, `lost` what counts as delivered and never reached the archive.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import track

from flows.application.status import status_overview
from flows.register import open_register
from flows.register.deliveries import deliveries_of
from flows.register.states import DeliveryState
from tests.conftest import Clock
from tests.delivery.delivered_records import World, archived_record, delivering
from tests.delivery.fiks_server import FiksServer
from tests.delivery.misbehaving_archive import FAULTS
from tests.drills.delivery_worker import RoundOrder, deliver_round

_processes = multiprocessing.get_context("forkserver")
_START = datetime.fromisoformat("2026-12-01T09:00:00+00:00")
_SENDS = ("none", "none", "none", "lost", "cut", "500", "429", "401", "403")
_ROUNDS = 14
_FOR_PEOPLE = {DeliveryState.REFUSED, DeliveryState.NEEDS_PERSON}
SCENES: dict[str, tuple[list[str], str, int]] = {
    "plain": ([], "none", 2),
    "lost": (["lost"], "silent", 3),
    "never arrived": (["cut"], "none", 4),
    "failed": ([], "failed", 4),
}
"""Faults of the first calls, what the archive does the first time, and how many rounds are killed in."""


@dataclass
class Tally:
    """What came of all runs."""

    runs: int = 0
    killed: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    acknowledged_before_stored: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)


@contextmanager
def drilled_world(template: Path, tally: Tally, name: str, *, may_look_up: bool) -> Iterator[World]:
    """Give a world of its own, whose server watches what is acknowledged."""
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-drill-") as made:
        folder = Path(made)
        shutil.copyfile(template, folder / "register.db")
        clock = Clock(_START)
        with FiksServer(clock) as server:

            def watch(message_id: str) -> None:
                with sqlite3.connect(folder / "register.db") as database:
                    asked = "SELECT count(*) FROM delivery_answer WHERE message_id = ?"
                    if database.execute(asked, (message_id,)).fetchone() == (0,):
                        tally.acknowledged_before_stored.append(name)

            server.on_ack = watch
            register = open_register(f"sqlite:///{folder / 'register.db'}", clock, actor="drill")
            world = delivering(server, register, folder, may_look_up=may_look_up)
            yield world
            for session in world.sessions:
                session.close()
            register.close()


def finish(world: World, records: list[str], tally: Tally, name: str) -> None:
    """Let rounds go on until nothing is in flight, and judge what became of the records."""
    clock = world.register.clock
    assert isinstance(clock, Clock)
    states: list[DeliveryState] = []
    for _ in range(_ROUNDS):
        world.round()
        clock.now += timedelta(hours=30)
        with world.register.read() as session:
            rows = {one.record_id: DeliveryState(one.state) for one in deliveries_of(session, records)}
        states = [rows.get(one, DeliveryState.DUE) for one in records]
        if all(one is DeliveryState.DELIVERED or one in _FOR_PEOPLE for one in states):
            break
    tally.runs += 1
    tally.states.update(str(one) for one in states)
    waiting = status_overview(world.context).waiting
    shown = {one.agreement_id for one in waiting}
    with world.register.read() as session:
        agreements = {one.record_id: one.agreement_id for one in deliveries_of(session, records)}
    for record, state in zip(records, states, strict=True):
        times = world.server.archive.registered.count(record)
        if times > 1:
            tally.doubled.append(name)
        if state is not DeliveryState.DELIVERED and agreements.get(record) not in shown:
            tally.unseen.append(name)
        if state is DeliveryState.DELIVERED and times == 0:
            tally.lost.append(name)
    if world.server.deleted:
        tally.lost.append(f"{name}: an answer was deleted")
    known = {one.kind for one in waiting}
    with sqlite3.connect(world.folder / "register.db") as database:
        asked = "SELECT count(*) FROM delivery_answer WHERE outcome IN ('unmatched', 'unreadable', '')"
        strange = database.execute(asked).fetchone()[0]
    if strange and "delivery_answers" not in known:
        tally.unseen.append(f"{name}: answers")


def order_of(world: World, kill_at: str = "", log: Path | None = None) -> RoundOrder:
    """Return the order for a round of another process, now."""
    settings = world.context.archive_settings
    assert settings is not None
    return RoundOrder(world.server.address, world.folder, world.register.clock(), settings, kill_at, log)


def run_apart(order: RoundOrder) -> bool:
    """Run a round in another process; return whether it was killed."""
    process = _processes.Process(target=deliver_round, args=(order,))
    process.start()
    process.join(300)
    return process.exitcode == -9


def begin(world: World, scene: str) -> list[str]:
    """Set a scene, with one record; return its id."""
    sends, fault, _rounds = SCENES[scene]
    world.server.send_faults = deque(sends)
    world.server.archive.fault_of = lambda _record, time: fault if time == 1 else "none"
    return [archived_record(world.register, world.store, 1).id]


def points_of(template: Path, scene: str) -> list[tuple[int, str]]:
    """Return every point that the rounds of a scene pass, with the number of the round."""
    found = []
    with drilled_world(template, Tally(), scene, may_look_up=True) as world:
        begin(world, scene)
        for number in range(SCENES[scene][2]):
            log = world.folder / f"points-{number}"
            log.touch()
            run_apart(order_of(world, log=log))
            found += [(number, line) for line in log.read_text().splitlines()]
            forward(world)
    return found


def kill_there(template: Path, scene: str, number: int, point: str, tally: Tally) -> None:
    """Kill a round of a scene at a point, and let others go on."""
    name = f"{scene}, round {number}, {point}"
    with drilled_world(template, tally, name, may_look_up=True) as world:
        records = begin(world, scene)
        for before in range(number):
            del before
            run_apart(order_of(world))
            forward(world)
        tally.killed += run_apart(order_of(world, kill_at=point))
        forward(world)
        finish(world, records, tally, name)


def forward(world: World) -> None:
    """Let three hours pass."""
    clock = world.register.clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(hours=3)


def meet_faults(template: Path, seed: int, tally: Tally) -> None:
    """Deliver two records while KS and the archive do what chance says, for the first rounds."""
    chance = random.Random(seed)
    name = f"seed {seed}"
    with drilled_world(template, tally, name, may_look_up=chance.random() < 0.7) as world:
        faults: dict[tuple[str, int], str] = {}

        def fault_of(record: str, time: int) -> str:
            return faults.setdefault((record, time), chance.choice(FAULTS) if chance.random() < 0.6 else "none")

        world.server.archive.fault_of = fault_of
        world.server.send_faults = deque(chance.choice(_SENDS) for _ in range(chance.randrange(5)))
        world.server.fail_ack = chance.randrange(2)
        records = [archived_record(world.register, world.store, number).id for number in (1, 2)]
        for _ in range(chance.randrange(1, 4)):
            world.server.works = chance.random() < 0.7
            world.round()
            forward(world)
        world.server.works = True
        world.server.let_archive_work()
        finish(world, records, tally, name)


def main() -> None:
    """Run the drill and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=300, help="seeded runs with faults")
    parser.add_argument("--kills", type=int, default=0, help="points at most; 0: every one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenes", nargs="*", choices=SCENES, default=list(SCENES))
    asked = parser.parse_args()
    _processes.set_forkserver_preload(["tests.drills.delivery_worker"])
    tally, console = Tally(), Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "register.db"
        open_register(f"sqlite:///{template}", Clock(_START), actor="drill").close()
        points = [(scene, *one) for scene in asked.scenes for one in points_of(template, scene)]
        if asked.kills:
            points = random.Random(asked.seed).sample(points, min(asked.kills, len(points)))
        for scene, number, point in track(points, "killing", console=console):
            kill_there(template, scene, number, point, tally)
        for seed in track(range(asked.seed, asked.seed + asked.faults), "faults", console=console):
            meet_faults(template, seed, tally)
    for what in ("lost", "doubled", "acknowledged_before_stored", "unseen"):
        for one in getattr(tally, what):
            console.print(f"{what}: {one}", markup=False)
    counts = {"runs": tally.runs, "killed": tally.killed, "lost": len(tally.lost), "doubled": len(tally.doubled)}
    counts |= {"acknowledged_before_stored": len(tally.acknowledged_before_stored), "unseen": len(tally.unseen)}
    print(json.dumps({**counts, "states": dict(tally.states)}))
    sys.exit(1 if counts["lost"] or counts["doubled"] or counts["unseen"] else 0)


if __name__ == "__main__":
    main()
