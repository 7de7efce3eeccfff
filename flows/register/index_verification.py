"""Compare what search reads with the texts that it is made from: a posting that is gone hides a record from search."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from flows.register.archive_schema import RecordText, SearchPosting, SearchWord, SharedText, SharedWord
from flows.register.posting_lists import BLOCK, bits_of, numbers_in, unpacked
from flows.register.search_index import has_parts, index_terms, shared_terms


@dataclass(frozen=True, slots=True)
class IndexFault:
    """A record that search would not find by some of its words, or would by others; `words` are how many.

    `record_id` is empty for what all records share: the vocabulary and the words of templates.
    """

    record_id: str
    words: int


def faults_of_index(session: Session, record_id: str = "") -> Iterator[IndexFault]:
    """Yield every fault of the index, or of one record's part of it."""
    if record_id:
        number = session.execute(select(RecordText.number).where(RecordText.record_id == record_id)).scalar()
        if number is not None:
            found, _counted = _block(session, number // BLOCK, number, number)
            yield from found
        return
    counts: Counter[str] = Counter()
    last = session.execute(select(func.max(RecordText.number))).scalar()
    posted = session.execute(select(func.max(SearchPosting.block))).scalar()
    for block in range(max((last or 0) // BLOCK, posted or 0) + 1):
        found, counted = _block(session, block, block * BLOCK, block * BLOCK + BLOCK - 1)
        yield from found
        counts.update(counted)
    wrong = _wrong_shared_words(session) + _wrong_vocabulary(session, counts)
    if wrong:
        yield IndexFault("", wrong)


def _block(session: Session, block: int, first: int, last: int) -> tuple[list[IndexFault], dict[str, int]]:
    """Return the faults of the records from first to last, all of one block, and how many of them have each word."""
    places: dict[str, list[int]] = {}
    for number, words in index_terms(session, first, last):
        for word in words:
            places.setdefault(word, []).append(number % BLOCK)
    wanted = {word: bits_of(numbers) for word, numbers in places.items()}
    among = bits_of(range(first % BLOCK, last % BLOCK + 1))
    stored = select(SearchWord.word, SearchPosting.members).join(SearchWord, SearchWord.id == SearchPosting.word_id)
    there = {
        row.word: unpacked(row.members) & among
        for row in session.execute(stored.where(SearchPosting.block == block).execution_options(yield_per=500))
    }
    wrong: Counter[int] = Counter()
    for word in wanted.keys() | there.keys():
        if different := wanted.get(word, 0) ^ there.get(word, 0):
            wrong.update(numbers_in(different))
    numbers = {number + block * BLOCK: words for number, words in wrong.items()}
    records = select(RecordText.number, RecordText.record_id).where(RecordText.number.between(first, last))
    ids = {row.number: row.record_id for row in session.execute(records)} if numbers else {}
    faults = [IndexFault(ids.get(number, ""), words) for number, words in sorted(numbers.items())]
    return faults, {word: len(numbers) for word, numbers in places.items()}


def _wrong_shared_words(session: Session) -> int:
    """Return how many words of shared texts search lacks, or has too many of."""
    stored = select(SharedWord.shared_id, SearchWord.word).join(SearchWord, SearchWord.id == SharedWord.word_id)
    there = {(row.shared_id, row.word) for row in session.execute(stored)}
    texts = session.execute(select(SharedText)).scalars()
    return len(there ^ {(one.id, word) for one in texts for word in shared_terms(one)})


def _wrong_vocabulary(session: Session, counts: Counter[str]) -> int:
    """Return how many words have another number of records than they should, or are not found by their parts."""
    wrong, searched = 0, dict[int, str]()
    for row in session.execute(select(SearchWord).execution_options(yield_per=500)).scalars():
        wrong += row.records != counts[row.word]
        if has_parts(row.word):
            searched[row.id] = row.word
        session.expunge(row)
    return wrong + _not_found_by_parts(session, searched)


def _not_found_by_parts(session: Session, words: Mapping[int, str]) -> int:
    """Return how many words are not found by each of their parts."""
    found: Counter[int] = Counter()
    for number, part, at in _stored_parts(session):
        word = words.get(number, "")
        found[number] += word.startswith(part, at) if at is not None else word.endswith(part)
    return sum(found[number] != len(word) - 2 for number, word in words.items())


def _stored_parts(session: Session) -> Iterator[tuple[int, str, int | None]]:
    """Yield what finds words by their parts: the word's id, three letters and where they stand, or an ending."""
    if session.get_bind().dialect.name != "sqlite":
        for row in session.execute(text("SELECT word_id, ending FROM search_part").execution_options(yield_per=5000)):
            yield row.word_id, row.ending, None
        return
    session.execute(text("CREATE VIRTUAL TABLE temp.stored_part USING fts5vocab('main', 'search_part', 'instance')"))
    try:
        for row in session.execute(text('SELECT doc, term, "offset" FROM temp.stored_part')):
            yield int(row[0]), str(row[1]), int(row[2])
    finally:
        session.execute(text("DROP TABLE temp.stored_part"))
