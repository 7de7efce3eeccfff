"""Attacks on the archive, and the doors by which people look at it and must notice them."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from flows.application.collect import CollectionRound, collect_signed_agreements
from flows.application.keep_archive import restore
from flows.application.records import verify_records
from flows.application.send import send_agreement
from flows.errors import AvtaleflytError
from flows.register import Record, State
from flows.register.agreements import get_agreement as agreement_of
from flows.register.schema import SignatureRequest
from tests.drills.archive_world import OUT, World


@dataclass(frozen=True)
class Outcome:
    """What a door showed."""

    noticed: bool
    stopped_others: bool = False
    seen: str = ""


Do = Callable[[World, random.Random], object]


@dataclass(frozen=True)
class Attack:
    """A kind of attack, and the door by which it must be noticed."""

    name: str
    door: str
    do: Do

    def run(self, world: World, chance: random.Random) -> Outcome:
        """Attack, and look."""
        done = self.do(world, chance)
        return done if isinstance(done, Outcome) else _DOORS[self.door](world.reopened())


def verify(world: World) -> Outcome:
    """Verify everything; others are stopped if it does not come to its end, or if nothing can be archived after it."""
    faults = verify_records(world.context).faults
    seen = "; ".join(f"{one.kind}: {one.fault}" for one in faults[:3])
    world.close()
    return Outcome(bool(faults), seen=seen)


def collect(world: World, attacked: int = 4) -> Outcome:
    """Collect: the attacked agreement is not archived and that is said, the others are archived."""
    collected = collect_signed_agreements(world.context)
    return judge_collected(world, collected, attacked)


def judge_collected(world: World, collected: CollectionRound, attacked: int) -> Outcome:
    """Say what came of a round. A file that is quarantined for its time alone was not noticed for what it is."""
    theirs = world.agreements[attacked]
    with world.context.register.read() as session:
        records = session.execute(select(Record).where(Record.agreement_id == theirs)).scalars()
        faults = [fault for record in records for fault in record.details.get("faults", ())]
    refused = theirs in collected.quarantined and not all("wrong_time" in fault for fault in faults)
    told = refused or theirs in [one.agreement_id for one in collected.failures]
    others = {world.agreements[one] for one in OUT if one != attacked}
    seen = "; ".join([*(one.problem for one in collected.failures), *faults])
    world.close()
    return Outcome(told and theirs not in collected.archived, not others <= set(collected.archived), seen)


def send(world: World) -> Outcome:
    """Send what was approved: it is refused, nothing reaches the provider, and the rest is collected."""
    try:
        send_agreement(world.context, world.agreements[7], "sett på")
        refused = False
    except AvtaleflytError as error:
        refused, seen = True, str(error)
    with world.context.register.read() as session:
        state = State(agreement_of(session, world.agreements[7]).state)
    rest = collect_signed_agreements(world.context)
    world.close()
    untouched = refused and not world.provider.created and state == State.APPROVED
    return Outcome(untouched, len(rest.archived) != len(OUT), seen if refused else "it was sent")


def restored(world: World, backup: Path, **how: bool) -> World:
    """Restore a backup into a new place with the same key; return the new archive."""
    new = world.folder / "new"
    (new / "output").mkdir(parents=True)
    shutil.copytree(world.folder / "output" / "keys", new / "output" / "keys")
    shutil.copytree(world.folder / "anchors", new / "anchors")
    made = world.opened_at(new)
    try:
        restore(made.context, backup, unsigned=how.get("unsigned", False), with_damage=how.get("with_damage", False))
    except BaseException:
        made.close()
        raise
    return made


def restore_backup(world: World) -> Outcome:
    """Restore the backup: it is refused, and the register stays empty."""
    try:
        made = restored(world, world.folder / "backup")
    except AvtaleflytError as error:
        return Outcome(True, seen=str(error))
    made.close()
    return Outcome(False, seen="it was restored")


_DOORS: dict[str, Callable[[World], Outcome]] = {
    "verify": verify,
    "collect": collect,
    "send": send,
    "restore": restore_backup,
}


def records_of(world: World) -> list[Record]:
    """Return the records."""
    with world.context.register.read() as session:
        return list(session.execute(select(Record).order_by(Record.id)).scalars())


def request_of(world: World, number: int) -> SignatureRequest:
    """Return the request of an agreement."""
    with world.context.register.read() as session:
        wanted = select(SignatureRequest).where(SignatureRequest.agreement_id == world.agreements[number])
        return session.execute(wanted).scalar_one()
