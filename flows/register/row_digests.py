"""Follow which rows a transaction changes, by their digests before and after.

Every row that an agreement, a date, a review, a deadline or a letter depends on is covered as the database stores it.
A writer needs to do nothing: whatever goes through a session of `Register.write` is seen when it is flushed. The digest
before the change tells of a row that somebody altered in the database and the program has since written over.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from flows.register import record_digests as stored
from flows.register.account_schema import Account, ApiKey, RoleGrant
from flows.register.amendment_schema import Amendment
from flows.register.archive_schema import JournalYear
from flows.register.batch_schema import BatchJob
from flows.register.delivery_schema import Delivery
from flows.register.events import canonical
from flows.register.record_digests import raw_rows, raw_rows_of
from flows.register.review_schema import CalendarFeed, Deadline, Mail
from flows.register.schema import (
    Agreement,
    Base,
    Batch,
    IntakeCall,
    Json,
    Notice,
    Record,
    RecordFile,
    Review,
    SendingWish,
    SignatureRequest,
    Version,
)
from flows.register.work_schema import WorkPart
from flows.register.workplace_schema import ArchiveExport, UploadedTemplate

COVERED: dict[type[Base], tuple[str, ...]] = {
    Batch: ("id", "source", "received_at", "cases", "rejected"),
    Agreement: (*stored.AGREEMENT, "state", "version"),
    Version: (*stored.VERSION, "signature_places"),
    SignatureRequest: (*stored.REQUEST, "acknowledged_at"),
    Record: stored.RECORD,
    RecordFile: stored.FILE,
    JournalYear: ("year", "last"),
    Review: (
        *("agreement_id", "number", "anchor", "nominal_date", "due_date", "outcome", "completed_at", "completed_by"),
        "note",
    ),
    Deadline: (
        *("id", "agreement_id", "type", "municipality_number", "kind", "key", "nominal_date", "due_date", "rule"),
        *("section", "confirmed", "status", "sequence", "changed_at"),
    ),
    Notice: ("subject", "given_at", "channel", "mail_id"),
    Mail: ("id", "recipient", "message_id", "message", "state", "written_at", "sent_at", "replaced_by"),
    CalendarFeed: (
        *("id", "municipality_number", "token_sha256", "made_at", "made_by", "revoked_at", "account_id"),
        "municipalities",
    ),
    IntakeCall: ("key_sha256", "body_sha256", "answer", "answered_at"),
    Amendment: ("agreement_id", "amends_id", "number", "before"),
    BatchJob: ("id", "batch_id", "kind", "chosen", "asked_by", "asked_at", "stop_asked_at", "ended_at"),
    WorkPart: (
        *("id", "run_id", "batch_id", "number", "parts", "agreement_ids", "send", "lossy", "reason", "asked_by"),
        "asked_at",
    ),
    ArchiveExport: (
        *("id", "form", "year", "record_id", "public", "municipalities", "account_id", "asked_by", "asked_at"),
        *("stop_asked_at", "ended_at", "expires_at", "sha256", "size"),
    ),
    SendingWish: ("agreement_id", "version", "wanted_at", "wanted_by"),
    Delivery: (
        *("id", "record_id", "agreement_id", "archive", "purpose", "case_key", "state", "planned_at"),
        *("client_message_id", "message_type", "message_sha256", "files", "settled_at", "receipt", "case_number"),
        "entry_number",
    ),
    Account: (
        *("id", "issuer", "subject", "password_hash", "totp_secret", "made_at", "made_by", "disabled_at"),
        *("shell_user", "email_is_verified"),
    ),
    RoleGrant: ("account_id", "role", "municipality_number", "given_at", "given_by"),
    ApiKey: ("id", "key_sha256", "role", "municipalities", "made_at", "made_by", "ends_at", "revoked_at"),
    UploadedTemplate: (
        *("id", "type", "template_version", "sha256", "uploaded_by", "uploaded_at", "approved_by", "approved_at"),
        *("in_force_by", "in_force_at", "ended_at"),
    ),
}
"""The columns that are covered. Empty ones do not count, so that a column that comes later may be added here.

