"""Drill: payloads of every size, opened by KS's own Java libraries, and KS's payloads opened by us.

`python -m tests.drills.fiks_payloads [count] [--seed 1]`. Sizes go from 1 byte to 30 MB, titles have Sámi letters. Each
tenth payload is also changed in one byte of a file, which both sides must notice. Ends with one JSON line.
"""

import argparse
import hashlib
import json
import random
import resource
import sys
import tempfile
from pathlib import Path

from flows.delivery.fiks.container import ContainedFile, pack
from flows.delivery.fiks.container_reader import ContainerFault, unpack
from flows.delivery.fiks.sealing import seal, unseal
from tests.delivery.throw_away_keys import PASSWORD, identity, keep_keys, key
from tests.judges.fiks_payloads import fiks_judge

_LARGEST = 30_000_000
_TITLES = ("Kárášjohka", "Deatnu ja Unjárga", "Guovdageaidnu, Áššu", "Čáhcesuolu ŋ đ ž ŧ", "Bodø")


def files_of(number: int, chance: random.Random) -> list[ContainedFile]:
    """Return the files of one payload; the first few have the smallest and the largest sizes."""
    sizes = {0: 1, 1: _LARGEST, 2: 15, 3: 16, 4: 17}
    size = sizes.get(number, int(_LARGEST ** chance.random()))
    xml = f'<?xml version="1.0" encoding="UTF-8"?><tittel>{_TITLES[number % len(_TITLES)]} {number}</tittel>'
    main = ContainedFile(f"{number}-avtale.pdf", chance.randbytes(size))
    attached = [ContainedFile(f"{number}-bevis-{one}.json", b"{}" * one) for one in range(number % 4)]
    return [ContainedFile("arkivmelding.xml", xml.encode()), main, *attached]


def changed(container: bytes, name: str) -> bytes:
    """Return a container with one byte of a stored file changed."""
    place = container.index(name.encode()) + len(name)
    return container[:place] + bytes([container[place] ^ 1]) + container[place + 1 :]


def judge_batch(numbers: range, folder: Path, chance: random.Random) -> dict[str, int]:
    """Have payloads opened and made by KS's libraries; return counts of what held."""
    counts = dict.fromkeys(("opened", "made", "read", "changed", "noticed_by_them", "noticed_by_us"), 0)
    signer, expected, made = identity("virksomhet"), list[list[str]](), list[tuple[Path, dict[str, bytes]]]()
    commands: list[tuple[object, ...]] = []
    for number in numbers:
        files = files_of(number, chance)
        container = pack(files, signer.certificate, signer.key)
        (folder / f"{number}.cms").write_bytes(seal(container, identity("arkiv").certificate))
        commands.append(("open", folder / "arkiv.key", folder / f"{number}.cms"))
        found = [f"{one.name} {len(one.content)} {hashlib.sha256(one.content).hexdigest()}" for one in files]
        expected.append(["OPENED", *found])
        if number % 10 == 0:
            damaged = changed(container, f"{number}-avtale.pdf")
            counts["changed"] += 1
            try:
                unpack(damaged)
            except ContainerFault:
                counts["noticed_by_us"] += 1
            (folder / f"{number}-d.cms").write_bytes(seal(damaged, identity("arkiv").certificate))
            commands.append(("open", folder / "arkiv.key", folder / f"{number}-d.cms"))
            expected.append(["REFUSED"])
        if number % 4 == 1:
            paths = [folder / str(number) / one.name for one in files[:2]]
            paths[0].parent.mkdir()
            for path, one in zip(paths, files, strict=False):
                path.write_bytes(one.content)
            answer = folder / f"{number}.svar"
            commands.append(("make", folder / "konto.pem", folder / "arkiv.p12", PASSWORD, answer, *paths))
            expected.append(["MADE"])
            made.append((answer, {one.name: one.content for one in files[:2]}))
    for answer_of_theirs, wanted in zip(fiks_judge(commands), expected, strict=True):
        counts["opened"] += answer_of_theirs == wanted and wanted[0] == "OPENED"
        counts["noticed_by_them"] += answer_of_theirs[0] == wanted[0] == "REFUSED"
    for path, contents in made:
        counts["made"] += 1
        counts["read"] += unpack(unseal(path.read_bytes(), [key("konto")])).files == contents
    return counts


def main() -> None:
    """Run the drill and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance, total = random.Random(asked.seed), dict[str, int]()
    for start in range(0, asked.count, 25):
        with tempfile.TemporaryDirectory() as made:
            keep_keys(Path(made), "arkiv", "konto")
            batch = judge_batch(range(start, min(start + 25, asked.count)), Path(made), chance)
        total = {name: total.get(name, 0) + number for name, number in batch.items()}
        print(f"{start + 25}: {total}", file=sys.stderr)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"payloads": asked.count, **total, "cpu": round(used.ru_utime, 1), "mib": used.ru_maxrss // 1024}))
    good = (total["opened"], total["noticed_by_us"], total["read"])
    sys.exit(0 if good == (asked.count, total["changed"], total["made"]) else 1)


if __name__ == "__main__":
    main()
