"""Drill: a season that the release before began goes on after an upgrade; nothing is sent twice, nothing is lost.

`python -m tests.drills.upgrade [REVISION]`. Takes the program of a revision (by default the last one whose register was
older) and has it make a season's documents and send one agreement, on PostgreSQL and a signing desk. Then this program
brings the register up to date. The one before must leave it alone in one sentence, or go on with it without harm; this
one sends the season, collects what was signed meanwhile, and proves the archive. Ends with one JSON line: `doubled` are
requests at the desk beyond one for each agreement, `lost` agreements that were made and not sent, `not_archived` what
was signed before the upgrade and is not in the archive, `rude` ends of the old program that are more than a sentence.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import PROJECT
from tests.drills.postgresql_cluster import PostgresqlCluster
from tests.signing_desk.servers import RunningDesk, desk_in_thread

_MIGRATIONS = "flows/register/migrations/versions"


@dataclass(frozen=True)
class Release:
    """The program of one release, run as a command, with settings that both releases share."""

    tree: Path
    settings: dict[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AVTALEFLYT_", "PREFECT_"))}
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *words],
            env=kept | self.settings | {"PYTHONPATH": str(self.tree), "AVTALEFLYT_LANGUAGE": "en"},
            cwd=self.tree,
            capture_output=True,
            text=True,
            check=False,
        )

    def told(self, *words: str, codes: tuple[int, ...] = (0, 1)) -> Any:
        """Run a command that prints JSON; return what it told."""
        done = self.run(*words, "--json")
        if done.returncode not in codes:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}


def main() -> int:
    """Run the drill; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("revision", nargs="?", default="")
    revision = parser.parse_args().revision or older_revision()
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-upgrade-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        figures = {"from": revision[:10], **drill(folder, revision)}
    print(json.dumps(figures))
    return 1 if figures["doubled"] or figures["lost"] or figures["not_archived"] or figures["rude"] else 0


def older_revision() -> str:
    """Return the last revision whose register this program can bring forward, and was older: its last one is ours."""
    ours = heads_and_all("HEAD")[1]
    for commit in git("log", "--first-parent", "--format=%H", "--", _MIGRATIONS).split():
        before = git("rev-parse", f"{commit}^")
        heads, every = heads_and_all(before)
        if len(heads) == 1 and every < ours:
            return before
    raise RuntimeError("no revision had an older register")


def heads_and_all(revision: str) -> tuple[set[str], set[str]]:
    """Return the names of the migrations that a revision ends with, and of all that it has."""
    found = git("grep", "-hE", "^(down_)?revision = ", revision, "--", _MIGRATIONS).splitlines()
    named = {line.split('"')[1] for line in found if line.startswith("revision") and '"' in line}
    followed = {line.split('"')[1] for line in found if line.startswith("down_revision") and '"' in line}
    return named - followed, named


def git(*words: str) -> str:
    """Ask git about the project."""
    return subprocess.run(["git", *words], cwd=PROJECT, check=True, capture_output=True, text=True).stdout.strip()


def drill(folder: Path, revision: str) -> dict[str, Any]:
    """Begin with one release, go on with the other."""
    (folder / "before").mkdir()
    archive = subprocess.run(["git", "archive", revision], cwd=PROJECT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder / "before")], input=archive, check=True)
    cluster = PostgresqlCluster(folder / "postgresql", 0, password="hemmelig")
    cluster.port = free_port()
    cluster.make()
    cluster.start()
    try:
        with desk_in_thread(folder / "desk") as desk:
            settings = {
                "AVTALEFLYT_DATABASE_URL": f"postgresql://postgres:hemmelig@127.0.0.1:{cluster.port}/postgres",
                "AVTALEFLYT_OUTPUT": str(folder / "output"),
                "AVTALEFLYT_DESK_URL": desk.address,
                "AVTALEFLYT_DESK_TOKEN": desk.token,
                "AVTALEFLYT_TRUST_ANCHORS": str(desk.folder / "authority"),
                "AVTALEFLYT_WORKERS": "1",
            }
            return go(Release(folder / "before", settings), Release(PROJECT, settings), desk)
    finally:
        cluster.stop()


def free_port() -> int:
    """Return a port that nobody listens at."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def go(before: Release, now: Release, desk: RunningDesk) -> dict[str, Any]:
    """Begin, upgrade, go on; return the figures."""
    cases = str(PROJECT / "fixtures/renewal-2027.xlsx")
    made = {one["id"] for one in before.told("renew", cases)["agreements"] if one["state"] == "generated"}
    hired = before.told("new-alis", str(PROJECT / "fixtures/new-alis.json"), "--send")["id"]
    sign_all(desk)
    revision = now.told("upgrade")["revision"]
    meanwhile = before.run("status")
    sentences = (meanwhile.stderr + meanwhile.stdout).strip().splitlines()
    rude = int(meanwhile.returncode not in (0, 2) or (meanwhile.returncode == 2 and len(sentences) != 1))
    season = {one["id"]: one["state"] for one in now.told("renew", cases, "--send")["agreements"]}
    now.told("renew", cases, "--send")  # the same again
    collected = now.told("collect")
    verified = now.run("archive", "verify")
    return {
        "to": revision,
        "made_before": len(made),
        "older_program_says": sentences[-1] if meanwhile.returncode else "it goes on",
        "rude": rude,
        "lost": len([one for one in made if season.get(one) != "sent"]),
        "doubled": doubled(desk),
        "not_archived": int(hired not in collected["archived"]),
        "verify_exit": verified.returncode,
    }


def sign_all(desk: RunningDesk) -> None:
    """Sign at the desk whatever is open there, by everybody in turn."""
    for provider_id, orders in requests_of(desk).items():
        for order in orders:
            desk.act(provider_id, order, "sign")


def requests_of(desk: RunningDesk) -> dict[str, list[int]]:
    """Return the desk's requests with the orders of their signers."""
    found: dict[str, list[int]] = {}
    with closing(sqlite3.connect(desk.folder / "desk.db")) as database:
        wanted = "SELECT request, number FROM signers ORDER BY request, number"
        for request, order in database.execute(wanted):
            found.setdefault(str(request), []).append(int(order))
    return found


def doubled(desk: RunningDesk) -> int:
    """Return how many requests the desk has beyond one for each agreement."""
    with closing(sqlite3.connect(desk.folder / "desk.db")) as database:
        references = [str(row[0]) for row in database.execute("SELECT reference FROM requests")]
    counted = Counter(reference.rpartition("-a")[0] for reference in references)
    return sum(counted.values()) - len(counted)


if __name__ == "__main__":
    sys.exit(main())
