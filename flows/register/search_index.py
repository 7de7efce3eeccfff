"""What search reads: for every word, which records have it, as bits in blocks of records by number.

A word that many records have is one row a block, whatever the archive's size; the newest records are in the last
blocks. Three kinds of words are asked for alike:

- words of a record's own text as they are. `search_part` finds those that hold what was asked for (SQLite: FTS5 by
  three letters; PostgreSQL: the endings of every word, in order).
- codes: long words, and words from five letters that have a digit (numbers, ids). Nearly every record has its own, and
  the vocabulary would never end; so their parts are words: `#123` for every three letters that stand together, `^1` and
  `^12` for their beginnings.
- marks, for what else is asked of a record: `:type:alis`, `:municipality_number:1804`, `:status:archived`,
  `:shared_id:7`, and for each date its year, month and day (`:signed_at:2026`, `:signed_at:2026-03`, `…-01`).

All of it is derived: `rebuild` makes it anew from the register's own rows.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import delete, event, func, insert, inspect, select, text
from sqlalchemy.orm import Session

from flows.dates import oslo_date
from flows.register.archive_schema import RecordText, SearchPosting, SearchWord, SharedText, SharedWord
from flows.register.posting_lists import BLOCK, bits_of, packed, unpacked
from flows.register.schema import Agreement, Record

LONGEST = 40
"""Longest word that is indexed whole; shared texts have no longer ones."""
_WIDEST = 500  # what PostgreSQL can index
NO_DAY = "-"
_NOT_WORDS = (":", "#", "^")

FOUND_BY = (
    *(RecordText.number, RecordText.folded, RecordText.shared_id, Record.status, Record.valid_from, Record.valid_to),
    *(Record.signed_at, Agreement.type, Agreement.municipality_number),
)
"""The columns that determine a record's index terms."""


def index_text(session: Session, first: int, last: int) -> None:
    """Index the records with these numbers, first to last, that are not in the index yet."""
    _count(session, _put_in(session, first, last, {}))


