"""Upgrades while work goes on: what a migration may do, which programs may stay, and that one process migrates."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from flows.database import is_current, prepare_sqlite, revision_of, upgrade
from flows.errors import ComponentMissing
from flows.register import Register, open_register
from flows.register.agreements import ReceivedCase, receive
from tests.conftest import PROJECT
from tests.register.migration_rules import tables_of, what_breaks
from tests.register.proving import chain_faults

MIGRATIONS = PROJECT / "flows" / "register" / "migrations"
FIRST_TO_LIVE_WITH = "0017_batches"
"""Programs before this revision refuse every register that is newer than they are."""
NEXT = '''"""The next release."""

import sqlalchemy as sa
from alembic import op

revision = "9999_next"
down_revision = "{head}"
branch_labels = None
depends_on = None
{more}

def upgrade() -> None:
    """Apply."""
    {does}
'''
ADDS = 'op.create_table("later", sa.Column("id", sa.String(36), primary_key=True))\n    '
ADDS += 'op.add_column("agreement", sa.Column("later", sa.String(), nullable=True))'
BREAKS = {
    "later is gone": 'op.drop_table("later")',
    "agreement.words is gone": 'op.drop_column("agreement", "words")',
    "agreement.later is new and must have a value": (
        'op.add_column("agreement", sa.Column("later", sa.Integer(), nullable=False))'
    ),
    "agreement takes each words once now": 'op.create_index("only_one", "agreement", ["words"], unique=True)',
    "agreement.words must have a value now": (
        'with op.batch_alter_table("agreement") as table:\n'
        '        table.alter_column("words", existing_type=sa.String(), nullable=False)'
    ),
}
CASE = ReceivedCase(
    type="alis",
    municipality_number="1804",
    counterpart="1234567",
    valid_from=date(2027, 1, 1),
    valid_to=date(2031, 12, 31),
    public_title="ALIS-avtale – kommune 1804",
    case={"lege_navn": "Áŋŋa Šuopptjaš"},
)


def config_of(folder: Path) -> Config:
    """Return Alembic's settings for a folder of migrations."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config


def next_release(folder: Path, does: str = ADDS, more: str = "") -> Path:
    """Return the migrations of a release after this one."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_next.py").write_text(NEXT.format(head=head, does=does, more=more))
    return folder


def test_migrations_leave_the_version_before_at_work(tmp_path: Path) -> None:
    """Each only adds, or says that it breaks the version before it: `breaks_version_before = True`."""
    engine = create_engine(f"sqlite:///{tmp_path / 'register.db'}")
    prepare_sqlite(engine)
    config, scripts = config_of(MIGRATIONS), ScriptDirectory(str(MIGRATIONS))
    found = []
    with engine.execution_options(database_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST_TO_LIVE_WITH)
        for script in reversed(list(scripts.iterate_revisions("head", FIRST_TO_LIVE_WITH))):
            before = tables_of(connection)
            command.upgrade(config, script.revision)
            if not getattr(script.module, "breaks_version_before", False):
                found += [f"{script.revision}: {one}" for one in what_breaks(before, tables_of(connection))]
    engine.dispose()
    assert found == []


@pytest.mark.parametrize("broken", BREAKS)
def test_the_rule_sees_what_an_older_program_cannot_live_with(broken: str, tmp_path: Path) -> None:
    """Taking away, renaming, and asking more of rows than before."""
    (tmp_path / "versions").mkdir()
    engine = create_engine(f"sqlite:///{tmp_path / 'one.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE agreement (id VARCHAR PRIMARY KEY, words VARCHAR)"))
        connection.execute(text("CREATE TABLE later (id VARCHAR PRIMARY KEY)"))
        before = tables_of(connection)
        shutil.copy(MIGRATIONS / "script.py.mako", tmp_path) if (MIGRATIONS / "script.py.mako").exists() else None
        (tmp_path / "env.py").write_text(
            "from alembic import context\ncontext.configure(connection=context.config.attributes['connection'])\n"
            "context.run_migrations()\n"
        )
        done = NEXT.format(head="", does=BREAKS[broken], more="").replace('down_revision = ""', "down_revision = None")
        (tmp_path / "versions" / "9999_next.py").write_text(done)
        config = config_of(tmp_path)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert list(what_breaks(before, tables_of(connection))) == [broken]
    engine.dispose()


def test_this_program_works_on_with_the_register_of_the_next_release(any_register: Register, tmp_path: Path) -> None:
    """A season goes on while the register has been brought forward by a release that only adds."""
    url = any_register.engine.url.render_as_string(hide_password=False)
    upgrade(any_register.engine, next_release(tmp_path / "next"))
    assert revision_of(any_register.engine) == "9999_next"
    again = open_register(url, any_register.clock, actor="older")
    try:
        assert is_current(again.engine, MIGRATIONS)
        with again.write() as transaction:
            receive(transaction, CASE)
        with again.read() as session:
            assert chain_faults(session) == []
    finally:
        again.close()
    upgrade(any_register.engine, tmp_path / "next")  # the new one finds nothing to do


def test_this_program_leaves_a_register_alone_that_it_cannot_work_with(any_register: Register, tmp_path: Path) -> None:
    """The next release has taken something away, and says so."""
    url = any_register.engine.url.render_as_string(hide_password=False)
    upgrade(any_register.engine, next_release(tmp_path / "next", more="breaks_version_before = True\n"))
    with pytest.raises(ComponentMissing, match="nyere utgave"):
        open_register(url)


def test_processes_that_start_at_once_migrate_once(postgres_url: str) -> None:
    """Each finds the register up to date, made by one of them."""
    opens = "import sys; from flows.register import open_register; open_register(sys.argv[1]).close()"
    command_line = [sys.executable, "-c", opens, postgres_url]
    started = [subprocess.Popen(command_line, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(one.communicate()[1], one.returncode) for one in started] == [("", 0)] * 3
    engine = create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://"))
    assert is_current(engine, MIGRATIONS)
    with engine.connect() as connection:
        for table in ("alembic_version", "alembic_oldest_program", "chain_head"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1
    engine.dispose()
