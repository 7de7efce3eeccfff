"""Finding records, and getting their files out, each compared with its digest on the way."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from flows.archive.index import Asked, condition_for
from flows.archive.mending import read_blob
from flows.archive.store import Store
from flows.archive.text import sentence_with, words
from flows.errors import NotFound
from flows.register import Agreement, Record, Register, Review
from flows.register.archive_schema import RecordText, SharedText
from flows.register.records import files_of, find_records, get_record
from flows.register.reviews import reviews_of


@dataclass(frozen=True, slots=True)
class Found:
    """A record as search shows it; the title names nobody."""

    id: str
    agreement: str
    type: str
    municipality_number: str
    title: str
    valid_from: date
    valid_to: date | None
    next_review: date | None
    sentence: str = ""

    def as_json(self) -> dict[str, str | None]:
        """Return the record as `archive search --json` prints it."""
        return {
            "id": self.id,
            "agreement": self.agreement,
            "type": self.type,
            "municipality_number": self.municipality_number,
            "title": self.title,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "next_review": self.next_review.isoformat() if self.next_review else None,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for: words anywhere in the agreement's text, and what must be true of it. Empty asks for nothing."""

    words: str = ""
    type: str | None = None
    municipality_number: str | None = None
    valid_on: date | None = None
    signed_from: date | None = None
    signed_to: date | None = None
    status: str = "archived"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was found, best first. `more` says that there are further pages."""

    found: tuple[Found, ...]
    more: bool


def search(
    register: Register, type_: str | None, municipality_number: str | None, valid_on: date | None
) -> list[Found]:
    """Return all archived records that match everything asked for, the newest first."""
    with register.read() as session:
        rows = find_records(session, type=type_, municipality_number=municipality_number, valid_on=valid_on)
        return [_found(record, agreement, _next_review(session, agreement.id)) for record, agreement in rows]


def _next_review(session: Session, agreement_id: str) -> date | None:
    return min((one.due_date for one in reviews_of(session, agreement_id) if one.outcome is None), default=None)


def find(register: Register, question: Question, page: int = 1, size: int = 25) -> Page:
    """Return a page of the records that match everything asked for: whole words before parts of words, then the newest.

    Ranking looks at the two hundred newest that match; further pages go on by age alone.
    """
    asked = list(dict.fromkeys(words(question.words)))
    first = (page - 1) * size
    with register.read() as session:
        said = condition_for(session, asked) if asked else Asked("1 = 1", {})
        statement, values = _statement(question, said)
        ranked = first + size < _RANKED
        values |= {"limit": _RANKED if ranked else size + 1, "offset": 0 if ranked else first}
        rows = list(session.execute(text(statement), values))
        if ranked:
            rows = _ranked(session, rows, asked)[first : first + size + 1]
        found = _shown(session, [str(row.record_id) for row in rows[:size]], asked)
    return Page(tuple(found), len(rows) > size)


_RANKED = 200


def _statement(question: Question, said: Asked) -> tuple[str, dict[str, object]]:
    where = ["r.status = :status"]
    values: dict[str, object] = {"status": question.status, **said.parameters}
    joined = ""
    if question.type or question.municipality_number:
        joined = "JOIN agreement a ON a.id = r.agreement_id"
    for condition, name, value in (
        ("a.type = :type", "type", question.type),
        ("a.municipality_number = :municipality", "municipality", question.municipality_number),
        ("r.valid_from <= :day AND (r.valid_to IS NULL OR r.valid_to >= :day)", "day", question.valid_on),
        ("r.signed_at >= :from", "from", start_of_day(question.signed_from)),
        ("r.signed_at < :to", "to", start_of_day(question.signed_to, days=1)),
    ):
        if value:
            where.append(condition)
            values[name] = value
    statement = (
        f"SELECT t.record_id, t.folded, t.shared_id FROM record_text t JOIN record r ON r.id = t.record_id {joined} "  # noqa: S608
        f"WHERE ({said.condition}) AND {' AND '.join(where)} ORDER BY t.number DESC LIMIT :limit OFFSET :offset"
    )
    return statement, values


def start_of_day(day: date | None, days: int = 0) -> datetime | None:
    """Return the UTC instant, without zone as SQLite keeps it, at which a Norwegian day begins; None for None."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), datetime.min.time(), ZoneInfo("Europe/Oslo")).astimezone(UTC)


def _ranked(session: Session, rows: list[Row[Any]], asked: list[str]) -> list[Row[Any]]:
    """Return rows with the most whole words first; rows that are alike stay in order."""
    if not asked:
        return rows
    shared: dict[int | None, set[str]] = {None: set()}
    for one in session.execute(select(SharedText)).scalars():
        shared[one.id] = set(asked) & set(one.folded.split())
    return sorted(rows, key=lambda row: -len(shared[row.shared_id] | set(asked) & set(row.folded.split())))


def _shown(session: Session, ids: list[str], asked: list[str]) -> list[Found]:
    """Return what is shown of records, in the order given, with the first sentence that holds a word asked for."""
    wanted = select(Record, Agreement, RecordText).join(Agreement, Agreement.id == Record.agreement_id)
    wanted = wanted.join(RecordText, RecordText.record_id == Record.id).where(Record.id.in_(ids))
    rows = {record.id: (record, agreement, own) for record, agreement, own in session.execute(wanted)}
    due = select(Review.agreement_id, func.min(Review.due_date)).where(Review.outcome.is_(None))
    due = due.where(Review.agreement_id.in_([agreement.id for _record, agreement, _own in rows.values()]))
    reviews = {row[0]: row[1] for row in session.execute(due.group_by(Review.agreement_id))}
    shared: dict[int, str] = {}
    found = []
    for record, agreement, own in (rows[one] for one in ids):
        sentence = sentence_with(own.text, asked)
        if not sentence and own.shared_id is not None:
            if own.shared_id not in shared:
                shared[own.shared_id] = sentence_with(session.get_one(SharedText, own.shared_id).text, asked)
            sentence = shared[own.shared_id]
        found.append(_found(record, agreement, reviews.get(agreement.id), sentence))
    return found


def _found(record: Record, agreement: Agreement, due: date | None, sentence: str = "") -> Found:
    return Found(
        id=record.id,
        agreement=agreement.id,
        type=agreement.type,
        municipality_number=agreement.municipality_number,
        title=record.public_title,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        next_review=due,
        sentence=sentence,
    )


def get_files(register: Register, store: Store, record_id: str, folder: Path, why: str = "") -> list[dict[str, str]]:
    """Write a record's files to a folder made for them, and note the reading. Raises `NotFound`, `StoreDamaged`."""
    with register.read() as session:
        record = get_record(session, record_id)
        files = files_of(session, record.id)
    if record.status == "destroyed" or not files:
        raise NotFound(f"The files of record {record.id} were destroyed; `avtaleflyt status` shows when and by whom.")
    with register.write() as transaction:  # before anything is shown, so that no reading goes unseen
        transaction.note("read", record.agreement_id, why or "files taken out", {"record": record.id})
    target = folder / record.id
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for file in files:
        name = file.name if file.number == 1 else f"{file.number}-{file.name}"
        content = read_blob(register, store, file.digest, record.agreement_id)
        (target / name).write_bytes(content)
        written.append({"role": file.role, "path": str(target / name), "sha256": file.digest})
    return written
