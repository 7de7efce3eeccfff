"""Drill: a thousand mutated signed PDFs of four providers, and two hundred good ones.

`python -m tests.drills.signed_pdfs [MUTATED] [GOOD] [--seed N] [--keep FOLDER]` makes signed PDFs as desk, Posten,
Documenso and DocuSeal do in the tests, changes most of them as whoever breaks or forges files would, and judges all as
the archive does. None of the good ones may be quarantined. Whatever passes is judged again by programs that share no
code with ours: pdfsig, EU DSS in one JVM, and a comparison of pages by poppler. Seeded; ends with one JSON line.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from flows.archive.proof.judging_process import JudgingProcess
from flows.archive.proof.profiles import profile_of
from flows.archive.signatures import PdfValidation, SigningCircumstances
from tests.drills.signed_pdf_mutations import MUTATIONS
from tests.drills.signed_pdf_scenes import Scene, Stage
from tests.judges.dss import dss

_TOLERANCE = 60
"""Of 255, between pictures of one page that two producers wrote."""


def main() -> int:
    """Run the drill; return the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("mutated", nargs="?", type=int, default=1000)
    options.add_argument("good", nargs="?", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="a folder for what went wrong")
    chosen = options.parse_args()
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as made:
        result = run(Path(made), chosen.mutated, chosen.good, chosen.seed, chosen.keep)
    result["cpu_seconds"] = round(time.process_time() - begun)
    print(json.dumps({"drill": "signed_pdfs", **result}))
    return 1 if result["unjudged"] or result["wrongly_good"] or result["good_quarantined"] else 0


