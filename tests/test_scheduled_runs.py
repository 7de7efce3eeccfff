"""Prefect's server, started as an installation starts it, makes runs of what is due at set times."""

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.conftest import PROJECT
from tests.mail.mail_server import free_port
from tests.prefect_server import lay_database
from tests.test_deployments import deploy

UNIT = PROJECT / "deploy/systemd/avtaleflyt-prefect.service"


@pytest.mark.slow
def test_runs_are_made_of_schedules(tmp_path: Path) -> None:
    """Of each deployment with a schedule that is active."""
    lay_database(tmp_path)
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    given = kept | {"PREFECT_HOME": str(tmp_path), "PREFECT_API_URL": api, "DO_NOT_TRACK": "1"}
    given |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "AVTALEFLYT_OUTPUT": str(tmp_path / "output")}
    started = next(line for line in UNIT.read_text().splitlines() if line.startswith("ExecStart="))
    words = [sys.executable, "-m", "prefect", *shlex.split(started)[1:-1], str(port)]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(words, env=given, stdout=log, stderr=subprocess.STDOUT, cwd=PROJECT)
    try:
        until = time.monotonic() + 600
        while not _answers(f"{api}/health"):
            assert server.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.5)
        deploy(given)
        deployments = requests.post(f"{api}/deployments/filter", json={}, timeout=60).json()
        wanted = {one["id"] for one in deployments if any(each["active"] for each in one["schedules"])}
        assert wanted
        while not wanted <= _planned(api):
            assert time.monotonic() < until, (tmp_path / "log").read_text()[-2000:]
            time.sleep(1)
    finally:
        server.terminate()
        server.wait(60)


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=30).ok
    except requests.RequestException:
        return False


def _planned(api: str) -> set[str]:
    """Return the deployments that have runs in wait."""
    wanted = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    runs = requests.post(f"{api}/flow_runs/filter", json=wanted, timeout=60).json()
    return {one["deployment_id"] for one in runs}
