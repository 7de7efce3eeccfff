"""Search, on SQLite and on PostgreSQL alike: words as people type them, in an agreement's text and its title."""

import json
import os
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from typer.testing import CliRunner

from flows.archive import Store
from flows.archive.pdf_text import fold, index_form, sentence_with, words
from flows.archive.search import SearchPage, SearchQuery, find, look_up, reindex
from flows.cli import app
from flows.register import Event, Record, Register
from flows.register.search_index import remove_text
from tests.archive.indexed_records import TEMPLATE, IndexedRecord, destroy, index_of, keep, texts_of
from tests.archive.signed_agreements import archived, document, signed
from tests.conftest import PROJECT

TEXTS = {
    1: "Avtalen gjelder i Bodø. Signert av Nordlandssykehuset HF.",
    2: "Tilleggsavtale for Ås og Áltá, journal 20270101-77.",
    3: "Hábmera suohkan og Šuoššjohka, særskilt tilrette-\nlegging i Bodøsjøen, d'Arc og Mi'kmaq, Røst.",
}


@pytest.fixture
def records(emptied: Register) -> dict[int, str]:
    """Give three records whose texts share a template's lines."""
    kept = [IndexedRecord(f"{TEMPLATE}\n{said}", municipality=f"18{number:02d}") for number, said in TEXTS.items()]
    return dict(zip(TEXTS, keep(emptied, kept), strict=True))


def numbers(page: SearchPage, records: dict[int, str]) -> list[int]:
    """Return which of the records were found, in the order of the page."""
    back = {record_id: number for number, record_id in records.items()}
    return [back[one.id] for one in page.found]


def test_words_are_found_as_people_type_them(emptied: Register, records: dict[int, str]) -> None:
    """Case, diacritics, compounds, two-letter words and words of the template are found alike on both databases."""
    expected = {
        "bodo": [1, 3],  # ø is o, and the whole word comes before a part of one
        "Bodø": [1, 3],
        unicodedata.normalize("NFD", "Ås"): [2],  # NFD equals NFC
        "as": [2],  # two letters
        "aas": [2],  # å is aa, too
        "roest": [3],  # and ø is oe
        "HF": [1],
        "sykehus": [1],  # within a compound
        "avtale": [3, 2, 1],  # everybody has a part of it, nobody the whole word
        "tilleggs": [2],  # at the beginning
        "avtal": [3, 2, 1],
        "johka": [3],  # at the end
        "alta": [2],
        "habmera suohkan": [3],
        "suossjohka": [3],
        "saerskilt": [3],
        "tilrettelegging": [3],  # across the end of a line
        "tilrette": [3],
        "d'arc": [3],
        "mi'kmaq": [3],
        "faste ledd": [3, 2, 1],  # words of the template: everybody has them, the newest first
        "ledd bodo": [1, 3],  # one word from the template, one of its own
        "20270101-77": [2],
        "0270": [2],  # within a number
        "70101 77": [2],
        "20": [3, 2, 1],  # the template has it
        "2027": [2],
        "finnes ikke": [],
        '" OR 1 = 1 --': [],
        "%": [3, 2, 1],  # no word at all asks for nothing
        "a_b": [],
        "1801": [],
        "tilrettelegginger": [],
    }
    for asked, found in expected.items():
        assert numbers(find(emptied, SearchQuery(words=asked)), records) == found, asked


def test_filters_narrow_what_is_found(emptied: Register) -> None:
    """Municipality, type, validity, the day of signing and the status narrow a search, with and without words."""
    kept = [
        IndexedRecord("Bodø", municipality="1801", valid_from=date(2027, 1, 1), valid_to=date(2031, 12, 31)),
        IndexedRecord("Bodø", municipality="1802", valid_from=date(2024, 2, 29), valid_to=None),
        IndexedRecord("Røst", type="tjenesteavtale6", signed_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC)),
        IndexedRecord("Bodø", status="quarantined", signed_at=None),
    ]
    records = dict(zip(range(1, 5), keep(emptied, kept), strict=True))

    def found(**asked: object) -> list[int]:
        return numbers(find(emptied, SearchQuery(**asked)), records)  # type: ignore[arg-type]

    assert found(municipality_number="1802") == [2]
    assert found(words="bodo", municipality_number="1801") == [1]
    assert found(words="rost", municipality_number="1801") == []
    assert found(type="tjenesteavtale6") == [3]
    assert found(type="noe annet") == []
    assert found(valid_on=date(2028, 5, 1)) == [3, 2, 1]
    assert found(valid_on=date(2031, 12, 31)) == [3, 2, 1]
    assert found(valid_on=date(2032, 1, 1)) == [2]
    assert found(valid_on=date(2024, 2, 29)) == [2]
    assert found(valid_on=date(2024, 2, 28)) == []
    assert found(signed_to=date(2020, 1, 1)) == []
    assert found(signed_from=date(2026, 4, 1), signed_to=date(2026, 4, 1)) == [3]  # past midnight in Norway
    assert found(signed_to=date(2026, 3, 31)) == []
    assert found(signed_from=date(2026, 4, 2)) == [2, 1]
    assert found(status="quarantined") == [4]
    assert found(words="bodo", status="quarantined", valid_on=date(2027, 1, 1)) == [4]


