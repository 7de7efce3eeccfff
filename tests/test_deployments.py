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
    assert deployed.keys() == {"season", "hired", "every-five-minutes", "every-morning", "every-night"}
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
