"""Lists of agreements: what a row says, Norwegian order, words, scope and pages, on both databases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from flows.register import Register, State, listing_query, listing_words
from flows.register.agreements import GeneratedDocument as Made
from flows.register.agreements import ReceivedCase, approve, receive, record_generated
from flows.register.listing_query import (
    ListedWord,
    ListOrder,
    ListQuery,
    Scope,
    list_page,
    listing_of,
    municipalities_in_scope,
    states_in_scope,
)
from flows.register.listing_schema import AgreementListing, ListingWord, ListingWordUse
from flows.register.listing_update import PartyNames, fold, sort_key
from flows.register.schema import Json
from flows.register.signature_requests import (
    ProviderAnswer,
    ProviderSignerStatus,
    intend,
    record_ended,
    record_sent,
    record_signers,
)

DEADLINE = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
PEOPLE = {
    "Ola Ås": "1804",
    "Åse Vik": "1804",
    "Aasta Berg": "5437",
    "Äsa Dahl": "1841",
    "Ørjan Lie": "1841",
    "Máret Ánne Čáhppe-Đorđi": "5437",
    "Zara Nes": "1804",
}
PLACES = {"1804": "Bodø kommune", "1841": "Fauske kommune", "5437": "Kárášjoga gielda – Karasjok kommune"}


def receive_one(register: Register, name: str, number: str, hpr: int, case: Json | None = None) -> str:
    """Return the id of a received agreement."""
    names = PartyNames(PLACES[number], name)
    said = ReceivedCase("alis", number, f"{hpr:09d}", date(2027, 1, 1), None, "Avtale", case or {"n": hpr}, names=names)
    with register.write() as transaction:
        return receive(transaction, said).agreement_id


def send_out(register: Register, agreement_id: str, *names: str) -> str:
    """Bring an agreement out for signature; return the reference."""
    signers = [
        {"order": n, "role": "kommune", "name": name, "status": "", "at": None} for n, name in enumerate(names, 1)
    ]
    with register.write() as transaction:
        record_generated(transaction, agreement_id, 1, Made("a.docx", "1", "a" * 64, "b" * 64, "c" * 64, 1))
        approve(transaction, agreement_id, "looked at")
        request = intend(transaction, agreement_id, "paper", signers, DEADLINE)
        assert request is not None
        record_sent(transaction, request.reference, ProviderAnswer(f"p-{agreement_id}", {}), "sent")
    return request.reference


@pytest.fixture
def seven(any_register: Register) -> dict[str, str]:
    """Give seven received agreements by name."""
    return {name: receive_one(any_register, name, at, n) for n, (name, at) in enumerate(PEOPLE.items())}


def names(register: Register, scope: Scope = None, **asked: Any) -> list[str]:
    """Return the names that a query lists."""
    with register.read() as session:
        return [row.counterpart for row, _signers in list_page(session, ListQuery(**asked), scope).rows]


def test_names_stand_in_norwegian_order(any_register: Register, seven: dict[str, str]) -> None:
    """æ, ø, å last; «aa» as å, ä as æ; Sámi letters beside those that they are marked forms of."""
    assert seven
    expected = ["Máret Ánne Čáhppe-Đorđi", "Ola Ås", "Zara Nes", "Äsa Dahl", "Ørjan Lie", "Åse Vik", "Aasta Berg"]
    expected[5:] = (
        ["Åse Vik", "Aasta Berg"] if sort_key("Åse Vik") < sort_key("Aasta Berg") else ["Aasta Berg", "Åse Vik"]
    )
    assert names(any_register) == expected
    assert names(any_register, descending=True) == expected[::-1]
    assert [sort_key(one) for one in expected] == sorted(map(sort_key, expected))


def test_what_one_may_not_see_is_in_no_list_and_no_count(any_register: Register, seven: dict[str, str]) -> None:
    """The scope is part of every query: rows, totals, states, municipalities, one row."""
    fauske = frozenset({"1841"})
    with any_register.read() as session:
        page = list_page(session, ListQuery(), fauske)
        assert ({row.municipality_number for row, _ in page.rows}, page.total) == ({"1841"}, 2)
        assert states_in_scope(session, fauske) == {"received": 2}
        assert list(municipalities_in_scope(session, fauske)) == ["1841"]
        assert listing_of(session, seven["Åse Vik"], fauske) is None
        assert listing_of(session, seven["Äsa Dahl"], fauske) is not None
        assert list_page(session, ListQuery(), frozenset()).total == 0
        assert list_page(session, ListQuery(municipality="1804"), fauske).total == 0
    assert names(any_register, fauske, words=(ListedWord("åse"),)) == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("čáhppe", {"Máret Ánne Čáhppe-Đorđi"}),
        ("cahppe-dordi", {"Máret Ánne Čáhppe-Đorđi"}),
        ("ÅSE", {"Åse Vik"}),
        ("karasjoga", {"Aasta Berg", "Máret Ánne Čáhppe-Đorđi"}),
        ("1841", {"Äsa Dahl", "Ørjan Lie"}),
        ("%", set()),
        ("_", set()),
        ("'; DROP TABLE agreement; --", set()),
    ],
)
def test_words_are_found_as_people_type_them(
    any_register: Register, seven: dict[str, str], word: str, expected: set[str]
) -> None:
    """With and without the marks of Sámi letters; signs that a database knows mean themselves."""
    assert seven
    assert set(names(any_register, words=(ListedWord(word),))) == expected


@pytest.mark.parametrize("most", [0, 1, 3, 10_000])
def test_the_index_of_words_finds_what_the_list_has(
    any_register: Register, seven: dict[str, str], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Whether words are few or many, alone or together, an index or the list itself answers: alike, in one order."""
    for limits, name in ((listing_words, "_MOST_WORDS"), (listing_query, "_FEW"), (listing_query, "_MANY")):
        monkeypatch.setattr(limits, name, most)
    begins = seven["Zara Nes"][:8]
    for said in ("a", "s", "bodø", "vik bodø", "e 18", "å", "zz", "zara zz", begins, f"nes {begins}", "½", "a´s", " "):
        asked = tuple(map(ListedWord, said.split()))
        for scope in (None, frozenset({"1804", "1841"})):
            found = names(any_register, scope, words=asked)
            assert found == names(any_register, scope, words=asked, size=None)
            with any_register.read() as session:
                every = list_page(session, ListQuery(size=None), scope).rows
            ids = {one: row.agreement_id for row, _signers in every for one in [row.counterpart]}
            texts = {row.counterpart: row.words for row, _signers in every}
            assert found == [
                one
                for one in texts
                if all(fold(word.text) in texts[one] or ids[one].startswith(word.text) for word in asked)
            ]


