"""The desk's database: a desk made before there were migrations is taken over with nothing lost."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from flows.signing_desk import sender_actions, signer_actions
from flows.signing_desk.database import open_database
from flows.signing_desk.evidence import evidence_of
from flows.signing_desk.evidence_page import evidence_page
from flows.signing_desk.service import Desk, open_desk
from flows.signing_desk.signature_requests import DeskRequest
from flows.signing_desk.signing_links import issue_missing
from flows.signing_desk.tables import events, metadata, requests

_BEFORE = Path(__file__).with_name("desk_before_migrations.sql")
"""A dump of a desk made by the code before migrations: five invented requests, one for each status."""
_LINK_KEY = bytes(range(32))
_NOW = datetime(2026, 5, 3, 10, tzinfo=UTC)

Rows = dict[str, list[tuple[Any, ...]]]


def _rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        names = [table.name for table in metadata.sorted_tables]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


def _schema(path: Path) -> set[tuple[str, str, str]]:
    wanted = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'alembic_%'"
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(wanted).fetchall()
    return {(kind, name, " ".join(sql.replace('"', "").split())) for kind, name, sql in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a desk as it was before migrations."""
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "private" / "links.key").write_bytes(_LINK_KEY)
    with closing(sqlite3.connect(tmp_path / "desk.db")) as connection:
        connection.executescript(_BEFORE.read_text("utf-8"))
    return tmp_path


def _open(folder: Path) -> Desk:
    desk = open_desk(folder, lambda: _NOW, "http://127.0.0.1:8756")
    issue_missing(desk)
    return desk


def _request(desk: Desk, reference: str) -> DeskRequest:
    found = sender_actions.find(desk, reference)
    assert found is not None
    return found


def test_a_desk_from_before_migrations_loses_nothing(folder: Path) -> None:
    """Every row of every table is as it was, and opening the desk once more changes nothing either."""
    before = _rows(folder / "desk.db")
    assert {name: len(rows) for name, rows in before.items()} == {
        "requests": 5,
        "signers": 10,
        "links": 11,
        "revisions": 7,
        "events": 13,
        "evidence": 1,
        "outbox": 5,
    }
    before["signers"] = [(*row, None) for row in before["signers"]]  # no language of their own
    for _ in range(2):
        _open(folder)
        assert _rows(folder / "desk.db") == before


def test_the_requests_of_a_desk_from_before_are_read_as_they_were(folder: Path) -> None:
    """Each has its status, its signers and its document, and the stored evidence is given as it is."""
    desk = _open(folder)
    for status in ("open", "signed", "declined", "cancelled", "expired"):
        assert _request(desk, f"{status}-1").state == status
    signed = _request(desk, "signed-1")
    assert [signer.name for signer in signed.signers] == ["Kari Čáhppe", "Ola Prøve & Sønn"]
    assert sender_actions.signed_document(desk, signed.id).startswith(b"%PDF-1.7")
    assert evidence_page(desk, signed.id) == b"%PDF-1.7 evidence"
    assert [one["what"] for one in evidence_of(desk, signed.id)["events"]] == [
        "created",
        "signed",
        "signed",
        "completed",
        "acknowledged",
    ]


def test_the_links_of_a_desk_from_before_still_work(folder: Path) -> None:
    """The newest link opens the request, and the request can be ended."""
    desk = _open(folder)
    request = _request(desk, "open-1")
    token = desk.links.token(request.id, 1, 2)
    assert signer_actions.visit(desk, token).signer.name == "Kari Čáhppe"
    signer_actions.decline(desk, token, "Feil dato")
    ended = _request(desk, "open-1")
    assert (ended.state, ended.reason) == ("declined", "Feil dato")


def test_a_new_desk_has_the_schema_of_one_from_before(folder: Path, tmp_path: Path) -> None:
    """Tables, constraints, indexes and triggers are the same."""
    _open(folder)
    open_database(tmp_path / "new.db")
    assert _schema(folder / "desk.db") == _schema(tmp_path / "new.db")


def test_the_declared_tables_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    """Alembic finds no difference between the declared tables and the migrated database."""
    with open_database(tmp_path / "desk.db").reading() as connection:
        opts = {"include_name": lambda name, kind, _parents: kind != "table" or not name.startswith("alembic_")}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), metadata) == []


def test_events_are_never_changed_or_deleted(folder: Path) -> None:
    """The database itself refuses both."""
    desk = _open(folder)
    for statement in (events.update().values(what="nothing"), events.delete()):
        with pytest.raises(IntegrityError, match="events are never"), desk.database.writing() as connection:
            connection.execute(statement)


def test_a_transaction_that_fails_leaves_nothing(folder: Path) -> None:
    """What was written before the error is rolled back."""
    desk = _open(folder)
    about = _request(desk, "open-1").id
    lost = insert(events).values(request=about, at="", who="", what="lost", details="")

    def break_off() -> None:
        with desk.database.writing() as connection:
            connection.execute(lost)
            connection.execute(requests.update().values(state="no such status"))

    with pytest.raises(IntegrityError):
        break_off()
    with desk.database.reading() as connection:
        assert connection.scalar(select(events.c.number).where(events.c.what == "lost")) is None
        assert len(connection.scalars(select(requests.c.id)).all()) == 5
