"""The law of search: it finds what reading every text would find, in the same order."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.archive.pdf_text import index_form, split_words, words
from flows.archive.search import SearchQuery, find
from flows.register import Register
from flows.register.search_index import rebuild
from tests.archive.indexed_records import AT, TEMPLATE, IndexedRecord, destroy, forget, index_of, keep

FIRST = date(2024, 2, 1)
LETTERS = st.text(alphabet="aåøæbdnsáčđŋšŧžAÅ1290'-_ \u0301\u00ad\n", max_size=60)
WORDS = st.lists(
    st.sampled_from(
        [
            *("avtale", "Tilleggsavtale", "avtaler", "Ås", "år", "Bodø", "Bodøsjøen", "20270101-77", "1234567", "234"),
            *("HF", "utdan-\nning", "Mi'kmaq", "čáhppes", "aa", "_" * 45, "x1" * 30, "i"),
        ]
    ),
    max_size=8,
).map(" ".join)
DAYS = st.integers(0, 900).map(lambda days: FIRST + timedelta(days=days))
TEXTS = st.tuples(st.sampled_from(["", TEMPLATE, TEMPLATE.replace("7", "29")]), LETTERS | WORDS).map("\n".join)
KEPT = st.builds(
    IndexedRecord,
    text=TEXTS,
    type=st.sampled_from(["alis", "tjenesteavtale6"]),
    municipality=st.sampled_from(["1804", "1875"]),
    valid_from=DAYS,
    valid_to=st.none() | DAYS,
    signed_at=st.none() | st.integers(0, 40000).map(lambda hours: AT - timedelta(hours=hours)),
    status=st.sampled_from(["archived", "archived", "quarantined"]),
)
QUESTIONS = st.builds(
    SearchQuery,
    words=st.just("") | LETTERS.map(lambda said: said[:8]) | WORDS.map(lambda said: " ".join(said.split()[:3])),
    type=st.none() | st.sampled_from(["alis", "tjenesteavtale6"]),
    municipality_number=st.none() | st.sampled_from(["1804", "1875"]),
    valid_on=st.none() | DAYS,
    signed_from=st.none() | DAYS,
    signed_to=st.none() | DAYS,
    status=st.sampled_from(["archived", "archived", "archived", "quarantined"]),
)


def naively(
    records: Sequence[tuple[str, IndexedRecord]], question: SearchQuery, ranked: int, first: int, size: int
) -> list[str]:
    """Return what reading every text finds: whole words first among the newest, or by age alone further on."""
    asked = set(words(question.words))
    matching = []
    for record_id, kept in reversed(records):
        folded = f"{index_form(kept.text)} {split_words(kept.text)} {index_form(kept.title)}".split()
        said = all(any(one.startswith(word) or (len(word) > 2 and word in one) for one in folded) for word in asked)
        if said and _fits(kept, question):
            matching.append((-len(asked & set(folded)), record_id))
    if asked and first + size < ranked:
        matching = sorted(matching[:ranked], key=lambda one: one[0])
    return [record_id for _rank, record_id in matching[first : first + size]]


def _fits(kept: IndexedRecord, question: SearchQuery) -> bool:
    signed = kept.signed_at.astimezone(ZoneInfo("Europe/Oslo")).date() if kept.signed_at else None
    return all(
        (
            kept.status == question.status,
            question.type in (None, kept.type),
            question.municipality_number in (None, kept.municipality),
            not question.valid_on
            or (kept.valid_from <= question.valid_on and (kept.valid_to is None or kept.valid_to >= question.valid_on)),
            not question.signed_from or (signed is not None and signed >= question.signed_from),
            not question.signed_to or (signed is not None and signed <= question.signed_to),
        )
    )


@given(
    st.lists(KEPT, min_size=1, max_size=8),
    st.lists(st.tuples(QUESTIONS, st.integers(1, 3)), min_size=1, max_size=6),
    st.sampled_from([8, 4096]),
    st.sampled_from([0, 1, 200]),
    st.sampled_from([0, 2000]),
    st.sampled_from([3, 200]),
    st.sets(st.integers(0, 7), max_size=3),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_finds_what_reading_every_text_would(
    kept_open: Register,
    kept: list[IndexedRecord],
    asked: list[tuple[SearchQuery, int]],
    block: int,
    few: int,
    rare: int,
    ranked: int,
    destroyed: set[int],
) -> None:
    """Whatever the texts, the questions, the size of blocks and the way taken; and the index is as if made anew."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in (
            ("flows.register.posting_lists.BLOCK", block),
            ("flows.register.search_index.BLOCK", block),
            ("flows.archive.search_query.BLOCK", block),
            ("flows.archive.search_query._FEW", few),
            ("flows.archive.search_query._RARE", rare),
            ("flows.archive.search._RANKED", ranked),
        ):
            patched.setattr(name, value)
        forget(kept_open)
        records = list(zip(keep(kept_open, kept), kept, strict=True))
        with kept_open.write() as transaction:
            for number in sorted(destroyed & set(range(len(records))), reverse=True):
                destroy(transaction.session, records[number][0])
                del records[number]
        for question, page in asked:
            found = [one.id for one in find(kept_open, question, page, 2).found]
            assert found == naively(records, question, ranked, 2 * (page - 1), 2)
        with kept_open.write() as transaction:
            grown = index_of(transaction.session)
            rebuild(transaction.session)
            assert index_of(transaction.session) == grown


def test_a_word_that_many_have_is_found_in_all_of_them(emptied: Register) -> None:
    """Beyond the number that is listed one by one, members are bits: nobody is lost, nobody is gained."""
    chosen = {number for number in range(240) if number % 2 or number > 200}
    ids = keep(emptied, [IndexedRecord("Bodø" if number in chosen else "Røst") for number in range(240)])
    found: list[str] = []
    for page in range(1, 8):
        found += [one.id for one in find(emptied, SearchQuery(words="bodo"), page, 25).found]
    assert sorted(found) == sorted(ids[number] for number in chosen)
