"""Drill: PostgreSQL and S3 are lost and brought back: to a point in time, and from `archive backup`.

`python -m tests.drills.restore [RECORDS] [--postgresql FOLDER]`. A register on PostgreSQL, whose log is archived as
deploy/containers/compose.yaml has it, and a store in an S3 service fill with signed agreements. The server is then
brought back to an instant in the middle, with a base backup and the log (docs/operations.md, Backup); and register and
store from a copy that `archive backup` made, into an empty server and an empty bucket. Ends with one JSON line:
`lost` what was there at the instant or in the copy and did not come back, `too_much` what came back of later, `untold`
an older register that was not told as such, `sent_too_soon` sends before a person had looked, `faults` of verify.
"""

import argparse
import json
import logging
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from flows.application.context import Context
from flows.application.host_check import require_newest_register
from flows.application.reconcile import say_restored, settle_restore
from flows.archive import Store, check_archive, make_bucket, open_store
from flows.archive.backup import back_up, restore
from flows.archive.history import Evidence, check_history
from flows.archive.ingest import keep_head
from flows.errors import NotAllowed
from flows.register import Record, Register, open_register
from flows.register.recovery import check_reconciled
from flows.register.signed_heads import signer_in, trusted_keys
from flows.settings import Settings
from tests.archive.signed_agreements import archived
from tests.conftest import Clock
from tests.drills.postgresql_cluster import SHIPPED, PostgresqlCluster
from tests.signing.paper_provider import PaperProvider


@dataclass
class Figures:
    """What the drill counts; all but the first two must be 0."""

    records: int = 0
    recovery_seconds: float = 0.0
    lost: int = 0
    too_much: int = 0
    untold: int = 0
    sent_too_soon: int = 0
    faults: int = 0


@dataclass
class Scene:
    """Where the drill plays."""

    folder: Path
    clock: Clock
    programs: Path

    def cluster(self, name: str) -> PostgresqlCluster:
        """Return a server of that name on a free port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return PostgresqlCluster(self.folder / name, free.getsockname()[1], self.programs, "hemmelig")

    def register(self, cluster: PostgresqlCluster) -> Register:
        """Open the register on a server, with the key of its history."""
        url = f"postgresql://postgres:{cluster.password}@127.0.0.1:{cluster.port}/postgres"
        return open_register(url, self.clock, actor="tester", signer=signer_in(self.folder / "keys"))

    def context(self, register: Register, store: Store) -> Context:
        """Return a context of these, for use cases."""
        settings = Settings(_env_file=None, output=self.folder, head_keys=self.folder / "keys", provider="paper")
        return Context(settings, register, store, PaperProvider())

    @property
    def anchors(self) -> Path:
        """The folder of trusted certificates."""
        return self.folder / "anchors"

    def add(self, register: Register, store: Store, numbers: range) -> None:
        """Archive agreements of these numbers, a minute after each other."""
        for number in numbers:
            self.clock.forward(minutes=1)
            archived(register, store, self.anchors, number, words=f"Stedet er nummer {number}.")
            keep_head(register, store)


def main() -> int:
    """Run the drill; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("records", nargs="?", type=int, default=12)
    parser.add_argument("--postgresql", default=str(SHIPPED), help="folder of PostgreSQL's programs")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-restore-") as folder, s3():
        Path(folder).chmod(0o711)
        figures = drill(Scene(Path(folder), Clock(), Path(chosen.postgresql)), chosen.records)
    told = {**vars(figures), "recovery_seconds": round(figures.recovery_seconds, 1)}
    print(json.dumps(told))
    return 1 if figures.lost + figures.too_much + figures.untold + figures.sent_too_soon + figures.faults else 0