What is left out decides nothing by itself: leases and paces say only who works next, and what is done twice for them
is recorded once by the table of states; listings, searches and what waits for people are compared with the rows that
they are made from, or made anew; uploads and the agreements of a batch are looked at by a person, who approves each
document. How a part of a season ended is left out, too: doing it again sends nothing that is not approved.
"""

_LENGTH = 32
"""Hex digits of a row's digest: 128 bits, since a history holds many of them."""
_TOUCHED = "touched_rows"
_Key = tuple[type[Base], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A covered row: its name in a head (`review:<agreement>/1`), its digest, and its agreement if it has one."""

    name: str
    digest: str
    agreement_id: str = ""


def row_name(table: type[Base], key: Sequence[object]) -> str:
    """Return what a head calls a row."""
    return f"{table.__tablename__}:{'/'.join(str(one) for one in key)}"


def stored_rows(
    session: Session, table: type[Base], keys: Collection[tuple[object, ...]] = (), names: Sequence[str] = ()
) -> Iterator[StoredRow]:
    """Yield the covered rows of a table, or those with the given keys; `names` are its columns if it lacks some yet."""
    names = names or COVERED[table]
    primary = [table.__table__.columns[column.key] for column in table.__table__.primary_key]
    rows = raw_rows_of(session, table, names, keys) if keys else raw_rows(session, table, names)
    for row in rows:
        said = {name: one.decode("latin-1") for name, one in row.items() if one is not None}
        key = [(row[column.key] or b"").decode(errors="replace") for column in primary]
        digest = hashlib.sha256(canonical(said)).hexdigest()[:_LENGTH]
        whose = said.get("id" if table is Agreement else "agreement_id", "")
        yield StoredRow(row_name(table, key), digest, whose)


def follow_rows(session: Session) -> None:
    """Note from here on which covered rows the session changes."""
    session.info[_TOUCHED] = {}


def changed_rows(session: Session) -> Json:
    """Return the rows that were changed since `follow_rows`: digest before and after, by name."""
    touched: dict[_Key, str | None] = session.info[_TOUCHED]
    after = _digests(session, touched)
    changed = {}
    for key, before in touched.items():
        if before != after.get(key):
            changed[row_name(*key)] = [before, after.get(key)]
    return changed


def _digests(session: Session, keys: Collection[_Key]) -> dict[_Key, str]:
    by_table: dict[type[Base], dict[str, tuple[object, ...]]] = defaultdict(dict)
    for table, key in keys:
        by_table[table][row_name(table, key)] = key
    found = {}
    for table, named in by_table.items():
        several = list(named.values())
        for start in range(0, len(several), 200):
            for row in stored_rows(session, table, several[start : start + 200]):
                found[table, named[row.name]] = row.digest
    return found


@event.listens_for(Session, "before_flush")
def _before(session: Session, _context: object, _instances: object) -> None:
    touched: dict[_Key, str | None] | None = session.info.get(_TOUCHED)
    if touched is None:
        return
    keys = [
        (type(row), tuple(inspect(row).identity))
        for row in (*session.dirty, *session.deleted)
        if type(row) in COVERED and (row in session.deleted or _is_changed(row))
    ]
    new = [key for key in keys if key not in touched]
    known = _digests(session, new)
    touched.update({key: known.get(key) for key in new})


@event.listens_for(Session, "after_flush")
def _after(session: Session, _context: object) -> None:
    touched: dict[_Key, str | None] | None = session.info.get(_TOUCHED)
    if touched is None:
        return
    for row in session.new:
        if type(row) in COVERED:
            touched.setdefault((type(row), tuple(inspect(row).mapper.primary_key_from_instance(row))), None)


def _is_changed(row: Base) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in COVERED[type(row)])
