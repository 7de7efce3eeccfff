"""Attacks by somebody who has the database: rows of records, cases, requests, reviews, deadlines and e-mails."""

import json
import random
import sqlite3

from flows.application.status import status_overview
from flows.mail.outbox import deliver_waiting
from flows.mail.smtp import DeliveryResult
from flows.register.review_schema import Mail
from tests.drills.archive_doors import Attack, Outcome
from tests.drills.archive_tampering import rows, update
from tests.drills.archive_world import World


def _details(connection: sqlite3.Connection, world: World, chance: random.Random) -> None:
    """Let a record be destroyed from long ago."""
    record = chance.choice(connection.execute("SELECT id, details FROM record").fetchall())
    said = json.loads(record["details"])
    said["retention"] = {"verdict": "Kasseres", "basis": "Arkivlova", "years": None, "date": "2020-01-01"}
    connection.execute("UPDATE record SET details = ? WHERE id = ?", (json.dumps(said), record["id"]))


def _case(connection: sqlite3.Connection, world: World, chance: random.Random) -> None:
    """Let somebody else be asked to sign what is approved."""
    theirs = world.agreements[7]
    row = connection.execute('SELECT "case" FROM version WHERE agreement_id = ?', (theirs,)).fetchone()
    case = json.loads(row["case"])
    field = chance.choice(["lege_navn", "signatar_kommune_navn", "lege_hpr_nummer"])
    case[field] = "Ola Uvedkommende"
    connection.execute('UPDATE version SET "case" = ? WHERE agreement_id = ?', (json.dumps(case), theirs))


def _signers(connection: sqlite3.Connection, world: World, chance: random.Random) -> None:
    """Expect somebody else's signature on what is out."""
    row = connection.execute("SELECT id, signers FROM signature_request WHERE agreement_id = ?", (world.agreements[4],))
    request = row.fetchone()
    signers = json.loads(request["signers"])
    chance.choice(signers)["name"] = "Ola Uvedkommende"
    connection.execute("UPDATE signature_request SET signers = ? WHERE id = ?", (json.dumps(signers), request["id"]))


def _posting(connection: sqlite3.Connection, world: World, chance: random.Random) -> None:
    """Let search no longer find records by one of their words."""
    words = [row["word_id"] for row in connection.execute("SELECT word_id FROM search_posting ORDER BY word_id")]
    connection.execute("DELETE FROM search_posting WHERE word_id = ?", (chance.choice(words),))


def letter_rewritten(world: World, chance: random.Random) -> Outcome:
    """Let an e-mail say something else, or go to somebody else, before it is delivered."""
    change = chance.choice(["message = replace(message, 'Revisjon', 'Trykk her')", "recipient = 'ola@ond.example'"])
    with world.tampering() as connection:
        connection.execute(f"UPDATE mail SET {change}")
    again, delivered = world.reopened(), list[str]()

    def take(mail: Mail) -> tuple[DeliveryResult, str]:
        delivered.append(mail.id)
        return DeliveryResult.DELIVERED, ""

    deliver_waiting(again.context.register, take)
    waiting = {one.kind for one in status_overview(again.context).waiting}
    again.close()
    return Outcome("mail_altered" in waiting and not delivered, seen=str(waiting))


