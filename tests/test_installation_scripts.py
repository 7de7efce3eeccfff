"""The scripts that install Avtaleflyt for systemd and run its commands, in a folder instead of on a whole machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.conftest import PROJECT

SYSTEMD = PROJECT / "deploy/systemd"
HOST = "avtaler.example"


def install(root: Path, *more: str, host: str = HOST, umask: int = 0o022) -> Path:
    """Run install.sh into a folder, with the Python environment of the tests; return the folder of the settings."""
    words = ["sh", str(SYSTEMD / "install.sh"), host, "--root", str(root), "--environment", sys.prefix, *more]
    done = subprocess.run(words, capture_output=True, text=True, check=False, umask=umask)
    assert done.returncode == 0, done.stderr
    return root / "etc/avtaleflyt"


def lines(path: Path) -> set[str]:
    """Return the lines of a file of settings."""
    return set(path.read_text().splitlines())


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Give a folder with the paths of an installation, and a command that shows its environment and its words."""
    (tmp_path / "opt/avtaleflyt/current/.venv/bin").mkdir(parents=True)
    (tmp_path / "var/lib/avtaleflyt").mkdir(parents=True)
    (tmp_path / "etc/avtaleflyt").mkdir(parents=True)
    program = tmp_path / "opt/avtaleflyt/current/.venv/bin/avtaleflyt"
    program.write_text('#!/bin/sh\npwd; env | grep "^AVTALEFLYT_\\|^PREFECT_"; printf "<%s>\\n" "$@"\n')
    (tmp_path / "bin").mkdir()
    runuser = tmp_path / "bin/runuser"
    runuser.write_text('#!/bin/sh\n[ "$1 $2 $3" = "-u avtaleflyt --" ] && shift 3 && exec "$@"\n')
    for one in (program, runuser):
        one.chmod(0o755)
    return tmp_path


def run_command(machine: Path, words: Sequence[str]) -> set[str]:
    """Run as-avtaleflyt.sh on such a folder; return the lines that the command printed."""
    text = (SYSTEMD / "as-avtaleflyt.sh").read_text()
    for place in ("/etc/avtaleflyt", "/opt/avtaleflyt", "/var/lib/avtaleflyt"):
        text = text.replace(place, f"{machine}{place}")
    given = {"PATH": f"{machine}/bin:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", text, "sh", *words], env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return set(done.stdout.splitlines())


def test_a_command_gets_the_settings_as_the_services_do(machine: Path) -> None:
    """With spaces, quotes and what a shell would take for its own; remarks are none."""
    (machine / "etc/avtaleflyt/settings.env").write_text(
        "# Settings\n"
        "\n"
        "AVTALEFLYT_FRESH_SIGN_IN=send destroy\n"
        "AVTALEFLYT_ARCHIVE_CREATOR=Eksempel kommune\n"
        'AVTALEFLYT_CONTACT="IT-avdelingen, it@eksempel.example"\n'
        "AVTALEFLYT_POSTEN_PASSWORD=a$HOME`id`&b;c=d\n"
        "PREFECT_API_URL=http://127.0.0.1:4200/api"
    )
    assert run_command(machine, ["status", "two words"]) == {
        f"{machine}/var/lib/avtaleflyt",
        "AVTALEFLYT_FRESH_SIGN_IN=send destroy",
        "AVTALEFLYT_ARCHIVE_CREATOR=Eksempel kommune",
        "AVTALEFLYT_CONTACT=IT-avdelingen, it@eksempel.example",
        "AVTALEFLYT_POSTEN_PASSWORD=a$HOME`id`&b;c=d",
        "PREFECT_API_URL=http://127.0.0.1:4200/api",
        "<status>",
        "<two words>",
    }


def test_a_command_can_be_run_by_the_owner_of_the_tables(machine: Path) -> None:
    """Restoring and upgrading are; every other setting is the same."""
    (machine / "etc/avtaleflyt/settings.env").write_text(
        "AVTALEFLYT_OUTPUT=/o\nAVTALEFLYT_DATABASE_URL=postgresql://a\n"
    )
    (machine / "etc/avtaleflyt/owner.env").write_text("# The owner\nAVTALEFLYT_DATABASE_URL=postgresql://owner\n")
    told = run_command(machine, ["--owner", "archive", "restore", "kopi"])
    assert {"AVTALEFLYT_DATABASE_URL=postgresql://owner", "AVTALEFLYT_OUTPUT=/o", "<restore>", "<kopi>"} <= told
    assert "<--owner>" not in told
    assert "AVTALEFLYT_DATABASE_URL=postgresql://a" in run_command(machine, ["status"])