def test_the_hit_is_shown_in_its_sentence(emptied: Register, records: dict[int, str]) -> None:
    """What was found is shown as it stands in the agreement, diacritics, line ends and all."""
    page = find(emptied, SearchQuery(words="sykehus"))
    assert page.found[0].sentence == TEXTS[1]
    assert find(emptied, SearchQuery(words="faste")).found[0].sentence == TEMPLATE.splitlines()[0]
    assert find(emptied, SearchQuery(words="nummer 17")).found[0].sentence == TEMPLATE.splitlines()[16]
    whole = find(emptied, SearchQuery(words="tilrettelegging")).found[0].sentence
    assert whole == TEXTS[3].replace("\n", " ")


def test_a_sentence_shows_the_word_that_was_asked_for() -> None:
    """A long sentence is cut around the hit; a short word is not taken from within another; blank lines divide."""
    long = f"Kommunen {'skal sørge for plassering og ' * 20}betale særskilt godtgjøring {'hver måned ' * 30}av dette."
    shown = sentence_with(f"Første setning.\n{long}", ["godtgjoring"])
    assert "særskilt godtgjøring" in shown
    assert len(shown) <= 200
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert sentence_with("En plassering.\nI Ås sentrum.", ["as"]) == "I Ås sentrum."
    assert sentence_with("Avtalen om utdanning gjelder\nfor legen i Bodø.", ["bodo"]).startswith("Avtalen om utdanning")
    assert sentence_with("Legen heter Kari,\n\nsom bor i Bodø.", ["bodo"]) == "som bor i Bodø."
    assert sentence_with("Bodø først.\nBodø og Røst.", ["bodo", "rost"]) == "Bodø og Røst."
    assert sentence_with("Ingenting her.", ["bodo"]) == ""


