"""Readings of sources that were there before the history told of them are covered by the next head that is signed."""

from importlib import import_module
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from flows.archive import open_store
from flows.archive.history import Evidence, check_history
from flows.archive.store import Store
from flows.register import Batch, Register, open_register, row_digests
from flows.register.row_digests import COVERED
from tests.conftest import Clock


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give an empty store."""
    return open_store((tmp_path / "store").as_uri())


def _as_before(url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a register as the program of before left it: with a reading that no head tells of."""
    register = open_register(url, clock, actor="tester")
    with monkeypatch.context() as patch:
        covered = {table: names for table, names in COVERED.items() if table is not Batch}
        patch.setattr(row_digests, "COVERED", covered)
        with register.write() as transaction:
            transaction.session.add(Batch(id="before", source="saker.xlsx", received_at=transaction.now))
            transaction.note("opened", None, "a reading")
    with register.engine.begin() as connection:
        connection.execute(text("DROP TABLE uncovered_table"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("flows.register.migrations.versions.0018_covered_batches").upgrade()
    register.close()


def _faults(register: Register, store: Store) -> list[str]:
    with register.read() as session:
        return [one.fault for one in check_history(session, store, Evidence())]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_they_are_covered_once_by_the_next_head(
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    clock: Clock,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Until then nothing is said of them; afterwards a change of one is found."""
    url = f"sqlite:///{tmp_path / 'before.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    _as_before(url, clock, monkeypatch)
    register = open_register(url, clock, actor="tester")
    assert _faults(register, store) == []
    for _time in range(2):
        with register.write() as transaction:
            transaction.session.add(Batch(source="flere.xlsx", received_at=transaction.now))
            transaction.note("opened", None, "a reading")
        assert _faults(register, store) == []
    with register.engine.begin() as connection:
        connection.execute(text("UPDATE batch SET source = 'intake endpoint' WHERE id = 'before'"))
    assert len(_faults(register, store)) == 1
    register.close()


def test_to_say_so_again_in_the_database_is_found(
    tmp_path: Path, clock: Clock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changes a reading and lets the program cover it anew has written over what an earlier head told."""
    url = f"sqlite:///{tmp_path / 'before.db'}"
    _as_before(url, clock, monkeypatch)
    register = open_register(url, clock, actor="tester")
    with register.write() as transaction:
        transaction.note("opened", None, "nothing")
    with register.engine.begin() as connection:
        connection.execute(text("UPDATE batch SET source = 'intake endpoint' WHERE id = 'before'"))
        connection.execute(text("INSERT INTO uncovered_table (name) VALUES ('batch')"))
    with register.write() as transaction:
        transaction.note("opened", None, "nothing")
    assert len(_faults(register, store)) == 1
    register.close()
