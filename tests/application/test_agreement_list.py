"""Agreements by the names of their parties, links as a workbook, and who was told after sending."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.agreements.types import types
from flows.application.agreement_list import ListedAgreement, list_agreements, write_links
from flows.application.context import Context
from flows.application.outcomes import AgreementOutcome
from flows.application.send import signer_of
from flows.application.who_was_told import who_was_told
from flows.errors import NotAllowed, WrongUse
from flows.intake.register_comparison import names_of
from flows.register import Register, State
from flows.register.agreements import (
    GeneratedDocument,
    ReceivedCase,
    approve,
    receive,
    record_generated,
)
from flows.settings import Settings
from flows.signing.polling import signed_updates
from flows.signing.port import Provider, RequestStatus, SignerStatus, Update
from flows.signing.sending import send
from tests.agreements.cases import alis_case, tjenesteavtale6_case
from tests.signing.paper_provider import PaperProvider
from tests.signing_desk.documents import agreement
from tests.signing_desk.servers import desk_in_thread

DOCTORS = ("Åse Vik", "Ola Prøve")


def received(register: Register, kind: str, counterpart: str, **changes: str) -> str:
    """Return an approved agreement of a real case."""
    case = (alis_case if kind == "alis" else tjenesteavtale6_case)(**changes)
    written = case.model_dump(mode="json")
    names = names_of(types()[kind], case)
    stated = ReceivedCase(kind, "1804", counterpart, date(2027, 1, 1), None, "Avtale", written, names=names)
    with register.write() as transaction:
        agreement_id = receive(transaction, stated).agreement_id
        digest = hashlib.sha256(agreement()).hexdigest()
        made = GeneratedDocument("a.docx", "1.0", "a" * 64, "b" * 64, digest, 1)
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "looked at")
    return agreement_id


def send_case(
    register: Register, provider: Provider, agreement_id: str, kind: str, days: int = 30, /, **changes: str
) -> None:
    """Send it to the signers that its case names."""
    case = (alis_case if kind == "alis" else tjenesteavtale6_case)(**changes)
    signers = [signer_of(order, one) for order, one in enumerate(types()[kind].signatories(case), start=1)]
    send(register, provider, agreement_id, signers, lambda _digest: agreement(), "Avtale", days)


@pytest.fixture
def three(register: Register) -> tuple[Context, PaperProvider, list[str]]:
    """Give two agreements of doctors, one of them out, and one of a trust."""
    provider = PaperProvider()
    ids = [received(register, "alis", f"{n:09d}", lege_navn=name) for n, name in enumerate(DOCTORS)]
    ids.append(received(register, "tjenesteavtale6", "983974910"))
    send_case(register, provider, ids[0], "alis", lege_navn=DOCTORS[0])
    return Context(Settings(_env_file=None), register, provider=provider), provider, ids


def test_names_and_who_is_next(three: tuple[Context, PaperProvider, list[str]], register: Register) -> None:
    """Doctor and municipality by name; after the first signature, one of two, and the doctor is next."""
    context, provider, ids = three
    provider.says = [
        Update("1", f"{ids[0]}-v1-a1", RequestStatus.OPEN, [SignerStatus(1, "ok", register.clock(), True)])
    ]
    list(signed_updates(register, provider))
    (found,) = list_agreements(context, ["åse"])
    assert (found.id, found.state, found.counterpart, found.next) == (ids[0], "sent", "Åse Vik", "Åse Vik")
    assert (found.signed, found.until) == ("1 av 2", date(2026, 12, 31))
    assert found.municipality.startswith("Bodø")
    assert found.as_json()["signers"][0]["signed"] is True


def test_who_declined_and_why(three: tuple[Context, PaperProvider, list[str]], register: Register) -> None:
    """The reason stands beside the name of whoever gave it."""
    context, provider, ids = three
    answered = [SignerStatus(1, "nei", register.clock())]
    provider.says = [Update("1", f"{ids[0]}-v1-a1", RequestStatus.DECLINED, answered, "Beløpet er feil")]
    list(signed_updates(register, provider))
    (found,) = list_agreements(context, states=["declined"])
    assert found.reason == "Beløpet er feil"
    assert found.declined_by == found.signers[0].name
    assert (found.next, found.until) == ("", None)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], {0, 1, 2}),
        (["bodø"], {0, 1}),
        (["1804", "prøve"], {1}),
        (["nordlandssykehuset"], {2}),
        (["ÅSE"], {0}),
        (["nobody"], set()),
    ],
)
def test_words_find(three: tuple[Context, PaperProvider, list[str]], words: list[str], expected: set[int]) -> None:
    """Every word must occur somewhere, in any case."""
    context, _provider, ids = three
    found: list[ListedAgreement] = list_agreements(context, words)
    assert {one.id for one in found} >= {ids[n] for n in expected}
    if words != ["bodø"]:
        assert {one.id for one in found} == {ids[n] for n in expected}


def test_an_id_is_found_by_how_it_begins(three: tuple[Context, PaperProvider, list[str]]) -> None:
    """Eight letters of it tell agreements apart; what stands within it does not count."""
    context, _provider, ids = three
    assert [one.id for one in list_agreements(context, [ids[1][:8]])] == [ids[1]]
    assert list_agreements(context, [ids[1][1:9]]) == []


def test_names_are_for_those_who_may_see_them(
    three: tuple[Context, PaperProvider, list[str]], register: Register, tmp_path: Path
) -> None:
    """An administrator keeps the machine and reads no agreements; a state that there is not is said."""
    context, _provider, _ids = three
    table = tmp_path / "roles.toml"
    table.write_text("administrator = []\n")
    with pytest.raises(NotAllowed):
        list_agreements(Context(Settings(_env_file=None, archive_roles=table), register))
    with pytest.raises(WrongUse, match="sendt"):
        list_agreements(context, states=["sendt"])


def test_all_links_as_a_workbook(register: Register, tmp_path: Path) -> None:
    """One row for each signer who has not answered; nothing in it is a formula."""
    case = {"lege_navn": DOCTORS[0]}
    with desk_in_thread(tmp_path / "desk", register.clock) as desk:
        agreement_id = received(register, "alis", "123456789")
        send_case(register, desk.provider, agreement_id, "alis", **case)
        context = Context(Settings(_env_file=None), register, provider=desk.provider)
        target = tmp_path / "links.xlsx"
        assert write_links(context, target) == 2
        with pytest.raises(WrongUse, match=r"links\.xlsx"):
            write_links(context, target)
        assert "links --all" in who_was_told(context, [AgreementOutcome(agreement_id, State.SENT)])
        links = desk.provider.signer_links(desk.provider.find(f"{agreement_id}-v1-a1").matches[0].provider_id)  # type: ignore[union-attr]
    rows = list(load_workbook(target).worksheets[0].iter_rows(min_row=2))
    assert [row[7].value for row in rows] == list(links.values())
    assert rows[1][5].value == DOCTORS[0]
    assert {cell.data_type for row in rows for cell in row if isinstance(cell.value, str)} == {"s"}


def test_after_sending_one_line_says_who_was_told(three: tuple[Context, PaperProvider, list[str]]) -> None:
    """The provider writes to the first signer; nothing is said where nothing was sent."""
    context, _provider, ids = three
    assert who_was_told(context, []) == ""
    told = who_was_told(context, [AgreementOutcome(ids[0], State.SENT)])
    assert told.startswith("paper skriver til 1 signatar") or "ikke varslet" in told
