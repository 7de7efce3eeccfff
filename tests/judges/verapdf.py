"""veraPDF, the independent judge of PDF/A and PDF/UA, as a small Java program that is built once and then kept."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.judges.java_program import class_path

_PROGRAM = Path(__file__).parent / "verapdf-program"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What veraPDF says of one file: `failed` holds, by clause and test number, one place where each rule is broken."""

    file: Path
    valid: bool
    failed: Mapping[str, str]


def verapdf(files: Sequence[Path], flavour: Literal["2a", "2b", "2u", "ua1"]) -> list[Verdict]:
    """Judge files against one flavour, in one run; skips the test where Java, Maven or the library cannot be had."""
    command = ["java", "-cp", class_path(_PROGRAM, "veraPDF"), "judge.Main", flavour, *map(str, files)]
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