def run(folder: Path, mutated: int, good: int, seed: int, keep: Path | None) -> dict[str, Any]:
    """Make and judge the files; return the counts."""
    stage, process = Stage(folder), JudgingProcess()
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    passed: list[tuple[Path, Scene]] = []
    try:
        for number in range(good):
            scene = stage.good(number)
            reasons = judged(process, scene).reasons
            counts["good_quarantined"] += bool(reasons)
            if reasons:
                say(keep, scene, number, "; ".join(map(str, reasons)))
            passed.append((folder / f"good-{number}.pdf", scene))
        for number in range(mutated):
            random = Random(f"{seed}-{number}")
            mutation = MUTATIONS[number // 4 % len(MUTATIONS)]
            scene = mutation(
                stage, stage.good(random.randrange(96) // 4 * 4 + number % 4 + 32 * (number % 40 == 0)), random
            )
            try:
                verdict = judged(process, scene)
            except Exception as error:  # noqa: BLE001 - that is what the drill looks for
                counts["unjudged"] += 1
                say(keep, scene, number, f"{type(error).__name__}: {error}")
                continue
            counts["judged"] += 1
            kinds[scene.kind] += not verdict.reasons
            if not verdict.reasons:
                passed.append((folder / f"mutated-{number}.pdf", scene))
    finally:
        process.close()
    for path, scene in passed:
        path.write_bytes(scene.signed)
    wrong, judges = bad_by_others(stage, passed, keep)
    return {
        "mutated": mutated,
        "judged": counts["judged"],
        "unjudged": counts["unjudged"],
        "passed": sum(kinds.values()),
        "passed_kinds": {kind: number for kind, number in kinds.items() if number},
        "wrongly_good": sum(path.name.startswith("mutated") for path in wrong),
        "good": good,
        "good_quarantined": counts["good_quarantined"],
        "good_called_bad_by_others": sum(path.name.startswith("good") for path in wrong),
        "judges": judges,
    }


def judged(process: JudgingProcess, scene: Scene) -> PdfValidation:
    """Judge a scene as the archive does."""
    known = SigningCircumstances(scene.reported, scene.requested_at, scene.arrived_at)
    profile = profile_of(scene.provider)
    return process.judge(scene.signed, scene.sent, scene.signers, scene.anchors, profile, known)


def say(keep: Path | None, scene: Scene, number: int, what: str) -> None:
    """Tell people, and keep the file where that is asked for."""
    print(f"{scene.kind} {number} ({scene.provider}): {what}", file=sys.stderr)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{scene.kind}-{number}.pdf").write_bytes(scene.signed)
        (keep / f"{scene.kind}-{number}-sent.pdf").write_bytes(scene.sent)


def bad_by_others(
    stage: Stage, passed: Sequence[tuple[Path, Scene]], keep: Path | None
) -> tuple[set[Path], Mapping[str, object]]:
    """Return the files that another judge calls bad, and what each judge was there for."""
    wrong: dict[Path, list[str]] = {}
    judges: dict[str, object] = {}
    if shutil.which("pdfsig") and shutil.which("pdftotext"):
        for path, scene in passed:
            said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
            if "Digest Mismatch" in said or "Signature is Valid" not in said:
                wrong.setdefault(path, []).append("pdfsig")
            if pages_differ(path, scene):
                wrong.setdefault(path, []).append("pages")
        judges["pdfsig"] = judges["pages"] = len(passed)
    else:
        judges["pdfsig"] = judges["pages"] = "apt-get install poppler-utils"
    try:
        verdicts = dss([path for path, _scene in passed], stage.pems, seconds=3600)
        for verdict in verdicts:
            if verdict.error or not verdict.signatures or any(one.is_bad for one in verdict.signatures):
                wrong.setdefault(verdict.file, []).append("EU DSS")
        judges["eu_dss"] = len(verdicts)
    except pytest.skip.Exception as reason:
        judges["eu_dss"] = str(reason)
    for path, scene in passed:
        if path in wrong:
            say(keep, scene, int(path.stem.rpartition("-")[2]), f"called bad by {', '.join(wrong[path])}")
    return set(wrong), judges


def pages_differ(path: Path, scene: Scene) -> bool:
    """Say whether poppler shows our pages otherwise than they were sent, in words or as pictures."""
    sent = path.with_suffix(".sent.pdf")
    sent.write_bytes(scene.sent)
    ours, theirs = words_of(sent), words_of(path)
    first = 1 if scene.provider == "posten" else 0
    for number, words in enumerate(ours):
        if first + number >= len(theirs) or not _is_within(words, theirs[first + number]):
            return True
    before, after = pictures_of(sent), pictures_of(path)[first:]
    for number, (one, other) in enumerate(zip(before, after, strict=False), start=1):
        if one.size != other.size or _differ(one, other, scene, number):
            return True
    return False


def _is_within(words: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether words stand among others, in any order of the lines."""
    left = Counter(others)
    left.subtract(words)
    return min(left.values(), default=0) >= 0


def words_of(path: Path) -> list[list[str]]:
    """Return the words of each page."""
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=False).stdout.decode("utf-8", "replace")
    return [re.findall(r"\S+", page) for page in text.split("\f")[:-1]]


def pictures_of(path: Path) -> list[Image.Image]:
    """Return a grey picture of each page."""
    with tempfile.TemporaryDirectory() as made:
        command = ["pdftoppm", "-r", "72", "-gray", str(path), f"{made}/page"]
        subprocess.run(command, capture_output=True, check=False)
        return [Image.open(one).copy() for one in sorted(Path(made).glob("*.pgm"))]


def _differ(one: Image.Image, other: Image.Image, scene: Scene, number: int) -> bool:
    difference = ImageChops.difference(one.filter(ImageFilter.BoxBlur(1)), other.filter(ImageFilter.BoxBlur(1)))
    draw, height = ImageDraw.Draw(difference), one.size[1]
    for signer in scene.signers:
        place = signer["anchor"]
        if place and place["page"] == number:
            high, low = height - place["top"] - 4, height - place["bottom"] + 4
            draw.rectangle((place["left"] - 4, high, place["right"] + 4, low), fill=0)
    return bool(difference.getextrema()[1] > _TOLERANCE)  # type: ignore[operator]


if __name__ == "__main__":
    sys.exit(main())
