"""Small Java programs around judges of others, each built once from Maven Central and then kept."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""How a program is run that lives too short for Java's second compiler, and several collectors, to pay off."""
_KEPT = Path(__file__).parents[2] / ".cache"
_INSTALL = "apt-get install -y --no-install-recommends default-jdk-headless maven"


def class_path(program: Path, name: str) -> str:
    """Return the class path of a program, built anew when its source changes; skips the test where it cannot be had.

    `name` is what the judge is called, in the reason and in the folder that keeps it.
    """
    if not (shutil.which("java") and shutil.which("mvn")):
        pytest.skip(f"{name} needs Java and Maven: {_INSTALL}")
    cache = _KEPT / name.lower().replace(" ", "-")
    sources = sorted(path for path in program.rglob("*") if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = cache / digest
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:  # tests run in several processes, and the first of them builds it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _build(program, name, folder, cache / f"{digest}-work")
    return f"{folder}/classes:{folder}/*:{folder}/jars/*"


def _build(program: Path, name: str, folder: Path, work: Path) -> None:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(program, work)
    short = {**os.environ, "MAVEN_OPTS": " ".join(JAVA[1:])}
    command = ["mvn", "-q", "-B", "package"]
    built = subprocess.run(command, cwd=work, env=short, capture_output=True, text=True, timeout=500)
    if built.returncode:
        pytest.skip(f"Maven could not build the judge of {name}, which needs Maven Central: {built.stdout[-300:]}")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(work / "target", folder)
    (folder / "complete").touch()
    shutil.rmtree(work, ignore_errors=True)
