"""Whatever is taken from what search reads, or put into it, is found: on SQLite and on PostgreSQL alike."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from flows.register import Register
from flows.register.index_verification import IndexFault, faults_of_index
from flows.register.search_index import rebuild
from tests.archive.indexed_records import TEMPLATE, IndexedRecord, keep

ONE = "(SELECT min(id) FROM search_word WHERE word = 'sjeldent')"
SHARED = "(SELECT min(id) FROM search_word WHERE word = 'ledd')"
CHANGES = {
    "a posting deleted": f"DELETE FROM search_posting WHERE word_id = {ONE}",
    "all postings deleted": "DELETE FROM search_posting",
    "a word deleted": "DELETE FROM search_word WHERE word = 'sjeldent'",
    "a word renamed": "UPDATE search_word SET word = 'sjeldnere' WHERE word = 'sjeldent'",
    "a posting moved to another block": f"UPDATE search_posting SET block = 7 WHERE word_id = {ONE}",
    "a posting given to another word": "UPDATE search_posting SET members = (SELECT members FROM search_posting "
    f"WHERE word_id = (SELECT id FROM search_word WHERE word = ':status:archived')) WHERE word_id = {ONE}",
    "a mark deleted": "DELETE FROM search_posting WHERE word_id = "
    "(SELECT id FROM search_word WHERE word = ':type:alis')",
    "a word of a template deleted": f"DELETE FROM search_shared_word WHERE word_id = {SHARED}",
    "a number of records": "UPDATE search_word SET records = 0 WHERE word = 'sjeldent'",
    "a record's number": "UPDATE record_text SET number = number + 100 WHERE text LIKE '%jeldent%'",
}
PARTS = {
    "sqlite": "INSERT INTO search_part (search_part) VALUES ('delete-all')",
    "postgresql": "DELETE FROM search_part WHERE ending = 'dent'",
}


@pytest.fixture
def records(emptied: Register) -> Iterator[list[str]]:
    """Give three records of one template, one of them with a word of its own."""
    texts = [f"{TEMPLATE}\nLedd {each} er {'sjeldent' if each == 2 else 'vanlig'}." for each in range(3)]
    yield keep(emptied, [IndexedRecord(one) for one in texts])
    with emptied.write() as transaction:
        rebuild(transaction.session)


def _faults(register: Register, record_id: str = "") -> list[IndexFault]:
    with register.read() as session:
        return list(faults_of_index(session, record_id))


def _change(register: Register, statement: str) -> None:
    with register.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_index_that_is_whole_has_no_fault(emptied: Register, records: list[str]) -> None:
    """Grown or rebuilt, asked for all or for one record."""
    assert _faults(emptied) == []
    with emptied.write() as transaction:
        rebuild(transaction.session)
    assert _faults(emptied) == []
    assert [_faults(emptied, one) for one in records] == [[], [], []]


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_taken_or_put_in_is_found(emptied: Register, records: list[str], name: str) -> None:
    """By the record that search would no longer find, if it is one record's."""
    _change(emptied, CHANGES[name])
    faults = _faults(emptied)
    assert faults
    if name in {"a posting deleted", "a word deleted", "a posting moved to another block"}:
        assert records[2] in {one.record_id for one in faults}
    if name == "a posting deleted":
        assert [_faults(emptied, one) for one in records] == [[], [], [IndexFault(records[2], 1)]]


def test_words_that_are_not_found_by_their_parts_are_told(emptied: Register, records: list[str]) -> None:
    """«jelde» finds «sjeldent» only by what each database keeps for that."""
    _change(emptied, PARTS[emptied.engine.dialect.name])
    assert [one.record_id for one in _faults(emptied)] == [""]
