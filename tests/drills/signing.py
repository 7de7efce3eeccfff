"""Drill: kill the process at every step of sending and collecting, with every provider, and look what became of it.

`python -m tests.drills.signing [--most N] [desk posten posten-direct documenso docuseal]`. For each provider and each
task, a first run names every point that is passed; then a real process does the task with one agreement for each point
and is killed there with SIGKILL, and others bring it to its end as the program's users would. Ends with one JSON line.

The tasks: `send`; `collect` what was signed; `decline` and `expire`, which are collecting what was refused or ran out,
with the e-mail that tells of it; `replace` what is out by a changed case; `resend` what was refused. Posten's direct
flow also gives a signer her `link`, and what is out there cannot be cancelled: a changed case replaces nothing. With
`--most`, only so many points of each task are tried, spread evenly.

`unseen` counts ends that nobody was told of by e-mail, `told_twice` those that two e-mails tell of: a copy with the
same Message-ID, after an answer that was lost, is one e-mail.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track
from sqlalchemy import select

from flows.archive import open_store
from flows.register import Record, Register, State, open_register
from flows.register.agreements import (
    GeneratedDocument,
    ReceivedCase,
    approve,
    get_agreement,
    receive,
    record_generated,
)
from flows.register.signature_requests import newest_request
from flows.signing.manual_resolution import settle_not_sent
from tests.agreements.cases import alis_case
from tests.conftest import Clock
from tests.drills.mailbox import Mailbox
from tests.drills.scenes import Scene, scene
from tests.drills.worker import Order, work
from tests.signing_desk.documents import agreement

TASKS = ("send", "collect", "decline", "expire", "replace", "resend")
_OWN_TASKS = {"posten-direct": ("link",)}
"""Those that only one provider has."""
_ANEW = {"replace", "resend"}
"""Those that are typed again after a run that was cut off."""
_TOLD = {"decline", "expire", "resend"}
"""Those in which a request ends without a signature, and nobody here wanted it to."""
PROVIDERS = ("desk", "posten", "posten-direct", "documenso", "docuseal")
_ROUNDS = 8
_processes = multiprocessing.get_context("forkserver")


@dataclass
class Tally:
    """What came of the runs with one provider."""

    runs: int = 0
    killed: int = 0
    points: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    archived_twice: list[str] = field(default_factory=list)
    still_open: list[str] = field(default_factory=list)
    unacknowledged: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    told_twice: list[str] = field(default_factory=list)
    acknowledged_early: int = 0
    settled_by_a_person: int = 0
    mails: int = 0


@dataclass
class Drill:
    """One provider's drill in a folder of its own."""

    provider: str
    folder: Path
    clock: Clock
    scene: Scene
    register: Register
    digests: tuple[str, str]
    mails: Mailbox
    tally: Tally = field(default_factory=Tally)
    made: int = 0

    def new_agreement(self) -> str:
        """Return the id of one more approved agreement."""
        self.made += 1
        case = ReceivedCase(
            "alis",
            "1804",
            f"{self.made:07d}",
            date(2027, 1, 1),
            None,
            "ALIS-avtale",
            alis_case().model_dump(mode="json"),
        )
        with self.register.write() as transaction:
            agreement_id = receive(transaction, case).agreement_id
            docx, pdf = self.digests
            record_generated(transaction, agreement_id, 1, GeneratedDocument("a.docx", "1.0", "a" * 64, docx, pdf, 1))
            approve(transaction, agreement_id, "looked at")
        return agreement_id

    def run(self, task: str, agreement_id: str = "", kill_at: str = "", log: Path | None = None) -> int:
        """Run a process to its end, or to the point where it dies; return its exit code."""
        order = Order(
            self.provider,
            self.scene.address,
            self.folder,
            self.clock(),
            task,
            agreement_id,
            kill_at,
            log,
            self.mails.address,
        )
        process = _processes.Process(target=work, args=(order,))
        process.start()
        process.join(600)
        if process.is_alive():
            process.kill()
            raise RuntimeError(f"{self.provider}: {task} hangs after {kill_at}")
        return int(process.exitcode or 0)

    def state(self, agreement_id: str) -> State:
        """Return the state of an agreement."""
        with self.register.read() as session:
            return State(get_agreement(session, agreement_id).state)

    def bring_to_its_end(self, task: str, agreement_id: str) -> None:
        """Do what users do: let time pass, type the command again, sign, collect, and settle what only they can see."""
        for _ in range(_ROUNDS):
            self.clock.forward(minutes=11)
            if task in _ANEW:
                self.run(task, agreement_id)
            there = self.scene.reached(agreement_id, self.version_of(task))
            if self.state(agreement_id) == State.UNKNOWN and not there:
                settle_not_sent(self.register, agreement_id)
                self.tally.settled_by_a_person += 1
            if task not in {"decline", "expire"}:
                for provider_id in there:
                    self.scene.sign(provider_id)
            self.run("collect")
            told = task not in _TOLD or self.mails.about(agreement_id)  # what was under way is sent again after a while
            if told and self.state(agreement_id) == _end_of(task) and self.acknowledged(agreement_id):
                return

    def version_of(self, task: str) -> int:
        """Return the version that is signed, or ends, with a task."""
        replaces = task == "resend" or (task == "replace" and self.provider != "posten-direct")
        return 2 if replaces else 1

    def acknowledged(self, agreement_id: str) -> bool:
        """Say whether the provider has been told how the newest request ended, by what the register holds."""
        with self.register.read() as session:
            request = newest_request(session, agreement_id)
        return request is not None and request.acknowledged_at is not None

    def prepare(self, task: str) -> str:
        """Return an agreement that stands where the task begins."""
        agreement_id = self.new_agreement()
        if task == "send":
            return agreement_id
        self.run("send", agreement_id)
        (first,) = self.scene.reached(agreement_id)
        if task == "collect":
            self.scene.sign(first)
        elif task in {"decline", "resend"}:
            self.scene.decline(first)
        elif task == "expire":
            self.clock.forward(days=32)
        self.clock.forward(minutes=11)
        if task == "resend":
            self.run("collect")
        return agreement_id

    def points_of(self, task: str) -> list[str]:
        """Run a task once without killing, and return the points that it passes."""
        agreement_id = self.prepare(task)
        log = self.folder / f"points-{task}"
        if self.run(task, agreement_id, log=log) != 0:
            raise RuntimeError(f"{self.provider}: {task} does not work even undisturbed")
        self.bring_to_its_end(task, agreement_id)
        self.judge(task, agreement_id, f"{task}: undisturbed")
        return log.read_text().splitlines()

    def kill_at(self, task: str, point: str) -> None:
        """Do a task with one agreement, die at the point, and bring it to its end."""
        agreement_id = self.prepare(task)
        self.tally.killed += self.run(task, agreement_id, point) == -9
        self.bring_to_its_end(task, agreement_id)
        self.judge(task, agreement_id, f"{task}: {point}")

    def judge(self, task: str, agreement_id: str, where: str) -> None:
        """Count what went wrong with an agreement."""
        self.tally.runs += 1
        with self.register.read() as session:
            agreement = get_agreement(session, agreement_id)
            records = list(session.execute(select(Record.id).where(Record.agreement_id == agreement_id)).scalars())
        if (agreement.state, agreement.version) != (_end_of(task), self.version_of(task)):
            self.tally.lost.append(f"{where} ({agreement.state}, version {agreement.version})")
        elif not self.acknowledged(agreement_id):
            self.tally.unacknowledged.append(where)
        reached = [self.scene.reached(agreement_id, version) for version in (1, 2)]
        if max(map(len, reached)) > 1:
            self.tally.doubled.append(where)
        if any(self.scene.sign(provider_id) for version in reached for provider_id in version):
            self.tally.still_open.append(where)
        if len(records) > 1:
            self.tally.archived_twice.append(where)
        told = self.mails.about(agreement_id)
        if task in _TOLD and not told:
            self.tally.unseen.append(where)
        if len(told) > 1:
            self.tally.told_twice.append(where)


