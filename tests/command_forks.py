"""Commands as forks of one process that has imported the program: `python -m tests.command_forks ADDRESS`.

A command whose flow runs at a Prefect server spends most of its processor time on imports. Each fork is a process of
its own, with its own environment, directory, output and end; what is shared is the code in memory. All flows of such a
process run at the same Prefect server, because Prefect reads its settings when it is imported.
"""

import importlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import PROJECT

_IMPORTED = (
    *("flows.cli", "flows.renewal_season", "flows.new_alis", "flows.collect_signed", "flows.yearly_review"),
    *("flows.keep_archive", "flows.documents", "flows.archive"),
)
_READY = "ready"


class ForkedCommands:
    """The process that forks, as the tests reach it. `runs_at` says whether it can run a command of an environment."""

    def __init__(self, address: Path, environment: Mapping[str, str]) -> None:
        self._address, self._prefect = address, _prefect_of(environment)

    def runs_at(self, environment: Mapping[str, str]) -> bool:
        """Return whether a command of this environment reaches the Prefect server that this process knows."""
        return self._prefect == _prefect_of(environment)

    def run(self, arguments: Sequence[str], environment: Mapping[str, str], directory: Path) -> tuple[int, str, str]:
        """Run a command; return its exit code and what it printed on both streams."""
        with TemporaryDirectory() as name, socket.socket(socket.AF_UNIX) as connection:
            printed = [str(Path(name) / stream) for stream in ("out", "err")]
            connection.connect(str(self._address))
            order = [list(arguments), dict(environment), str(directory), *printed]
            connection.sendall(json.dumps(order).encode())
            connection.shutdown(socket.SHUT_WR)
            code = int(connection.makefile().read())
            out, err = (Path(path).read_text(encoding="utf-8") for path in printed)
            return code, out, err


def _prefect_of(environment: Mapping[str, str]) -> str:
    return environment.get("PREFECT_API_URL", "")


@contextmanager
def forking(environment: Mapping[str, str]) -> Iterator[ForkedCommands]:
    """Run the process that forks, for commands that reach the Prefect server of this environment."""
    quiet = {"PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL"}  # as the program has it
    with TemporaryDirectory(prefix="forks-") as name:
        address = Path(name) / "commands"
        command = [sys.executable, "-m", "tests.command_forks", str(address)]
        with subprocess.Popen(
            command, env={**environment, **quiet}, cwd=PROJECT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            assert process.stdout.readline().strip() == _READY
            yield ForkedCommands(address, environment)
            process.terminate()


def main(address: str) -> None:
    """Fork a command for each order; a fork leaves the loop and ends as the command does."""
    for name in _IMPORTED:
        importlib.import_module(name)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        sys.stdout.write(f"{_READY}\n")
        sys.stdout.flush()
        while True:
            connection, _peer = listener.accept()
            with connection:
                order = json.loads(connection.makefile().read())
                child = os.fork()
                if not child:
                    break
                _pid, status = os.waitpid(child, 0)
                connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    _become(*order)


def _become(arguments: list[str], environment: dict[str, str], directory: str, out: str, err: str) -> None:
    """Run a command in this process, as its entry point does."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    for stream, path in ((1, out), (2, err)):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, stream)
        os.close(descriptor)
    sys.argv = ["avtaleflyt", *arguments]
    from flows.cli import main as run

    run()


if __name__ == "__main__":
    main(sys.argv[1])
