"""Search, on SQLite and on PostgreSQL alike: words as people type them, in an agreement's text and its title."""

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from flows.archive import Store
from flows.archive.index import add_to_index
from flows.archive.search import Page, Question, find
from flows.archive.text import fold, index_form, words
from flows.register import Record, Register
from flows.register.archive_schema import RecordText, SharedText
from flows.register.search_index import take_out
from tests.archive.signed import archived, document, signed

TEXTS = {
    1: "Avtalen gjelder i Bodø. Signert av Nordlandssykehuset HF.",
    2: "Tilleggsavtale for Ås og Áltá.",
    3: "Hábmera suohkan og Šuoššjohka, særskilt tilrettelegging i Bodøsjøen.",
}
TEMPLATE = "\n".join(f"Avtalens faste ledd nummer {number} gjelder begge parter." for number in range(1, 21))


@pytest.fixture
def records(any_register: Register, store: Store, anchors: Path) -> dict[int, str]:
    """Give three records whose texts share a template's lines; the text of the PDF is replaced by a known one."""
    found = {}
    for number, words_ in TEXTS.items():
        record = archived(
            any_register, store, anchors, number, municipality=f"18{number:02d}", title=f"Avtale {number}"
        )
        found[number] = record.id
        with any_register.write() as transaction:
            row = transaction.session.execute(select(RecordText).where(RecordText.record_id == record.id)).scalar_one()
            take_out(transaction.session, row.number)
            transaction.session.delete(row)
            transaction.session.flush()
            add_to_index(transaction.session, record, "t" * 64, f"{TEMPLATE}\n{words_}")
    return found


def numbers(page: Page, records: dict[int, str]) -> list[int]:
    """Return which of the records were found, in the order of the page."""
    back = {record_id: number for number, record_id in records.items()}
    return [back[one.id] for one in page.found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bodo", [1, 3]),  # ø is o, and the whole word comes before a part of one
        ("Bodø", [1, 3]),
        (unicodedata.normalize("NFD", "Ås"), [2]),  # NFD equals NFC
        ("as", [2]),  # two letters
        ("aas", [2]),  # å is aa, too
        ("HF", [1]),
        ("sykehus", [1]),  # within a compound
        ("alta", [2]),
        ("habmera suohkan", [3]),
        ("suossjohka", [3]),
        ("saerskilt", [3]),
        ("faste ledd", [3, 2, 1]),  # words of the template: everybody has them, the newest first
        ("ledd bodo", [1, 3]),  # one word from the template, one of its own
        ("finnes ikke", []),
        ('" OR 1 = 1 --', []),
        ("1801", []),
    ],
)
def test_words_are_found_as_people_type_them(
    any_register: Register, records: dict[int, str], asked: str, expected: list[int]
) -> None:
    """Case, diacritics, compounds, two-letter words and words of the template are found alike on both databases."""
    found = numbers(find(any_register, Question(words=asked)), records)
    assert sorted(found) == sorted(expected)
    if asked in {"bodo", "faste ledd"}:
        assert found == expected


def test_filters_narrow_what_is_found(any_register: Register, records: dict[int, str]) -> None:
    """Municipality, type, validity and the day of signing narrow a search, with and without words."""
    assert numbers(find(any_register, Question(municipality_number="1802")), records) == [2]
    assert numbers(find(any_register, Question(words="bodo", municipality_number="1801")), records) == [1]
    assert find(any_register, Question(type="tjenesteavtale6")).found == ()
    assert len(find(any_register, Question(valid_on=date(2028, 5, 1))).found) == 3
    assert find(any_register, Question(valid_on=date(2034, 5, 1))).found == ()
    assert find(any_register, Question(signed_to=date(2020, 1, 1))).found == ()
    assert len(find(any_register, Question(signed_from=date(2020, 1, 1))).found) == 3


def test_the_hit_is_shown_in_its_sentence(any_register: Register, records: dict[int, str]) -> None:
    """What was found is shown as it stands in the agreement, diacritics and all."""
    page = find(any_register, Question(words="sykehus"))
    assert page.found[0].sentence == TEXTS[1]
    assert "faste ledd" in find(any_register, Question(words="faste")).found[0].sentence


def test_pages_follow_each_other(any_register: Register, records: dict[int, str]) -> None:
    """Pages hold everything once, and the last one says so."""
    first, second = (find(any_register, Question(words="avtalens"), page, 2) for page in (1, 2))
    assert (first.more, second.more) == (True, False)
    assert len({one.id for one in (*first.found, *second.found)}) == 3


def test_shared_lines_are_kept_once_and_lose_nothing(any_register: Register, records: dict[int, str]) -> None:
    """A record's shared text and its own are together all lines of its document, and no line that it has not."""
    with any_register.read() as session:
        rows = session.execute(
            select(Record.id, RecordText, SharedText).join_from(Record, RecordText).outerjoin(SharedText)
        )
        texts = {record_id: (own.text, shared.text if shared else "") for record_id, own, shared in rows}
    assert any(shared for _own, shared in texts.values())
    for number, record_id in records.items():
        lines = {line for part in texts[record_id] for line in part.splitlines()}
        assert set(f"{TEMPLATE}\n{TEXTS[number]}".splitlines()) <= lines
        others = {text for other, text in TEXTS.items() if other != number}
        assert not lines & others


def test_the_text_of_the_pdf_is_searched(register: Register, store: Store, anchors: Path) -> None:
    """What the PDF itself says is found after filing, by a word that stands nowhere else."""
    record = archived(register, store, anchors, 1, words="Kvalifiseringstiltak i Røst.")
    assert [one.id for one in find(register, Question(words="kvalifisering rost")).found] == [record.id]
    assert document("Kvalifiseringstiltak i Røst.") != signed("Kvalifiseringstiltak i Røst.")


@given(st.text(alphabet="abcøæåčđŋšŧžÅØÆ éß", max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    """Folding is stable, and does not tell composed letters from decomposed ones."""
    assert fold(fold(text)) == fold(text)
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))
    assert set(words(text)) <= set(index_form(text).split())
