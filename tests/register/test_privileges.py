"""PostgreSQL gives the application's account no more than it needs, and what it needs is enough for the whole line."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from flows.archive import Store, check_archive, open_store
from flows.archive.access import restrict
from flows.archive.backup import back_up, restore
from flows.archive.destruction import ask_for_destruction, destroy, set_disposal
from flows.archive.fixity import check_blobs
from flows.archive.search import SearchQuery, look_up, reindex
from flows.dates import oslo_date
from flows.errors import ComponentMissing, RegisterFailed, WrongUse
from flows.register import Register, open_register
from flows.register.privileges import PRIVILEGES, ROLE
from flows.register.reviews import plan_review, reviews_of, settle_review
from tests.archive.signed_agreements import archived
from tests.conftest import PROJECT, Clock
from tests.postgresql import new_database
from tests.register.postgresql_accounts import application_url

REFUSED = (
    "UPDATE event SET actor = 'x'",
    "DELETE FROM event",
    "TRUNCATE event",
    "UPDATE signed_head SET signature = ''",
    "DELETE FROM signed_head",
    "UPDATE record SET valid_to = '2040-01-01'",
    "UPDATE record SET archived_at = now()",  # the column may be written, but not once the record is archived
    "DELETE FROM record",
    "UPDATE record_file SET digest = 'x'",
    "UPDATE agreement SET counterpart = 'x'",
    "UPDATE version SET public_title = 'x'",
    "UPDATE version SET pdf_sha256 = 'x'",
    "UPDATE signature_request SET pdf_sha256 = 'x'",
    "UPDATE review SET due_date = '2040-01-01'",
    "DELETE FROM review",
    "UPDATE mail SET recipient = 'x'",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "DROP TRIGGER event_never_goes ON event",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (a int)",
)


@dataclass(frozen=True)
class Accounts:
    """A register of one owner, opened by the application's account."""

    application: Register
    url: str


@pytest.fixture
def accounts(postgres_server: str, clock: Clock) -> Iterator[Accounts]:
    """Give a register whose tables belong to the owner; the application has an account of its own."""
    owner, url = application_url(postgres_server)
    with pytest.raises(ComponentMissing):
        open_register(url, clock)  # it may not make the tables
    open_register(owner, clock).close()
    application = open_register(url, clock, actor="tester")
    yield Accounts(application, url)
    application.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give an empty store."""
    return open_store((tmp_path / "store").as_uri())


def test_the_whole_line_works(accounts: Accounts, store: Store, clock: Clock, tmp_path: Path) -> None:
    """Archive, search, recompute, restrict, review, destroy and verify, as the application's account."""
    register, anchors = accounts.application, tmp_path / "anchors"
    record = archived(register, store, anchors)
    assert look_up(register, SearchQuery(words="Bodø")).found
    restrict(register, store, record.id, "Personalsaker", "Offl. § 13", "vurdert")
    with register.write() as transaction:
        today = oslo_date(transaction.now)
        plan_review(transaction, record.agreement_id, 1, today, today, today)
        settle_review(transaction, reviews_of(transaction.session, record.agreement_id)[0], "continues", "kari")
    reindex(register)
    for _night in range(2):
        clock.forward(days=1)
        looked = check_blobs(register, store, 1_000_000)
        assert (looked.faults, looked.checked > 0) == ((), True)
    set_disposal(register, store, record.id, "Arkivlova", oslo_date(clock()), "ryddes")
    ask_for_destruction(register, store, record.id, "ryddes")
    clock.forward(days=15)
    destroy(replace(register, actor="second"), store, record.id, "ryddes")
    assert list(check_archive(register, store, anchors)) == []


def test_a_backup_is_restored_by_the_owner_alone(
    accounts: Accounts, postgres_server: str, store: Store, clock: Clock, tmp_path: Path
) -> None:
    """The application is refused in one sentence, before anything is written; what the owner restores is whole."""
    anchors = tmp_path / "anchors"
    archived(accounts.application, store, anchors)
    back_up(accounts.application, store, tmp_path / "backup")
    owner_url, url = application_url(postgres_server)
    open_register(owner_url, clock).close()
    empty = open_store((tmp_path / "restored").as_uri())
    application = open_register(url, clock)
    with pytest.raises(WrongUse, match="eier tabellene"):
        restore(tmp_path / "backup", application, empty)
    assert list(empty.digests()) == []
    owner = open_register(owner_url, clock)
    assert restore(tmp_path / "backup", owner, empty).records == 1
    owner.close()
    assert list(check_archive(application, empty, anchors)) == []
    application.close()


def test_every_revision_of_the_register_gives_them(accounts: Accounts, postgres_server: str) -> None:
    """Also a table that has not yet all its columns: a database may be brought forward one step at a time."""
    assert accounts.application is not None  # the role is there
    engine = create_engine(new_database(postgres_server).replace("postgresql://", "postgresql+psycopg://"))
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "flows" / "register" / "migrations"))
    steps = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        for revision in reversed(steps):
            command.upgrade(config, revision)
        given = "SELECT has_column_privilege(:role, 'mail', 'replaced_by', 'UPDATE')"
        assert connection.execute(text(given), {"role": ROLE}).scalar_one()
    engine.dispose()


def succeeds(register: Register, statement: str) -> bool:
    """Run a statement; say whether the database let it."""
    try:
        with register.engine.begin() as connection:
            connection.execute(text(statement))
    except (DatabaseError, RegisterFailed):
        return False
    return True


def test_what_it_does_not_need_is_refused(accounts: Accounts, store: Store, tmp_path: Path) -> None:
    """Whoever takes over the application's account cannot rewrite what is kept."""
    archived(accounts.application, store, tmp_path / "anchors")
    for statement in REFUSED:
        assert not succeeds(accounts.application, statement), statement


def test_every_table_is_thought_of(accounts: Accounts) -> None:
    """A table without a line of its own only paces work, or answers callers."""
    tables = set(inspect(accounts.application.engine).get_table_names())
    assert PRIVILEGES.keys() <= tables
    assert {"event", "signed_head", "record", "review", "deadline"} <= PRIVILEGES.keys()
