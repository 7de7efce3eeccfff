"""Seal records: digests of a record's rows, as the database stores them, written into the chain of events.

A seal covers the rows behind a record (the record, its files, the version of the agreement, the signature request, the
agreement's identity, its text for search) as they are stored, not as they are read: another space in a JSON text shows,
too. The form is the same on SQLite and PostgreSQL, so that a register can move.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnClause,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import DeclarativeBase, Session

from flows.register.archive_schema import RecordText, SharedText
from flows.register.events import canonical
from flows.register.schema import Agreement, Event, Instant, Json, Record, RecordFile, SignatureRequest, Version

AGREEMENT = ("id", "type", "municipality_number", "counterpart", "valid_from", "received_at")
VERSION = (
    *("agreement_id", "number", "case", "case_sha256", "public_title", "valid_to", "received_at", "batch_id"),
    *("template", "template_version", "template_sha256", "docx_sha256", "pdf_sha256", "pages", "generated_at"),
)
REQUEST = (
    *("id", "agreement_id", "version", "attempt", "provider", "reference", "pdf_sha256", "signers", "signers_sha256"),
    *("deadline", "intended_at", "provider_id", "urls", "status", "reason", "sent_at", "ended_at"),
)
RECORD = (
    *("id", "agreement_id", "version", "request_id", "status", "public_title", "valid_from", "valid_to"),
    *("signed_at", "archived_at", "details"),
)
TEXT, SHARED = ("number", "record_id", "text", "folded"), ("template_sha256", "text", "folded")
FILE = ("record_id", "role", "number", "algorithm", "digest", "size", "name", "media_type", "stored_at")


def raw_rows(session: Session, table: type[DeclarativeBase], names: Sequence[str]) -> Iterator[dict[str, bytes | None]]:
    """Yield rows in the order of their key, each column as the bytes of its text; times as UTC with microseconds."""
    yield from _rows(session, _as_stored(table, names, session.get_bind().dialect.name), names)


def raw_rows_of(
    session: Session, table: type[DeclarativeBase], names: Sequence[str], keys: Collection[tuple[object, ...]]
) -> Iterator[dict[str, bytes | None]]:
    """Yield the rows of these primary keys as `raw_rows` does."""
    wanted = _by_keys(table, tuple(names), session.get_bind().dialect.name)
    values = [key[0] for key in keys] if len(list(table.__table__.primary_key)) == 1 else list(keys)
    yield from _rows(session, wanted, names, {"keys": values})


@cache
def _by_keys(table: type[DeclarativeBase], names: tuple[str, ...], dialect: str) -> Select[Any]:
    """Return the statement for some keys: to build it takes longer than to execute it."""
    primary = list(table.__table__.primary_key)
    key = primary[0] if len(primary) == 1 else tuple_(*primary)
    return _as_stored(table, names, dialect, key.in_(bindparam("keys", expanding=True, type_=key.type)))


def _as_stored(
    table: type[DeclarativeBase], names: Sequence[str], dialect: str, *where: ColumnElement[bool]
) -> Select[Any]:
    columns = {column.key: column for column in table.__table__.columns}
    wanted = select(*(_as_bytes(columns[name], dialect) for name in names))
    wanted = wanted.where(_in_the_table(table, *where) if where and dialect == "sqlite" else and_(True, *where))
    return wanted.order_by(*table.__table__.primary_key).execution_options(yield_per=500)


def _rows(
    session: Session, wanted: Select[Any], names: Sequence[str], values: dict[str, Any] | None = None
) -> Iterator[dict[str, bytes | None]]:
    for row in session.execute(wanted, values):
        yield {name: None if value is None else bytes(value) for name, value in zip(names, row, strict=True)}


def _in_the_table(table: type[DeclarativeBase], *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the same condition by row number: SQLite reads columns that an index has from there, not from the row."""
    number: ColumnClause[int] = literal_column("rowid")
    numbers = select(number).select_from(table).where(*where)
    return literal_column(f"{table.__tablename__}.rowid").in_(numbers)


def _as_bytes(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return cast(column, LargeBinary)
    if isinstance(column.type, LargeBinary):
        return column
    if isinstance(column.type, Boolean):
        column = cast(column, Integer)
    if isinstance(column.type, Instant):
        return func.convert_to(func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US"), "UTF8")
    return func.convert_to(cast(column, Text), "UTF8")


def seal_of(session: Session, record_id: str) -> dict[str, str]:
    """Return the digests of everything that the register keeps of a record, by part; a missing row gives another."""
    found = session.execute(_KEYS, {"record_id": record_id}).one_or_none()
    agreement_id, version, request_id = found or ("", 0, "")
    keys = {"record_id": record_id, "agreement_id": agreement_id, "version": version, "request_id": request_id}
    wanted = _sealed(session.get_bind().dialect.name)
    return {
        part: _digest(chain.from_iterable(_rows(session, rows, names, keys) for rows, names in statements))
        for part, statements in wanted.items()
    }


_KEYS = select(Record.agreement_id, Record.version, Record.request_id).where(Record.id == bindparam("record_id"))


@cache
def _sealed(dialect: str) -> dict[str, list[tuple[Select[Any], Sequence[str]]]]:
    """Return the statements for each part of a seal, with their columns, built once for all records."""
    record: BindParameter[str] = bindparam("record_id")
    agreement: BindParameter[str] = bindparam("agreement_id")
    of_version = (Version.agreement_id == agreement, Version.number == bindparam("version"))
    of_request = SignatureRequest.id == bindparam("request_id")
    shared = SharedText.id.in_(select(RecordText.shared_id).where(RecordText.record_id == record))
    return {
        "record": [(_as_stored(Record, RECORD, dialect, Record.id == record), RECORD)],
        "files": [(_as_stored(RecordFile, FILE, dialect, RecordFile.record_id == record), FILE)],
        "version": [(_as_stored(Version, VERSION, dialect, *of_version), VERSION)],
        "request": [(_as_stored(SignatureRequest, REQUEST, dialect, of_request), REQUEST)],
        "agreement": [(_as_stored(Agreement, AGREEMENT, dialect, Agreement.id == agreement), AGREEMENT)],
        "text": [
            (_as_stored(RecordText, TEXT, dialect, RecordText.record_id == record), TEXT),
            (_as_stored(SharedText, SHARED, dialect, shared), SHARED),
        ],
    }


def newest_seal(session: Session, record_id: str, agreement_id: str) -> Json | None:
    """Return the seal that was written last for a record, or None where none can be found."""
    wanted = select(Event.details).where(Event.agreement_id == agreement_id).order_by(Event.number.desc())
    for details in session.execute(wanted).scalars():
        if isinstance(details, dict) and details.get("record") == record_id and "seal" in details:
            seal: Json = details["seal"]
            return seal
    return None


def _digest(rows: Iterator[dict[str, bytes | None]]) -> str:
    said = [{name: None if one is None else one.decode("latin-1") for name, one in row.items()} for row in rows]
    return hashlib.sha256(canonical(said)).hexdigest()