def test_the_words_follow_the_names(any_register: Register, seven: dict[str, str]) -> None:
    """A changed name and a request's signers are found, what nobody is called any more is not, and nothing is left."""
    receive_one(any_register, "Åse Storvik", "1804", 1, {"n": "married"})
    send_out(any_register, seven["Zara Nes"], "Geir Nystad")
    assert names(any_register, words=(ListedWord("nystad"),)) == ["Zara Nes"]
    assert names(any_register, words=(ListedWord("storvik"),)) == ["Åse Storvik"]
    with any_register.read() as session:
        rows = session.execute(select(AgreementListing.agreement_id, AgreementListing.words)).all()
        wanted = {(word, row.agreement_id) for row in rows for word in row.words.split()}
        found = session.execute(select(ListingWordUse.word, ListingWordUse.agreement_id))
        assert {(word, agreement_id) for word, agreement_id in found} == wanted
        assert set(session.scalars(select(ListingWord.word))) == {word for word, _agreement in wanted}


def test_hits_are_counted_so_far(
    any_register: Register, seven: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search that nearly everything fits says that there are more; one that fits exactly does not."""
    assert len(seven) == 7
    for most, expected in ((6, (6, True)), (7, (7, False)), (8, (7, False))):
        monkeypatch.setattr(listing_query, "MOST_COUNTED", most)
        with any_register.read() as session:
            page = list_page(session, ListQuery(words=(ListedWord("e"),), size=5, page=2), None)
        assert ((page.total, page.is_more), len(page.rows)) == (expected, min(most, 7) - 5)


def test_deadlines_are_paged_across_those_without(any_register: Register, seven: dict[str, str]) -> None:
    """A page may hold some with a deadline and some without; together they hold each once."""
    for name in ("Zara Nes", "Åse Vik", "Ola Ås"):
        send_out(any_register, seven[name], "Geir Nystad")
    for size in (1, 2, 3, 4, 7, 9):
        pages = range(1, 9 // size + 2)
        found = [one for page in pages for one in names(any_register, order=ListOrder.DEADLINE, size=size, page=page)]
        assert (set(found[:3]), len(found), set(found)) == ({"Zara Nes", "Åse Vik", "Ola Ås"}, 7, set(seven))


def test_pages_hold_each_agreement_once(any_register: Register, seven: dict[str, str]) -> None:
    """The pages together are the list, in every order and both directions; a page past the end is empty."""
    for order in ListOrder:
        for descending in (False, True):
            asked: dict[str, Any] = {"order": order, "descending": descending}
            paged = [names(any_register, size=2, page=page, **asked) for page in (1, 2, 3, 4, 5)]
            assert [name for page in paged for name in page] == names(any_register, **asked)
            assert paged[4] == []
            assert {name for page in paged for name in page} == set(seven)


def test_a_row_follows_its_request(any_register: Register, seven: dict[str, str]) -> None:
    """Out: who is next and until when. One has signed: the next. Declined: by whom and why, and nobody is next."""
    one = seven["Åse Vik"]
    reference = send_out(any_register, one, "Geir Nystad", "Åse Vik")

    def row() -> tuple[object, ...]:
        with any_register.read() as session:
            found = listing_of(session, one, None)
        assert found is not None
        return (
            found.state,
            found.signed,
            found.signers,
            found.next_signer,
            found.deadline,
            found.declined_by,
            found.reason,
        )

    assert row() == ("sent", 0, 2, "Geir Nystad", DEADLINE, "", "")
    assert names(any_register, words=(ListedWord("nystad"),)) == ["Åse Vik"]
    with any_register.write() as transaction:
        record_signers(transaction, reference, [ProviderSignerStatus(1, "signert", transaction.now, True)])
    assert row() == ("sent", 1, 2, "Åse Vik", DEADLINE, "", "")
    with any_register.write() as transaction:
        record_signers(transaction, reference, [ProviderSignerStatus(2, "nei", transaction.now, False)])
        record_ended(transaction, reference, State.DECLINED, "Beløpet er feil")
    assert row() == ("declined", 1, 2, "", None, "Åse Vik", "Beløpet er feil")
    changed = receive_one(any_register, "Åse Vik Berg", "1804", 1, {"n": "corrected"})
    assert changed == one
    assert row() == ("received", 0, 0, "", None, "", "")
    assert "Åse Vik Berg" in names(any_register)


def test_deadlines_come_first_whichever_way(any_register: Register, seven: dict[str, str]) -> None:
    """What has no deadline stands last, also when the latest comes first."""
    send_out(any_register, seven["Zara Nes"], "Geir Nystad")
    for descending in (False, True):
        assert names(any_register, order=ListOrder.DEADLINE, descending=descending)[0] == "Zara Nes"
    assert names(any_register, before=DEADLINE) == []
    assert names(any_register, states=frozenset({"sent"})) == ["Zara Nes"]


def test_a_change_that_is_rolled_back_leaves_the_list(register: Register) -> None:
    """The row is part of the transaction that it tells of."""
    one = receive_one(register, "Zara Nes", "1804", 1)

    def cut_off() -> None:
        with register.write() as transaction:
            record_generated(transaction, one, 1, Made("a.docx", "1", "a" * 64, "b" * 64, "c" * 64, 1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_off()
    assert names(register, states=frozenset({"received"})) == ["Zara Nes"]


def test_fold_is_the_same_twice() -> None:
    """What was folded already is not changed again."""
    for name in PEOPLE:
        assert fold(fold(name)) == fold(name)
