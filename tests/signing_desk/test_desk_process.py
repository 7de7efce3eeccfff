import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from flows.errors import NotSent
from flows.private_files import open_to_others
from flows.signing.port import OpenRequest, RequestStatus
from flows.signing_desk.__main__ import main
from tests.signing_desk.documents import agreement, intent_of
from tests.signing_desk.servers import desk_process


def test_the_desk_keeps_everything_over_a_restart(tmp_path: Path) -> None:
    """Stopped and started again, request, signature, links, authority and the token it made itself are all there."""
    with desk_process(tmp_path / "desk", token="") as desk:
        assert len(desk.token) >= 32
        sent = desk.send()
        assert desk.act(sent.provider_id, 1, "sign").ok
        authority = (tmp_path / "desk" / "authority" / "ca.pem").read_bytes()
        paths = {link.rpartition("/")[2] for link in desk.provider.signer_links(sent.provider_id).values()}
    with desk_process(tmp_path / "desk", token="") as desk:
        links = desk.provider.signer_links(sent.provider_id)
        assert {link.rpartition("/")[2] for link in links.values()} == paths
        assert desk.act(sent.provider_id, 2, "sign").ok
        (update,) = desk.provider.poll([OpenRequest(sent.provider_id, "ref-1")])
        assert update.status == RequestStatus.SIGNED
        assert desk.provider.fetch_signed(update).pdf.startswith(agreement())
        assert (tmp_path / "desk" / "authority" / "ca.pem").read_bytes() == authority
    assert (tmp_path / "desk" / "token").stat().st_mode & 0o777 == 0o600
    assert not [path for path in (tmp_path / "desk").rglob("*") if open_to_others(path)]


@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGINT])
def test_the_desk_ends_cleanly_and_silently(tmp_path: Path, wish: signal.Signals) -> None:
    """Asked to stop, it ends with 0; in a working day it writes one line, and never a link."""
    with desk_process(tmp_path / "desk") as desk:
        sent = desk.send()
        desk.act(sent.provider_id, 2, "sign")
        desk.act(sent.provider_id, 1, "sign")
        desk.session.get(f"{desk.address}/sign/none", timeout=120)
        assert desk.process is not None
        os.kill(desk.process.pid, wish)
        out, err = desk.process.communicate(timeout=120)
        assert (desk.process.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two programs cannot listen on one port: exit code 2 and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code = main(["--folder", str(tmp_path / "desk"), "--port", str(other.getsockname()[1])])
    told = capsys.readouterr().err
    assert code == 2
    assert told.count("\n") == 1
    assert "Velg --port 0" in told


def test_the_desk_takes_no_name_of_a_secret_block_for_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prefect's blocks are for flows and commands; the desk says so instead of taking the name for its token."""
    monkeypatch.setenv("AVTALEFLYT_DESK_TOKEN", "prefect-secret:desk")
    code = main(["--folder", str(tmp_path / "desk"), "--port", "0"])
    told = capsys.readouterr().err
    assert (code, told.count("\n"), (tmp_path / "desk").exists()) == (2, 1, False)
    assert "AVTALEFLYT_DESK_TOKEN" in told


@pytest.mark.parametrize("folder", ["/sys/avtaleflyt", f"{__file__}/desk"])
def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing can be kept, the desk does not start, and names the folder."""
    code = main(["--folder", folder, "--port", "0"])
    told = capsys.readouterr().err
    assert (code, told.count("\n")) == (2, 1)
    assert folder in told


def test_two_desks_on_one_folder_are_one_desk(tmp_path: Path) -> None:
    """Started at the same time on an empty folder they share authority, links and requests, and sign each once."""
    with desk_process(tmp_path / "desk") as one, desk_process(tmp_path / "desk") as two:
        sent = one.send()
        assert two.send() == sent
        link = one.provider.signer_links(sent.provider_id)[1]
        token = link.rpartition("/")[2]
        clicks = [
            threading.Thread(
                target=desk.session.post, args=(f"{desk.address}/sign/{token}/sign",), kwargs={"timeout": 300}
            )
            for desk in (one, two)
        ]
        for click in clicks:
            click.start()
        for click in clicks:
            click.join()
        evidence = two.api("GET", f"/{sent.provider_id}/evidence").json()
        assert [event["what"] for event in evidence["events"]] == ["created", "signed"]


def test_a_real_deadline_passes(tmp_path: Path) -> None:
    """On the computer's own clock a request is expired after its deadline, and another one is still open."""
    with desk_process(tmp_path / "desk") as desk:
        far = desk.provider.send(
            intent_of(agreement(), "ref-1", desk.clock() + timedelta(days=1)), agreement()
        ).provider_id
        near, deadline = "", desk.clock()
        for seconds in (1.5, 10, 100):  # a busy machine may not be done sending before the deadline, which is refused
            deadline = desk.clock() + timedelta(seconds=seconds)
            with suppress(NotSent):
                near = desk.provider.send(intent_of(agreement(), "ref-2", deadline), agreement()).provider_id
                break
        threading.Event().wait((deadline - desk.clock()).total_seconds() + 0.05)
        requests = [OpenRequest(far, "ref-1"), OpenRequest(near, "ref-2")]
        assert [one.status for one in desk.provider.poll(requests)] == [RequestStatus.OPEN, RequestStatus.EXPIRED]


def test_the_desk_speaks_bokmaal_at_the_terminal() -> None:
    """The program's help is in bokmål."""
    program = [sys.executable, "-m", "flows.signing_desk", "--help"]
    ended = subprocess.run(program, capture_output=True, text=True, check=False, timeout=600)
    assert ended.returncode == 0
    assert "Vis denne hjelpen." in ended.stdout
    assert _no_english(ended.stdout + ended.stderr)


@pytest.mark.parametrize(
    ("options", "settings", "told"),
    [
        (["--port", "x"], {}, "Valgene er ikke gyldige."),
        ([], {"AVTALEFLYT_SIGNING_DAYS": "x"}, "AVTALEFLYT_SIGNING_DAYS (må være et helt tall)"),
        ([], {"AVTALEFLYT_SMTP_URL": "smtp://127.0.0.1"}, "Sett AVTALEFLYT_MAIL_FROM"),
    ],
)
def test_wrong_options_and_settings_are_told_in_bokmaal(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    settings: dict[str, str],
    told: str,
) -> None:
    """Exit code 2 and a sentence, without a traceback."""
    for name, value in (settings | {"AVTALEFLYT_OUTPUT": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    try:
        code = main([*options, "--folder", str(tmp_path / "desk")])
    except SystemExit as ended:  # argparse ends by itself
        code = ended.code if isinstance(ended.code, int) else -1
    printed = "".join(capsys.readouterr())
    assert code == 2
    assert told in printed
    assert _no_english(printed)


def _no_english(printed: str) -> bool:
    return not {"usage", "options", "error", "Traceback"} & set(printed.replace(":", " ").split())