def drill(scene: Scene, count: int) -> Figures:
    """Lose the database twice; return the figures."""
    figures = Figures()
    first = scene.cluster("first")
    first.make()
    first.start()
    make_bucket("s3://arkiv")
    store = open_store("s3://arkiv/lager")
    with closing(scene.register(first)) as register:
        scene.add(register, store, range(count // 3))
        base(first, scene.folder / "copy")
        scene.add(register, store, range(count // 3, 2 * count // 3))
        there = records_of(register)
        instant = moment(register)
        scene.add(register, store, range(2 * count // 3, count))
        later = records_of(register) - there
        with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_switch_wal()"))
        scene.clock.forward(minutes=1)
        copy = back_up(register, store, scene.folder / "backup")
        everything = records_of(register)
    first.stop()
    shutil.copytree(first.archive, scene.folder / "copy" / "log", dirs_exist_ok=True)
    shutil.rmtree(first.data)  # the disk is gone
    figures.records = len(everything)
    point_in_time(scene, store, instant, there, later, figures)
    from_copy(scene, copy, everything, figures)
    return figures


def base(cluster: PostgresqlCluster, target: Path) -> None:
    """Take a base backup, as docs/operations.md has it."""
    cluster.program("pg_basebackup", "--pgdata", str(cluster.folder / "base"), "--checkpoint=fast")
    shutil.copytree(cluster.folder / "base", target / "base")


def moment(register: Register) -> str:
    """Return an instant of the server's between two transactions."""
    with register.engine.connect() as connection:
        time.sleep(1)
        instant = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        time.sleep(1)
    return str(instant.astimezone(UTC).isoformat())


def point_in_time(scene: Scene, store: Store, instant: str, there: set[str], later: set[str], figures: Figures) -> None:
    """Bring the server back to an instant; say so, look, and go on."""
    began = time.monotonic()
    second = scene.cluster("second")
    second.copy_from(scene.folder / "copy", instant)
    second.start()
    try:
        with closing(scene.register(second)) as register:
            wait_for_promotion(register)
            figures.recovery_seconds = time.monotonic() - began
            found = records_of(register)
            figures.lost += len(there - found)
            figures.too_much += len(found & later)
            context = scene.context(register, store)
            figures.untold += not refuses(lambda: require_newest_register(context))
            scene.clock.forward(minutes=1)
            say_restored(context)
            with register.read() as session:
                figures.sent_too_soon += not refuses(lambda: check_reconciled(session))
            settle_restore(context, "Alt er sett på hos leverandøren.")
            require_newest_register(context)
            scene.add(register, store, range(1000, 1002))
            figures.faults += count_faults(scene, register, store)
    finally:
        second.stop()


def from_copy(scene: Scene, copy: dict[str, int], everything: set[str], figures: Figures) -> None:
    """Bring the copy back into an empty server and an empty bucket."""
    third = scene.cluster("third")
    third.make()
    third.start()
    make_bucket("s3://nytt-arkiv")
    store = open_store("s3://nytt-arkiv/lager")
    try:
        with closing(scene.register(third)) as register:
            scene.clock.forward(minutes=1)
            restored = restore(scene.folder / "backup", register, store)
            figures.lost += len(everything - records_of(register)) + copy["blobs"] - restored.blobs
            figures.too_much += len(records_of(register) - everything)
            with register.read() as session:
                figures.sent_too_soon += not refuses(lambda: check_reconciled(session))
            figures.faults += count_faults(scene, register, store)
    finally:
        third.stop()


def refuses(call: Any) -> bool:
    """Say whether a call is refused."""
    try:
        call()
    except NotAllowed:
        return True
    return False


def wait_for_promotion(register: Register) -> None:
    """Wait until the server has read its log and takes changes."""
    for _ in range(600):
        with register.engine.connect() as connection:
            if not connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one():
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not come out of recovery")


def records_of(register: Register) -> set[str]:
    """Return the ids of all records."""
    with register.read() as session:
        return set(session.execute(select(Record.id)).scalars())


def count_faults(scene: Scene, register: Register, store: Store) -> int:
    """Prove everything; tell what is wrong, and return how much."""
    faults = [one.fault for one in check_archive(register, store, scene.anchors)]
    with register.read() as session:
        evidence = Evidence(trusted_keys(scene.folder / "keys"))
        faults += [one.fault for one in check_history(session, store, evidence)]
    for one in faults[:5]:
        print(one, file=sys.stderr)
    return len(faults)


@contextmanager
def s3() -> Iterator[None]:
    """Run an S3 service, with the variables that lead to it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    variables = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "test", "AWS_REGION": "us-east-1"}
    os.environ.update(variables, AWS_SECRET_ACCESS_KEY="test", AWS_ALLOW_HTTP="true")
    try:
        yield
    finally:
        running.stop()


if __name__ == "__main__":
    sys.exit(main())
