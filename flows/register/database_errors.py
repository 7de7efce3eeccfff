"""Report failures of the database's disk or server in one sentence.

Other errors, of the program or its data, stay what SQLAlchemy raises.
"""

import sqlite3

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from flows.errors import RegisterFailed, RegisterUnreachable
from flows.language import translate
from flows.language import translate as _

_FULL = "its disk is full or fails: make room on it"
_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _FULL,
    sqlite3.SQLITE_READONLY: "its file may only be read: give this account the right to write it",
    sqlite3.SQLITE_BUSY: "another program has held it for half a minute: end that one",
}
_POSTGRESQL = {"53100": _FULL, "25006": "its server only lets it be read: see to the server"}


def report_failures(engine: Engine) -> None:
    """Make an engine raise `RegisterFailed` for failures of disk and server."""
    event.listen(engine, "handle_error", _tell)


def _tell(context: ExceptionContext) -> None:
    error = context.original_exception
    why = _SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
    why = why or _POSTGRESQL.get(getattr(error, "sqlstate", None) or "")
    if why:
        raise RegisterFailed(_told(why))
    if context.is_disconnect and context.connection is not None:
        raise unreachable()


def unreachable() -> RegisterUnreachable:
    """Return the exception for a server that broke off, or does not answer."""
    return RegisterUnreachable(_told("its server broke off: see to it"))


def is_away(engine: Engine) -> bool:
    """Ask whether no server answers, or one that starts or ends; one that refuses an account is there."""
    if engine.dialect.name != "postgresql":
        return False
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import PGconn, Ping

    _none, parameters = engine.dialect.create_connect_args(engine.url)
    parameters.pop("context", None)  # how the driver adapts values, which is no part of the address
    return PGconn.ping(make_conninfo(**parameters).encode()) in {Ping.NO_RESPONSE, Ping.REJECT}


def _told(why: str) -> str:
    return _("The register cannot be used, {why}, and run the same again; nothing half is left in it.").format(
        why=translate(why)
    )
