"""`prefect deploy --all` against a real Prefect server, and what it deployed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import PROJECT
from tests.signing_desk.servers import RunningDesk, desk_in_thread

PREFECT = [sys.executable, "-m", "prefect"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run a Prefect server of the test's own; give the environment that reaches it."""
    home = tmp_path_factory.mktemp("prefect")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "AVTALEFLYT_OUTPUT": str(home / "output"),
    }
    command = [*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-services"]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=PROJECT)
    try:
        _wait_until_up(process, environment["PREFECT_API_URL"], home / "server.log")
        yield environment
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_up(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(120):
        assert process.poll() is None, log.read_text()
        try:
            if requests.get(f"{address}/health", timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.5)
    pytest.fail("the Prefect server did not come up")


def prefect(environment: dict[str, str], *arguments: str) -> str:
    """Run one Prefect command and return what it printed."""
    command = [*PREFECT, "--no-prompt", *arguments]
    done = subprocess.run(
        command, env=environment, cwd=PROJECT, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_flow_is_deployed(server: dict[str, str]) -> None:
    """Each flow gets its deployment, with its schedule in Norwegian time and no path of this computer."""
    prefect(server, "work-pool", "create", "avtaleflyt", "--type", "process")
    prefect(server, "deploy", "--all")
    answer = requests.post(f"{server['PREFECT_API_URL']}/deployments/filter", json={}, timeout=10)
    deployed = {one["name"]: one for one in answer.json()}
    assert deployed.keys() == {
        *("season", "hired", "every-ten-minutes", "every-five-minutes", "every-morning", "every-night")
    }
    for one in deployed.values():
        assert str(PROJECT) not in str(one["pull_steps"])
        for schedule in one["schedules"]:
            assert schedule["schedule"]["timezone"] == "Europe/Oslo"
    assert not any(schedule["active"] for schedule in deployed["season"]["schedules"])


def test_a_hire_starts_the_flow(server: dict[str, str]) -> None:
    """The deployment of a new hire is triggered by the event `alis.hired`."""
    answer = requests.post(f"{server['PREFECT_API_URL']}/automations/filter", json={}, timeout=10)
    triggers = [one["trigger"] for one in answer.json()]
    assert [trigger["expect"] for trigger in triggers] == [["alis.hired"]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    """Run a signing desk."""
    with desk_in_thread(tmp_path / "desk") as running:
        yield running


def collect(server: dict[str, str], desk: RunningDesk, output: Path, token: str) -> subprocess.CompletedProcess[str]:
    """Run `avtaleflyt collect` against the desk."""
    environment = {**server, "AVTALEFLYT_OUTPUT": str(output), "AVTALEFLYT_DESK_URL": desk.address}
    command = [sys.executable, "-m", "flows.cli", "collect"]
    return subprocess.run(
        command,
        env={**environment, "AVTALEFLYT_DESK_TOKEN": token},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_a_secret_comes_from_a_block_and_shows_nowhere(
    server: dict[str, str], desk: RunningDesk, tmp_path: Path
) -> None:
    """The run calls the desk with the block's secret; what Prefect, the screen and the files keep is not it."""
    make = "import sys; from prefect.blocks.system import Secret; Secret(value=sys.stdin.read()).save('desk-token')"
    subprocess.run([sys.executable, "-c", make], env=server, input=desk.token, text=True, check=True, timeout=120)
    output = tmp_path / "output"
    open_request = (
        "from datetime import UTC, datetime; from flows.register import open_register;"
        "from tests.signing.paper_provider import approved_agreement; from flows.signing.sending import send;"
        "from tests.signing_desk.documents import BOTH, agreement; import requests, sys, hashlib;"
        "from flows.signing.providers.desk import DeskProvider; register = open_register(sys.argv[1]);"
        "known = approved_agreement(register, hashlib.sha256(agreement()).hexdigest());"
        "print(send(register, DeskProvider(sys.argv[2], sys.stdin.read(), requests.Session()), known, BOTH,"
        " lambda _: agreement(), 'ALIS-avtale', 30))"
    )
    output.mkdir()
    made = subprocess.run(
        [sys.executable, "-c", open_request, f"sqlite:///{output / 'avtaleflyt.db'}", desk.address],
        env=server,
        input=desk.token,
        text=True,
        check=True,
        timeout=120,
        cwd=PROJECT,
        capture_output=True,
    )
    assert made.stdout.strip() == "sent"
    done = collect(server, desk, output, "prefect-secret:desk-token")
    assert done.returncode == 0, done.stdout + done.stderr
    told = []
    for path in ("flow_runs", "task_runs", "logs", "artifacts"):
        answer = requests.post(f"{server['PREFECT_API_URL']}/{path}/filter", json={}, timeout=10)
        assert answer.ok
        told.append(answer.text)
    assert "collect-signed" in requests.post(f"{server['PREFECT_API_URL']}/flows/filter", json={}, timeout=10).text
    files = [path.read_bytes() for path in output.rglob("*") if path.is_file()]
    assert desk.token not in done.stdout + done.stderr + "".join(told)
    assert not any(desk.token.encode() in content for content in files)


def test_a_block_that_is_not_there_is_a_sentence(server: dict[str, str], desk: RunningDesk, tmp_path: Path) -> None:
    """With the setting's name and the block's, and nothing else."""
    done = collect(server, desk, tmp_path / "output", "prefect-secret:no-such")
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "AVTALEFLYT_DESK_TOKEN viser til hemmeligheten «no-such», som ikke finnes i Prefect. Lag den der."
    )
