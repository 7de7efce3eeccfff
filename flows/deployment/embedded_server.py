"""The Prefect server of a machine of its own: quiet, local, without telemetry, and ended with its command.

Anything set in the environment already wins, so that the same commands run against a Prefect server elsewhere. The
server listens on the loopback interface and answers only who has the password, which is made anew for every command.
"""

import atexit
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from flows.errors import ComponentMissing
from flows.language import translate as _
from flows.settings import Settings

_SECONDS_TO_START = 300
_SECONDS_TO_END = 10
_EMBEDDED = "AVTALEFLYT_EMBEDDED_PREFECT"
"""Set in the environment where this program, and not its user, has said where Prefect keeps its files.

Its value is the folder of the key that encrypts secret blocks; Prefect itself puts it into their database.
"""
_BLOCKS_KEY = "prefect-blocks.key"
_started: list[str] = []
"""The address of the server that this process has started."""


def use_embedded_prefect(settings: Settings) -> None:
    """Set the environment for a server with its files below `output/prefect`. Call before Prefect is first imported."""
    if not {"PREFECT_HOME", "PREFECT_API_URL", "PREFECT_PROFILE"} & os.environ.keys():
        os.environ[_EMBEDDED] = str(settings.head_keys_folder.absolute())
    quiet = {
        "PREFECT_HOME": str(settings.output / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(_SECONDS_TO_START),
    }
    for name, value in quiet.items():
        os.environ.setdefault(name, value)
    with suppress(OSError):  # Prefect makes one folder, not those above it; most commands do not need it
        Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)


def is_embedded() -> bool:
    """Say whether Prefect is this program's own, and nobody has named a server elsewhere."""
    return _EMBEDDED in os.environ and os.environ.get("PREFECT_API_URL") in {None, *_started}


def start_embedded_server() -> None:
    """Start the server and set its address in the environment, unless Prefect is elsewhere or started already.

    Call it before Prefect is first imported. Raises `ComponentMissing` if the server does not come up.
    """
    if not is_embedded() or _started:
        return
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    password = f"avtaleflyt:{secrets.token_urlsafe(32)}"
    os.environ["PREFECT_SERVER_API_AUTH_STRING"] = os.environ["PREFECT_API_AUTH_STRING"] = password
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        port, descriptor = listener.getsockname()[1], listener.fileno()
        command = [sys.executable, "-m", "flows.deployment.server_process", str(descriptor)]
        key = os.environ.get("PREFECT_SERVER_ENCRYPTION_KEY") or _blocks_key(Path(os.environ[_EMBEDDED]))
        environment = {**os.environ, "PREFECT_UI_ENABLED": "0", "PREFECT_SERVER_ENCRYPTION_KEY": key}
        server = subprocess.Popen(  # noqa: S603
            command,
            env=environment,
            stdin=subprocess.PIPE,
            pass_fds=(descriptor,),
            process_group=0,  # Ctrl+C is for the command; the server ends when its input does
        )
    atexit.register(_end, server)
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    _started.append(os.environ["PREFECT_API_URL"])
    _wait_until_up(server, f"http://127.0.0.1:{port}/api/health")


def _blocks_key(folder: Path) -> str:
    """Return the key of secret blocks, made on first use and readable by its owner alone."""
    from cryptography.fernet import Fernet  # most commands start no server

    path = folder / _BLOCKS_KEY
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(Fernet.generate_key().decode())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another command was first; its key counts
        finally:
            draft.unlink()
    return path.read_text()


def _wait_until_up(server: subprocess.Popen[bytes], address: str) -> None:
    give_up = time.monotonic() + _SECONDS_TO_START
    while server.poll() is None and time.monotonic() < give_up:
        try:
            with urlopen(address, timeout=_SECONDS_TO_START):  # noqa: S310 - our own address
                return
        except (HTTPError, URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
    told = _("Prefect's embedded server did not start: see whether the disk is full, and {folder} can be written.")
    raise ComponentMissing(told.format(folder=os.environ["PREFECT_HOME"]))


def _end(server: subprocess.Popen[bytes]) -> None:
    if server.stdin:
        server.stdin.close()
    try:
        server.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