def test_pages_follow_each_other(emptied: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages hold everything once, in order, also past what is ranked and over many blocks; the last one says so."""
    monkeypatch.setattr("flows.archive.search._RANKED", 20)
    said = ["Bodø" if number % 3 else "Bodøsjøen" for number in range(150)]
    ids = keep(emptied, [IndexedRecord(one) for one in said])
    pages = [find(emptied, SearchQuery(words="bodo"), page, 10) for page in range(1, 17)]
    assert [page.more for page in pages] == [True] * 14 + [False, False]
    listed = [one.id for page in pages[2:] for one in page.found]  # past what is ranked: by age alone
    assert listed == list(reversed(ids))[20:]
    whole = [number for number in reversed(range(130, 150)) if number % 3]
    assert [one.id for one in pages[0].found] == [ids[number] for number in whole][:10]


def test_shared_lines_are_kept_once_and_lose_nothing(emptied: Register, records: dict[int, str]) -> None:
    """A record's shared text and its own are together all lines of its document, and no line that it has not."""
    with emptied.read() as session:
        texts = texts_of(session)
    assert any(shared for _own, shared in texts.values())
    for number, record_id in records.items():
        lines = {line for part in texts[record_id] for line in part.splitlines()}
        assert set(f"{TEMPLATE}\n{TEXTS[number]}".splitlines()) <= lines
        others = {line for other, said in TEXTS.items() if other != number for line in said.splitlines()}
        assert not lines & others


def test_destroyed_text_is_nowhere(emptied: Register, records: dict[int, str]) -> None:
    """What is destroyed is found no more, and no word of it is left; the record itself still is, by its status."""
    with emptied.write() as transaction:
        destroy(transaction.session, records[3])
    assert numbers(find(emptied, SearchQuery(words="bodo")), records) == [1]
    assert find(emptied, SearchQuery(words="bodo", status="destroyed")).found == ()
    assert numbers(find(emptied, SearchQuery(status="destroyed", valid_on=date(2028, 1, 1))), records) == [3]
    with emptied.read() as session:
        known = session.execute(text("SELECT word FROM search_word")).scalars().all()
        assert {word for word in words(TEXTS[3]) if word in known} <= {"i", "og"}  # which the others have, too
        assert texts_of(session)[records[3]] == ("", "")
    with emptied.write() as transaction:
        for number in (1, 2):
            destroy(transaction.session, records[number])
    with emptied.read() as session:
        assert [one for one in session.execute(text("SELECT word FROM search_word")).scalars() if one[0] != ":"] == []
        assert session.execute(text("SELECT count(*) FROM shared_text")).scalar() == 0
        postgres = emptied.engine.dialect.name == "postgresql"
        left = (
            "SELECT ending FROM search_part" if postgres else "SELECT rowid FROM search_part WHERE word MATCH '\"bod\"'"
        )
        assert session.execute(text(left)).all() == []


def test_search_follows_a_status_whoever_changes_it(emptied: Register) -> None:
    """A record that is let out of quarantine is found among the archived ones, and no longer in quarantine."""
    first, second = keep(emptied, [IndexedRecord("Bodø", status="quarantined"), IndexedRecord("Bodø")])
    with emptied.write() as transaction:
        transaction.session.get_one(Record, first).status = "archived"
    assert [one.id for one in find(emptied, SearchQuery(words="bodo")).found] == [second, first]
    assert find(emptied, SearchQuery(status="quarantined")).found == ()
    with emptied.write() as transaction:
        before = index_of(transaction.session)
    assert reindex(emptied) == 2
    with emptied.read() as session:
        assert index_of(session) == before


def test_a_damaged_index_is_made_anew(emptied: Register, records: dict[int, str]) -> None:
    """`reindex` brings back what search reads, exactly as it was."""
    with emptied.write() as transaction:
        before = index_of(transaction.session)
        transaction.session.execute(text("DELETE FROM search_posting"))
    assert find(emptied, SearchQuery(words="bodo")).found == ()
    assert reindex(emptied) == 3
    with emptied.read() as session:
        assert index_of(session) == before
    assert numbers(find(emptied, SearchQuery(words="bodo")), records) == [1, 3]


def test_taking_out_leaves_no_trace(emptied: Register, records: dict[int, str]) -> None:
    """A record that is taken out and put in again leaves the index as it was; so does a new one that goes."""
    with emptied.write() as transaction:
        session = transaction.session
        before = index_of(session)
    [new] = keep(emptied, [IndexedRecord("Nye ord 123456 i Bodø")])
    with emptied.write() as transaction:
        session = transaction.session
        number = session.execute(text("SELECT max(number) FROM record_text")).scalar_one()
        remove_text(session, number)
        assert index_of(session) == before
    assert find(emptied, SearchQuery(words="nye")).found == ()
    assert new not in records.values()


def test_a_search_by_a_person_is_an_event_without_the_words(emptied: Register, records: dict[int, str]) -> None:
    """Sentences that are shown are read: who, how many and why is an event; the words may name somebody and are not."""
    found = look_up(emptied, SearchQuery(words="Kari bodo", valid_on=date(2028, 1, 1)), why="innsyn")
    assert found.found == ()
    look_up(emptied, SearchQuery(municipality_number="1801"))  # titles name nobody: no event
    with emptied.read() as session:
        events = session.execute(select(Event).where(Event.kind == "searched")).scalars().all()
    said = [(one.actor, one.why, one.details) for one in events]
    details = {"valid_on": "2028-01-01", "status": "archived", "words": 2, "page": 1, "found": 0}
    assert said == [("tester", "innsyn", details)]


def test_the_text_of_the_pdf_is_searched(
    register: Register, store: Store, anchors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the PDF itself says is found after filing, at the command line, with its sentence, page by page."""
    monkeypatch.setenv("AVTALEFLYT_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    record = archived(register, store, anchors, 1, words="Kvalifiseringstiltak i Røst.")
    assert document("Kvalifiseringstiltak i Røst.") != signed("Kvalifiseringstiltak i Røst.")
    asked = ["archive", "search", "kvalifisering rost", "--municipality", "1804", "--json"]
    result = CliRunner().invoke(app, asked, catch_exceptions=False)
    [found] = json.loads(result.stdout)
    assert (found["id"], found["sentence"]) == (record.id, "Kvalifiseringstiltak i Røst.")
    beyond = CliRunner().invoke(app, [*asked, "--page", "2"], catch_exceptions=False)
    assert json.loads(beyond.stdout) == []
    wrong = CliRunner().invoke(app, ["archive", "search", "--valid-on", "i morgen"])
    assert wrong.exit_code != 0
    anew = CliRunner().invoke(app, ["archive", "reindex", "--json"], catch_exceptions=False)
    assert json.loads(anew.stdout) == {"records": 1}


@pytest.mark.parametrize("width", [80, 60, 200])
def test_what_is_found_is_read_at_any_width(
    register: Register, store: Store, anchors: Path, tmp_path: Path, width: int
) -> None:
    """Ids, dates and words stand whole on a screen of 80 columns, of fewer, and of more, where it is a table."""
    record = archived(register, store, anchors, words="Kvalifiseringstiltak i Røst varer lenger enn på fastlandet.")
    address = f"sqlite:///{tmp_path / 'register.db'}"
    environment = os.environ | {"AVTALEFLYT_DATABASE_URL": address, "COLUMNS": str(width)}
    command = [sys.executable, "-m", "flows.cli", "archive", "search", "røst"]
    said = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True).stdout
    assert max(map(len, said.splitlines())) <= width
    for whole in (record.id, "01.01.2027", "31.12.2031"):
        assert whole in said
    assert "Kvalifiseringstiltak i Røst varer" in said
    assert ("━" in said) is (width == 200)


@given(st.text(alphabet="abcøæåčđŋšŧžÅØÆ éßʒǥł½ℌ\u00ad", max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    """Folding is stable, and does not tell composed letters from decomposed ones."""
    assert fold(fold(text)) == fold(text)
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))
    assert set(words(text)) <= set(index_form(text).split())
