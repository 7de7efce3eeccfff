"""A Prefect server of the tests' own: a flow that starts one by itself spends most of its time on that."""

import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import requests

from tests.conftest import PROJECT

_MIGRATED = PROJECT / ".cache" / f"prefect-{version('prefect')}.db"


def lay_database(home: Path) -> None:
    """Lay an empty database of Prefect's into a folder: its migrations take longer than all the rest of a start.

    They run once for every process of every run of tests.
    """
    _MIGRATED.parent.mkdir(exist_ok=True)
    with _MIGRATED.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _MIGRATED.exists():
            _migrate(_MIGRATED)
    shutil.copyfile(_MIGRATED, home / "prefect.db")


def _migrate(target: Path) -> None:
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
        settings = {"PREFECT_HOME": folder, "DO_NOT_TRACK": "1"}
        done = subprocess.run(command, env=_with(settings), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        draft = Path(folder) / "whole.db"
        with closing(sqlite3.connect(Path(folder) / "prefect.db")) as database:
            database.execute("VACUUM INTO ?", [str(draft)])
        shutil.move(draft, target)


@contextmanager
def running_prefect(home: Path) -> Iterator[dict[str, str]]:
    """Run a server with its files in a folder; give the settings that lead to it."""
    lay_database(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--no-services"], env=_with(settings), stdout=log, stderr=subprocess.STDOUT, cwd=PROJECT
        )
    try:
        _wait_until_up(process, settings["PREFECT_API_URL"], home / "server.log")
        yield settings
    finally:
        process.terminate()
        process.wait(60)


def _with(settings: dict[str, str]) -> dict[str, str]:
    """Return the environment with these settings of Prefect's, and no others."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | settings


def _wait_until_up(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + 600  # a busy machine takes minutes
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if requests.get(f"{address}/health", timeout=30).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    pytest.fail("the Prefect server did not come up")
