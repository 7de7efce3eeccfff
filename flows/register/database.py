"""Open the register, and run its transactions.

Write transactions are serialised by the database itself (SQLite: `BEGIN IMMEDIATE`; PostgreSQL: an advisory lock). That
is what makes "two workers never send the same agreement" and an unbroken chain of events true. Keep them short: never
a call over the network inside one.
"""

import getpass
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from flows.database import WRITES, is_current, lock_out_writers, prepare_sqlite, revision_of, upgrade
from flows.errors import ComponentMissing, RegisterUnreachable
from flows.language import for_the_register, translate
from flows.language import translate as _
from flows.register.database_errors import is_away, report_failures, unreachable
from flows.register.database_url import database_file, parse_database_url
from flows.register.events import append_event
from flows.register.listing_update import follow_listings, update_listings
from flows.register.row_digests import follow_rows
from flows.register.schema import Agreement, Event, Json
from flows.register.signed_heads import HeadSigner, append_head
from flows.register.states import State, check_transition

Clock = Callable[[], datetime]
_MIGRATIONS = Path(__file__).parent / "migrations"
_PAUSES = (0.5, 1.0, 2.0, 3.0, 4.0)
"""Seconds between tries to begin a transaction while PostgreSQL starts anew: nothing has happened in it yet."""
_NOT_THE_OWNER = "42501"
"""PostgreSQL's insufficient_privilege: the account may not change the tables."""


def account() -> str:
    """Return the account of this process from the operating system, since environment variables can be forged."""
    try:
        import pwd
    except ImportError:  # a system without accounts of that kind
        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def utc_now() -> datetime:
    """Return the current instant in UTC: the clock outside tests."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One write transaction: all changes and their events are committed together, or none."""

    session: Session
    now: datetime
    actor: str

    def move(self, agreement: Agreement, after: State, why: str, details: Json | None = None) -> None:
        """Change an agreement's state and write the event. Raises `TransitionRefused`."""
        before = State(agreement.state)
        check_transition(before, after)
        agreement.state = after
        self.note("state", agreement.id, why, details, before=before, after=after)

    def note(
        self,
        kind: str,
        agreement_id: str | None,
        why: str,
        details: Json | None = None,
        before: str | None = None,
        after: str | None = None,
    ) -> Event:
        """Write an event. `why` and `details` hold ids, digests and rule ids; no names or numbers of persons."""
        return append_event(
            self.session,
            at=self.now,
            actor=self.actor,
            kind=kind,
            agreement_id=agreement_id,
            before=before,
            after=after,
            why=for_the_register(why),
            details=details,
        )


@dataclass(frozen=True, slots=True)
class Register:
    """An open register. `actor` is who the events name; `clock` gives UTC instants; `signer` signs the heads."""

    engine: Engine
    clock: Clock
    actor: str
    signer: HeadSigner | None = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a read-only session; loaded objects stay usable afterwards."""
        with self._begun(self.engine) as session:
            yield session

    @contextmanager
    def coordinate(self) -> Iterator[Session]:
        """Open a transaction on what only coordinates workers, such as leases and rate limits.

        It writes no event and no head, and on PostgreSQL other writers go on beside it.
        """
        with self._begun(self.engine.execution_options(**WRITES)) as session:
            yield session
            session.commit()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a transaction that excludes other writers; commit at the end, or roll back on any exception."""
        with self._begun(self.engine.execution_options(**WRITES), lock_out_writers) as session:
            follow_rows(session)
            follow_listings(session)
            transaction = Transaction(session, self.clock(), self.actor)
            yield transaction
            update_listings(session)
            append_head(session, transaction.now, self.signer)
            session.commit()

    def _begun(self, engine: Engine, first: Callable[[Session], None] | None = None) -> Session:
        """Return a session that has begun a transaction and done what comes first in it.

        Where the server does not answer, it is tried again for some seconds. Raises `RegisterUnreachable`.
        """
        for pause in (*_PAUSES, None):
            session = Session(engine, expire_on_commit=False)
            try:
                session.connection()
                if first is not None:
                    first(session)
            except (OperationalError, RegisterUnreachable) as error:
                session.close()
                if engine.dialect.name != "postgresql":
                    raise
                if pause is None:
                    raise unreachable() from error
                time.sleep(pause)
            else:
                return session
        raise unreachable()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_register(
    url: str, clock: Clock = utc_now, actor: str | None = None, signer: HeadSigner | None = None
) -> Register:
    """Open the register at a SQLAlchemy URL; create it if it is new, and apply missing migrations.

    Raises `WrongUse` for a URL that cannot be read, `RegisterUnreachable` if its server does not answer,
    `ComponentMissing` if it answers and the database cannot be used or written. Later failures of disk or server raise
    `RegisterFailed`.
    """
    engine = _engine_at(url)
    try:
        upgrade(engine, _MIGRATIONS)
    except ComponentMissing:
        engine.dispose()
        raise
    except ProgrammingError as error:
        engine.dispose()
        if getattr(error.orig, "sqlstate", "") != _NOT_THE_OWNER:
            raise
        raise ComponentMissing(
            _(
                "The register must be brought up to date by the account that owns its tables: run `avtaleflyt upgrade` "
                "once with that account in AVTALEFLYT_DATABASE_URL."
            )
        ) from error
    except OperationalError as error:
        engine.dispose()
        where = parse_database_url(url).render_as_string(hide_password=True)
        if is_away(engine):
            raise RegisterUnreachable(
                _(
                    "The register at {where} does not answer: see to its server, and check AVTALEFLYT_DATABASE_URL."
                ).format(where=where)
            ) from error
        raise ComponentMissing(
            _("The register at {where} cannot be opened: check AVTALEFLYT_DATABASE_URL.").format(where=where)
        ) from error
    return Register(engine, clock, actor or account(), signer)


def _engine_at(url: str) -> Engine:
    target = parse_database_url(url)
    if file := database_file(url):
        _make_folder(file.parent)
    # The parameters are personal data. A connection that a restarted server has dropped is replaced before its use.
    engine = create_engine(target, hide_parameters=True, pool_pre_ping=target.get_backend_name() == "postgresql")
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    report_failures(engine)
    return engine


def register_revision(register: Register) -> str:
    """Return the revision of the register's tables: the name of its last migration."""
    return revision_of(register.engine)


def has_known_schema(register: Register) -> bool:
    """Say whether the register is as this program knows it.

    Raises `ComponentMissing` as opening does, `RegisterUnreachable` where it does not answer; it is asked only once.
    """
    try:
        return is_current(register.engine, _MIGRATIONS)
    except OperationalError as error:
        raise unreachable() from error


def existing_register(url: str, clock: Clock = utc_now) -> Register | None:
    """Open the register if it exists, else return None; never create one."""
    if parse_database_url(url).drivername == "sqlite" and not ((file := database_file(url)) and file.is_file()):
        return None
    return open_register(url, clock)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ComponentMissing(
            _("The folder {folder} of the register cannot be made: {reason}. Set AVTALEFLYT_OUTPUT to another.").format(
                folder=folder, reason=translate(error.strerror or str(error))
            )
        ) from error