ROW_ATTACKS = (
    Attack("a letter rewritten before it is delivered", "deliver", letter_rewritten),
    Attack(
        "a record's last day", "verify", update("UPDATE record SET valid_to = '2040-01-01' WHERE agreement_id = :id")
    ),
    Attack("a record's title", "verify", update("UPDATE record SET public_title = 'x' WHERE agreement_id = :id")),
    Attack("a record's retention", "verify", rows(_details)),
    Attack(
        "a record's file swapped",
        "verify",
        update(
            "UPDATE record_file SET digest = (SELECT digest FROM record_file f JOIN record r ON r.id = f.record_id "
            "WHERE r.agreement_id = :other AND f.role = 'signed') "
            "WHERE role = 'signed' AND record_id = (SELECT id FROM record WHERE agreement_id = :id)"
        ),
    ),
    Attack("a record's file name", "verify", update("UPDATE record_file SET name = '/tmp/inn' WHERE role = 'signed'")),
    Attack("a record removed", "verify", update("DELETE FROM record WHERE agreement_id = :id")),
    Attack(
        "a document before it is sent",
        "send",
        update(
            "UPDATE version SET pdf_sha256 = (SELECT pdf_sha256 FROM version WHERE agreement_id = :id) "
            "WHERE agreement_id = :approved"
        ),
    ),
    Attack("a case before it is sent", "send", rows(_case)),
    Attack("a case before it is sent, seen by verify", "verify", rows(_case)),
    Attack(
        "the document of a request",
        "collect",
        update(
            "UPDATE signature_request SET pdf_sha256 = (SELECT pdf_sha256 FROM version WHERE agreement_id = :id) "
            "WHERE agreement_id = :sent"
        ),
    ),
    Attack("the signers of a request", "collect", rows(_signers)),
    Attack(
        "the addresses of a request",
        "verify",
        update(
            """UPDATE signature_request SET urls = '{"pades-url": "https://ond.example"}' WHERE agreement_id = :sent"""
        ),
    ),
    Attack(
        "the id of a request",
        "verify",
        update("UPDATE signature_request SET provider_id = 'job-x' WHERE agreement_id = :sent"),
    ),
    Attack(
        "a review moved",
        "verify",
        update("UPDATE review SET due_date = date(due_date, '+' || :n || ' days') WHERE agreement_id = :id"),
    ),
    Attack("a review's outcome", "verify", update("UPDATE review SET outcome = 'continues' WHERE agreement_id = :id")),
    Attack("a review removed", "verify", update("DELETE FROM review WHERE agreement_id = :id")),
    Attack(
        "a review added",
        "verify",
        update(
            "INSERT INTO review SELECT agreement_id, number + 1, anchor, nominal_date, due_date, 'continues', "
            "completed_at, completed_by, note FROM review WHERE agreement_id = :id"
        ),
    ),
    Attack(
        "a deadline moved",
        "verify",
        update("UPDATE deadline SET nominal_date = date(nominal_date, '+' || :n || ' days') WHERE agreement_id = :id"),
    ),
    Attack("a deadline settled", "verify", update("UPDATE deadline SET status = 'done' WHERE agreement_id = :id")),
    Attack("a deadline removed", "verify", update("DELETE FROM deadline WHERE agreement_id = :id")),
    Attack(
        "a notice invented",
        "verify",
        update(
            "INSERT INTO notice (subject, given_at, channel) VALUES (:id || ':review:1/12m', '2026-01-01', 'screen')"
        ),
    ),
    Attack("a letter's recipient", "verify", update("UPDATE mail SET recipient = 'ola@ond.example' WHERE :n")),
    Attack("a letter held back", "verify", update("UPDATE mail SET state = 'sent' WHERE :n")),
    Attack("a journal number", "verify", update("UPDATE journal_year SET last = last + :n")),
    Attack("an agreement's state", "verify", update("UPDATE agreement SET state = 'ended' WHERE id = :id")),
    Attack(
        "an agreement's other party", "verify", update("UPDATE agreement SET counterpart = '0000666' WHERE id = :id")
    ),
    Attack(
        "a calendar opened",
        "verify",
        update(
            "INSERT INTO calendar_feed (id, municipality_number, token_sha256, made_at, made_by) "
            "VALUES ('x', '1804', 'y' || :n, '2026-01-01', 'root')"
        ),
    ),
    Attack("what search finds a record by", "verify", rows(_posting)),
    Attack("all that search finds records by", "verify", update("DELETE FROM search_posting WHERE :n")),
    Attack(
        "a word of search",
        "verify",
        update("DELETE FROM search_word WHERE id = (SELECT id FROM search_word ORDER BY (id * :n) % 101, id LIMIT 1)"),
    ),
    Attack(
        "a word that templates share",
        "verify",
        update("UPDATE search_word SET records = records + :n WHERE word = 'avtale'"),
    ),
    Attack("where a case came from", "verify", update("UPDATE batch SET source = 'intake endpoint'")),
    Attack("the text that search reads", "verify", update("UPDATE record_text SET text = '' WHERE :n")),
)
