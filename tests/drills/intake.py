"""Drill: ten thousand damaged workbooks, and none of them may end in anything but cases or one sentence.

`python -m tests.drills.intake [RUNS]` damages good workbooks of every format: bytes changed, cut out and put in, in the
file and in its unpacked parts. Seeded and repeatable; ends with one JSON line.
"""

import json
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path
from random import Random

from flows.errors import CasesUnreadable
from flows.intake import read
from tests.intake.seeded import write_seeded
from tests.intake.workbooks import TODAY

_TOO_LONG = 10.0
"""Seconds of processor time: how busy the machine is says nothing of a workbook."""
_SEEDS = (1, 2, 3, 5, 8, 12, 13, 21, 30, 38, 46, 80)
_INTERESTING = (b"<", b">", b'"', b"&", b"\x00", b"\xff", b"-1", b"99999999999", b"XFD1048576", b"e308", b"nan", b"]]>")


def damaged(content: bytes, random: Random) -> bytes:
    """Return the bytes with one to eight damages."""
    found = bytearray(content)
    for _time in range(random.randrange(1, 9)):
        at = random.randrange(len(found) + 1)
        match random.randrange(4):
            case 0:
                found[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                del found[at : at + random.randrange(1, 60)]
            case 2:
                found[at:at] = random.choice(_INTERESTING)
            case _:
                other = random.randrange(len(found) + 1)
                found[at : at + 20] = found[other : other + random.randrange(40)]
    return bytes(found)


def damage_file(path: Path, random: Random) -> None:
    """Damage a workbook in place: the file itself, or one part of what it holds."""
    if random.random() < 0.3 or not zipfile.is_zipfile(path):
        path.write_bytes(damaged(path.read_bytes(), random))
        return
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    hit = random.choice(list(parts))
    if random.random() < 0.05:
        del parts[hit]
    else:
        parts[hit] = damaged(parts[hit], random)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def drill(runs: int, seed: int = 0) -> dict[str, float]:
    """Read so many damaged workbooks; return how they ended, and the seconds of processor time of the slowest."""
    random = Random(seed)
    ends: Counter[str] = Counter(runs=runs, cases=0, sentences=0, tracebacks=0, too_long=0)
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = [(path, path.read_bytes()) for path, *_rest in (write_seeded(folder, each) for each in _SEEDS)]
        for run in range(runs):
            source, content = random.choice(sources)
            path = folder / f"damaged{source.suffix}"
            path.write_bytes(content)
            damage_file(path, random)
            begun = time.process_time()
            try:
                read(path, TODAY)
                ends["cases"] += 1
            except CasesUnreadable as sentence:
                ends["sentences" if "\n" not in str(sentence) else "tracebacks"] += 1
            except Exception:  # noqa: BLE001  what the drill is looking for
                ends["tracebacks"] += 1
                sys.stderr.write(f"run {run}:\n{traceback.format_exc()}\n")
            took = time.process_time() - begun
            slowest = max(slowest, took)
            ends["too_long"] += took > _TOO_LONG
    return {**ends, "slowest_cpu_seconds": round(slowest, 2)}


def main() -> None:
    """Run the drill; exit 1 when a damaged workbook ended in a traceback or took too long."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    found = drill(runs)
    print(json.dumps({"drill": "intake", **found}))
    sys.exit(1 if found["tracebacks"] or found["too_long"] else 0)


if __name__ == "__main__":
    main()
