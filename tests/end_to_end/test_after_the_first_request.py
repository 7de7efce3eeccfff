"""What a person types after the first request: for a changed case, for a refusal by a signer or by the archive."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.archive.signed_agreements import authority
from tests.command_forks import ForkedCommands
from tests.command_line import run_command
from tests.conftest import PROJECT
from tests.mail.mail_server import Behaviour, free_port, running
from tests.signing_desk.servers import TOKEN, RunningDesk, desk_in_thread

pytestmark = pytest.mark.timeout(3600)  # each test starts six programs, which take minutes on a busy machine

REASON = "Beløpet i punkt 4 er feil"


@dataclass
class Line:
    """The commands, on an output folder and a desk of their own."""

    folder: Path
    desk: RunningDesk
    prefect: dict[str, str]
    forked: ForkedCommands
    settings: dict[str, str] = field(default_factory=dict)

    def told(self, *words: str) -> dict[str, Any]:
        """Run a command; return what it told."""
        told: dict[str, Any] = json.loads(self.run(*words, "--json"))
        return told

    def run(self, *words: str) -> str:
        """Run a command; return what it printed."""
        desk = {"OUTPUT": self.folder / "output", "DESK_URL": self.desk.address, "DESK_TOKEN": TOKEN, "WORKERS": 1}
        done = run_command(words, {**self.prefect, **desk, **self.settings}, forked=self.forked)
        assert done.out, done.err
        return done.out

    def send(self, *options: str, **changes: str) -> str:
        """Send the invented hire, with changed fields; return the agreement's id."""
        case = json.loads((PROJECT / "fixtures" / "new-alis.json").read_text())
        case = case[0] if isinstance(case, list) else case
        source = self.folder / "case.json"
        source.write_text(json.dumps([{**case, "ansvarlig_epost": "koordinator@kommune.example", **changes}]))
        (agreement,) = self.told("renew", str(source), "--send", *options)["agreements"]
        assert agreement["state"] == "sent"
        return str(agreement["id"])

    def at_desk(self, reference: str) -> dict[str, Any]:
        """Return the request with that reference as the desk has it."""
        (found,) = self.desk.api("GET", f"?reference={reference}").json()["requests"]
        return dict(found)

    def sign(self, reference: str) -> None:
        """Let everybody sign."""
        request = self.at_desk(reference)
        for signer in request["signers"]:
            self.desk.act(request["id"], signer["order"], "sign").raise_for_status()


@pytest.fixture
def line(tmp_path: Path, prefect_server: dict[str, str], forked_commands: ForkedCommands) -> Iterator[Line]:
    """Give the commands and a running desk."""
    with desk_in_thread(tmp_path / "desk") as desk:
        yield Line(tmp_path, desk, prefect_server, forked_commands)


def test_what_is_out_and_has_changed_is_replaced(line: Line) -> None:
    """`renew --replace`: the old request is cancelled at the desk, and a new one is out."""
    agreement = line.send()
    assert line.send("--replace", signatar_kommune_navn="Randi Nordvik") == agreement
    references = (f"{agreement}-v1-a1", f"{agreement}-v2-a1")
    assert [line.at_desk(reference)["status"] for reference in references] == ["cancelled", "open"]


def test_a_refusal_is_told_by_e_mail_once_and_sent_anew(line: Line) -> None:
    """The coordinator hears of it with the reason, whoever had signed hears without it; then it is sent anew."""
    port, post = free_port(), Behaviour()
    line.settings = {"SMTP_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "avtaleflyt@kommune.example"}
    line.settings |= {"TRUST_ANCHORS": str(line.folder / "desk" / "authority")}
    agreement = line.send()
    request = line.at_desk(f"{agreement}-v1-a1")
    line.desk.act(request["id"], 1, "sign").raise_for_status()
    line.desk.act(request["id"], 2, "decline", REASON).raise_for_status()
    assert "E-poster som ikke er levert" in line.told("collect")["mail_errors"][0], "the mail server is away"
    with running(post, port):
        assert line.told("collect")["mail_errors"] == []
    assert len(post.taken) == 2
    told = dict(post.taken)
    responsible = told.pop("koordinator@kommune.example")
    assert responsible["Subject"].strip().startswith("Avslått: ALIS-avtale")  # a long one begins on a line of its own
    assert REASON in responsible.get_content()
    assert f"avtaleflyt resend {agreement}" in responsible.get_content()
    (who_signed,) = told.values()
    assert REASON not in who_signed.get_content()
    assert "Du har signert" in who_signed.get_content()
    assert line.told("resend", agreement)["state"] == "sent"
    assert line.at_desk(f"{agreement}-v2-a1")["status"] == "open"


def test_what_the_archive_refused_is_sent_anew_and_archived(line: Line) -> None:
    """Quarantined for its authority; refused by a person, sent anew, signed, and archived as version 2."""
    authority().keep(line.folder / "another")
    line.settings = {"TRUST_ANCHORS": str(line.folder / "another")}
    agreement = line.send()
    line.sign(f"{agreement}-v1-a1")
    assert line.told("collect")["quarantined"] == [agreement]
    line.run("archive", "refuse", agreement, "--why", "signert under en ukjent utsteder")
    assert line.told("resend", agreement)["state"] == "sent"
    line.settings = {"TRUST_ANCHORS": str(line.folder / "desk" / "authority")}
    line.sign(f"{agreement}-v2-a1")
    assert line.told("collect")["archived"] == [agreement]
