"""Tools of whoever has the database: statements past the guards, which are put back."""

import random
import sqlite3
from collections.abc import Callable

from tests.drills.archive_doors import Do
from tests.drills.archive_world import ARCHIVED, World

Change = Callable[[sqlite3.Connection, World, random.Random], object]


def rows(change: Change) -> Do:
    """Return an attack that changes rows past the guards, and puts the guards back."""

    def do(world: World, chance: random.Random) -> None:
        with world.tampering() as connection:
            change(connection, world, chance)

    return do


def update(statement: str) -> Do:
    """Return an attack by one statement; `:id` is an archived agreement, `:other` another one, `:n` a small number."""

    def change(connection: sqlite3.Connection, world: World, chance: random.Random) -> None:
        mine, other = chance.sample(ARCHIVED, 2)
        values = {"id": world.agreements[mine], "other": world.agreements[other], "n": chance.randrange(1, 300)}
        values |= {"sent": world.agreements[4], "approved": world.agreements[7]}
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        assert connection.execute(statement, used).rowcount, statement

    return rows(change)
