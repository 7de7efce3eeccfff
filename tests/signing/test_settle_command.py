"""What a person types: `status` for what waits, `settle` for what was seen at the provider."""

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import PerhapsSent, TransitionRefused, WrongUse
from flows.register import Register, State
from flows.signing.sending import send
from tests.signing.desk.documents import BOTH, agreement
from tests.signing.desk.servers import TOKEN, desk_in_thread
from tests.signing.paper_provider import PaperProvider, approved_agreement


def lose_the_answer() -> None:
    """Break off after the request has left."""
    raise PerhapsSent("The answer was lost.")


@pytest.fixture
def unknown(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give an agreement in `unknown`, in the register that the commands read."""
    monkeypatch.setenv("AVTALEFLYT_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    agreement_id = approved_agreement(register)
    provider = PaperProvider(when_sending=lose_the_answer)
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
    assert told("settle", unknown, "--sent", "4711") == {"id": unknown, "state": "sent"}
    assert told("status") == {"sent": 1}


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
