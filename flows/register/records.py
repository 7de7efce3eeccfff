"""Records: what the archive holds of each signed agreement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.dates import oslo_date
from flows.errors import NotAllowed, NotFound
from flows.language import translate as _
from flows.register.agreements import get_agreement
from flows.register.archive_schema import JournalYear
from flows.register.database import Transaction
from flows.register.record_digests import seal_of
from flows.register.schema import Agreement, Json, Record, RecordFile, Version
from flows.register.signature_requests import by_reference
from flows.register.states import RECORD_CHANGES, RecordStatus, State, check_change

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RecordFileEntry:
    """A file of a record: its role, its SHA-256 in the store, size in bytes, a name without persons, media type."""

    role: str
    digest: str
    size: int
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class RecordContent:
    """What is filed about one signed agreement. `faults` is empty where everything held; otherwise quarantine."""

    reference: str
    files: Sequence[RecordFileEntry]
    signed_at: datetime | None
    details: Json
    faults: Sequence[str] = ()


def set_record_status(record: Record, after: RecordStatus) -> None:
    """Change the status of a record. Raises `TransitionRefused` for a change that is not in the table."""
    record.status = check_change(RECORD_CHANGES, record.status, after)


def file_record(transaction: Transaction, filing: RecordContent, index: Callable[[Record], None]) -> Record:
    """Write the record, its files and the state `archived` or `quarantined`; the second time changes nothing.

    `index` writes the text that search reads; the seal covers it, too.
    """
    session = transaction.session
    request = by_reference(session, filing.reference)
    known = record_of(session, request.agreement_id, request.version)
    if known is not None:
        _note_seen_again(transaction, known, filing)
        return known
    agreement = get_agreement(session, request.agreement_id)
    version = session.get_one(Version, (agreement.id, request.version))
    record = Record(
        agreement_id=agreement.id,
        version=request.version,
        request_id=request.id,
        status=RecordStatus.QUARANTINED if filing.faults else RecordStatus.ARCHIVED,
        public_title=version.public_title,
        valid_from=agreement.valid_from,
        valid_to=version.valid_to,
        signed_at=filing.signed_at,
        archived_at=transaction.now,
        details={**filing.details, "faults": list(filing.faults), "journal": journal_place(transaction)},
    )
    session.add(record)
    session.flush()
    add_files(transaction, record, filing.files)
    index(record)
    after = State.QUARANTINED if filing.faults else State.ARCHIVED
    why = "; ".join(filing.faults) or "archived"
    details = {"record": record.id, "version": record.version, "seal": seal_of(session, record.id)}
    transaction.move(agreement, after, why, details)
    return record


def add_files(transaction: Transaction, record: Record, files: Sequence[RecordFileEntry]) -> None:
    """Add files behind those that a record has; whoever calls this writes the event with the new seal."""
    session = transaction.session
    numbers: dict[str, int] = {}
    for known in files_of(session, record.id):
        numbers[known.role] = max(numbers.get(known.role, 0), known.number)
    for kept in files:
        numbers[kept.role] = numbers.get(kept.role, 0) + 1
        session.add(
            RecordFile(
                record_id=record.id,
                role=kept.role,
                number=numbers[kept.role],
                algorithm="sha256",
                digest=kept.digest,
                size=kept.size,
                name=kept.name,
                media_type=kept.media_type,
                stored_at=transaction.now,
            )
        )
    session.flush()


def amend(transaction: Transaction, record: Record, field: str, value: object, why: str) -> None:
    """Change metadata that may change after archiving, with an event that holds what stood before.

    Raises `NotAllowed` for anything that is frozen (Noark 5 krav 3.2.14): only `access` and `retention` may change.
    """
    if field not in AMENDABLE:
        raise NotAllowed(
            _("«{field}» was frozen when the record was archived; only access and retention may change.").format(
                field=field
            )
        )
    before = record.details.get(field)
    record.details = {**record.details, field: value}
    transaction.session.flush()
    seal = seal_of(transaction.session, record.id)
    details = {"record": record.id, "field": field, "before": before, "after": value, "seal": seal}
    transaction.note("amended", record.agreement_id, why, details)


AMENDABLE = frozenset({"access", "retention"})


def _note_seen_again(transaction: Transaction, known: Record, filing: RecordContent) -> None:
    signed = {file.digest for file in files_of(transaction.session, known.id)}
    if any(kept.role == "signed" and kept.digest not in signed for kept in filing.files):
        details = {"record": known.id, "digests": [kept.digest for kept in filing.files if kept.role == "signed"]}
        transaction.note("seen_again", known.agreement_id, "another signed file came for the same version", details)


def journal_place(transaction: Transaction, before: Json | None = None) -> Json:
    """Return the next number of the year's journal, in Norwegian time; numbers are given once and never reused.

    A place that was given `before`, in the same year, is kept.
    """
    year = oslo_date(transaction.now).year
    if before is not None and before["year"] == year:
        return before
    row = transaction.session.get(JournalYear, year)
    if row is None:
        row = JournalYear(year=year, last=0)
        transaction.session.add(row)
    row.last += 1
    return {"year": year, "sequence": row.last}


def record_of(session: Session, agreement_id: str, version: int) -> Record | None:
    """Return the record of one version of an agreement, or None."""
    wanted = select(Record).where(Record.agreement_id == agreement_id, Record.version == version)
    return session.execute(wanted).scalar_one_or_none()


def files_were_destroyed(record: Record | None) -> bool:
    """Return whether there is a record and its files, what the agreement was made of among them, were destroyed."""
    return record is not None and record.status == RecordStatus.DESTROYED


def destroyed_among(session: Session, agreement_ids: Sequence[str]) -> set[str]:
    """Return those of these agreements whose files, of the version that is in force, were destroyed."""
    found: set[str] = set()
    for start in range(0, len(agreement_ids), _AT_ONCE):
        those = agreement_ids[start : start + _AT_ONCE]
        wanted = select(Record.agreement_id).join(Agreement, Agreement.id == Record.agreement_id)
        wanted = wanted.where(Record.agreement_id.in_(those), Record.version == Agreement.version)
        found.update(session.scalars(wanted.where(Record.status == RecordStatus.DESTROYED)))
    return found


def get_record(session: Session, record_id: str) -> Record:
    """Return a record by its own id or by its agreement's id (the newest one then). Raises `NotFound`."""
    record = session.get(Record, record_id)
    if record is None:
        wanted = select(Record).where(Record.agreement_id == record_id).order_by(Record.version.desc()).limit(1)
        record = session.execute(wanted).scalar_one_or_none()
    if record is None:
        raise no_record(record_id)
    return record