def _put_in(session: Session, first: int, last: int, ids: dict[str, int], *, fresh: bool = False) -> Counter[int]:
    """Write who has which words; return how many more records have each.

    `ids` are words known, and grow; with `fresh` nothing was written about these blocks yet.
    """
    found: dict[str, dict[int, list[int]]] = {}
    for number, words in index_terms(session, first, last):
        for word in words:
            found.setdefault(word, {}).setdefault(number // BLOCK, []).append(number % BLOCK)
    ids |= _ids(session, [word for word in found if word not in ids], make=True)
    blocks: dict[int, dict[int, int]] = {}
    for word, places in found.items():
        for block, numbers in places.items():
            blocks.setdefault(block, {})[ids[word]] = bits_of(numbers)
    more: Counter[int] = Counter()
    for block, members in blocks.items():
        before = {} if fresh else _postings(session, members, block)
        more.update({one: (bits & ~before.get(one, 0)).bit_count() for one, bits in members.items()})
        _write(session, block, {one: bits | before.get(one, 0) for one, bits in members.items()})
    return more


@event.listens_for(Session, "before_flush")
def _follow_status(session: Session, _context: object, _instances: object) -> None:
    """Update the status in the index; nothing else of a record changes after archiving."""
    for record in session.dirty:
        if isinstance(record, Record) and (changed := inspect(record).attrs.status.history).deleted:
            _move(session, record.id, f":status:{changed.deleted[0]}", f":status:{record.status}")


def _move(session: Session, record_id: str, before: str, after: str) -> None:
    """Replace a mark of an indexed record."""
    number = session.execute(select(RecordText.number).where(RecordText.record_id == record_id)).scalar()
    if number is None:
        return
    ids = _ids(session, [before, after], make=True)
    block, bit = number // BLOCK, 1 << number % BLOCK
    known = _postings(session, ids.values(), block)
    lost, gained = known.get(ids[before], 0), known.get(ids[after], 0)
    _write(session, block, {ids[before]: lost & ~bit, ids[after]: gained | bit})
    _count(session, {ids[before]: -1 if lost & bit else 0, ids[after]: 0 if gained & bit else 1})
    _forget_unused(session, ids)


def remove_text(session: Session, number: int) -> None:
    """Remove a record from the index, with words that nothing else has; call it before the record changes."""
    words = next((words for _number, words in index_terms(session, number, number)), set())
    ids = _ids(session, words)
    block, bit = number // BLOCK, 1 << number % BLOCK
    before = _postings(session, ids.values(), block)
    before = {one: bits for one, bits in before.items() if bits & bit}
    _write(session, block, {one: bits & ~bit for one, bits in before.items()})
    _count(session, dict.fromkeys(before, -1))
    _forget_unused(session, ids)


def share(session: Session, shared: SharedText) -> None:
    """Index the words of a new shared text, for all records that will have it."""
    ids = _ids(session, shared_terms(shared), make=True)
    rows = [{"word_id": one, "shared_id": shared.id} for one in ids.values()]
    if rows:
        session.execute(insert(SharedWord), rows)


def shared_terms(shared: SharedText) -> set[str]:
    """Return the index terms of a shared text."""
    return {word[:_WIDEST] for word in shared.folded.split()}


def release_shared_text(session: Session, shared: SharedText) -> None:
    """Remove a shared text without records from the index."""
    session.execute(delete(SharedWord).where(SharedWord.shared_id == shared.id))
    _forget_unused(session, _ids(session, shared_terms(shared)))


def rebuild(session: Session) -> int:
    """Rebuild the whole index; return the number of records."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_part (search_part) VALUES ('delete-all')"))
        for table in (SearchPosting, SharedWord, SearchWord):
            session.execute(delete(table))
    else:
        session.execute(text("TRUNCATE search_part, search_posting, search_shared_word, search_word"))
    for shared in session.execute(select(SharedText)).scalars().all():
        share(session, shared)
    last = session.execute(select(func.max(RecordText.number))).scalar() or 0
    ids: dict[str, int] = {}
    counts: Counter[int] = Counter()
    for start in range(0, last + 1, BLOCK):
        counts.update(_put_in(session, start, start + BLOCK - 1, ids, fresh=True))
    _count(session, counts)
    return session.execute(select(func.count()).select_from(RecordText)).scalar_one()


def is_code(word: str) -> bool:
    """Return whether a word is indexed by its parts alone: a long one, or one of five letters or more with a digit."""
    return len(word) > LONGEST or (len(word) > 4 and any(letter.isdigit() for letter in word))


def parts_of_code(word: str) -> set[str]:
    """Return the index terms of a code: its trigrams, and its first one and two characters."""
    return {f"#{word[at : at + 3]}" for at in range(len(word) - 2)} | {f"^{word[:1]}", f"^{word[:2]}"}


def day_of(when: date | None) -> date | None:
    """Return the Norwegian day of a date or an instant; None for None."""
    return oslo_date(when) if isinstance(when, datetime) else when


def among(session: Session, column: str, values: Iterable[int] | Iterable[str]) -> tuple[str, dict[str, object]]:
    """Return a condition that a column is one of many values, and its parameter; one statement for any number."""
    if session.get_bind().dialect.name == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(:among))", {"among": json.dumps(list(values))}  # noqa: S608
    return f"{column} = ANY(:among)", {"among": list(values)}


def index_terms(session: Session, first: int, last: int) -> Iterator[tuple[int, set[str]]]:
    """Yield the number of each record from first to last, with its index terms."""
    wanted = select(*FOUND_BY).join(Record, Record.id == RecordText.record_id)
    wanted = wanted.join(Agreement, Agreement.id == Record.agreement_id)
    for row in session.execute(wanted.where(RecordText.number.between(first, last))):
        found = {f":{column}:{getattr(row, column)}" for column in ("status", "type", "municipality_number")}
        for column in ("valid_from", "valid_to", "signed_at"):
            day = day_of(getattr(row, column))
            written = day.isoformat() if day else NO_DAY
            found |= {f":{column}:{written[:length]}" for length in (4, 7, 10)}
        if row.shared_id is not None:
            found.add(f":shared_id:{row.shared_id}")
        for word in set(row.folded.split()):
            found |= parts_of_code(word) if is_code(word) else {word}
        yield row.number, found


def _ids(session: Session, words: Collection[str], *, make: bool = False) -> dict[str, int]:
    """Return the ids of the words that the vocabulary has; with `make` of all of them."""
    condition, values = among(session, "word", words)
    known = session.execute(text(f"SELECT word, id FROM search_word WHERE {condition}"), values)  # noqa: S608
    ids: dict[str, int] = {row.word: row.id for row in known}
    new = [word for word in words if word not in ids]
    if not make or not new:
        return ids
    rows = [{"word": word, "records": 0} for word in new]
    made = {
        row.word: row.id for row in session.execute(insert(SearchWord).returning(SearchWord.id, SearchWord.word), rows)
    }
    parts = [
        {"id": one, "part": part}
        for word, one in made.items()
        if not word.startswith(_NOT_WORDS)
        for part in _parts(session, word)
    ]
    if parts:
        session.execute(text(f"INSERT INTO search_part {_PART_COLUMNS[_dialect(session)]} VALUES (:id, :part)"), parts)  # noqa: S608
    return ids | made


_PART_COLUMNS = {"sqlite": "(rowid, word)", "postgresql": "(word_id, ending)"}


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def has_parts(word: str) -> bool:
    """Return whether `search_part` finds an index term by the letters in it."""
    return len(word) > 2 and not word.startswith(_NOT_WORDS)


def _parts(session: Session, word: str) -> list[str]:
    if _dialect(session) == "sqlite":
        return [word] if len(word) > 2 else []
    return [word[at:] for at in range(len(word) - 2)]


def _count(session: Session, more: Mapping[int, int]) -> None:
    """Add to the number of records that have each word."""
    alike: dict[int, list[int]] = {}
    for one, count in more.items():
        alike.setdefault(count, []).append(one)
    for count, ids in alike.items():
        condition, values = among(session, "id", ids)
        statement = f"UPDATE search_word SET records = records + :count WHERE {condition}"  # noqa: S608
        session.execute(text(statement), {**values, "count": count})


def _postings(session: Session, ids: Iterable[int], block: int) -> dict[int, int]:
    condition, values = among(session, "word_id", ids)
    statement = f"SELECT word_id, members FROM search_posting WHERE block = :block AND {condition}"  # noqa: S608
    rows = session.execute(text(statement), {**values, "block": block})
    return {row.word_id: unpacked(row.members) for row in rows}


def _write(session: Session, block: int, members: Mapping[int, int]) -> None:
    """Write which records of a block have each word; delete the row of a word that none has."""
    kept = {one: packed(bits) for one, bits in members.items() if bits}
    gone = [one for one, bits in members.items() if not bits]
    newer = "ON CONFLICT (word_id, block) DO UPDATE SET members = excluded.members"
    if kept and _dialect(session) == "sqlite":
        rows = [{"word": one, "block": block, "members": bits} for one, bits in kept.items()]
        statement = f"INSERT INTO search_posting (word_id, block, members) VALUES (:word, :block, :members) {newer}"  # noqa: S608
        session.execute(text(statement), rows)
    elif kept:
        statement = (
            "INSERT INTO search_posting (word_id, block, members) SELECT given.word, :block, given.members "  # noqa: S608
            f"FROM unnest(CAST(:words AS integer[]), CAST(:members AS bytea[])) AS given (word, members) {newer}"
        )
        values = {"block": block, "words": list(kept), "members": list(kept.values())}
        session.execute(text(statement), values)
    if gone:
        condition, listed = among(session, "word_id", gone)
        statement = f"DELETE FROM search_posting WHERE block = :block AND {condition}"  # noqa: S608
        session.execute(text(statement), {**listed, "block": block})


def _forget_unused(session: Session, ids: Mapping[str, int]) -> None:
    """Delete words that no record and no shared text has: they may be names."""
    condition, values = among(session, "id", ids.values())
    unused = "records <= 0 AND NOT EXISTS (SELECT 1 FROM search_shared_word s WHERE s.word_id = search_word.id)"
    statement = f"DELETE FROM search_word WHERE {condition} AND {unused} RETURNING id, word"  # noqa: S608
    gone = session.execute(text(statement), values).all()
    words = [(row.id, row.word) for row in gone if not row.word.startswith(_NOT_WORDS)]
    if not words:
        return
    if _dialect(session) == "sqlite":
        rows = [{"id": one, "word": word} for one, word in words if len(word) > 2]
        if rows:
            old = "INSERT INTO search_part (search_part, rowid, word) VALUES ('delete', :id, :word)"
            session.execute(text(old), rows)
    else:
        rows = [{"id": one, "ending": part} for one, word in words for part in _parts(session, word)]
        if rows:
            session.execute(text("DELETE FROM search_part WHERE ending = :ending AND word_id = :id"), rows)
