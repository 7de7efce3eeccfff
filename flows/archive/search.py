"""Search records, and read their files with a digest check."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from flows.archive.ingest import keep_head
from flows.archive.outgoing_names import file_name, record_name
from flows.archive.pdf_text import sentence_with, words
from flows.archive.repair import read_blob
from flows.archive.search_query import SearchTerm, any_mark_term, day_term, mark_term, newest, word_term
from flows.archive.store import Store
from flows.errors import NotFound, WrongUse
from flows.language import translate as _
from flows.register import Agreement, Record, Register
from flows.register.archive_schema import RecordText, SharedText
from flows.register.deliveries import records_by_number
from flows.register.records import files_of, get_record
from flows.register.reviews import next_reviews_of
from flows.register.search_index import among, rebuild
from flows.register.states import RecordStatus


@dataclass(frozen=True, slots=True)
class SearchHit:
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
class SearchQuery:
    """What to look for: words anywhere in the agreement's text, and what must be true of it. Empty asks for nothing.

    `municipalities` limits what may be found, also where `municipality_number` asks for one; None does not.
    """

    words: str = ""
    type: str | None = None
    municipality_number: str | None = None
    municipalities: frozenset[str] | None = None
    valid_on: date | None = None
    signed_from: date | None = None
    signed_to: date | None = None
    status: str = RecordStatus.ARCHIVED


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found, best first. `more` says that there are further pages."""

    found: tuple[SearchHit, ...]
    more: bool


def search(
    register: Register, type_: str | None, municipality_number: str | None, valid_on: date | None
) -> list[SearchHit]:
    """Return all archived records that match everything asked for, the newest first."""
    question = SearchQuery(type=type_, municipality_number=municipality_number, valid_on=valid_on)
    pages = [find(register, question, 1, _ALL_AT_ONCE)]
    while pages[-1].more:
        pages.append(find(register, question, len(pages) + 1, _ALL_AT_ONCE))
    return [one for page in pages for one in page.found]


def find(register: Register, question: SearchQuery, page: int = 1, size: int = 25) -> SearchPage:
    """Return a page of the records that match everything asked for: whole words before parts of words, then the newest.

    Ranking looks at the two hundred newest that match; further pages go on by age alone.
    """
    asked = list(dict.fromkeys(words(question.words)))
    first = max(page - 1, 0) * size
    with register.read() as session:
        if known := _by_number_of_archive(session, question):
            return SearchPage(tuple(_shown(session, known[first : first + size], [])), len(known) > first + size)
        wanted = [*_filters(session, question), *(word_term(session, one) for one in asked)]
        if asked and first + size < _RANKED:
            numbers = _ranked(session, newest(session, wanted, 0, _RANKED), asked)[first : first + size + 1]
        else:
            numbers = newest(session, wanted, first, size + 1)
        found = _shown(session, numbers[:size], asked)
    return SearchPage(tuple(found), len(numbers) > size)


def _by_number_of_archive(session: Session, question: SearchQuery) -> list[int]:
    """Return the records that the municipality's archive has under exactly the number that is asked for."""
    asked = question.words.strip()
    ids = records_by_number(session, asked) if "/" in asked else []
    if not ids:
        return []
    wanted = select(RecordText.number, *_ASKED).join(Record, Record.id == RecordText.record_id)
    wanted = wanted.join(Agreement, Agreement.id == Record.agreement_id).where(Record.id.in_(ids))
    rows: Any = session.execute(wanted.order_by(RecordText.number.desc())).all()
    filters = _filters(session, question)
    return [row.number for row in rows if all(one.told(row) for one in filters)]


_ASKED = (
    *(Record.status, Record.valid_from, Record.valid_to, Record.signed_at),
    *(Agreement.type, Agreement.municipality_number),
)
_SHOWN = (
    *(Record.id, Record.agreement_id, Record.public_title, Record.valid_from, Record.valid_to),
    *(Agreement.type, Agreement.municipality_number),
)
_RANKED = 200
_ALL_AT_ONCE = 500


def look_up(register: Register, question: SearchQuery, page: int = 1, size: int = 25, why: str = "") -> SearchPage:
    """Find for a person: sentences of agreements are read, which is an event; what is shown without words names nobody.

    The event tells how many words there were, not which: they may be a person's name, and events are kept for ever.
    """
    found = find(register, question, page, size)
    if question.words.strip():
        said = asdict(question) | {"municipalities": sorted(question.municipalities or ())}
        asked = {name: value for name, value in said.items() if value and name != "words"}
        details = {name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()}
        details |= {"words": len(words(question.words)), "page": page, "found": len(found.found)}
        with register.write() as transaction:  # before anything is shown
            transaction.note("searched", None, why, details)
    return found


