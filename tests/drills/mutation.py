"""Change the code in small ways and see whether a test fails: `python -m tests.drills.mutation [GROUP ...] [--most N]`.

Groups are `states`, `sending`, `polling` and `proof`. cosmic-ray makes the changes, one at a time, in a copy of the
project; those that no test notices are printed as differences. With `--most`, so many changes of each module are tried,
drawn by a fixed seed. The last line is the share that was noticed, by group.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SEED = 1
TIMEOUT = 600
"""Seconds of one run of a group's tests, far more than they take: a change may make a loop that does not end."""


@dataclass(frozen=True)
class Group:
    """Modules that belong together, and the tests that hold them; the quickest tests come first."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS = {
    "states": Group(("flows/register/states.py",), ("tests/register/test_states.py",)),
    "sending": Group(
        ("flows/signing/sending.py",),
        (
            "tests/signing/test_exactly_once.py",
            "tests/signing/test_doubtful_answers.py",
            "tests/signing/test_sending.py",
            "tests/application/test_send.py",
        ),
    ),
    "polling": Group(
        ("flows/signing/polling.py",),
        (
            "tests/signing/test_polling.py",
            "tests/signing/test_exactly_once.py",
            "tests/signing/test_ended_requests.py",
            "tests/signing/test_ended_notifications.py",
            "tests/signing/test_doubtful_answers.py",
            "tests/application/test_collect.py",
            "tests/signing/test_sending.py",
            "tests/signing/providers/test_desk_provider.py",
        ),
    ),
    "proof": Group(
        tuple(
            f"flows/archive/proof/{name}.py"
            for name in (
                "incremental_updates",
                "pades_levels",
                "page_comparison",
                "profiles",
                "quarantine_reasons",
                "renewal",
                "signer_names",
                "trust_anchors",
                "validation_report",
                "validation_time",
            )
        ),
        (
            "tests/archive/test_page_comparison.py",
            "tests/archive/test_proof.py",
            "tests/archive/test_quarantine.py",
            "tests/archive/test_renewal.py",
        ),
    ),
}


def main() -> None:
    """Try the groups that were asked for, and print what no test noticed."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    arguments.add_argument("--most", type=int, default=0, help="changes of each module; 0 is all")
    chosen = arguments.parse_args()
    if unknown := sorted(set(chosen.groups) - set(GROUPS)):
        raise SystemExit(f"There is no group {', '.join(unknown)}; there are {', '.join(GROUPS)}.")
    shares: dict[str, float] = {}
    for name in chosen.groups or GROUPS:
        survived, tried = 0, 0
        for module in GROUPS[name].modules:
            outcomes = list(_outcomes(module, GROUPS[name].tests, chosen.most))
            unnoticed = [difference for noticed, difference in outcomes if not noticed]
            print(*unnoticed, sep="\n", flush=True)
            print(f"{module}: {len(outcomes)} changes, {len(unnoticed)} unnoticed", flush=True)
            tried += len(outcomes)
            survived += len(unnoticed)
        shares[name] = round(1 - survived / tried, 3) if tried else 1.0
    print(json.dumps(shares))


def _outcomes(module: str, tests: Sequence[str], most: int) -> Iterator[tuple[bool, str]]:
    """Yield for each change of a module whether a test noticed it, and the change as a difference."""
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy_of_project(Path(folder))
        session = Path(folder) / "session.sqlite"
        settings = Path(folder) / "settings.toml"
        settings.write_text(_settings(module, tests), encoding="utf-8")
        _cosmic_ray(copy, "init", settings, session)
        _draw(session, most)
        _cosmic_ray(copy, "baseline", settings)
        _cosmic_ray(copy, "exec", settings, session)
        for line in _cosmic_ray(copy, "dump", session).splitlines():
            _work, result = json.loads(line)
            if result is not None and result["worker_outcome"] == "normal":
                yield result["test_outcome"] != "survived", result["diff"] or ""


def _copy_of_project(folder: Path) -> Path:
    """Copy what the tests need; published schemas lie beside the copy as they lie beside the project."""
    copy = folder / "project"
    ignored = shutil.ignore_patterns(".git", ".venv", ".cache", "output", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(PROJECT, copy, symlinks=True, ignore=ignored)
    if (shared := PROJECT.parent / "shared").exists():
        (folder / "shared").symlink_to(shared.resolve())
    return copy


def _settings(module: str, tests: Sequence[str]) -> str:
    """Return cosmic-ray's settings.

    `|` is left alone: between types it makes a change that is noticed at import and says nothing of the tests.
    """
    command = f"{sys.executable} -m pytest -x -q -m 'not database' -p no:cacheprovider {' '.join(tests)}"
    return "\n".join(
        [
            "[cosmic-ray]",
            f"module-path = {json.dumps(module)}",
            f"timeout = {TIMEOUT}.0",
            "excluded-modules = []",
            f"test-command = {json.dumps(command)}",
            '[cosmic-ray.distributor]\nname = "local"',
        ]
    )


def _draw(session: Path, most: int) -> None:
    """Leave out the changes that say nothing, and of the others all but `most`."""
    with sqlite3.connect(session) as database:
        found = database.execute(
            "SELECT job_id, operator_name FROM mutation_specs ORDER BY operator_name, occurrence"
        ).fetchall()
        telling = [job for job, operator in found if "BinaryOperator_BitOr" not in operator]
        if most and len(telling) > most:
            telling = random.Random(SEED).sample(telling, most)
        database.execute("CREATE TEMP TABLE telling (job_id TEXT PRIMARY KEY)")
        database.executemany("INSERT INTO telling VALUES (?)", [(job,) for job in telling])
        for table in ("mutation_specs", "work_items"):
            database.execute(f"DELETE FROM {table} WHERE job_id NOT IN (SELECT job_id FROM telling)")


def _cosmic_ray(copy: Path, *words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cosmic_ray.cli", *map(str, words)],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"cosmic-ray {words[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
