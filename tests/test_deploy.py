"""What `deploy/` holds can be read by those who will read it, and promises what docs/installation.md says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.settings import Settings
from tests.conftest import PROJECT

DEPLOY = PROJECT / "deploy"
SCRIPTS = sorted(DEPLOY.rglob("*.sh"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DOCKERFILE = (DEPLOY / "containers" / "Dockerfile").read_text()
WORKER = ["prefect", "worker", "start"]
ONCE = {"folders", "upgrade", "flows"}
"""Services that end when they have done their work."""
PINNED = re.compile(r"^[a-z0-9/-]+:[a-z]?\d+(\.\d+)+[a-z0-9.-]*$")
"""The name of an image without a host, and a tag with a version to the last figure."""


@pytest.fixture(scope="module")
def compose() -> Any:
    """Read the file as Compose does, merge keys followed."""
    return yaml.safe_load((DEPLOY / "containers" / "compose.yaml").read_text())


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile with their arguments, lines joined and comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in joined.splitlines()]


def test_containers_have_no_right_that_they_do_not_need(compose: Any) -> None:
    """None is root or can write to its image; only the proxy may bind a low port."""
    for name, one in compose["services"].items():
        assert one["read_only"] is True, name
        assert not one["user"].startswith(("0", "root")), name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in one, name
        assert one.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else []), name


def test_only_the_proxy_can_be_reached(compose: Any) -> None:
    """It alone has ports; databases, blobs and Prefect are in a network without a way out."""
    assert [name for name, one in compose["services"].items() if "ports" in one] == ["proxy"]
    assert compose["networks"]["inside"]["internal"] is True
    for name in ("postgresql", "store", "prefect"):
        assert compose["services"][name]["networks"] == ["inside"], name


def test_every_part_says_whether_it_works(compose: Any) -> None:
    """Each has a health check, or ends, and then others wait until it has succeeded."""
    waited_for = set()
    for name, one in compose["services"].items():
        assert ("healthcheck" in one) is (name not in ONCE), name
        for other, condition in one.get("depends_on", {}).items():
            assert other in compose["services"], other
            ends = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert condition == {"condition": ends}, (name, other)
            waited_for.add(other)
    assert waited_for >= ONCE


def test_volumes_and_files_are_there(compose: Any) -> None:
    """Every named volume is declared and used; every file that is mounted comes with the release or from start.sh."""
    used = set()
    for one in compose["services"].values():
        for volume in one.get("volumes", ()):
            source = volume.split(":")[0]
            if not source.startswith("."):
                used.add(source)
            elif not source.startswith("./settings/"):
                assert (DEPLOY / "containers" / source).exists(), source
    assert used == compose["volumes"].keys()
    start = (DEPLOY / "containers" / "start.sh").read_text()
    secrets = (DEPLOY / "secrets.sh").read_text()
    for one in compose["services"].values():
        for path in one.get("env_file", ()):
            assert f'"$folder/{Path(path).name}"' in secrets, path
    assert "$settings/certificates" in start
    assert "$settings/tls" in start


def test_containers_are_called_as_people_are_told(compose: Any) -> None:
    """`docker exec` and `docker logs` name a container that has its name whatever release of Compose made it."""
    named = {one["container_name"] for one in compose["services"].values() if "container_name" in one}
    told = {PROJECT / "deploy/containers/start.sh", *(PROJECT / "docs").rglob("*.md")}
    call = re.compile(r"docker (?:exec|logs) (?:-it )?(?:--env-file \S+ )?(\S+?)[\s`]")
    shown = {name for path in told for name in call.findall(path.read_text())}
    assert shown
    assert shown <= named


def test_images_are_pinned_and_name_no_host(compose: Any) -> None:
    """A tag with a full version; where images come from is for whoever runs them."""
    bases = [rest.split()[0] for word, rest in instructions(DOCKERFILE) if word == "FROM"]
    images = [one["image"] for one in compose["services"].values()]
    others = [*bases, *(one for one in images if not one.startswith("avtaleflyt:"))]
    assert others
    assert [one for one in others if not PINNED.match(one)] == []


def test_the_image_is_whole_and_runs_as_nobody_in_particular() -> None:
    """Packages of Debian have versions, what is copied exists and reaches the build, and the last user is not root."""
    said = instructions(DOCKERFILE)
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "CMD"}
    assert {word for word, _ in said} <= known
    installed = [
        word
        for _, rest in said
        for call in re.findall(r"apt-get install (.+?) &&", rest)
        for word in call.split()
        if not word.startswith("-")
    ]
    assert installed
    assert [one for one in installed if "=" not in one] == []
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    for word, rest in said:
        if word != "COPY" or rest.startswith("--from"):
            continue
        for path in rest.split()[:-1]:
            assert (PROJECT / path).exists(), path
            kept = [one[1:] for one in ignored if one.startswith("!")]
            assert any(path == one or path.startswith(f"{one}/") for one in kept), path
    assert [rest for word, rest in said if word == "USER"][-1] == "10001:10001"


def test_what_the_package_links_to_is_copied_into_the_image() -> None:
    """Templates, fixtures and guides: a link that leads nowhere there is left out of the wheel in silence."""
    copied = [path for word, rest in instructions(DOCKERFILE) if word == "COPY" for path in rest.split()[:-1]]
    links = [path for path in (PROJECT / "flows").iterdir() if path.is_symlink()]
    assert len(links) >= 3
    needed = {str(path.resolve().relative_to(PROJECT)) for path in links}
    assert needed - set(copied) == set()


def test_locks_are_installed_with_their_hashes() -> None:
    """By every way of installing."""
    assert "--require-hashes -r /release/requirements.txt" in DOCKERFILE
    assert "--require-hashes" in (PROJECT / ".setup" / "requirements.sh").read_text()
    assert ".setup/requirements.sh requirements.txt" in (DEPLOY / "systemd" / "install.sh").read_text()


def test_both_queues_have_workers(compose: Any) -> None:
    """Every queue of prefect.yaml is served, in containers and by systemd, and no worker serves all of them."""
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    queues = {one["work_pool"]["work_queue_name"] for one in deployments}
    commands = [one["command"] for one in compose["services"].values() if one.get("command", [])[:3] == WORKER]
    units = [line.split() for unit in UNITS for line in unit.read_text().splitlines() if " worker start " in line]
    for served in (commands, units):
        assert sorted(words[words.index("--work-queue") + 1] for words in served) == sorted(queues)
    instances = (DEPLOY / "systemd" / "install.sh").read_text()
    assert all(unit.name.replace("@.", "@$number.") in instances for unit in UNITS if "@." in unit.name)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_read(script: Path) -> None:
    """By a plain shell; it stops at the first failure and can be run as it is."""
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
    assert "set -eu" in script.read_text()
    assert script.stat().st_mode & 0o111


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_has_no_right_that_it_does_not_need(unit: Path) -> None:
    """Its own account, a file system that it cannot write but for its state, and files that are its own."""
    lines = unit.read_text().splitlines()
    for needed in ("User=avtaleflyt", "UMask=0077", "NoNewPrivileges=true", "ProtectSystem=strict", "PrivateTmp=true"):
        assert needed in lines, needed
    assert "StateDirectory=avtaleflyt" in lines
    owners = {line for line in lines if line.endswith("/owner.env")}
    assert bool(owners) is (unit.name == "avtaleflyt-upgrade.service")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="install it with: apt-get install systemd")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    """Every directive is known, and every program is where `.venv` has it."""
    for unit in (*UNITS, DEPLOY / "systemd" / "avtaleflyt.target", DEPLOY / "systemd" / "avtaleflyt-backup.timer"):
        text = unit.read_text().replace("/opt/avtaleflyt/current/.venv", sys.prefix)
        (tmp_path / unit.name).write_text(text)
    names = [path.name for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", *names], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if "avtaleflyt" in line] == []


def back_up(folder: Path, output: Path, *keep: str) -> subprocess.CompletedProcess[str]:
    """Run `backup.sh` with the program of the tests, on an archive of its own."""
    given = {"PATH": f"{sys.prefix}/bin:/usr/bin:/bin", "PYTHONPATH": str(PROJECT), "AVTALEFLYT_OUTPUT": str(output)}
    command = ["sh", str(DEPLOY / "backup.sh"), str(folder), *keep]
    return subprocess.run(command, env=given, cwd=output.parent, capture_output=True, text=True, check=False)


def test_a_night_leaves_a_copy_and_takes_the_oldest_away(tmp_path: Path) -> None:
    """Copies that were interrupted go, too; what is not a copy of its own stays."""
    folder = tmp_path / "kopi"
    for name in ("2020-01-01T021500Z", "2020-01-02T021500Z", "2020-01-03T021500Z"):
        (folder / name).mkdir(parents=True)
        (folder / name / "backup.json").touch()
    for name in ("2020-01-04T021500Z", "from-the-move"):
        (folder / name).mkdir()
    done = back_up(folder, tmp_path / "output", "3")
    assert done.returncode == 0, done.stderr
    kept = sorted(path.name for path in folder.iterdir())
    assert len(kept) == 4
    assert [one for one in kept if one.startswith("2020")] == ["2020-01-02T021500Z", "2020-01-03T021500Z"]
    made = next(path for path in folder.iterdir() if path.name.startswith("2") and not path.name.startswith("2020"))
    assert (made / "backup.json").stat().st_size
    assert made.stat().st_mode & 0o077 == 0
    assert (folder / "from-the-move").exists()


def test_no_copy_is_taken_away_where_none_was_made(tmp_path: Path) -> None:
    """Where the backup fails, or where somebody says that none shall be kept."""
    folder = tmp_path / "kopi"
    for name in ("2020-01-01T021500Z", "2020-01-02T021500Z"):
        (folder / name).mkdir(parents=True)
        (folder / name / "backup.json").touch()
    (tmp_path / "output").write_text("no folder")
    assert back_up(folder, tmp_path / "output", "1").returncode
    for keep in ("0", "many"):
        assert back_up(folder, tmp_path / "archive", keep).returncode == 2
    assert {"2020-01-01T021500Z", "2020-01-02T021500Z"} <= {path.name for path in folder.iterdir()}


def test_every_night_has_its_backup() -> None:
    """A timer with systemd, which the installation starts; in containers the line of cron that the guide shows."""
    units = DEPLOY / "systemd"
    assert "OnCalendar=" in (units / "avtaleflyt-backup.timer").read_text()
    service = (units / "avtaleflyt-backup.service").read_text()
    assert "/opt/avtaleflyt/current/deploy/backup.sh /var/lib/avtaleflyt/kopi ${KEEP}" in service
    assert "[Install]" not in service  # the timer alone starts it
    install = (units / "install.sh").read_text()
    assert "echo avtaleflyt-backup.timer" in install
    assert "deploy/systemd/*.timer" in install
    guide = (PROJECT / "docs/guides/drift-sikkerhetskopi.md").read_text()
    told = re.findall(r"^\d+ \d+ \* \* \* root docker exec \S+ sh (\S+) \S+$", guide, re.MULTILINE)
    assert told == ["/usr/share/avtaleflyt/backup.sh"]
    assert f"COPY deploy/backup.sh {told[0]}" in DOCKERFILE


def test_an_installation_has_its_own_secrets_once(tmp_path: Path) -> None:
    """They differ between two installations, are for the owner alone, and stay when it is run again."""

    def make(name: str) -> dict[str, str]:
        words = [str(tmp_path / name), "avtaler.example", "/state", "/anchors", "db:5432", "prefect:4200", "s3://blobs"]
        subprocess.run(["sh", str(DEPLOY / "secrets.sh"), *words], check=True, stdout=subprocess.DEVNULL)
        return {path.name: path.read_text() for path in sorted((tmp_path / name).iterdir())}

    first, second = make("one"), make("two")
    assert make("one") == first
    assert first.keys() == second.keys()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "one").iterdir())
    values = [
        re.findall(r"^\w*(?:PASSWORD|TOKEN|KEY|PASSPHRASE|STRING)=(.+)$", "\n".join(one.values()), re.MULTILINE)
        for one in (first, second)
    ]
    shared = {one for one in values[0] if one in values[1]}
    assert shared == {"avtaleflyt"}  # the name of the account at the store
    assert len(values[0]) > 10
    owner = re.search(r"OWNER_PASSWORD=(.+)", first["postgresql.env"])
    assert owner
    assert owner[1] in first["owner.env"]
    assert owner[1] not in first["settings.env"]


def test_settings_that_are_written_are_settings() -> None:
    """No name of `deploy/` that begins as a setting is none."""
    text = "\n".join(
        path.read_text()
        for path in DEPLOY.rglob("*")
        if path.is_file() and not {"settings", "__pycache__"} & set(path.parts)
    )
    named = set(re.findall(r"AVTALEFLYT_([A-Z_]*[A-Z])", text))
    assert named - {name.upper() for name in Settings.model_fields} == set()
    assert {"DATABASE_URL", "STORE_URL", "HEAD_KEYS", "TRUST_ANCHORS", "PUBLIC_URL"} <= named
