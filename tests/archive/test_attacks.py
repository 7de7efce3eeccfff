"""Some of the drill's attacks (`python -m tests.drills.archive`), of each kind of foothold, by a person's door."""

import random
from pathlib import Path

import pytest

from flows.application.collect import collect_signed_agreements
from tests.drills.archive import ATTACKS, attack_once
from tests.drills.archive_provider_attacks import signed_now
from tests.drills.archive_world import OUT, World, make_world

TRIED = (
    "a case before it is sent",
    "the document of a request",
    "a review moved",
    "a reading deleted, all history rewritten",
    "an event appended, the program went on",
    "a row written over after it was changed",
    "a guard replaced",
    "an old database and its heads put back",
    "a destruction asked before a hold",
    "a file made a pipe",
    "a backup that ends too early",
    "a backup's rows, another key",
    "a case sent again after a restore",
    "a path out of the folder",
    "signers of another provider's authority",
    "a unique key dropped",
    "a unique key weakened",
    "a witness emptied",
    "heads beside the files removed",
    "a third person signed too",
    "the id of another request",
    "a letter rewritten before it is delivered",
    "what search finds a record by",
    "where a case came from",
    "a backup's kept heads",
    "a sending that nobody asked for",
    "an export that nobody asked for",
    "what a sending holds",
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the archive that each attack is made on a copy of."""
    made = make_world(tmp_path_factory.mktemp("world") / "template")
    made.close()
    return made


@pytest.mark.parametrize("name", TRIED)
def test_it_is_noticed_and_stops_nobody_else(template: World, tmp_path: Path, name: str) -> None:
    """Whoever looks by the door that people use is told, and other agreements go on."""
    attack = next(one for one in ATTACKS if one.name == name)
    noticed, stopped_others, seen = attack_once(template, tmp_path / "copy", attack, random.Random(name))
    assert (noticed, stopped_others) == (True, False), seen


def test_what_nobody_has_attacked_is_archived(template: World, tmp_path: Path) -> None:
    """What providers give back in the attacks is refused for what was done to it, and for nothing else."""
    world = template.copied_to(tmp_path / "copy")
    world.provider.answers[world.references[4]] = signed_now(4)
    collected = collect_signed_agreements(world.context)
    world.close()
    assert set(collected.archived) == {world.agreements[number] for number in OUT}


def test_every_kind_has_a_name_of_its_own() -> None:
    """At least 25 kinds, told apart by name."""
    assert len({one.name for one in ATTACKS}) == len(ATTACKS) >= 25
