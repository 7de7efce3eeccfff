"""Guards in the database: triggers that keep what is written once from being changed, and their inspection.

They stop slips and whoever has the application's account. A trigger that was dropped, disabled, replaced or added is a
finding of `archive verify`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, inspect, text
from sqlalchemy.orm import Session

from flows.language import translate as _

_RECORD = (
    *("id", "agreement_id", "version", "request_id", "public_title", "valid_from", "valid_to", "signed_at"),
    "archived_at",
)
_REQUEST = (
    *("id", "agreement_id", "version", "attempt", "provider", "reference", "pdf_sha256", "signers_sha256"),
    "intended_at",
)
_REVIEW = ("agreement_id", "number", "anchor", "nominal_date", "due_date")


@dataclass(frozen=True, slots=True)
class Guard:
    """A trigger before a change of a table that refuses it where the condition holds.

    `change` is `UPDATE` or `DELETE`. `condition` is SQL about OLD and NEW; empty refuses always.
    """

    name: str
    table: str
    change: str
    says: str
    condition: str = ""

    def sqlite(self) -> str:
        """Return the statement that makes it in SQLite."""
        when = f"WHEN {self.condition} " if self.condition else ""
        return (
            f"CREATE TRIGGER {self.name} BEFORE {self.change} ON {self.table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{self.says}'); END"
        )

    def body(self) -> str:
        """Return the body of its function in PostgreSQL."""
        refuse = f"RAISE EXCEPTION '{self.says}';"
        checked = f"IF {self.condition.replace(' IS NOT ', ' IS DISTINCT FROM ')} THEN {refuse} END IF;"
        passed = "NEW" if self.change == "UPDATE" else "OLD"
        return f" BEGIN {checked if self.condition else refuse} RETURN {passed}; END "

    def postgresql(self) -> list[str]:
        """Return the statements that make it in PostgreSQL."""
        function = f"guard_{self.name}()"
        return [
            f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $${self.body()}$$",
            f"CREATE TRIGGER {self.name} BEFORE {self.change} ON {self.table} FOR EACH ROW EXECUTE FUNCTION {function}",
        ]


def _differs(columns: Sequence[str]) -> str:
    return "(" + " OR ".join(f"NEW.{one} IS NOT OLD.{one}" for one in columns) + ")"


GUARDS = (
    Guard("event_never_changes", "event", "UPDATE", "events are never changed"),
    Guard("event_never_goes", "event", "DELETE", "events are never deleted"),
    Guard("head_never_changes", "signed_head", "UPDATE", "heads are never changed"),
    Guard("head_never_goes", "signed_head", "DELETE", "heads are never deleted"),
    Guard(
        "record_is_frozen",
        "record",
        "UPDATE",
        "an archived record is never changed",
        f"OLD.status IN ('archived', 'destroyed') AND {_differs(_RECORD)}",
    ),
    Guard("record_file_never_changes", "record_file", "UPDATE", "files of records are never changed"),
    Guard("document_is_frozen", "version", "UPDATE", "a document is made once", "OLD.pdf_sha256 <> ''"),
    Guard("request_is_frozen", "signature_request", "UPDATE", "what was sent is never changed", _differs(_REQUEST)),
    Guard("review_is_frozen", "review", "UPDATE", "the dates of a review never move", _differs(_REVIEW)),
)
_FORMER = {"sqlite": (), "postgresql": ("DROP TRIGGER IF EXISTS event_is_kept ON event",)}
_ROW_BEFORE = {"UPDATE": 1 + 2 + 16, "DELETE": 1 + 2 + 8}
"""PostgreSQL's `tgtype`: for each row, before, and what change."""


def put_up(connection: Connection) -> None:
    """Make every guard anew, where its table is there: one that comes with a later migration has its guards then."""
    dialect, tables = connection.dialect.name, set(inspect(connection).get_table_names())
    for statement in _FORMER[dialect]:
        connection.execute(text(statement))
    for guard in [each for each in GUARDS if each.table in tables]:
        where = "" if dialect == "sqlite" else f" ON {guard.table}"
        connection.execute(text(f"DROP TRIGGER IF EXISTS {guard.name}{where}"))
        for statement in [guard.sqlite()] if dialect == "sqlite" else guard.postgresql():
            connection.exec_driver_sql(statement)


def faults_of_guards(session: Session) -> Iterator[str]:
    """Yield what is wrong with the guards."""
    there = _in_sqlite(session) if session.get_bind().dialect.name == "sqlite" else _in_postgresql(session)
    for guard in GUARDS:
        whole = there.pop(guard.name, None)
        if whole is None:
            yield _("the guard «{name}» was taken away").format(name=guard.name)
        elif not whole(guard):
            yield _("the guard «{name}» was replaced or switched off").format(name=guard.name)
    for name in there:
        yield _("the trigger «{name}» is not the program's").format(name=name)


_Check = Callable[[Guard], bool]


def _in_sqlite(session: Session) -> dict[str, _Check]:
    rows = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {row.name: partial(lambda statement, guard: bool(statement == guard.sqlite()), row.sql) for row in rows}


_TRIGGERS = """
SELECT t.tgname AS name, c.relname AS held, t.tgtype AS kind, t.tgenabled::text AS enabled, t.tgqual IS NULL AS plain,
       p.proname AS called, p.prosrc AS body
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND n.nspname = current_schema()
"""


def _in_postgresql(session: Session) -> dict[str, _Check]:
    fires = session.execute(text("SHOW session_replication_role")).scalar_one() == "origin"

    def whole(row: Row[Any], guard: Guard) -> bool:
        return (
            (fires, row.plain, row.enabled, row.held) == (True, True, "O", guard.table)
            and row.kind == _ROW_BEFORE[guard.change]
            and (row.called, row.body) == (f"guard_{guard.name}", guard.body())
        )

    return {row.name: partial(whole, row) for row in session.execute(text(_TRIGGERS))}
