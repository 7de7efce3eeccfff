"""Attacks by somebody who has the database on what people asked workers to do: sendings, exports, parts of seasons."""

import json
import random
import sqlite3

from flows.application.batch_work import run_waiting_jobs
from flows.application.export_work import run_waiting_exports
from flows.register.batch_schema import BatchJob
from flows.register.workplace_schema import ArchiveExport
from tests.drills.archive_doors import Attack, Outcome
from tests.drills.archive_tampering import update
from tests.drills.archive_world import World

_ASKED = "'kari', '2026-01-01 08:00:00.000000'"


def _add_sending(connection: sqlite3.Connection, world: World) -> None:
    connection.execute(
        "INSERT INTO batch_job (id, batch_id, kind, chosen, asked_by, asked_at, problem) "
        f"SELECT 'x', id, 'sending', ?, {_ASKED}, '' FROM batch LIMIT 1",
        (json.dumps([[world.agreements[7], 1]]),),
    )


def sending_invented(world: World, chance: random.Random) -> Outcome:
    """Let a worker send what is approved, as if somebody had asked for it."""
    del chance
    with world.tampering() as connection:
        _add_sending(connection, world)
    again = world.reopened()
    run_waiting_jobs(again.context)
    with again.context.register.read() as session:
        told = session.get_one(BatchJob, "x").problem
    again.close()
    return Outcome(bool(told) and not again.provider.created, seen=told)


def export_invented(world: World, chance: random.Random) -> Outcome:
    """Let a worker export the whole archive for an account that may not see it."""
    with world.tampering() as connection:
        connection.execute(
            "INSERT INTO account (id, issuer, subject, name, email, language, made_at, made_by) "
            "VALUES ('ola', 'local', 'ola', 'Ola', '', '', '2026-01-01 08:00:00.000000', 'kari')"
        )
        connection.execute(
            "INSERT INTO archive_export (id, form, year, public, account_id, asked_by, asked_at, total, done, problem, "
            f"findings) VALUES ('x', ?, 2026, 0, 'ola', {_ASKED}, 0, 0, '', '[]')",
            (chance.choice(["bagit", "audit"]),),
        )
    again = world.reopened()
    run_waiting_exports(again.context)
    with again.context.register.read() as session:
        job = session.get_one(ArchiveExport, "x")
    again.close()
    return Outcome(bool(job.problem) and job.sha256 is None, seen=job.problem)


JOB_ATTACKS = (
    Attack("a sending that nobody asked for", "jobs", sending_invented),
    Attack("an export that nobody asked for", "jobs", export_invented),
    Attack("who asked for a sending", "verify", update("UPDATE batch_job SET asked_by = 'ola' || :n")),
    Attack("a sending begun anew", "verify", update("UPDATE batch_job SET ended_at = NULL WHERE :n")),
    Attack("what a sending holds", "verify", update("UPDATE batch_job SET chosen = '[[\"' || :sent || '\", 1]]'")),
    Attack("a part of a season made to send", "verify", update("UPDATE work_part SET send = 1 WHERE :n")),
)
