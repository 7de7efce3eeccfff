"""Drill: the installation for machines without containers, on loopback, with its own files and nothing else.

`python -m tests.drills.installation [--caddy PROGRAM] [--postgresql FOLDER]`. Runs deploy/systemd/install.sh into a
folder, then each unit's ExecStart with the environment files and the folder that the unit names, in the order of the
units, over a PostgreSQL server that deploy/postgresql.sql has set up, and the proxy. PostgreSQL is Debian's (the folder
of its programs), or the one of the tests, which lacks what Prefect asks for: Prefect then keeps its runs in a file. It
takes the ports of a real installation, so it runs in a network of its own that has no way out. One agreement is sent, a
worker runs a deployment, a backup is taken, and the same release is installed again. Ends with one JSON line.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests

from flows.private_files import open_to_others
from tests.conftest import PROJECT
from tests.drills.postgresql_cluster import SHIPPED, PostgresqlCluster

_INSIDE = "AVTALEFLYT_DRILL_INSIDE"
_HOST = "localhost"
_ONESHOTS = ("avtaleflyt-upgrade.service", "avtaleflyt-flows.service")
_PARTS = {
    "avtaleflyt-prefect.service": "http://127.0.0.1:4200/api/health",
    "avtaleflyt-workplace.service": "http://127.0.0.1:8757/readyz",
    "avtaleflyt-desk.service": "http://127.0.0.1:8756/",
    "avtaleflyt-worker@.service": "",
    "avtaleflyt-parts@.service": "",
}
_SECONDS = 300.0


def main() -> int:
    """Run the drill; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--caddy", default=shutil.which("caddy") or "", help="Caddy's program")
    debian = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
    parser.add_argument("--postgresql", default=(debian or [str(SHIPPED)])[-1], help="folder of PostgreSQL's programs")
    chosen = parser.parse_args()
    if _INSIDE not in os.environ:
        again = [sys.executable, "-m", "tests.drills.installation", *sys.argv[1:]]
        inside = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c"]
        inside.append(f"ip link set lo up && exec {shlex.join(again)}")
        return subprocess.run(inside, env={**os.environ, _INSIDE: "1"}, check=False).returncode
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-installation-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL has an account of its own
        figures = drill(Path(folder), chosen.caddy, Path(chosen.postgresql))
    print(json.dumps(figures))
    good = figures["units"] == figures["started"] and figures["run"] == "COMPLETED" and figures["sent"] == 1
    good &= figures["backup"] == 1
    return 0 if good and not figures["changed_by_second"] and not figures["open_to_others"] else 1


def drill(folder: Path, caddy: str, postgresql: Path) -> dict[str, Any]:
    """Install below the folder, start every part, and use it; return the figures."""
    root = folder / "root"
    (root / "var/lib/avtaleflyt").mkdir(parents=True, mode=0o700)
    install(root)
    units, settings = root / "etc/systemd/system", root / "etc/avtaleflyt"
    verified = verify(units)
    cluster = PostgresqlCluster(folder / "postgresql", 5432, postgresql)
    if postgresql == SHIPPED:
        without_extensions(settings / "prefect.env")
    cluster.make()
    cluster.start()
    try:
        cluster.program("psql", "--quiet", "postgres", stdin=accounts(), extra=variables(settings / "postgresql.env"))
        started, figures = use(root, units, caddy)
        before = contents(settings)
        install(root)
        again = run_unit(units / _ONESHOTS[0]).wait(_SECONDS) == 0
    finally:
        cluster.stop()
    state = root / "var/lib/avtaleflyt"
    return {
        "units": len(_ONESHOTS) + len(_PARTS),
        "verified": verified,
        "started": started,
        **figures,
        "changed_by_second": sorted(set(contents(settings).items()) ^ set(before.items())),
        "upgrades_again": again,
        "open_to_others": sum(open_to_others(path) for path in state.rglob("*") if not path.is_symlink()),
    }


