"""An empty archive for the tests of this stage."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.archive import Store, open_store
from flows.register import Register, open_register
from tests.archive.indexed_records import forget
from tests.archive.signed_agreements import timestamps
from tests.archive.timestamp_server import stamping
from tests.conftest import Clock
from tests.postgresql import new_database


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give an empty store in a folder whose name needs quoting in a URL."""
    return open_store((tmp_path / "lager å").as_uri())


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    """Give a folder for trust anchors."""
    return tmp_path / "anchors"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_open(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """Give a register that a module's tests share, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('search') / 'register.db'}"
    else:
        url = new_database(request.getfixturevalue("postgres_server"))
    opened = open_register(url, Clock(), actor="tester")
    yield opened
    opened.close()


@pytest.fixture
def emptied(kept_open: Register) -> Register:
    """Give that register without records."""
    forget(kept_open)
    return kept_open


@pytest.fixture(scope="module")
def timestamp_service() -> Iterator[str]:
    """Give the address of a timestamp service of our own."""
    with stamping(*timestamps()) as address:
        yield address
