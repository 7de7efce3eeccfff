"""What many tests share: a clock that stands still until it is moved, and registers on both databases."""

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import settings
from sqlalchemy import Engine, create_engine

from flows import database, language
from flows.register import Register, open_register
from flows.register import database as register_database
from flows.signing_desk import database as desk_database
from tests.postgresql import new_database, remove_database, running_postgresql

if TYPE_CHECKING:
    from tests.command_forks import ForkedCommands

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"

# A busy machine is no fault of what is tested. New examples are found by developers, not by the gate, which says the
# same of the same code.
settings.register_profile("avtaleflyt", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("avtaleflyt")

SLOW = (
    "application/test_accounts.py",
    "application/test_agreement_list.py",
    "application/test_collect.py",
    "application/test_official_wording.py",
    "application/test_public_copies.py",
    "application/test_refusals.py",
    "application/test_season_run.py",
    "application/test_season_steps.py",
    "archive/test_attacks.py",
    "archive/test_backup.py",
    "archive/test_before_signing.py",
    "archive/test_cloud.py",
    "archive/test_exports.py",
    "archive/test_faults_of_machines.py",
    "archive/test_fixity.py",
    "archive/test_hostile_files.py",
    "archive/test_keep_flow.py",
    "archive/test_noark.py",
    "archive/test_other_tools.py",
    "archive/test_page_comparison.py",
    "archive/test_proof.py",
    "archive/test_quarantine.py",
    "archive/test_rebuilt_pages.py",
    "archive/test_renewal.py",
    "archive/test_renewed_levels.py",
    "archive/test_search.py",
    "archive/test_search_law.py",
    "archive/test_signers_and_anchors.py",
    "archive/test_verification.py",
    "archive/test_witness.py",
    "commands/test_cases_in.py",
    "commands/test_deliver.py",
    "commands/test_generate.py",
    "commands/test_one_sentence.py",
    "commands/test_own_files.py",
    "delivery/test_deliveries.py",
    "delivery/test_faults.py",
    "delivery/test_late_answers.py",
    "documents/test_damaged_templates.py",
    "documents/test_document_proof.py",
    "documents/test_pipeline.py",
    "documents/test_process_pool.py",
    "documents/test_proof_of_values.py",
    "documents/test_signed.py",
    "end_to_end/",
    "intake/test_damaged_workbooks.py",
    "intake/test_seeded_mistakes.py",
    "mail/test_smtp.py",
    "register/test_agreement_listing.py",
    "review/test_flow.py",
    "review/test_looking.py",
    "review/test_outcomes.py",
    "signing/docuseal/",
    "signing/posten/",
    "signing/providers/test_desk_provider.py",
    "signing/providers/test_http_calls.py",
    "signing/test_hostile.py",
    "signing/test_settle_command.py",
    "signing_desk/test_behind_a_proxy.py",
    "signing_desk/test_database.py",
    "signing_desk/test_desk_process.py",
    "signing_desk/test_emails.py",
    "signing_desk/test_evidence_page.py",
    "signing_desk/test_links.py",
    "signing_desk/test_sender_actions.py",
    "signing_desk/test_signatures.py",
    "signing_desk/test_signer_actions.py",
    "signing_desk/test_webhook_outbox.py",
    "templates/test_last_page.py",
    "templates/test_wording_mutations.py",
    "test_deployments.py",
    "test_embedded_server.py",
    "test_guides_by_axe.py",
    "test_messages.py",
    "test_private_files.py",
    "test_release.py",
    "typesetting/test_charts.py",
    "typesetting/test_conversion.py",
    "typesetting/test_corpus.py",
    "typesetting/test_damaged_files.py",
    "typesetting/test_dangerous_files.py",
    "typesetting/test_memory_limit.py",
    "typesetting/test_metafiles.py",
    "typesetting/test_page_borders.py",
    "typesetting/test_page_heights.py",
    "typesetting/test_pdf_writer.py",
    "typesetting/test_pictures.py",
    "typesetting/test_placed_boxes.py",
    "typesetting/test_text_looks.py",
    "typesetting/test_weasyprint_patches.py",
    "typesetting/test_word_layout.py",
    "web/",
)
"""Tests below `tests/` that start whole programs, or go through many documents or faults."""
FIRST = (
    "test_deployments.py",
    "archive/test_faults_of_machines.py",
    "test_scheduled_runs.py",
    "signing/test_hostile.py",
    "end_to_end/",
    "delivery/test_faults.py",
    "review/test_flow.py",
    "archive/test_keep_flow.py",
    "test_embedded_server.py",
)
"""Files that take minutes or wait a lot: begun first, so that no process is left with one of them at the end."""
OFFICE = {"verapdf", "convert_with_libreoffice", "fiks_judge"}
"""Functions that need Java or LibreOffice; a test that calls one itself needs it too."""


def pytest_collection() -> None:
    """Collect no garbage while tests are read: there is next to none."""
    gc.disable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave slow files unread where no slow test is wanted: reading them takes as long as many tests."""
    if "not slow" not in config.option.markexpr or collection_path.suffix != ".py":
        return None
    return collection_path.relative_to(PROJECT / "tests").as_posix().startswith(SLOW) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they need and how long they take, and put the longest first; `make quick` leaves some out."""
    items.sort(key=lambda item: _turn_of(_file_of(item)))
    for item in items:
        if isinstance(item, pytest.Function):
            for name in _marks_of(item):
                item.add_marker(name)


def _file_of(item: pytest.Item) -> str:
    """Return the file that a test is in, as `archive/test_store.py`."""
    return item.nodeid.partition("::")[0].removeprefix("tests/")


def pytest_collection_finish() -> None:
    """Let the collector of garbage leave alone what has been read by now: modules and tests stay to the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


@cache
def _turn_of(file: str) -> int:
    """Return when a file is begun; equal numbers keep their order."""
    return next((at for at, name in enumerate(FIRST) if file.startswith(name)), len(FIRST))


def _marks_of(item: pytest.Function) -> Iterator[str]:
    if _file_of(item).startswith(SLOW):
        yield "slow"
    if "chromium" in item.fixturenames:
        yield "browser"
    skipped = " ".join(str(mark.kwargs.get("reason", "")) for mark in item.iter_markers("skipif"))
    if "libreoffice" in skipped or OFFICE & set(item.function.__code__.co_names):
        yield "office"
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    if "postgresql" in parameters or any(name.startswith("postgres_") for name in item.fixturenames):
        yield "database"


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the present instant."""
        return self.now

    def forward(self, **by: int) -> None:
        """Move the clock forward, by `days=…`, `minutes=…`."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    """Give a clock at 10 in the morning of 1 December 2026, Norwegian time."""
    return Clock()


@pytest.fixture
def own_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a test from the register of the checkout, which `make demo` may have filled."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))


@pytest.fixture(scope="session", autouse=True)
def _new_databases_are_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let a new SQLite database be a copy of one that has been migrated: each migration runs once a test process.

    A database that is there already is brought forward as ever.
    """
    folder = tmp_path_factory.mktemp("migrated")

    def upgrade_or_copy(engine: Engine, migrations: Path) -> None:
        path = Path(engine.url.database or "")
        if engine.dialect.name != "sqlite" or not path.name or (path.exists() and path.stat().st_size):
            database.upgrade(engine, migrations)
            return
        ready = folder / f"{migrations.parent.name}.db"
        if not ready.exists():
            draft = create_engine(f"sqlite:///{ready}.draft")
            database.prepare_sqlite(draft)
            database.upgrade(draft, migrations)
            draft.dispose()
            Path(f"{ready}.draft").rename(ready)
        shutil.copyfile(ready, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(register_database, "upgrade", upgrade_or_copy)
        patch.setattr(desk_database, "upgrade", upgrade_or_copy)
        yield


_KEYS_IN_TURN = 8


@pytest.fixture(scope="session", autouse=True)
def _rsa_keys_come_in_turn() -> Iterator[None]:
    """Let RSA keys be made a few times and then come in turn: to find the primes of one takes longer than most tests.

    Keys that follow each other are different, as those of one authority and its certificates, or of two authorities.
    """
    make, made = rsa.generate_private_key, dict[int, list[rsa.RSAPrivateKey]]()
    turns = count()

    def next_key(public_exponent: int, key_size: int) -> rsa.RSAPrivateKey:
        keys = made.setdefault(key_size, [])
        if len(keys) < _KEYS_IN_TURN:
            keys.append(make(public_exponent, key_size))
            return keys[-1]
        return keys[next(turns) % _KEYS_IN_TURN]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rsa, "generate_private_key", next_key)
        yield


@pytest.fixture(scope="session", autouse=True)
def _private_keys_are_read_once() -> Iterator[None]:
    """Let each private key be read once: OpenSSL proves an RSA key every time, which takes longer than to sign."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serialization, "load_der_private_key", cache(serialization.load_der_private_key))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Run a real PostgreSQL for this test process; give the address of its first database."""
    with running_postgresql() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give an empty PostgreSQL database of the test's own."""
    url = new_database(postgres_server)
    yield url
    remove_database(postgres_server, url)


@pytest.fixture(scope="session")
def postgres_register(postgres_server: str) -> str:
    """Give the name of a PostgreSQL database that holds an empty register, to be copied."""
    url = new_database(postgres_server)
    open_register(url).close()
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(scope="session")
def sqlite_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of an empty register, to be copied."""
    path = tmp_path_factory.mktemp("register") / "register.db"
    open_register(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def any_register(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Register]:
    """Give an empty register, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("register")
        return
    server = request.getfixturevalue("postgres_server")
    url = new_database(server, request.getfixturevalue("postgres_register"))
    opened = open_register(url, clock, actor="tester")
    yield opened
    opened.close()
    remove_database(server, url)


@pytest.fixture
def register(tmp_path: Path, clock: Clock, sqlite_register: Path) -> Iterator[Register]:
    """Give an empty register on SQLite."""
    shutil.copyfile(sqlite_register, tmp_path / "register.db")
    opened = open_register(f"sqlite:///{tmp_path / 'register.db'}", clock, actor="tester")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run a Prefect server for this test process; give the settings that lead to it."""
    from tests.prefect_server import running_prefect

    with running_prefect(tmp_path_factory.mktemp("prefect")) as settings:
        yield settings


@pytest.fixture(scope="session")
def forked_commands(prefect_server: dict[str, str]) -> Iterator["ForkedCommands"]:
    """Give commands whose flows run at the Prefect server of this test process, without their imports."""
    from tests.command_forks import forking
    from tests.command_line import environment

    with forking(environment(prefect_server)) as forked:
        yield forked


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let what people see be English, for tests that look for what a message says; bokmål comes back afterwards."""
    monkeypatch.setenv("AVTALEFLYT_LANGUAGE", "en")
    here = language.current()
    language.use("en")
    yield
    language.use(here)