def install(root: Path) -> None:
    """Run the installation into a folder, with the Python environment of the tests."""
    command = ["sh", str(PROJECT / "deploy/systemd/install.sh"), _HOST, "--desk", "desk.localhost", "--root", str(root)]
    environment = str(Path(sys.prefix))
    subprocess.run([*command, "--environment", environment], check=True, stdout=subprocess.DEVNULL)


def verify(units: Path) -> int:
    """Have systemd read the units; return how many it finds no fault in, -1 where there is no systemd."""
    if not shutil.which("systemd-analyze"):
        return -1
    good = 0
    for unit in sorted(units.glob("avtaleflyt*")):
        done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
        told = [line for line in done.stderr.splitlines() if "avtaleflyt" in line]
        print("\n".join(told) or f"{unit.name}: no fault", file=sys.stderr)
        good += not told
    return good


def without_extensions(path: Path) -> None:
    """Let Prefect keep its runs in a file, since this PostgreSQL lacks `pg_trgm`."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("PREFECT_SERVER_DATABASE")))


def accounts() -> str:
    """Return the statements that make accounts and databases."""
    return (PROJECT / "deploy/postgresql.sql").read_text()


def contents(folder: Path) -> dict[str, str]:
    """Return every file of a folder with its text."""
    return {str(path): path.read_text() for path in sorted(folder.rglob("*.env"))}


def variables(path: Path) -> dict[str, str]:
    """Read an environment file as systemd does."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def service_of(unit: Path) -> Mapping[str, list[str]]:
    """Return the lines of a unit's [Service], by name."""
    found: dict[str, list[str]] = defaultdict(list)
    section = ""
    for line in unit.read_text().splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name].append(value)
    return found


