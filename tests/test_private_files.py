"""Everything that the program writes is its owner's alone, whatever the account's own umask is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from flows.application.context import Context
from flows.application.doctor import examine
from flows.private_files import open_to_others
from flows.settings import Settings
from tests.command_line import environment
from tests.conftest import PROJECT

ENTRANCES = ("flows.cli", "flows.signing_desk.__main__", "flows.deployment.server_process")


def test_workers_write_private_files() -> None:
    """Every deployed flow asks for private files when a worker imports its module, and for secret blocks."""
    deployed = [one["entrypoint"] for one in yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]]
    assert len(deployed) >= 6
    for entrypoint in deployed:
        source = (PROJECT / f"{entrypoint.rpartition('.')[0].replace('.', '/')}.py").read_text()
        assert "\nkeep_files_private()\nuse_secret_blocks()\n" in source, entrypoint


@pytest.mark.parametrize("module", ENTRANCES)
def test_every_entrance_asks_for_private_files_first(module: str) -> None:
    """The first thing that `main` does is to ask for files of its owner's own."""
    source = (PROJECT / f"{module.replace('.', '/')}.py").read_text()
    body = source.partition("def main(")[2].partition('"""')[2].partition('"""')[2]
    assert body.split()[0] == "keep_files_private()"


def test_what_commands_write_is_for_their_owner(tmp_path: Path) -> None:
    """A workbook, the register, the log, keys and a backup: no other account reads any of them."""
    settings = {"OUTPUT": tmp_path / "output"}
    before = os.umask(0o022)
    try:
        for words in (
            ["sheet", "alis", "-o", str(tmp_path / "cases.xlsx")],
            ["archive", "backup", "-o", str(tmp_path / "b")],
        ):
            command = [sys.executable, "-m", "flows.cli", *words]
            done = subprocess.run(
                command, cwd=tmp_path, env=environment(settings) | {"PYTHONPATH": str(PROJECT)}, capture_output=True
            )
            assert done.returncode == 0, done.stderr
    finally:
        os.umask(before)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"cases.xlsx", "avtaleflyt.db", "register.db"} <= {path.name for path in written}
    assert (tmp_path / "b").is_dir()
    assert [path for path in tmp_path.rglob("*") if open_to_others(path)] == []


def test_doctor_names_what_others_can_read(tmp_path: Path) -> None:
    """Files from before, or from elsewhere, are named with the line that closes them; what lies within is not."""
    (tmp_path / "output" / "keys").mkdir(parents=True)
    context = Context(Settings(_env_file=None, output=tmp_path / "output", database_url=f"sqlite:///{tmp_path}/r.db"))
    (tmp_path / "r.db").touch(mode=0o640)
    (tmp_path / "r.db").chmod(0o640)
    (tmp_path / "output").chmod(0o755)

    def row() -> tuple[bool, str]:
        return next((one.present, one.install) for one in examine(context) if one.name == "Private filer")

    assert row() == (False, f"chmod -R go= {tmp_path}/output {tmp_path}/r.db")
    (tmp_path / "output").chmod(0o700)
    (tmp_path / "r.db").chmod(0o600)
    assert row() == (True, "")
