"""Drill: attack the archive as somebody with a foothold would, and look whether it is noticed and by which door.

`python -m tests.drills.archive [N [FIRST]]`, 300 attacks by default, seeded: each on a fresh copy of one archive, by
somebody who has the database, the store, the backups, a provider, or another trusted authority. It must be noticed by
the door that a person uses (`verify`, `collect`, `send`, `restore`, `get`, `destroy`), and nobody else's agreement may
be held up by it. Ends with one JSON line.
"""

import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import track

from flows import language
from tests.drills.archive_doors import Attack
from tests.drills.archive_file_attacks import FILE_ATTACKS
from tests.drills.archive_history_attacks import HISTORY_ATTACKS
from tests.drills.archive_job_attacks import JOB_ATTACKS
from tests.drills.archive_provider_attacks import PROVIDER_ATTACKS
from tests.drills.archive_row_attacks import ROW_ATTACKS
from tests.drills.archive_world import World, make_world

ATTACKS: tuple[Attack, ...] = (*ROW_ATTACKS, *JOB_ATTACKS, *HISTORY_ATTACKS, *FILE_ATTACKS, *PROVIDER_ATTACKS)
_SEED = 20261128


def attack_once(template: World, folder: Path, attack: Attack, chance: random.Random) -> tuple[bool, bool, str]:
    """Attack a copy; return whether it was noticed, whether others were stopped, and what was seen."""
    world = template.copied_to(folder)
    try:
        outcome = attack.run(world, chance)
        return outcome.noticed, outcome.stopped_others, outcome.seen
    finally:
        world.close()
        shutil.rmtree(folder, ignore_errors=True)


def main(count: int, first: int = 0) -> int:
    """Make the attacks, print each kind with its counts, and end with one JSON line."""
    language.use("nb")
    console = Console(stderr=True)
    kinds, unnoticed, stopped = Counter[str](), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as made:
        template = make_world(Path(made) / "template")
        template.close()
        for number in track(range(first, first + count), "attacks", console=console):
            attack = ATTACKS[number % len(ATTACKS)]
            chance = random.Random(_SEED + number)
            noticed, others, seen = attack_once(template, Path(made) / f"attack-{number}", attack, chance)
            kinds[attack.name] += 1
            if not noticed:
                unnoticed[attack.name] += 1
                console.print(f"unnoticed: {attack.name} ({attack.door}), number {number}: {seen}", markup=False)
            if others:
                stopped[attack.name] += 1
                console.print(f"stopped others: {attack.name}, number {number}: {seen}", markup=False)
    for attack in ATTACKS:
        if kinds[attack.name]:
            told = f"{kinds[attack.name]:4}  {attack.door:8} {attack.name}"
            sys.stdout.write(told + (f"  UNNOTICED {unnoticed[attack.name]}" if unnoticed[attack.name] else "") + "\n")
    result = {"attacks": sum(kinds.values()), "unnoticed": sum(unnoticed.values())}
    result |= {"stopped_others": sum(stopped.values()), "kinds": len(kinds)}
    sys.stdout.write(json.dumps(result) + "\n")
    return int(bool(unnoticed or stopped))


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:3] or ["300"])))
