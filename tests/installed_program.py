"""The program as people install it: a wheel, in an environment and a directory with nothing else of the project."""

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

from tests.command_line import LIMIT, EndedCommand
from tests.conftest import PROJECT

PARTS = ("flows", "templates", "fixtures", "docs", "pyproject.toml", "README.md", "LICENSE")


@dataclass(frozen=True)
class Installation:
    """An environment with the wheel in it, and an empty directory to run it in."""

    programs: Path
    directory: Path

    def run(self, program: str, *arguments: str) -> EndedCommand:
        """Run a program of the environment in the directory."""
        return run([str(self.programs / program), *arguments], self.directory)


def run(command: Sequence[str], directory: Path) -> EndedCommand:
    """Run a command without any of the settings and paths that these tests themselves run with."""
    ours = ("PREFECT_", "AVTALEFLYT_", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(command, cwd=directory, env=kept, capture_output=True, text=True, timeout=LIMIT, check=False)
    return EndedCommand(done.returncode, done.stdout, done.stderr)


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
    assert built.code == 0, built.err
    return next(folder.glob("avtaleflyt-*.whl"))


def installed_in(folder: Path) -> Installation:
    """Install the wheel into an environment of its own, which finds the libraries in that of the tests."""
    pytest.importorskip("setuptools", reason="install it with: make test")
    environment, directory = folder / "environment", folder / "empty"
    directory.mkdir()
    venv.create(environment, with_pip=False, symlinks=True)
    python = str(environment / "bin" / "python")
    offline = ["--no-index", "--no-deps", "--quiet"]
    done = run([sys.executable, "-m", "pip", "--python", python, "install", *offline, str(wheel(folder))], folder)
    assert done.code == 0, done.err
    # A path that is added by a file has its own such files ignored: the tests' link to the checkout is not followed.
    paths = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).out.strip()
    (Path(paths) / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return Installation(environment / "bin", directory)
