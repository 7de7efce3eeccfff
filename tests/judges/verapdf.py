"""veraPDF, the independent judge of PDF/A and PDF/UA, as a small Java program that is built once and then kept."""

import fcntl
import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    """Judge files against one flavour, in one run; skips the test where Java, Maven or the library cannot be had."""
    command = ["java", "-cp", f"{_built()}/*:{_built()}/jars/*", "judge.Main", flavour, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    verdicts = []
    for line in done.stdout.splitlines():
        said = json.loads(line)
        if "error" in said:
            raise AssertionError(f"veraPDF could not read {said['file']}: {said['error']}")
        failed = {rule: f"{times} times: {text}" for rule, (times, text) in said["failed"].items()}
        verdicts.append(Verdict(Path(said["file"]), said["valid"], failed))
    assert len(verdicts) == len(files)
    return verdicts


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