def no_record(record_id: str) -> NotFound:
    """Return the exception for an id that no record has, or none that whoever asks may see."""
    return NotFound(
        _("There is no record {record_id}; `avtaleflyt archive search` lists those there are.").format(
            record_id=record_id
        )
    )


def files_of(session: Session, record_id: str) -> list[RecordFile]:
    """Return the files of a record, by role and number."""
    wanted = select(RecordFile).where(RecordFile.record_id == record_id).order_by(RecordFile.role, RecordFile.number)
    return list(session.execute(wanted).scalars())


def count_records(session: Session) -> int:
    """Return how many records there are, quarantined ones included."""
    return session.execute(select(func.count()).select_from(Record)).scalar_one()


def find_records(
    session: Session,
    *,
    type: str | None = None,  # noqa: A002 - the word of the command line
    status: str = RecordStatus.ARCHIVED,
) -> list[tuple[Record, Agreement]]:
    """Return records with their agreements, newest first, that match everything asked for."""
    wanted = (
        select(Record, Agreement).join(Agreement, Agreement.id == Record.agreement_id).where(Record.status == status)
    )
    if type:
        wanted = wanted.where(Agreement.type == type)
    rows = session.execute(wanted.order_by(Record.archived_at.desc(), Record.id))
    return [(record, agreement) for record, agreement in rows]
