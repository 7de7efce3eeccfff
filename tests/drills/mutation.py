"""Change the code in small ways and see whether a test fails: `python -m tests.drills.mutation [GROUP ...] [--most N]`.

Groups are `states`, `sending`, `polling` and `proof`. cosmic-ray makes the changes, one at a time, in a copy of the
project; those that no test notices are printed as differences. The tests of a group run once before, to learn which
lines each of them executes: a change is tried on the tests that execute its lines. With `--most`, so many changes of
each group are tried, drawn by a fixed seed. The last line is the share that was noticed, by group.
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
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PROOF = PROJECT / "flows/archive/proof"
PROCESSES = {"judging_process", "judging_worker", "pdfa_judge"}
"""Modules of the proof that start and end processes: the drill `tests.drills.signed_pdfs` holds them."""
SEED = 1
COVERAGE_MAP = "coverage_map.json"


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
            f"flows/archive/proof/{path.name}" for path in sorted(PROOF.glob("[a-z]*.py")) if path.stem not in PROCESSES
        ),
        (
            "tests/archive/test_first_signature.py",
            "tests/archive/test_rebuilt_pages.py",
            "tests/archive/test_stamp_areas.py",
            "tests/archive/test_trust_anchors.py",
            "tests/archive/test_signers_and_anchors.py",
            "tests/archive/test_before_signing.py",
            "tests/archive/test_page_comparison.py",
            "tests/archive/test_proof.py",
            "tests/archive/test_quarantine.py",
            "tests/archive/test_renewal.py",
            "tests/archive/test_renewed_levels.py",
            "tests/archive/test_hostile_files.py",
        ),
    ),
}


def main() -> None:
    """Try the groups that were asked for, and print what no test noticed."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    arguments.add_argument("--most", type=int, default=0, help="changes of each group; 0 is all")
    chosen = arguments.parse_args()
    if unknown := sorted(set(chosen.groups) - set(GROUPS)):
        raise SystemExit(f"There is no group {', '.join(unknown)}; there are {', '.join(GROUPS)}.")
    shares: dict[str, float] = {}
    for name in chosen.groups or GROUPS:
        survived, tried = 0, 0
        for module, outcomes in _outcomes(GROUPS[name], chosen.most):
            unnoticed = [difference for noticed, difference in outcomes if not noticed]
            print(*unnoticed, sep="\n", flush=True)
            print(f"{module}: {len(outcomes)} changes, {len(unnoticed)} unnoticed", flush=True)
            tried += len(outcomes)
            survived += len(unnoticed)
        shares[name] = round(1 - survived / tried, 3) if tried else 1.0
    print(json.dumps(shares))


def _outcomes(group: Group, most: int) -> Iterator[tuple[str, list[tuple[bool, str]]]]:
    """Yield each module of a group with its changes: whether a test noticed the change, and the difference."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = _copy_of_project(folder)
        limit = _map_coverage(copy, group)
        sessions = {}
        for module in group.modules:
            sessions[module] = folder / f"{Path(module).stem}.sqlite"
            shutil.copyfile(copy / module, folder / f"{Path(module).stem}.original")
            (folder / f"{Path(module).stem}.toml").write_text(_settings(folder, module, limit), encoding="utf-8")
            _cosmic_ray(copy, "init", folder / f"{Path(module).stem}.toml", sessions[module])
        _draw(list(sessions.values()), most)
        for module, session in sessions.items():
            _cosmic_ray(copy, "exec", folder / f"{Path(module).stem}.toml", session)
            results = map(json.loads, _cosmic_ray(copy, "dump", session).splitlines())
            yield (
                module,
                [
                    (result["test_outcome"] != "survived", result["diff"] or "")
                    for _work, result in results
                    if result is not None and result["worker_outcome"] == "normal"
                ],
            )


def _map_coverage(copy: Path, group: Group) -> float:
    """Run a group's tests on the unchanged code, and write which lines each executes; return a generous time limit.

    The limit, in seconds, is for one change: it may make a loop that does not end.
    """
    environment = {
        **_environment(copy),
        "COVERAGE_MAP": str(copy.parent / COVERAGE_MAP),
        "COVERED_MODULES": " ".join(group.modules),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not database", "-p", "no:cacheprovider"]
    began = time.monotonic()
    done = subprocess.run(
        [*command, "-p", "tests.drills.covering_tests", *group.tests],
        cwd=copy, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"The tests fail on the unchanged code: {done.stdout[-2000:]}")
    return max(60.0, 5 * (time.monotonic() - began))


def _copy_of_project(folder: Path) -> Path:
    """Copy what the tests need; published schemas lie beside the copy as they lie beside the project."""
    copy = folder / "project"
    ignored = shutil.ignore_patterns(".git", ".venv", ".cache", "output", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(PROJECT, copy, symlinks=True, ignore=ignored)
    if (shared := PROJECT.parent / "shared").exists():
        (folder / "shared").symlink_to(shared.resolve())
    return copy


def _settings(folder: Path, module: str, limit: float) -> str:
    """Return cosmic-ray's settings."""
    original = folder / f"{Path(module).stem}.original"
    command = f"{sys.executable} -m tests.drills.covering_tests {folder / COVERAGE_MAP} {module} {original}"
    return "\n".join(
        [
            "[cosmic-ray]",
            f"module-path = {json.dumps(module)}",
            f"timeout = {limit}",
            "excluded-modules = []",
            f"test-command = {json.dumps(command)}",
            '[cosmic-ray.distributor]\nname = "local"',
        ]
    )


def _draw(sessions: Sequence[Path], most: int) -> None:
    """Leave out the changes that say nothing, and of the others all but `most`.

    `|` is left alone: between types it makes a change that is noticed at import and says nothing of the tests.
    """
    telling: list[tuple[Path, str]] = []
    for session in sessions:
        with sqlite3.connect(session) as database:
            found = database.execute(
                "SELECT job_id, operator_name FROM mutation_specs ORDER BY operator_name, occurrence"
            ).fetchall()
        telling += [(session, job) for job, operator in found if "BinaryOperator_BitOr" not in operator]
    if most and len(telling) > most:
        telling = random.Random(SEED).sample(telling, most)
    for session in sessions:
        with sqlite3.connect(session) as database:
            database.execute("CREATE TEMP TABLE telling (job_id TEXT PRIMARY KEY)")
            database.executemany("INSERT INTO telling VALUES (?)", [(job,) for of, job in telling if of == session])
            for table in ("mutation_specs", "work_items"):
                database.execute(f"DELETE FROM {table} WHERE job_id NOT IN (SELECT job_id FROM telling)")


def _cosmic_ray(copy: Path, *words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cosmic_ray.cli", *map(str, words)],
        cwd=copy,
        env=_environment(copy),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"cosmic-ray {words[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _environment(copy: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}


if __name__ == "__main__":
    main()
