"""The program as people install it: a wheel, in an environment and a directory with nothing else of the project."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.settings import Settings, shipped_folder
from tests.conftest import PROJECT

PARTS = ("flows", "templates", "fixtures", "pyproject.toml", "README.md", "LICENSE")
LIMIT = 500
"""Seconds that a command may take on a machine that does much else."""


@dataclass(frozen=True)
class Installation:
    """An environment with the wheel in it, and an empty directory to run it in."""

    programs: Path
    directory: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment in the directory."""
        return run([str(self.programs / program), *arguments], self.directory)


def run(command: Sequence[str], directory: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without any of the settings and paths that these tests themselves run with."""
    ours = ("PREFECT_", "AVTALEFLYT_", "PYTHON", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
    )


def wheel(folder: Path) -> Path:
    """Build the project's wheel from a copy of its sources, with what is installed and no network."""
    sources = folder / "sources"
    sources.mkdir()
    for name in PARTS:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, sources / name, symlinks=True)
        else:
            shutil.copyfile(PROJECT / name, sources / name)
    offline = ["--no-index", "--no-deps", "--no-build-isolation"]
    built = run([sys.executable, "-m", "pip", "wheel", *offline, "-w", str(folder), str(sources)], folder)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("avtaleflyt-*.whl"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Install the wheel into an environment of its own, which finds the libraries in that of the tests."""
    pytest.importorskip("setuptools", reason="install it with: make test")
    folder = tmp_path_factory.mktemp("installation")
    environment, directory = folder / "environment", folder / "empty"
    directory.mkdir()
    venv.create(environment, with_pip=False, symlinks=True)
    python = str(environment / "bin" / "python")
    offline = ["--no-index", "--no-deps", "--quiet"]
    done = run([sys.executable, "-m", "pip", "--python", python, "install", *offline, str(wheel(folder))], folder)
    assert done.returncode == 0, done.stderr
    # A path that is added by a file has its own such files ignored: the tests' link to the checkout is not followed.
    paths = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).stdout.strip()
    (Path(paths) / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return Installation(environment / "bin", directory)


@pytest.mark.slow
@pytest.mark.timeout(3 * LIMIT)
def test_the_wheel_works_from_an_empty_directory(installed: Installation) -> None:
    """Every file that the line needs is in the wheel, and what a run writes lies where it was started."""
    where = installed.run("python", "-c", "import flows; print(flows.__file__)").stdout
    assert Path(where.strip()).is_relative_to(installed.programs.parent)

    help_ = installed.run("avtaleflyt", "--help")
    assert (help_.returncode, help_.stderr) == (0, "")
    sheet = installed.run("avtaleflyt", "sheet", "alis", "-o", "x.xlsx")
    assert (sheet.returncode, sheet.stderr) == (0, "")
    checked = installed.run("avtaleflyt", "check", "x.xlsx", "--json")
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    assert [one["rule"] for one in json.loads(checked.stdout)["problems"]] == ["example"]

    demo = installed.run("avtaleflyt", "demo")
    assert (demo.returncode, demo.stderr) == (0, ""), demo.stdout
    summary = json.loads(demo.stdout.strip().splitlines()[-1])
    assert summary["archived"] == summary["cases"] - summary["rejected"] > 0
    for record in summary["records"]:
        assert Path(record["pdf"]).parts[0] == "output"
        assert (installed.directory / record["pdf"]).is_file()


@pytest.mark.slow
def test_the_wheel_holds_no_other_package(installed: Installation) -> None:
    """Templates and fixtures lie inside the package, beside the marker that it is typed; tests stay at home."""
    code = "import flows; print(flows.__path__[0])"
    package = Path(installed.run("python", "-c", code).stdout.strip())
    for name in ("templates", "fixtures"):
        assert _contents(package / name) == _contents(PROJECT / name)
    assert (package / "py.typed").is_file()
    beside = {path.name for path in package.parent.iterdir()}
    assert not beside & {"tests", "benchmarks", "templates", "fixtures"}


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_checkout_reads_the_folders_that_people_edit() -> None:
    """Whoever changes a template at the top level changes the one that is filled."""
    assert shipped_folder("templates") == PROJECT / "templates"
    assert shipped_folder("fixtures") == PROJECT / "fixtures"


def test_runs_write_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`output/` and `.env` belong to the directory that a command runs in; a setting puts `output/` elsewhere."""
    monkeypatch.delenv("AVTALEFLYT_OUTPUT", raising=False)
    monkeypatch.delenv("AVTALEFLYT_MAIL_FROM", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("AVTALEFLYT_MAIL_FROM=avtaler@example.org\n")
    assert Settings().output == tmp_path / "output"
    assert Settings().mail_from == "avtaler@example.org"
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "elsewhere"))
    assert Settings().output == tmp_path / "elsewhere"
