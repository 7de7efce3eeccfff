"""Records of which search knows the text, without files: many of them are made in no time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from flows.archive.text_index import add_to_index, remove_from_index
from flows.register import Agreement, Record, Register, SignatureRequest
from flows.register.archive_schema import RecordText, SharedText
from flows.register.posting_lists import unpacked
from flows.register.records import get_record, set_record_status
from flows.register.search_index import rebuild
from flows.register.states import RecordStatus

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
TEMPLATE = "\n".join(f"Avtalens faste ledd nummer {number} gjelder begge parter." for number in range(1, 21))


@dataclass(frozen=True)
class IndexedRecord:
    """A record to be: its text, and what else is asked of records."""

    text: str
    type: str = "alis"
    municipality: str = "1804"
    valid_from: date = date(2027, 1, 1)
    valid_to: date | None = date(2031, 12, 31)
    signed_at: datetime | None = AT
    status: str = "archived"
    title: str = "Kvittering"
    details: dict[str, object] = field(default_factory=dict)


def keep(register: Register, records: Sequence[IndexedRecord], template: str = "t" * 64) -> list[str]:
    """Put records into the register, index them, and return their ids in order."""
    ids = []
    with register.write() as transaction:
        for kept in records:
            record = add(transaction.session, kept)
            add_to_index(transaction.session, record, template, kept.text)
            ids.append(record.id)
    return ids


def add(session: Session, kept: IndexedRecord) -> Record:
    """Put one record into the register, without any text."""
    counterpart = str(session.query(Agreement).count())
    agreement = Agreement(
        type=kept.type,
        municipality_number=kept.municipality,
        counterpart=counterpart,
        valid_from=kept.valid_from,
        state="archived",
        received_at=AT,
    )
    session.add(agreement)
    session.flush()
    request = SignatureRequest(
        agreement_id=agreement.id,
        version=1,
        attempt=1,
        provider="desk",
        reference=counterpart,
        pdf_sha256="b" * 64,
        signers=[],
        signers_sha256="d" * 64,
        deadline=AT,
        intended_at=AT,
    )
    session.add(request)
    session.flush()
    record = Record(
        agreement_id=agreement.id,
        version=1,
        request_id=request.id,
        status=kept.status,
        public_title=kept.title,
        valid_from=kept.valid_from,
        valid_to=kept.valid_to,
        signed_at=kept.signed_at,
        archived_at=AT,
        details=kept.details,
    )
    session.add(record)
    session.flush()
    return record


def destroy(session: Session, record_id: str) -> None:
    """Let a record be one whose files were destroyed."""
    record = get_record(session, record_id)
    set_record_status(record, RecordStatus.DESTROYED)
    remove_from_index(session, record)


def forget(register: Register) -> None:
    """Empty the register of records and of all that search knows."""
    with register.write() as transaction:
        for name in ("search_shared_word", "record_text", "shared_text", "record", "signature_request", "agreement"):
            transaction.session.execute(text(f"DELETE FROM {name}"))
        rebuild(transaction.session)


def index_of(session: Session) -> dict[tuple[str, int | str], int]:
    """Return all that search reads: members by word and block, records by word, and shared texts by word."""
    found: dict[tuple[str, int | str], int] = {}
    statement = "SELECT w.word, p.block, p.members FROM search_posting p JOIN search_word w ON w.id = p.word_id"
    for word, block, members in session.execute(text(statement)):
        found[word, block] = unpacked(members)
    for word, records in session.execute(text("SELECT word, records FROM search_word")):
        found[word, "records"] = records
    statement = "SELECT w.word, s.shared_id FROM search_shared_word s JOIN search_word w ON w.id = s.word_id"
    for word, shared in session.execute(text(statement)):
        found[word, f"shared {shared}"] = 1
    return found


def texts_of(session: Session) -> dict[str, tuple[str, str]]:
    """Return each record's own text and the one it shares."""
    rows = session.query(RecordText, SharedText).outerjoin(SharedText, SharedText.id == RecordText.shared_id)
    return {own.record_id: (own.text, shared.text if shared else "") for own, shared in rows}
