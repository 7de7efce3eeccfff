"""Attacks by somebody who has the database: events, heads, guards, and old copies of it."""

import random
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

from flows.application.record_decisions import destroy_record, request_destruction
from flows.application.witness import hand_over_heads
from flows.errors import AvtaleflytError
from flows.register import Event
from flows.register.events import START, append_event, event_digest
from flows.register.record_digests import seal_of
from flows.register.recovery import record_reconciled
from flows.register.row_digests import follow_rows
from flows.register.schema import ChainHead
from flows.register.signed_heads import HeadSigner, append_head, cover_rows_as_they_stand, fingerprint_of
from tests.drills.archive_doors import Attack, Do, Outcome, records_of
from tests.drills.archive_tampering import Change, rows
from tests.drills.archive_world import ARCHIVED, World


def _delete_reading(connection: sqlite3.Connection, world: World, chance: random.Random) -> None:
    """Take a reading out of the events, and number and chain the later ones anew."""
    number = connection.execute("SELECT max(number) FROM event WHERE kind = 'read'").fetchone()[0]
    connection.execute("DELETE FROM event WHERE number = ?", (number,))
    for row in connection.execute("SELECT number FROM event WHERE number > ? ORDER BY number", (number,)).fetchall():
        connection.execute("UPDATE event SET number = ? WHERE number = ?", (row["number"] - 1, row["number"]))
    connection.commit()


def rechained(change: Change, *, heads: bool, key: bool = False) -> Do:
    """Return an attack that changes rows and events, and makes every digest right again, as far as one can."""

    def do(world: World, chance: random.Random) -> None:
        with world.tampering() as connection:
            change(connection, world, chance)
            connection.commit()
            _rechain(world, heads=heads, key=key)

    return do


def _rechain(world: World, *, heads: bool, key: bool) -> None:
    from sqlalchemy.orm import Session

    with Session(world.context.register.engine) as session, session.begin():
        previous, last = START, 0
        for event in session.execute(select(Event).order_by(Event.number)).scalars():
            event.previous = previous
            event.digest = event_digest(event)
            previous, last = event.digest, event.number
        head = session.get_one(ChainHead, 1)
        head.number, head.digest = last, previous
        session.flush()
        if heads:
            session.execute(text("DELETE FROM signed_head"))
            cover_rows_as_they_stand(session)
            if key:
                mine = Ed25519PrivateKey.generate()
                follow_rows(session)
                append_event(session, at=datetime.now(UTC), actor="root", kind="fixity", why="blobs were recomputed")
                append_head(session, datetime.now(UTC), HeadSigner(mine, fingerprint_of(mine.public_key())))
    world.close()


def _edit_event(connection: sqlite3.Connection, world: World, chance: random.Random) -> None:
    """Change who did something."""
    numbers = [row[0] for row in connection.execute("SELECT number FROM event")]
    connection.execute("UPDATE event SET actor = 'en annen' WHERE number = ?", (chance.choice(numbers),))


def _cut_tail(connection: sqlite3.Connection, world: World, chance: random.Random) -> None:
    """Forget the newest events, with their heads, and move the end back."""
    last = connection.execute("SELECT max(number) FROM signed_head").fetchone()[0] - chance.randrange(1, 4)
    event = connection.execute("SELECT event FROM signed_head WHERE number = ?", (last,)).fetchone()[0]
    connection.execute("DELETE FROM signed_head WHERE number > ?", (last,))
    connection.execute("DELETE FROM event WHERE number > ?", (event,))
    connection.execute(
        "UPDATE chain_head SET (number, digest) = (SELECT number, digest FROM event ORDER BY number DESC LIMIT 1)"
    )


