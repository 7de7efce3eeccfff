"""Run the program as people do: commands in a process of their own, or in this one where that makes no difference."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.command_forks import ForkedCommands
from tests.conftest import PROJECT

LIMIT = 1200
"""Seconds that a command may take on a machine that does much else."""


@dataclass(frozen=True)
class EndedCommand:
    """A command that has ended: its exit code and everything it printed."""

    code: int
    out: str
    err: str


Run = Callable[..., EndedCommand]
"""Runs a command that is given word by word."""


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Return the environment without settings of the tests' own run, and with these, by their names in docs.

    A name without a prefix is one of Avtaleflyt's own, such as `OUTPUT`.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AVTALEFLYT_"))}
    return kept | {
        name if name.startswith(("PREFECT_", "DO_NOT_")) else f"AVTALEFLYT_{name}": str(value)
        for name, value in settings.items()
    }


def run_command(
    arguments: Sequence[str],
    settings: Mapping[str, object],
    directory: Path = PROJECT,
    forked: ForkedCommands | None = None,
) -> EndedCommand:
    """Run a command in a process of its own, with these settings and no others.

    `forked` runs it without the imports, if it reaches the same Prefect server.
    """
    if forked is not None and forked.runs_at(environment(settings)):
        return EndedCommand(*forked.run(arguments, environment(settings), directory))
    command = [sys.executable, "-m", "flows.cli", *arguments]
    done = subprocess.run(
        command, cwd=directory, env=environment(settings), capture_output=True, text=True, timeout=LIMIT, check=False
    )
    return EndedCommand(done.returncode, done.stdout, done.stderr)


def run_here(
    arguments: Sequence[str], settings: Mapping[str, object], capsys: pytest.CaptureFixture[str]
) -> EndedCommand:
    """Run a command in this process, as its entry point does: what goes wrong is a sentence and an exit code."""
    from flows.cli import main

    capsys.readouterr()
    code = 0
    with patch.dict(os.environ, environment(settings), clear=True), patch("sys.argv", ["avtaleflyt", *arguments]):
        try:
            copy_context().run(main)  # which chooses the language of its settings
        except SystemExit as end:
            code = int(end.code or 0)
    said = capsys.readouterr()
    return EndedCommand(code, said.out, said.err)
