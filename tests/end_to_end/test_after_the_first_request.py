"""What a person types after a request has come to nothing: refused by a signer, or refused by the archive."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

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
    settings: dict[str, str] = field(default_factory=dict)

    def told(self, *words: str) -> dict[str, Any]:
        """Run a command; return what it told."""
        told: dict[str, Any] = json.loads(self.run(*words, "--json"))
        return told

    def run(self, *words: str) -> str:
        """Run a command; return what it printed."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AVTALEFLYT_"))}
        ours = {"OUTPUT": str(self.folder / "output"), "DESK_URL": self.desk.address, "DESK_TOKEN": TOKEN}
        ours |= self.settings
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", *words],
            cwd=PROJECT,
            env=kept | {f"AVTALEFLYT_{name}": value for name, value in ours.items()},
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )
        assert done.stdout, done.stderr
        return done.stdout

    def send(self) -> str:
        """Send the invented hire; return the agreement's id."""
        case = json.loads((PROJECT / "fixtures" / "new-alis.json").read_text())
        case = case[0] if isinstance(case, list) else case
        source = self.folder / "case.json"
        source.write_text(json.dumps([{**case, "ansvarlig_epost": "koordinator@kommune.example"}]))
        (agreement,) = self.told("renew", str(source), "--send")["agreements"]
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
def line(tmp_path: Path) -> Iterator[Line]:
    """Give the commands and a running desk."""
    with desk_in_thread(tmp_path / "desk") as desk:
        yield Line(tmp_path, desk)


def test_a_refusal_is_told_by_e_mail_once_and_sent_anew(line: Line) -> None:
    """The coordinator hears of it with the reason, whoever had signed hears without it; then it is sent anew."""
    port, post = free_port(), Behaviour()
    line.settings = {"SMTP_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "avtaleflyt@kommune.example"}
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
    assert responsible["Subject"].startswith("Avslått: ALIS-avtale")
    assert REASON in responsible.get_content()
    assert f"avtaleflyt resend {agreement}" in responsible.get_content()
    (who_signed,) = told.values()
    assert REASON not in who_signed.get_content()
    assert "Du har signert" in who_signed.get_content()
    assert line.told("resend", agreement)["state"] == "sent"
    assert line.at_desk(f"{agreement}-v2-a1")["status"] == "open"


def test_what_the_archive_refused_is_sent_anew_and_archived(line: Line) -> None:
    """Quarantined for its authority; refused by a person, sent anew, signed, and archived as version 2."""
    agreement = line.send()
    line.sign(f"{agreement}-v1-a1")
    assert line.told("collect")["quarantined"] == [agreement]
    line.run("archive", "refuse", agreement, "--why", "signert under en ukjent utsteder")
    assert line.told("resend", agreement)["state"] == "sent"
    line.settings = {"TRUST_ANCHORS": str(line.folder / "desk" / "authority")}
    line.sign(f"{agreement}-v2-a1")
    assert line.told("collect")["archived"] == [agreement]