def test_a_signing_desk_can_come_later(tmp_path: Path) -> None:
    """It gets its name at the proxy and in its links; the rest of what was set stays."""
    settings = install(tmp_path)
    assert "DESK_HOST=http://desk.localhost:8480" in lines(settings / "proxy.env")
    with (settings / "proxy.env").open("a") as file:
        file.write("EXTRA=mine\n")
    before = lines(settings / "settings.env")
    for name in ("signer.example", "benk.example"):
        install(tmp_path, "--desk", name)
        assert {f"PUBLIC_HOST={HOST}", f"DESK_HOST={name}", "EXTRA=mine"} <= lines(settings / "proxy.env")
        assert lines(settings / "settings.env") - before == {f"AVTALEFLYT_DESK_ADDRESS=https://{name}"}
        assert before <= lines(settings / "settings.env")


def test_another_name_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """The proxy answers under it and links lead there; an address that was set by hand stays under the same name."""
    settings = install(tmp_path)
    before = lines(settings / "settings.env")
    install(tmp_path, host="nytt-navn.example")
    assert "PUBLIC_HOST=nytt-navn.example" in lines(settings / "proxy.env")
    assert lines(settings / "settings.env") - before == {"AVTALEFLYT_PUBLIC_URL=https://nytt-navn.example"}
    by_hand = "AVTALEFLYT_PUBLIC_URL=https://nytt-navn.example:8443"
    text = (settings / "settings.env").read_text()
    (settings / "settings.env").write_text(text.replace("AVTALEFLYT_PUBLIC_URL=https://nytt-navn.example", by_hand))
    install(tmp_path, host="nytt-navn.example")
    assert by_hand in lines(settings / "settings.env")


def test_a_certificate_for_the_pages_is_taken_up(tmp_path: Path) -> None:
    """Laid into its folder, it is the proxy's from the next installation on."""
    settings = install(tmp_path)
    assert "TLS=" in lines(settings / "proxy.env")
    for name in ("certificate.pem", "key.pem"):
        (settings / "tls" / name).touch()
    install(tmp_path)
    assert f"TLS=tls {settings}/tls/certificate.pem {settings}/tls/key.pem" in lines(settings / "proxy.env")


def test_the_program_can_be_read_where_root_keeps_its_files_to_itself(tmp_path: Path) -> None:
    """A machine whose root makes files for itself alone: the account of the program reads it all the same."""
    install(tmp_path, umask=0o077)
    program = tmp_path / "opt/avtaleflyt"
    closed = [path for path in program.rglob("*") if not path.is_symlink() and not path.stat().st_mode & 0o004]
    assert [program, *closed] == [program]
    assert program.stat().st_mode & 0o005 == 0o005


@contextmanager
def prefect_server(refusals: int) -> Iterator[tuple[str, list[int]]]:
    """Serve as a Prefect server that is not ready for some requests; give its address and the answers that it gave."""
    given: list[int] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given.append(503 if len(given) < refusals else 200)
            self.send_response(given[-1])
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api", given
        server.shutdown()


def test_flows_are_told_once_the_server_answers(tmp_path: Path) -> None:
    """Units are started together, and a new server makes its tables first."""
    fake = tmp_path / "prefect"
    fake.write_text(f'#!/bin/sh\necho "$2 $3" >>{tmp_path}/calls\n')
    fake.chmod(0o755)
    with prefect_server(refusals=3) as (address, given):
        path = f"{tmp_path}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        words = ["sh", str(PROJECT / "deploy/deploy-flows.sh")]
        done = subprocess.run(words, env={"PATH": path, "PREFECT_API_URL": address}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert given == [503, 503, 503, 200]
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[:2] == ["work-pool create", "deploy --all"]


def test_what_is_installed_already_is_kept(tmp_path: Path) -> None:
    """Installing again after a change of settings makes no new environment: it takes minutes, and stops what runs."""
    release = tmp_path / "release"
    shutil.copytree(PROJECT / "deploy", release / "deploy", ignore=shutil.ignore_patterns("settings"))
    (release / "pyproject.toml").write_text('version = "1.2.3"\n')
    (release / ".setup").mkdir()
    steps = {
        "python": f"mkdir -p .venv/bin && ln -s {sys.executable} .venv/bin/python",
        "requirements": "",
        "assets": "",
    }
    for name, does in steps.items():
        step = release / ".setup" / f"{name}.sh"
        step.write_text(f"#!/bin/sh\necho {name} >>{tmp_path}/steps\n{does}\n")
        step.chmod(0o755)
    for _ in range(2):
        words = ["sh", str(release / "deploy/systemd/install.sh"), HOST, "--root", str(tmp_path / "root")]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "steps").read_text().split() == ["python", *["requirements", "assets"] * 2]
    assert (tmp_path / "root/opt/avtaleflyt/current/.venv/bin/python").exists()
