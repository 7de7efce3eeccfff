"""What a person types: `status` for what waits, `settle` for what was seen at the provider."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import NotFound, PerhapsSent, TransitionRefused, WrongUse
from flows.register import Register, State
from flows.register.agreements import events_of
from flows.signing.port import Lookup, LookupUnavailable, SentRequest, SigningIntent
from flows.signing.providers.desk import DeskProvider
from flows.signing.sending import send, settle
from tests.signing.certificate_factory import authority, enterprise, pkcs12_file
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH, agreement
from tests.signing_desk.servers import TOKEN, RunningDesk, desk_in_thread

pytestmark = pytest.mark.usefixtures("english")


def lose_the_answer() -> None:
    """Break off after the request has left."""
    raise PerhapsSent("The answer was lost.")


@pytest.fixture
def unknown(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give an agreement in `unknown` at Posten, which cannot be asked, in the register that the commands read."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("AVTALEFLYT_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(authority().pem)
    certificate = pkcs12_file(tmp_path, enterprise("999999999"), "hemmelig")
    for name, value in {
        "PROVIDER": "posten",
        "POSTEN_ORGANISATION": "999999999",
        "POSTEN_CERTIFICATE": certificate,
        "POSTEN_PASSWORD": "hemmelig",
        "POSTEN_BUNDLE": bundle,
    }.items():
        monkeypatch.setenv(f"AVTALEFLYT_{name}", str(value))
    agreement_id = approved_agreement(register)
    provider = PaperProvider("posten", when_sending=lose_the_answer)
    send(register, provider, agreement_id, BOTH, lambda _digest: b"%PDF-", "ALIS-avtale", 30)
    return agreement_id


def told(*arguments: str) -> dict[str, object]:
    """Run a command that succeeds; return its JSON."""
    result = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_what_waits_is_listed_until_it_is_settled(unknown: str) -> None:
    """`status` lists it with its reason and what to do; after `settle` the list is gone."""
    before = told("status")
    assert before["unknown"] == 1
    listed = before["waiting"]
    assert isinstance(listed, list)
    waiting = listed[0]
    assert len(listed) == 1
    assert (waiting["agreement_id"], waiting["reference"]) == (unknown, f"{unknown}-v1-a1")
    assert told("settle", unknown, "--sent", "4711") == {"id": unknown, "state": "sent", "asked": False}
    assert told("status") == {"sent": 1}


def test_whoever_is_believed_is_told_so(unknown: str) -> None:
    """Posten cannot be asked by reference: the id is kept on the person's word, and the command says that."""
    result = CliRunner().invoke(app, ["settle", unknown, "--sent", "4711"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "cannot be asked whether 4711 is its request" in " ".join(result.stdout.split())


def test_an_id_of_another_agreement_is_refused(register: Register, unknown: str) -> None:
    """Also where the provider cannot be asked: the register knows whose it is."""
    other = approved_agreement(register, counterpart="7654321")
    send(register, PaperProvider("posten"), other, BOTH, lambda _digest: b"%PDF-", "ALIS-avtale", 30)
    with pytest.raises(TransitionRefused, match=f"request of another agreement, {other}"):
        CliRunner().invoke(app, ["settle", unknown, "--sent", "1"], catch_exceptions=False)
    assert told("status")["unknown"] == 1


class _Unhearing(DeskProvider):
    """Sends, and hears neither the answer nor what became of it."""

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Lose the answer."""
        super().send(intent, pdf)
        raise PerhapsSent("The answer was lost.")

    def find(self, reference: str) -> Lookup:
        """Know nothing."""
        return LookupUnavailable()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningDesk]:
    """Give the signing desk that the commands ask, and the register that they read."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("AVTALEFLYT_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    monkeypatch.setenv("AVTALEFLYT_DESK_TOKEN", TOKEN)
    with desk_in_thread(tmp_path / "desk") as running:
        monkeypatch.setenv("AVTALEFLYT_DESK_URL", running.address)
        yield running


def test_a_mistyped_id_is_refused(register: Register, desk: RunningDesk) -> None:
    """The provider is asked: an id that it does not have changes nothing, its own is taken."""
    read = {hashlib.sha256(agreement()).hexdigest(): agreement()}.__getitem__
    agreement_id = approved_agreement(register, hashlib.sha256(agreement()).hexdigest())
    unhearing = _Unhearing(desk.address, TOKEN, desk.session)
    assert send(register, unhearing, agreement_id, BOTH, read, "ALIS-avtale", 30) == State.UNKNOWN
    (right,) = desk.api("GET", f"?reference={agreement_id}-v1-a1").json()["requests"]
    strange = desk.send("another-v1-a1").provider_id
    for wrong in ("4711", strange):
        with pytest.raises(NotFound, match=f"no request {wrong} with this agreement's reference"):
            CliRunner().invoke(app, ["settle", agreement_id, "--sent", wrong], catch_exceptions=False)
    assert told("status")["unknown"] == 1
    assert told("settle", agreement_id, "--sent", right["id"]) == {"id": agreement_id, "state": "sent"}


def test_another_document_under_our_reference_is_no_such_request(register: Register, desk: RunningDesk) -> None:
    """Found after a crash it makes the agreement `unknown`, with the reason; by hand it is not taken, either."""
    agreement_id = approved_agreement(register)
    with pytest.raises(KeyboardInterrupt):
        send(register, _Dying(), agreement_id, BOTH, lambda _digest: b"%PDF-", "ALIS-avtale", 30)
    strange = desk.send(f"{agreement_id}-v1-a1").provider_id
    register.clock.forward(minutes=11)  # type: ignore[attr-defined]  # the test's own clock
    assert settle(register, desk.provider) == {agreement_id: State.UNKNOWN}
    with register.read() as session:
        assert events_of(session, agreement_id)[-1].why == (
            f"leverandørens oppdrag {strange} har vår referanse, men en annen PDF"
        )
    with pytest.raises(TransitionRefused, match="another document: cancel it there"):
        CliRunner().invoke(app, ["settle", agreement_id, "--sent", strange], catch_exceptions=False)
    assert settle(register, desk.provider) == {agreement_id: State.UNKNOWN}, "asked again, and still another"
    assert told("status")["unknown"] == 1


class _Dying(PaperProvider):
    def __init__(self) -> None:
        super().__init__("desk", when_sending=self._die)

    @staticmethod
    def _die() -> None:
        raise KeyboardInterrupt


def test_what_was_not_sent_may_be_sent_again(unknown: str) -> None:
    """`--not-sent` takes it back to approved; settling it a second time is refused."""
    assert told("settle", unknown, "--not-sent") == {"id": unknown, "state": "approved"}
    with pytest.raises(TransitionRefused):
        CliRunner().invoke(app, ["settle", unknown, "--not-sent"], catch_exceptions=False)


@pytest.mark.parametrize("wrong", [[], ["--sent", "1", "--not-sent"], ["--sent", " "], ["--gone", "--not-sent"]])
def test_one_thing_is_said(unknown: str, wrong: list[str]) -> None:
    """Neither nothing, nor both, nor an empty id."""
    with pytest.raises(WrongUse, match="one of --sent REF"):
        CliRunner().invoke(app, ["settle", unknown, *wrong], catch_exceptions=False)


def test_what_is_gone_at_the_provider_waits_no_longer(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused while the provider has it; where it does not, `--gone` makes the agreement cancelled, for a new one."""
    read = {hashlib.sha256(agreement()).hexdigest(): agreement()}.__getitem__
    agreement_id = approved_agreement(register, hashlib.sha256(agreement()).hexdigest())
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("AVTALEFLYT_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    monkeypatch.setenv("AVTALEFLYT_DESK_TOKEN", TOKEN)
    with desk_in_thread(tmp_path / "has it") as desk:
        monkeypatch.setenv("AVTALEFLYT_DESK_URL", desk.address)
        assert send(register, desk.provider, agreement_id, BOTH, read, "ALIS-avtale", 30) == State.SENT
        links = told("links", agreement_id)["links"]
        assert isinstance(links, dict)
        assert list(links) == ["1", "2"]
        renewed = told("links", agreement_id, "--new", "2")["links"]
        assert isinstance(renewed, dict)
        assert (renewed["1"] == links["1"], renewed["2"] == links["2"]) == (True, False)
        with pytest.raises(TransitionRefused, match="has the request still"):
            CliRunner().invoke(app, ["settle", agreement_id, "--gone"], catch_exceptions=False)
    with desk_in_thread(tmp_path / "has it not") as desk:
        monkeypatch.setenv("AVTALEFLYT_DESK_URL", desk.address)
        assert told("settle", agreement_id, "--gone") == {"id": agreement_id, "state": "cancelled"}
    with pytest.raises(TransitionRefused, match="only one that is sent"):
        CliRunner().invoke(app, ["settle", agreement_id, "--gone"], catch_exceptions=False)
