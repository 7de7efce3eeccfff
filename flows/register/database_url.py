"""Read the URL of the register: SQLite's or PostgreSQL's, nothing else."""

from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from flows.errors import WrongUse
from flows.language import translate as _

_POSTGRESQL = "postgresql+psycopg"
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": _POSTGRESQL,
    "postgresql": _POSTGRESQL,
    _POSTGRESQL: _POSTGRESQL,
}
_PORTS = range(1, 65536)


def parse_database_url(url: str) -> URL:
    """Return the URL of a register, with the driver that the program uses.

    Raises `WrongUse` for a URL that cannot be read, another database, and a port that there is not. The URL may hold a
    password, so it is not repeated.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # no URL; a port that is no number
        raise WrongUse(
            _(
                "AVTALEFLYT_DATABASE_URL is no address of a database: write sqlite:////folder/file.db or "
                "postgresql://user:password@server:5432/name."
            )
        ) from None
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise WrongUse(
            _("AVTALEFLYT_DATABASE_URL begins with «{scheme}»; the register is sqlite:// or postgresql://.").format(
                scheme=parsed.drivername
            )
        )
    if parsed.port is not None and parsed.port not in _PORTS:
        raise WrongUse(
            _("AVTALEFLYT_DATABASE_URL names port {port}, which there is not; PostgreSQL's own is 5432.").format(
                port=parsed.port
            )
        )
    if driver == "sqlite" and (parsed.host or parsed.query):
        raise WrongUse(
            _(
                "AVTALEFLYT_DATABASE_URL names a file, and SQLite takes it after three strokes: sqlite:////folder/file.db."
            )
        )
    return parsed.set(drivername=driver)


def database_file(url: str) -> Path | None:
    """Return the file of a register on SQLite; None for one in memory or on a server. Raises `WrongUse`."""
    parsed = parse_database_url(url)
    if parsed.drivername != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)
