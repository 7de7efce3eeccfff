"""veraPDF, the independent judge of PDF/A and PDF/UA, as a small Java program that is built once and then kept.

One program serves all tests of a process: Java spends seconds on its start and on the first file.
"""

import atexit
import fcntl
import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

_PROGRAM = Path(__file__).parent / "verapdf-program"
_CACHE = Path(__file__).parents[2] / ".cache" / "verapdf"
_INSTALL = "apt-get install -y --no-install-recommends default-jdk-headless maven"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What veraPDF says of one file: `failed` holds, by clause and test number, one place where each rule is broken."""

    file: Path
    valid: bool
    failed: Mapping[str, str]


def verapdf(files: Sequence[Path], flavour: Literal["2a", "2b", "2u", "ua1"]) -> list[Verdict]:
    """Judge files against one flavour; skips the test where Java, Maven or the library cannot be had."""
    judge = _running()
    assert judge.stdin
    assert judge.stdout
    verdicts = []
    for file in files:
        judge.stdin.write(f"{flavour} {file}\n")
        judge.stdin.flush()
        said = json.loads(judge.stdout.readline())
        if "error" in said:
            raise AssertionError(f"veraPDF could not read {said['file']}: {said['error']}")
        assert (said["file"], said["flavour"]) == (str(file), flavour)
        failed = {rule: f"{times} times: {text}" for rule, (times, text) in said["failed"].items()}
        verdicts.append(Verdict(file, said["valid"], failed))
    return verdicts


@cache
def _running() -> "subprocess.Popen[str]":
    """Start the program; it ends with this process. It is too short-lived for Java's second compiler to pay off."""
    command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{_built()}/*:{_built()}/jars/*"]
    judge = subprocess.Popen(
        [*command, "judge.Main"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    atexit.register(judge.communicate)
    return judge


def _built() -> Path:
    """Return the folder of the built program; it is built anew when its source changes."""
    if not (shutil.which("java") and shutil.which("mvn")):
        pytest.skip(f"veraPDF needs Java and Maven: {_INSTALL}")
    sources = sorted(path for path in _PROGRAM.rglob("*") if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = _CACHE / digest
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / "lock").open("w") as lock:  # tests run in several processes, and the first of them builds it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _build(folder, _CACHE / f"{digest}-work")
    return folder


def _build(folder: Path, work: Path) -> None:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(_PROGRAM, work)
    built = subprocess.run(["mvn", "-q", "-B", "package"], cwd=work, capture_output=True, text=True, timeout=500)
    if built.returncode:
        pytest.skip(f"Maven could not build veraPDF's judge, which needs Maven Central: {built.stdout[-300:]}")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(work / "target", folder)
    (folder / "complete").touch()
    shutil.rmtree(work, ignore_errors=True)
