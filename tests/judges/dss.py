"""EU DSS, the independent judge of PAdES, as a small Java program that is built once and then kept."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.judges.java_program import JAVA, class_path

_PROGRAM = Path(__file__).parent / "dss-program"
_LEVELS = {"PAdES-BASELINE-B": "B-B", "PAdES-BASELINE-T": "B-T", "PAdES-BASELINE-LT": "B-LT"}
_LEVELS |= {"PAdES-BASELINE-LTA": "B-LTA"}


@dataclass(frozen=True, slots=True)
class DssSignature:
    """What DSS says of a signature. `level` is «CMS» for what is no PAdES; `changed`, whether it was altered since."""

    indication: str
    sub_indication: str
    level: str
    intact: bool
    changed: bool

    @property
    def is_bad(self) -> bool:
        """Whether it says that the signature or what it signs is wrong; that it knows too little is no such word."""
        return self.indication == "TOTAL_FAILED" or not self.intact or self.changed


@dataclass(frozen=True, slots=True)
class DssVerdict:
    """What DSS says of a file; `error` where it could not read it."""

    file: Path
    signatures: tuple[DssSignature, ...]
    error: str = ""


def dss(files: Sequence[Path], anchors: Sequence[Path], seconds: int = 240) -> list[DssVerdict]:
    """Judge files in one run, against certificates (PEM); skips the test where Java, Maven or DSS cannot be had."""
    command = [*JAVA, "-Xmx1g", "-cp", class_path(_PROGRAM, "EU DSS"), "judge.Main", *map(str, anchors)]
    names = "".join(f"{file}\n" for file in files)
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=True, timeout=seconds)
    verdicts = []
    for line in done.stdout.splitlines():
        said = json.loads(line)
        signatures = tuple(
            DssSignature(
                one["indication"],
                one["sub"],
                _LEVELS.get(one["level"], "CMS"),
                bool(one["intact"]),
                bool(one["changed"]),
            )
            for one in said.get("signatures", ())
        )
        verdicts.append(DssVerdict(Path(said["file"]), signatures, said.get("error", "")))
    assert len(verdicts) == len(files)
    return verdicts
