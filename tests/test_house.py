"""The house is as it is drawn: names, sizes, documentation and translations that cannot fall behind."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.catalogues import catalogue
from tests.conftest import PROJECT

SOURCES = sorted((PROJECT / "flows").rglob("*.py"))
TOP = {
    "flows",
    "templates",
    "fixtures",
    "output",
    "tests",
    "docs",
    "benchmarks",
    "deploy",
    "prefect.yaml",
    "pyproject.toml",
}
TOP |= {
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "requirements.txt",
    "requirements-dev.txt",
}
BANNED = {"utils", "helpers", "common", "manager", "util", "helper", "misc"}


def tracked() -> list[str]:
    """Return every file that git keeps, from the project's root."""
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def test_the_top_level_is_as_drawn() -> None:
    """Beside the rooms of the house stand only dotfiles and the few files that belong there."""
    found = {name.split("/")[0] for name in tracked()}
    assert {name for name in found if not name.startswith(".")} <= TOP


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_is_a_room_not_a_hall(path: Path) -> None:
    """No module has over 300 lines or a name that says nothing."""
    assert len(path.read_text().splitlines()) <= 300
    assert path.stem not in BANNED


def test_everything_people_see_is_translated() -> None:
    """Every string that goes through gettext has its bokmål, and no catalogue holds strings that nobody uses."""
    asked: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_" and node.args:
                argument = node.args[0]
                assert isinstance(argument, ast.Constant), f"{path}: gettext needs the text itself"
                asked.add(str(argument.value))
    for path in (PROJECT / "flows").rglob("*.html"):
        asked |= {found[1] for found in re.findall(r"""\b_\(\s*(["'])(.*?)\1""", path.read_text(), re.DOTALL)}
    assert asked - catalogue("nb").keys() == set()


def test_every_committed_link_leads_to_what_is_committed() -> None:
    """A link out of the project would lead nowhere on other machines."""
    listed = subprocess.run(["git", "ls-files", "-s"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    links = [PROJECT / line.split("\t")[1] for line in listed.splitlines() if line.startswith("120000")]
    assert links
    for link in links:
        assert not link.readlink().is_absolute(), link
        assert link.resolve().is_relative_to(PROJECT.resolve()), link
        assert link.exists(), link


def test_every_module_stands_in_a_layer(tmp_path: Path) -> None:
    """The import contract takes a module that stands in no layer for a fault; there is none such here."""
    shutil.copytree(PROJECT / "flows", tmp_path / "flows", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(PROJECT / "pyproject.toml", tmp_path / "pyproject.toml")
    (tmp_path / "flows" / "adrift.py").write_text('"""A module that nobody has given a layer."""\n')
    lint = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    checked = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache", "--contract", "layers"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    _before, _, after = checked.stdout.partition("The following modules are not listed as layers:")
    assert checked.returncode != 0
    assert re.findall(r"^- (\S+)$", after, re.MULTILINE) == ["flows.adrift"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_has_hashes_and_no_addresses(name: str) -> None:
    """Every requirement is pinned with hashes, and no index is named."""
    text = (PROJECT / name).read_text()
    assert "://" not in text
    assert "--index" not in text
    pinned = re.findall(r"^[a-z0-9._-]+(?:\[[a-z,]+\])?==\S+", text, re.MULTILINE | re.IGNORECASE)
    blocks = re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(pinned) == len(blocks)
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_lock_leaves_out_what_slows_every_start_of_prefect() -> None:
    """`[tool.uv]` in pyproject.toml says what it is; with it a start takes twice as long."""
    assert "rfc3987" not in (PROJECT / "requirements-dev.txt").read_text()


def test_every_deployment_has_its_flow() -> None:
    """`prefect.yaml` deploys the flows that there are, at times in Norway."""
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    for one in deployments:
        module, _, function = one["entrypoint"].rpartition(".")  # no file: a worker starts in a folder of its own
        assert f"def {function}(" in (PROJECT / f"{module.replace('.', '/')}.py").read_text()
        assert all(schedule["timezone"] == "Europe/Oslo" for schedule in one.get("schedules", []))


def test_no_file_names_a_folder_of_one_machine() -> None:
    """A test that looks for its inputs by a path of its author's machine is skipped everywhere else, in silence."""
    own = re.compile(r"""["'](?:/work/|/home/|/root/|/Users/)""")
    rooms = ("flows", "tests", "benchmarks", "docs")
    paths = [path for room in rooms for path in (PROJECT / room).rglob("*.py")]
    assert [str(path) for path in paths if path != Path(__file__) and own.search(path.read_text("utf-8"))] == []


def test_options_of_a_statement_do_not_stay_with_its_connection() -> None:
    """`Connection.execution_options` changes the connection: on PostgreSQL, later statements become cursors, too."""
    named = re.compile(r"\b(connection|conn|bind|old|new)\.execution_options\(")
    found = [path for path in (PROJECT / "flows").rglob("*.py") if named.search(path.read_text())]
    assert found == []