def reindex(register: Register) -> int:
    """Make what search reads anew from the texts that are kept; return the number of records."""
    with register.write() as transaction:
        records = rebuild(transaction.session)
        transaction.note("reindexed", None, "search was made anew", {"records": records})
    return records


def _filters(session: Session, question: SearchQuery) -> list[SearchTerm]:
    found = [mark_term(session, "status", question.status)]
    if question.type:
        found.append(mark_term(session, "type", question.type))
    if question.municipality_number:
        found.append(mark_term(session, "municipality_number", question.municipality_number))
    if question.municipalities is not None:
        found.append(any_mark_term(session, "municipality_number", question.municipalities))
    if question.valid_on:
        found.append(day_term(session, "valid_from", None, question.valid_on))
        found.append(day_term(session, "valid_to", question.valid_on, None, or_open=True))
    if question.signed_from or question.signed_to:
        found.append(day_term(session, "signed_at", question.signed_from, question.signed_to))
    return found


def _ranked(session: Session, numbers: list[int], asked: list[str]) -> list[int]:
    """Return records with the most whole words first; those that are alike stay in order."""
    condition, values = among(session, "number", numbers)
    rows = session.execute(text(f"SELECT number, shared_id, folded FROM record_text WHERE {condition}"), values).all()  # noqa: S608
    shared: dict[int | None, set[str]] = {None: set()}
    condition, values = among(session, "w.word", asked)
    statement = "SELECT s.shared_id, w.word FROM search_word w JOIN search_shared_word s ON s.word_id = w.id"
    for one in session.execute(text(f"{statement} WHERE {condition}"), values):
        shared.setdefault(one.shared_id, set()).add(one.word)
    whole = {one.number: len(shared.get(one.shared_id, set()) | set(asked) & set(one.folded.split())) for one in rows}
    return sorted(whole, key=lambda number: (-whole[number], -number))


def _shown(session: Session, numbers: list[int], asked: list[str]) -> list[SearchHit]:
    """Return what is shown of records, in the order given, with the sentence that holds a word asked for."""
    wanted = select(RecordText.number, RecordText.text, RecordText.shared_id, *_SHOWN)
    wanted = wanted.join(Record, Record.id == RecordText.record_id).join(Agreement, Agreement.id == Record.agreement_id)
    rows = {row.number: row for row in session.execute(wanted.where(RecordText.number.in_(numbers)))}
    reviews = next_reviews_of(session, [row.agreement_id for row in rows.values()])
    shared: dict[int, str] = {}
    found = []
    for row in (rows[one] for one in numbers if one in rows):
        sentence = sentence_with(row.text, asked)
        if not sentence and row.shared_id is not None:
            if row.shared_id not in shared:
                shared[row.shared_id] = sentence_with(session.get_one(SharedText, row.shared_id).text, asked)
            sentence = shared[row.shared_id]
        found.append(_found(row, reviews.get(row.agreement_id), sentence))
    return found


def _found(row: Any, due: date | None, sentence: str = "") -> SearchHit:
    """Return what is shown of a row of `_SHOWN`."""
    return SearchHit(
        id=row.id,
        agreement=row.agreement_id,
        type=row.type,
        municipality_number=row.municipality_number,
        title=row.public_title,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        next_review=due,
        sentence=sentence,
    )


def get_files(
    register: Register,
    store: Store,
    record_id: str,
    folder: Path,
    why: str = "",
    write: Callable[[Path, bytes], object] | None = None,
) -> list[dict[str, str]]:
    """Write a record's files to a folder made for them, and note the reading. Raises `NotFound`, `StoreDamaged`.

    Raises `WrongUse` where that folder holds anything, unless `write` is given, which decides about each file.
    """
    with register.read() as session:
        record = get_record(session, record_id)
        files = files_of(session, record.id)
    if record.status == RecordStatus.DESTROYED or not files:
        raise NotFound(
            _("The files of record {id} were destroyed; `avtaleflyt status` shows when and by whom.").format(
                id=record.id
            )
        )
    target = folder / record_name(record)
    if write is None and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WrongUse(
            _("{path} is there already, and nothing is written over it. Choose another name, or add --force.").format(
                path=target
            )
        )
    with register.write() as transaction:  # before anything is shown, so that no reading goes unseen
        transaction.note("read", record.agreement_id, why or "files taken out", {"record": record.id})
    keep_head(register, store)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for file in files:
        name = file_name(file)
        content = read_blob(register, store, file.digest, record.agreement_id)
        (write or Path.write_bytes)(target / name, content)
        written.append({"role": file.role, "path": str(target / name), "sha256": file.digest})
    return written