def _forge(world: World, chance: random.Random, signer: HeadSigner | None) -> None:
    """Change a record and append a well-formed event that seals it, as the program would."""
    from sqlalchemy.orm import Session

    record = chance.choice(records_of(world))
    with world.tampering(), Session(world.context.register.engine) as session, session.begin():
        follow_rows(session)
        found = session.get_one(type(record), record.id)
        found.details = {**found.details, "access": {"level": "", "basis": ""}, "signed_by": ["Ola Uvedkommende"]}
        session.flush()
        details = {"record": record.id, "field": "access", "seal": seal_of(session, record.id)}
        append_event(
            session,
            at=datetime.now(UTC),
            actor="root",
            kind="amended",
            agreement_id=record.agreement_id,
            why="vurdert",
            details=details,
        )
        append_head(session, datetime.now(UTC), signer)
    world.close()


def forged_without_key(world: World, chance: random.Random) -> None:
    """Append an event and a head that nobody signed."""
    _forge(world, chance, None)


def forged_with_own_key(world: World, chance: random.Random) -> None:
    """Append an event and a head that is signed with another key."""
    mine = Ed25519PrivateKey.generate()
    _forge(world, chance, HeadSigner(mine, fingerprint_of(mine.public_key())))


def forged_and_gone_on(world: World, chance: random.Random) -> None:
    """Append an event and a head that nobody signed, and let the program go on from there."""
    _forge(world, chance, None)
    with world.context.register.write() as transaction:
        transaction.note("searched", None, "", {"words": 1})


def laundered(world: World, chance: random.Random) -> None:
    """Move a review in the database, and let the program write the row afterwards."""
    number = chance.choice(ARCHIVED)
    with world.tampering() as connection:
        connection.execute(
            "UPDATE review SET due_date = date(due_date, '+3 years') WHERE agreement_id = ?",
            (world.agreements[number],),
        )
    from flows.register.reviews import reviews_of, settle_review

    with world.context.register.write() as transaction:
        settle_review(transaction, reviews_of(transaction.session, world.agreements[number])[0], "continues", "kari")


def guard_gone(world: World, chance: random.Random) -> None:
    """Drop a guard."""
    _statement(world, f"DROP TRIGGER {_a_guard(world, chance)}")


def guard_replaced(world: World, chance: random.Random) -> None:
    """Put a guard that guards nothing in the place of one."""
    name = _a_guard(world, chance)
    _statement(world, f"DROP TRIGGER {name}")
    _statement(world, f"CREATE TRIGGER {name} BEFORE UPDATE ON batch BEGIN SELECT 1; END")


def trigger_added(world: World, chance: random.Random) -> None:
    """Add a trigger that moves every new review."""
    _statement(
        world, "CREATE TRIGGER tidy AFTER INSERT ON review BEGIN UPDATE review SET note = '' WHERE note = 'x'; END"
    )