def environment_of(service: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the whole environment that systemd gives a unit."""
    given = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    for path in service["EnvironmentFile"]:
        given |= variables(Path(path))
    return given | dict(one.partition("=")[::2] for one in service["Environment"]) | {"PYTHONPATH": ""}


def run_unit(unit: Path) -> subprocess.Popen[bytes]:
    """Start what a unit's ExecStart says, as systemd would."""
    service = service_of(unit)
    given = environment_of(service)
    words = [word.replace("%H", "host").replace("%i", "1") for word in service["ExecStart"][-1].split()]
    words = [given.get(word[2:-1], "") if word.startswith("${") else word for word in words]
    release = (PROJECT / "pyproject.toml").read_text().partition('version = "')[2].partition('"')[0]
    given["PYTHONPATH"] = str(
        unit.parents[3] / "opt/avtaleflyt" / release
    )  # that release, not the checkout of the tests
    given["PREFECT_SERVER_UI_STATIC_DIRECTORY"] = str(unit.parents[3] / "pages")  # systemd gives it a /tmp of its own
    return subprocess.Popen(words, env=given, cwd=service["WorkingDirectory"][-1], umask=int(service["UMask"][-1], 8))


@contextmanager
def running(unit: Path, address: str) -> Iterator[None]:
    """Run a unit until the block ends; it answers at its address when the block begins."""
    process = run_unit(unit)
    until = time.monotonic() + _SECONDS
    try:
        while address and not answers(address):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{unit.name} does not answer at {address}")
            time.sleep(0.2)
        yield
        if process.poll() is not None:
            raise RuntimeError(f"{unit.name} ended by itself")
    finally:
        process.terminate()
        process.wait(_SECONDS)


def answers(address: str) -> bool:
    """Say whether a part answers; what it says to a stranger at `/` does not matter."""
    try:
        said = requests.get(address, timeout=10)
    except requests.RequestException:
        return False
    return said.ok or address.endswith(":8756/")


def use(root: Path, units: Path, caddy: str) -> tuple[int, dict[str, Any]]:
    """Start every part in order, send an agreement, and have the worker run a deployment."""
    started = 0
    with ExitStack() as stack:
        for name in ("avtaleflyt-upgrade.service", "avtaleflyt-prefect.service", "avtaleflyt-flows.service"):
            if name in _ONESHOTS:
                if run_unit(units / name).wait(_SECONDS):
                    raise RuntimeError(f"{name} failed")
            else:
                stack.enter_context(running(units / name, _PARTS[name]))
            started += 1
        for name in (one for one in _PARTS if one != "avtaleflyt-prefect.service"):
            stack.enter_context(running(units / name, _PARTS[name]))
            started += 1
        told = command(units, "account", "add", "kari", "--name", "Kari Nordmann", "--role", "administrator")
        sent = json.loads(command(units, "new-alis", str(PROJECT / "fixtures/new-alis.json"), "--send", "--json"))
        return started, {
            "account": "kari" in told,
            "sent": int(sent["state"] == "sent"),
            "run": run_deployment(units, "every-five-minutes"),
            "backup": nightly_backup(root, units),
            "proxy": proxied(root, caddy) if caddy else "not tried",
        }


def nightly_backup(root: Path, units: Path) -> int:
    """Take the backup of a night; return how many finished copies there are then."""
    if run_unit(units / "avtaleflyt-backup.service").wait(_SECONDS):
        raise RuntimeError("avtaleflyt-backup.service failed")
    return len(list((root / "var/lib/avtaleflyt/kopi").glob("*/backup.json")))


def command(units: Path, *words: str) -> str:
    """Run a command as deploy/systemd/as-avtaleflyt.sh does, with the settings of the installation."""
    service = service_of(units / "avtaleflyt-workplace.service")
    program = service["ExecStart"][-1].split()[0]
    done = subprocess.run(
        [program, *words],
        env=environment_of(service) | {"PYTHONPATH": str(PROJECT)},
        cwd=service["WorkingDirectory"][-1],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def run_deployment(units: Path, name: str) -> str:
    """Run a deployment on the worker; return the type of the state that it ended in."""
    settings = environment_of(service_of(units / "avtaleflyt-workplace.service"))
    session, api = requests.Session(), settings["PREFECT_API_URL"]
    user, _, password = settings["PREFECT_API_AUTH_STRING"].partition(":")
    if requests.post(f"{api}/deployments/filter", json={}, timeout=60).status_code != 401:
        return "the server lets strangers in"
    session.auth = (user, password)
    found = {one["name"]: one["id"] for one in session.post(f"{api}/deployments/filter", json={}, timeout=60).json()}
    until, state = time.monotonic() + _SECONDS, "CANCELLED"
    while time.monotonic() < until:
        if state == "CANCELLED":  # a run of its schedule is at work, and lets no other begin
            run = session.post(f"{api}/deployments/{found[name]}/create_flow_run", json={}, timeout=60).json()["id"]
        time.sleep(0.5)
        state = session.get(f"{api}/flow_runs/{run}", timeout=60).json()["state_type"]
        if state in ("COMPLETED", "FAILED", "CRASHED"):
            return str(state)
    return "it did not end"


def proxied(root: Path, caddy: str) -> str:
    """Run the proxy with a certificate of its own making; say what it lets through."""
    given = {**os.environ, "PUBLIC_HOST": _HOST, "TLS": "tls internal", "DESK_HOST": "http://desk.localhost:8480"}
    given |= {"XDG_DATA_HOME": str(root / "caddy"), "HOME": str(root / "caddy")}
    configuration = str(PROJECT / "deploy/Caddyfile")
    process = subprocess.Popen(
        [caddy, "run", "--config", configuration, "--adapter", "caddyfile"], env=given, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + _SECONDS
        while not answers("http://localhost:8481/healthz") and time.monotonic() < until:
            time.sleep(0.2)
        authority = root / "caddy/caddy/pki/authorities/local/root.crt"
        says = {
            path: requests.get(f"https://{_HOST}{path}", verify=str(authority), timeout=30).status_code
            for path in ("/healthz", "/logg-inn", "/readyz", "/metrics")
        }
        right = says == {"/healthz": 200, "/logg-inn": 200, "/readyz": 404, "/metrics": 404}
        return "as it should" if right else json.dumps(says)
    finally:
        process.terminate()
        process.wait(_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