def _end_of(task: str) -> State:
    return {"decline": State.DECLINED, "expire": State.EXPIRED}.get(task, State.ARCHIVED)


def drill(provider: str, folder: Path, console: Console, most: int = 0) -> Tally:
    """Kill at every point with one provider, or at so many of each task."""
    clock = Clock(datetime(2026, 12, 1, 9, tzinfo=UTC))
    with scene(provider, folder, clock) as running, Mailbox.running() as mails:
        register = open_register(f"sqlite:///{folder / 'register.db'}", clock, actor="drill")
        store = open_store((folder / "store").as_uri())
        digests = store.put(b"PK docx of the drill"), store.put(agreement())
        one = Drill(provider, folder, clock, running, register, digests, mails)
        tasks = (*TASKS, *_OWN_TASKS.get(provider, ()))
        points = [(task, point) for task in tasks for point in _spread(one.points_of(task), most)]
        one.tally.points = [f"{task}: {point}" for task, point in points]
        for task, point in track(points, f"{provider:10}", console=console):
            one.kill_at(task, point)
        early = folder / "early"
        one.tally.acknowledged_early = len(early.read_text().splitlines()) if early.exists() else 0
        one.tally.mails = len(mails.taken)
        register.close()
    return one.tally


def _spread(points: list[str], most: int) -> list[str]:
    """Return all points, or so many of them, evenly."""
    return points[:: max(1, -(-len(points) // most))] if most else points


def main(providers: Sequence[str], most: int = 0) -> int:
    """Drill with each provider, print what happened, and end with one JSON line."""
    _processes.set_forkserver_preload(["tests.drills.worker"])
    console = Console(stderr=True)
    tallies: dict[str, Tally] = {}
    for provider in providers:
        with tempfile.TemporaryDirectory() as folder:
            tallies[provider] = drill(provider, Path(folder), console, most)
        for kind in ("lost", "doubled", "archived_twice", "still_open", "unacknowledged", "unseen", "told_twice"):
            for where in getattr(tallies[provider], kind):
                console.print(f"{provider}: {kind}: {where}")
    every = tallies.values()
    result = {
        "drill": "signing",
        "runs": sum(one.runs for one in every),
        "killed": sum(one.killed for one in every),
        "points": {name: len(one.points) for name, one in tallies.items()},
        "lost": sum(len(one.lost) for one in every),
        "doubled": sum(len(one.doubled) for one in every),
        "archived_twice": sum(len(one.archived_twice) for one in every),
        "still_open": sum(len(one.still_open) for one in every),
        "acknowledged_early": sum(one.acknowledged_early for one in every),
        "unacknowledged": sum(len(one.unacknowledged) for one in every),
        "unseen": sum(len(one.unseen) for one in every),
        "told_twice": sum(len(one.told_twice) for one in every),
        "mails": sum(one.mails for one in every),
        "settled_by_a_person": sum(one.settled_by_a_person for one in every),
    }
    sys.stdout.write(json.dumps(result) + "\n")
    failures = ("lost", "doubled", "archived_twice", "still_open", "acknowledged_early", "unseen", "told_twice")
    return int(any(result[kind] for kind in failures))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.drills.signing", description=__doc__)
    parser.add_argument("providers", nargs="*", choices=[*PROVIDERS, []], help="which providers; all by default")
    parser.add_argument("--most", type=int, default=0, help="points of each task; all by default")
    chosen = parser.parse_args()
    sys.exit(main(chosen.providers or PROVIDERS, chosen.most))
