"""The Prefect server that a command starts for itself: closed to others, and gone with the command."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import PROJECT
from tests.prefect_server import lay_database

COMMAND = """
import os, sys
from pathlib import Path
from flows.deployment.embedded_server import start_embedded_server, use_embedded_prefect
from flows.settings import Settings
use_embedded_prefect(Settings(output=Path(sys.argv[1])))
start_embedded_server()
start_embedded_server()  # a second flow of the same command finds it running
print(os.environ["PREFECT_API_URL"], os.environ["PREFECT_API_AUTH_STRING"], flush=True)
sys.stdin.read()
"""


def is_up(address: str) -> bool:
    """Return whether anything answers there."""
    try:
        requests.get(f"{address}/health", timeout=60)
    except requests.ConnectionError:
        return False
    return True


def secret_type(address: str, password: tuple[str, str]) -> dict[str, str]:
    """Return what a secret block is at a Prefect server: the ids of its type and schema."""
    slug = requests.get(f"{address}/block_types/slug/secret", timeout=60, auth=password).json()["id"]
    asked = {"block_schemas": {"block_type_id": {"any_": [slug]}}}
    schema = requests.post(f"{address}/block_schemas/filter", json=asked, timeout=60, auth=password).json()[0]["id"]
    return {"block_type_id": slug, "block_schema_id": schema}


@pytest.fixture
def command(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a program that starts the server and waits until its input ends."""
    (tmp_path / "prefect").mkdir()
    lay_database(tmp_path / "prefect")
    ours = ("PREFECT_", "AVTALEFLYT_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    program = [sys.executable, "-c", COMMAND, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(program, stdin=pipe, stdout=pipe, text=True, cwd=PROJECT, env=environment) as running:
        yield running
        running.kill()


@pytest.mark.parametrize("end", ["its end", "kill -9"])
def test_the_server_answers_who_has_the_password_and_ends_with_its_command(
    command: subprocess.Popen[str], end: str, tmp_path: Path
) -> None:
    """However the command ends, no server is left behind; the key of its secret blocks does not lie with them."""
    assert command.stdin
    assert command.stdout
    address, password = command.stdout.readline().split()
    assert requests.post(f"{address}/flows/filter", json={}, timeout=60).status_code == 401
    user, _, word = password.partition(":")
    assert requests.post(f"{address}/flows/filter", json={}, timeout=60, auth=(user, word)).json() == []
    block = {"name": "hemmelig", "data": {"value": "frosk under stein"}, **secret_type(address, (user, word))}
    assert requests.post(f"{address}/block_documents/", json=block, timeout=60, auth=(user, word)).status_code == 201
    with sqlite3.connect(tmp_path / "prefect" / "prefect.db") as database:
        assert database.execute("SELECT count(*) FROM configuration WHERE key = 'ENCRYPTION_KEY'").fetchone() == (0,)
    assert (tmp_path / "keys" / "prefect-blocks.key").stat().st_mode & 0o777 == 0o600
    if end == "kill -9":
        command.send_signal(signal.SIGKILL)
    else:
        command.stdin.close()
    command.wait(120)
    for _ in range(600):
        if not is_up(address):
            return
        time.sleep(0.1)
    pytest.fail("the server is still there")