def _a_guard(world: World, chance: random.Random) -> str:
    connection = sqlite3.connect(world.database)
    names = [str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    connection.close()
    return chance.choice(sorted(names))


def _statement(world: World, statement: str) -> None:
    world.close()
    connection = sqlite3.connect(world.database)
    connection.execute(statement)
    connection.commit()
    connection.close()


def old_database(world: World, chance: random.Random) -> None:
    """Let the program work, and put back the database of before."""
    _work_and_go_back(world)


def old_database_and_heads(world: World, chance: random.Random) -> None:
    """Put back the database of before, and the heads beside the blobs too: only the witness outside has more."""
    kept = sorted((world.store / "signed-heads").rglob("0*"))
    _work_and_go_back(world)
    for path in set((world.store / "signed-heads").rglob("0*")) - set(kept):
        if path.is_file():
            path.unlink()


def _work_and_go_back(world: World) -> None:
    world.close()
    connection = sqlite3.connect(world.database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copyfile(world.database, world.folder / "before.db")
    again = world.reopened()
    from flows.application.records import write_files

    write_files(again.context, again.agreements[2], again.folder / "read", "innsyn")
    again.close()
    for leftover in ("-wal", "-shm"):
        world.database.with_name(world.database.name + leftover).unlink(missing_ok=True)
    shutil.copyfile(world.folder / "before.db", world.database)


def hold_forgotten(world: World, chance: random.Random) -> Outcome:
    """Ask for a destruction, hold, release: what was asked before the hold counts no longer."""
    from dataclasses import replace

    from flows.archive.destruction import hold, release, set_disposal

    context, theirs = world.context, world.agreements[1]
    set_disposal(context.register, context.store, theirs, "Arkivlova", context.today, "ryddes")
    request_destruction(context, theirs, "ryddes")
    hold(context.register, context.store, theirs, "tvist")
    release(context.register, context.store, theirs, "over")
    later = context.register.clock() + timedelta(days=30)
    context.register = replace(context.register, actor="en annen", clock=lambda: later)
    try:
        destroy_record(context, theirs, "ryddes")
    except AvtaleflytError as error:
        return Outcome(True, seen=str(error))
    return Outcome(False, seen="it was destroyed")


def restore_settled(world: World, chance: random.Random) -> None:
    """Say in the database alone that somebody looked after a restore."""
    from sqlalchemy.orm import Session

    from flows.register.database import Transaction

    with world.tampering(), Session(world.context.register.engine) as session, session.begin():
        record_reconciled(Transaction(session, datetime.now(UTC), "root"), "sett på", 0)
    world.close()


def unique_key_gone(world: World, chance: random.Random) -> None:
    """Drop a unique key, so that two rows could be there for one thing."""
    connection = sqlite3.connect(world.database)
    unique = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%'"
    names = sorted(str(row[0]) for row in connection.execute(unique))
    connection.close()
    _statement(world, f"DROP INDEX {chance.choice(names)}")


def unique_key_weakened(world: World, chance: random.Random) -> None:
    """Put a unique key over fewer columns in the place of another one."""
    unique_key_gone(world, chance)
    _statement(world, "CREATE UNIQUE INDEX ix_pending_decision_open ON pending_decision (id, kind, subject)")


def witness_emptied(world: World, chance: random.Random) -> None:
    """Take everything away from the witness outside."""
    hand_over_heads(world.context)
    shutil.rmtree(world.folder / "witness")


def witness_shortened(world: World, chance: random.Random) -> None:
    """Take the newest head away from the witness outside."""
    hand_over_heads(world.context)
    max(one for one in (world.folder / "witness").rglob("0*-*") if one.is_file()).unlink()


def heads_beside_files_removed(world: World, chance: random.Random) -> None:
    """Take the heads beside the blobs away."""
    for path in (world.store / "signed-heads").rglob("0*-*"):
        if path.is_file():
            path.unlink()


HISTORY_ATTACKS = (
    Attack("a unique key dropped", "verify", unique_key_gone),
    Attack("a unique key weakened", "verify", unique_key_weakened),
    Attack("a witness emptied", "verify", witness_emptied),
    Attack("a witness's newest head removed", "verify", witness_shortened),
    Attack("heads beside the files removed", "verify", heads_beside_files_removed),
    Attack("an event edited", "verify", rows(_edit_event)),
    Attack("an event edited, the chain made right", "verify", rechained(_edit_event, heads=False)),
    Attack("a reading deleted, the chain made right", "verify", rechained(_delete_reading, heads=False)),
    Attack("a reading deleted, all history rewritten", "verify", rechained(_delete_reading, heads=True)),
    Attack("all history rewritten, another key", "verify", rechained(_edit_event, heads=True, key=True)),
    Attack(
        "signatures of heads taken off",
        "verify",
        rows(lambda connection, _world, _chance: connection.execute("UPDATE signed_head SET key = '', signature = ''")),
    ),
    Attack("the newest history cut off", "verify", rows(_cut_tail)),
    Attack("an event appended without the key", "verify", forged_without_key),
    Attack("an event appended with another key", "verify", forged_with_own_key),
    Attack("an event appended, the program went on", "verify", forged_and_gone_on),
    Attack("a row written over after it was changed", "verify", laundered),
    Attack("a decision appended past the program", "verify", restore_settled),
    Attack("a guard dropped", "verify", guard_gone),
    Attack("a guard replaced", "verify", guard_replaced),
    Attack("a trigger added", "verify", trigger_added),
    Attack("an old database put back", "verify", old_database),
    Attack("an old database and its heads put back", "verify", old_database_and_heads),
    Attack("a destruction asked before a hold", "destroy", hold_forgotten),
)
