"""veraPDF, the independent judge of PDF/A and PDF/UA, as a small Java program that is built once and then kept.

One program serves all tests of a process: Java spends seconds on its start and on the first file.
"""

import atexit
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from tests.judges.java_program import JAVA, class_path

_PROGRAM = Path(__file__).parent / "verapdf-program"


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
    """Start the program; it ends with this process."""
    command = [*JAVA, "-cp", class_path(_PROGRAM, "veraPDF")]
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
