"""`prefect deploy --all` against a real Prefect server, what it deployed, and a real worker that runs it."""

import logging
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import select
from urllib3.util import Retry

from flows.private_files import open_to_others
from flows.register import Agreement, open_register
from tests.command_line import LIMIT, environment
from tests.conftest import PROJECT
from tests.signing_desk.servers import RunningDesk, desk_in_thread

PREFECT = [sys.executable, "-m", "prefect"]


@pytest.fixture(scope="module")
def server(prefect_server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the environment that reaches a Prefect server."""
    return environment({**prefect_server, "OUTPUT": tmp_path_factory.mktemp("deployments") / "output"})


def deploy(server: dict[str, str]) -> None:
    """Run the script that tells a server of every flow."""
    here = {**server, "PATH": f"{Path(sys.executable).parent}:{server['PATH']}"}
    command = ["sh", "deploy/deploy-flows.sh"]
    done = subprocess.run(command, env=here, cwd=PROJECT, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def deployed(server: dict[str, str]) -> dict[str, Any]:
    """Deploy every flow as the documentation says; give the deployments by name."""
    deploy(server)
    answer = requests.post(f"{server['PREFECT_API_URL']}/deployments/filter", json={}, timeout=60)
    return {one["name"]: one for one in answer.json()}


def test_every_flow_is_deployed(deployed: dict[str, Any]) -> None:
    """Each flow gets its deployment, with its schedule in Norwegian time and no path of this computer."""
    assert deployed.keys() == {
        *("season", "part", "hired", "every-five-minutes", "every-ten-minutes", "every-quarter", "every-morning"),
        "every-night",
    }
    for one in deployed.values():
        assert str(PROJECT) not in str(one["pull_steps"])
        for schedule in one["schedules"]:
            assert schedule["schedule"]["timezone"] == "Europe/Oslo"
    assert not any(schedule["active"] for schedule in deployed["season"]["schedules"])


@pytest.mark.usefixtures("deployed")
def test_what_is_deployed_again_is_there_once(server: dict[str, str]) -> None:
    """The event `alis.hired` starts the deployment of a new hire, and runs that fall silent are ended, each by one."""
    deploy(server)
    answer = requests.post(f"{server['PREFECT_API_URL']}/automations/filter", json={}, timeout=60)
    found = {one["name"]: one for one in answer.json()}
    assert len(found) == len(answer.json()) == 2
    silent = found.pop("runs-whose-machine-ended")
    assert silent["enabled"]
    assert silent["trigger"]["after"] == ["prefect.flow-run.heartbeat"]
    assert [one["type"] for one in silent["actions"]] == ["change-flow-run-state"]
    assert [one["trigger"]["expect"] for one in found.values()] == [["alis.hired"]]


_CALLS_OFF = """
import sys
from uuid import UUID
from flows.deployment.part_runs import _call_off
_call_off([UUID(one) for one in sys.argv[1:]])
"""


def test_a_part_run_that_has_not_begun_is_cancelled_when_the_season_is_done(
    server: dict[str, str], deployed: dict[str, Any]
) -> None:
    """One that runs goes on to its end."""
    api, order = server["PREFECT_API_URL"], {"state": {"type": "SCHEDULED"}}
    with requests.Session() as session:
        made = [
            session.post(f"{api}/deployments/{deployed['part']['id']}/create_flow_run", json=order, timeout=60).json()
            for _each in range(2)
        ]
        waiting, running = (str(one["id"]) for one in made)
        begun = {"state": {"type": "RUNNING", "name": "Running"}, "force": True}
        assert session.post(f"{api}/flow_runs/{running}/set_state", json=begun, timeout=60).ok
        command = [sys.executable, "-c", _CALLS_OFF, waiting, running]
        subprocess.run(command, env=server, cwd=PROJECT, check=True, timeout=LIMIT)
        found = [session.get(f"{api}/flow_runs/{one}", timeout=60).json() for one in (waiting, running)]
        assert [(one["state_type"], one["state_name"]) for one in found] == [
            ("CANCELLED", "Ikke nødvendig"),
            ("RUNNING", "Running"),
        ]
        for one in (waiting, running):
            assert session.delete(f"{api}/flow_runs/{one}", timeout=60).ok


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """Run an S3 service with a bucket; give the variables that make it the store."""
    moto = pytest.importorskip("moto.server", reason="install it with: make test")
    boto3 = pytest.importorskip("boto3", reason="install it with: make test")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    address, keys = f"http://{host}:{port}", {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    client.create_bucket(Bucket="arkiv")
    client.close()
    store = {"AVTALEFLYT_STORE_URL": "s3://arkiv/lager", "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true"}
    yield {"AWS_ENDPOINT_URL": address} | keys | store
    running.stop()


@contextmanager
def worker(environment: dict[str, str], home: Path) -> Iterator[None]:
    """Run a process worker of its own home in an empty folder, as on a machine where the package is installed."""
    (home / "empty").mkdir(parents=True)
    command = [*PREFECT, "worker", "start", "--pool", "avtaleflyt", "--type", "process"]
    here = {**environment, "PREFECT_HOME": str(home), "PREFECT_WORKER_QUERY_SECONDS": "1"}
    with (home / "worker.log").open("w") as log:
        process = subprocess.Popen(command, env=here, stdout=log, stderr=subprocess.STDOUT, cwd=home / "empty")
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:  # it waits for a run that the test has given up
            process.kill()
            process.wait()


def run_deployments(
    server: dict[str, str], deployed: dict[str, Any], wanted: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Run deployments at once, with these parameters; wait until all have ended; return the run of each."""
    api, session = server["PREFECT_API_URL"], requests.Session()
    busy = Retry(total=20, status_forcelist=[503], allowed_methods=None, backoff_factor=0.5)  # its SQLite is locked
    session.mount("http://", HTTPAdapter(max_retries=busy))
    runs = {}
    for name, parameters in wanted.items():
        order = {"parameters": parameters, "state": {"type": "SCHEDULED"}, "idempotency_key": uuid4().hex}
        made = session.post(f"{api}/deployments/{deployed[name]['id']}/create_flow_run", json=order, timeout=60)
        assert made.ok, made.text
        runs[name] = made.json()["id"]
    asked = {"flow_runs": {"id": {"any_": list(runs.values())}}}
    ended = {one["id"]: one for one in _once_ended(session, api, asked)}
    return {name: ended[each] for name, each in runs.items()}


def runs_of(server: dict[str, str], deployment: str) -> list[dict[str, Any]]:
    """Return the runs of a deployment, once all have ended."""
    asked = {"deployments": {"id": {"any_": [deployment]}}}
    with requests.Session() as session:
        return _once_ended(session, server["PREFECT_API_URL"], asked)


def _once_ended(session: requests.Session, api: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the runs that a filter finds, once all have ended; asked for seldom, since the server has work to do."""
    for _ in range(300):
        found: list[dict[str, Any]] = session.post(f"{api}/flow_runs/filter", json=asked, timeout=60).json()
        if all(one["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} for one in found):
            return found
        time.sleep(2)
    pytest.fail(f"still running: {[one['state_name'] for one in found]}")


def states(url: str) -> dict[str, str]:
    """Return the state of each agreement of a register."""
    with closing(open_register(url)) as register, register.read() as session:
        return {one.id: one.state for one in session.scalars(select(Agreement))}


@pytest.mark.timeout(900)  # seven processes one after the other, on however busy a machine
def test_a_worker_anywhere_runs_every_deployment(
    server: dict[str, str],
    deployed: dict[str, Any],
    bucket: dict[str, str],
    postgres_url: str,
    desk: RunningDesk,
    tmp_path: Path,
) -> None:
    """Two workers one after the other, each with a home and an empty folder of its own, on PostgreSQL and S3.

    The second trusts no certificates yet: there, collecting is wrong set-up, and nothing is quarantined.
    """
    url = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    shared = {**server, **bucket, "AVTALEFLYT_DATABASE_URL": url, "AVTALEFLYT_DESK_URL": desk.address}
    shared |= {"AVTALEFLYT_DESK_TOKEN": desk.token, "AVTALEFLYT_CASES": str(PROJECT / "fixtures/renewal-2027.xlsx")}
    shared |= {"PYTHONPATH": str(PROJECT), "AVTALEFLYT_WORKERS": "1", "AVTALEFLYT_HEAD_KEYS": str(tmp_path / "keys")}
    shared |= {"AVTALEFLYT_PART": "10"}  # two parts: the season asks for a run of the deployment `part`, too
    trusting = {"AVTALEFLYT_OUTPUT": str(tmp_path / "one"), "AVTALEFLYT_TRUST_ANCHORS": str(desk.folder / "authority")}
    with worker(shared | trusting, tmp_path / "first"):
        season = run_deployments(server, deployed, {"season": {"send": False}})["season"]
        assert (season["state_type"], season["state_name"]) == ("COMPLETED", "Venter på en person"), season["state"]
        made = sorted(one for one, state in states(url).items() if state == "generated")
        parts = runs_of(server, deployed["part"]["id"])
        (state,) = [one["state_name"] for one in parts]
        assert state in {"Ferdig", "Ikke nødvendig"}, parts[0]["state"]  # called off if the season was done before
        assert re.fullmatch(r"Del av en sesong .* \(1/1\)", parts[0]["name"])
        names = ("every-five-minutes", "every-ten-minutes", "every-morning", "every-night")
        rest: dict[str, dict[str, Any]] = {name: {} for name in names}
        runs = run_deployments(server, deployed, {"hired": {"agreement": made[0], "send": True}, **rest})
        for name, run in runs.items():
            assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Ferdig"), (name, run["state"])
    assert re.fullmatch(r"Sesong \d{4}-\d\d-\d\d \d\d:\d\d", season["name"])
    assert f"generert: {len(made)}" in season["state"]["message"]
    assert not [path for name in ("one", "keys") for path in (tmp_path / name).rglob("*") if open_to_others(path)]
    with worker({**shared, "AVTALEFLYT_OUTPUT": str(tmp_path / "two")}, tmp_path / "second"):
        run = run_deployments(server, deployed, {"every-five-minutes": {}})["every-five-minutes"]
    assert run["state_type"] == "FAILED"
    assert "AVTALEFLYT_TRUST_ANCHORS" in run["state"]["message"]
    assert Counter(states(url).values()) == {"sent": 1, "generated": len(made) - 1}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    """Run a signing desk."""
    with desk_in_thread(tmp_path / "desk") as running:
        yield running


def collect(server: dict[str, str], desk: RunningDesk, output: Path, token: str) -> subprocess.CompletedProcess[str]:
    """Run `avtaleflyt collect` against the desk."""
    settings = {**server, "AVTALEFLYT_OUTPUT": str(output), "AVTALEFLYT_DESK_URL": desk.address}
    settings |= {"AVTALEFLYT_TRUST_ANCHORS": str(desk.folder / "authority")}
    command = [sys.executable, "-m", "flows.cli", "collect"]
    return subprocess.run(
        command,
        env={**settings, "AVTALEFLYT_DESK_TOKEN": token},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def test_a_secret_comes_from_a_block_and_shows_nowhere(
    server: dict[str, str], desk: RunningDesk, tmp_path: Path
) -> None:
    """The run calls the desk with the block's secret; what Prefect, the screen and the files keep is not it."""
    make = "import sys; from prefect.blocks.system import Secret; Secret(value=sys.stdin.read()).save('desk-token')"
    subprocess.run([sys.executable, "-c", make], env=server, input=desk.token, text=True, check=True, timeout=LIMIT)
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
        timeout=LIMIT,
        cwd=PROJECT,
        capture_output=True,
    )
    assert made.stdout.strip() == "sent"
    done = collect(server, desk, output, "prefect-secret:desk-token")
    assert done.returncode == 0, done.stdout + done.stderr
    told = []
    for path in ("flow_runs", "task_runs", "logs", "artifacts"):
        answer = requests.post(f"{server['PREFECT_API_URL']}/{path}/filter", json={}, timeout=60)
        assert answer.ok
        told.append(answer.text)
    assert "collect-signed" in requests.post(f"{server['PREFECT_API_URL']}/flows/filter", json={}, timeout=60).text
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
