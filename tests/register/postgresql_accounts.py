"""A register on PostgreSQL whose tables belong to one account, and that another, with no more than it needs, opens."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from flows.register import Register, open_register
from flows.register.privileges import ROLE
from tests.conftest import Clock
from tests.postgresql import new_database


def application_url(server: str) -> tuple[str, str]:
    """Make an empty database; return its owner's address and that of the application's account."""
    owner = new_database(server)
    engine = create_engine(owner.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in (f"CREATE ROLE {ROLE} NOLOGIN", f"CREATE ROLE app LOGIN IN ROLE {ROLE}"):
            if not connection.execute(text(f"SELECT 1 FROM pg_roles WHERE rolname = '{statement.split()[2]}'")).first():
                connection.execute(text(statement))
    engine.dispose()
    url = owner.replace("postgresql://postgres:", "postgresql://app:")
    assert url != owner
    return owner, url


@contextmanager
def application_register(server: str, clock: Clock) -> Iterator[Register]:
    """Give a new register, opened by the application's account."""
    owner, url = application_url(server)
    open_register(owner, clock).close()
    register = open_register(url, clock, actor="tester")
    yield register
    register.close()
