"""The documents say what the code does."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from docs.generate_reference import REFERENCE, commands, reference
from flows.cli import app
from flows.settings import Settings
from tests.conftest import PROJECT

PROGRAM = get_command(app)
PAGES = sorted([PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *(PROJECT / "docs").rglob("*.md")])


def test_the_reference_is_that_of_the_code() -> None:
    """`make reference` changes nothing: every text is the one of the command and the setting."""
    assert REFERENCE.read_text() == reference()


def test_the_reference_names_exactly_the_commands() -> None:
    """No command is missing, and none is named that there is not."""
    named = re.findall(r"^### `(avtaleflyt [^`]+)`$", REFERENCE.read_text(), re.MULTILINE)
    assert sorted(named) == sorted(name for name, _ in commands(PROGRAM))


def test_the_reference_names_exactly_the_settings() -> None:
    """No setting is missing, and none is named that there is not."""
    named = re.findall(r"^\| `AVTALEFLYT_([A-Z_]+)` \|", REFERENCE.read_text(), re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_files_that_a_page_names_exist(page: Path) -> None:
    """Modules, data files and folders of the code stand where a page says (links: `test_citations.py`)."""
    named = re.findall(r"`((?:flows|tests|benchmarks|fixtures)/[\w./-]*)`", page.read_text())
    assert [one for one in named if not (PROJECT / one).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_functions_that_a_page_names_exist(page: Path) -> None:
    """A name right after a module (`flows/signing/sending.py` `send`) is a function or class of that module."""
    named = re.findall(r"`(flows/[\w/]+\.py)`\s+`(\w+)`", page.read_text())
    defined = {
        path: set(re.findall(r"^(?:def|class) (\w+)", (PROJECT / path).read_text(), re.MULTILINE)) for path, _ in named
    }
    assert [(path, name) for path, name in named if name not in defined[path]] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_commands_that_a_page_shows_exist(page: Path) -> None:
    """Each `avtaleflyt …` on a page is a command, and each option one that it has."""
    shown = re.findall(r"(?:^|`)(?:\.venv/bin/)?(avtaleflyt [^`#\n]+)", page.read_text(), re.MULTILINE)
    assert [line for line in shown if not is_command(line.split()[1:])] == []


def is_command(words: list[str]) -> bool:
    """Return whether words name a command, with options that it knows; what they are given is not looked at."""
    command: Any = PROGRAM
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    known = {"--help", *(name for each in command.params for name in (*each.opts, *each.secondary_opts))}
    named = command is not PROGRAM or words in (["--help"], ["COMMAND", "--help"])
    return named and {word for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_settings_that_a_page_names_exist(page: Path) -> None:
    """Each `AVTALEFLYT_…` on a page is a setting."""
    named = set(re.findall(r"AVTALEFLYT_([A-Z_]*[A-Z])", page.read_text()))
    assert named - {name.upper() for name in Settings.model_fields} == set()
