"""Every command ends in one sentence, whatever the machine, the settings or the person does: no traceback, no silence.

The commands and their options are read from the command line itself, so that a new command is held too.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from typer.main import get_command

from flows.cli import app
from flows.commands import help_texts
from tests.command_line import EndedCommand, environment, run_here
from tests.conftest import PROJECT

NOT_WRITABLE = "/sys/avtaleflyt"
"""Below a file system in which nobody, not even root, makes a file."""
HEAVY = ("prefect", "weasyprint", "pyhanko", "sqlalchemy", "openpyxl", "docxtpl")
"""Libraries that take longer to load than a person waits for the news that a file is missing."""
INPUTS = {
    "CASES": PROJECT / "fixtures" / "new-alis.json",
    "[CASE.json]": PROJECT / "fixtures" / "new-alis.json",
    "FILE.docx": PROJECT / "templates" / "alis" / "template.docx",
}
"""What commands read, by the name of their argument; a folder that they read is the folder of the test."""
VALUES = {"municipality": "1804", "season": "2027", "number": "2027", "agreement": str(UUID(int=7)), "new": "1"}
"""Good values of parameters that take no text of any kind."""
DATABASES = (
    "postgresql://avtale:hemmelig@127.0.0.1:port/register",
    "postgresql://avtale:hemmelig@127.0.0.1:99999/register",
    "postgresql://avtale:hemmelig@127.0.0.1:1/register",
    "mysql://avtale:hemmelig@127.0.0.1/register",
    "register",
    f"sqlite:///{NOT_WRITABLE}/register.db",
    "sqlite://hemmelig/register.db",
)


def leaves(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the words of every command, and the command; a group that does something by itself is one, too."""
    command = command or get_command(app)
    below = getattr(command, "commands", {})
    if path and (not below or command.invoke_without_command):
        yield path, command
    for name, one in below.items():
        yield from leaves(one, (*path, name))


COMMANDS = dict(leaves())
by_command = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


def metavar(parameter: Any) -> str:
    """Return what the help calls a parameter's value."""
    return str(parameter.metavar or "")


def is_argument(parameter: Any) -> bool:
    """Return whether a parameter is given by its place."""
    return bool(parameter.param_type_name == "argument")


def is_file_to_write(parameter: Any) -> bool:
    """Return whether an option names a file or folder that the command writes."""
    return not is_argument(parameter) and metavar(parameter).startswith(("FILE", "DIR"))


def good_value(words: tuple[str, ...], parameter: Any, folder: Path) -> str:
    """Return something that a parameter takes."""
    name = metavar(parameter)
    if words == ("sheet",) and is_argument(parameter):
        return "alis"
    if is_argument(parameter) and name in INPUTS:
        return str(shutil.copy(INPUTS[name], folder))
    if is_argument(parameter) and name in ("DIR", "FOLDER"):
        return str(folder)
    if is_file_to_write(parameter):
        return str(folder / ("made" + Path(name.replace("FILE", "file.svg" if name == "FILE" else "file")).suffix))
    return VALUES.get(parameter.name, str(UUID(int=7)))


def arguments(words: tuple[str, ...], folder: Path, instead: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """Return a command with everything that it requires and, of what it may take, what `instead` names."""
    typed = list(words)
    for parameter in COMMANDS[words].params:
        reads = is_argument(parameter) and metavar(parameter) in INPUTS
        if parameter.required or parameter.name in instead or reads:
            value = instead.get(parameter.name) or good_value(words, parameter, folder)
            typed += [value] if is_argument(parameter) else [parameter.opts[0], value]
    return typed


def one_sentence(code: int, said: str) -> None:
    """Fail where a command that did not do its work says more than a sentence, nothing, or a fault of the program."""
    lines = said.strip().splitlines()
    assert len(lines) == (0 if code == 0 else 1), said
    assert code in {0, 1, 2}
    for never in ("Traceback", "Error:", "Errno", "feil i programmet", "hemmelig"):
        assert never not in said, said


def works_or_says_why(ended: EndedCommand) -> None:
    """Fail where a command fails in silence: one that says nothing has worked, or has told on the page what waits."""
    if ended.err:
        one_sentence(ended.code, ended.err)
    else:
        assert ended.code in {0, 1}, ended.out


@by_command
def test_a_place_that_cannot_be_written(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an output folder that cannot be made, a command that needs it says so; the others do their work."""
    ended = run_here(arguments(words, tmp_path), {"OUTPUT": NOT_WRITABLE}, capsys)
    works_or_says_why(ended)
    settings = {"OUTPUT": NOT_WRITABLE, "DATABASE_URL": f"sqlite:///{tmp_path}/r.db"}
    ended = run_here(arguments(words, tmp_path), settings, capsys)
    works_or_says_why(ended)
    assert "Traceback" not in ended.out


@by_command
def test_a_file_that_cannot_be_written(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file or folder that a person names and that cannot be written is told, and nothing is half done."""
    for parameter in filter(is_file_to_write, COMMANDS[words].params):
        name = Path(good_value(words, parameter, tmp_path)).name
        for place in (f"{NOT_WRITABLE}/{name}", str(Path(__file__) / name)):
            typed = arguments(words, tmp_path, {parameter.name: place})
            ended = run_here(typed, {"OUTPUT": tmp_path / "output"}, capsys)
            assert ended.code != 0
            one_sentence(ended.code, ended.err)


@by_command
def test_an_address_of_no_database(words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A command that needs the register names the setting, and never the password in it; the others do their work."""
    ended = run_here(arguments(words, tmp_path), {"OUTPUT": tmp_path / "output", "DATABASE_URL": DATABASES[0]}, capsys)
    works_or_says_why(ended)
    assert "hemmelig" not in ended.out + ended.err


@pytest.mark.parametrize("url", DATABASES)
def test_every_address_of_no_database(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong port, another product, a file in a place that cannot be written: each is told by its setting or place."""
    ended = run_here(["status"], {"OUTPUT": tmp_path / "output", "DATABASE_URL": url}, capsys)
    assert ended.code == (1 if "svarer ikke" in ended.err else 2)
    assert ("svarer ikke" in ended.err) == ("127.0.0.1:1/" in url)
    one_sentence(ended.code, ended.err)
    assert "AVTALEFLYT_DATABASE_URL" in ended.err or NOT_WRITABLE in ended.err


@by_command
def test_ctrl_c(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+C within a command says that nothing is lost, and ends with 130 as other programs do."""
    translated = help_texts.translated

    def interrupted(_app: Any) -> Any:
        command = translated(_app)
        at = command
        for word in words:
            at = at.commands[word]
        at.callback = interrupt
        return command

    def interrupt(**_values: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(help_texts, "translated", interrupted)
    ended = run_here(arguments(words, tmp_path), {"OUTPUT": tmp_path / "output"}, capsys)
    assert (ended.code, ended.out) == (130, "")
    assert ended.err == "Stoppet. Ingenting er tapt: Kjør samme kommando igjen for å fortsette.\n"


def test_a_missing_file_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    """Every command that reads a file says that it is missing without loading what would read it, and makes nothing."""
    reading = [
        arguments(words, tmp_path, {parameter.name: str(tmp_path / f"no{Path(metavar(parameter)).suffix}")})
        for words, command in COMMANDS.items()
        for parameter in command.params
        if is_argument(parameter) and (metavar(parameter) in INPUTS or metavar(parameter) == "DIR")
    ]
    assert len(reading) >= 8
    statement = f"""
import contextlib, io, json, sys
from flows.cli import main
found = []
for typed in {reading!r}:
    sys.argv = ["avtaleflyt", *typed]
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            main()
        except SystemExit as end:
            code = end.code
    found.append([typed, code, said.getvalue(), [name for name in {HEAVY!r} if name in sys.modules]])
print(json.dumps(found))
"""
    done = subprocess.run(
        [sys.executable, "-c", statement],
        env=environment({"OUTPUT": tmp_path / "output"}) | {"COLUMNS": "300"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    for typed, code, said, loaded in json.loads(done.stdout):
        assert (code, loaded) == (2, []), typed
        one_sentence(code, said)
        assert "finnes ikke" in said
    assert not (tmp_path / "output" / "avtaleflyt.db").exists()


def test_ctrl_c_while_the_program_loads() -> None:
    """The entry point answers before anything else is there."""
    statement = """
import sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "flows.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
from flows.start import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", statement],
        cwd=PROJECT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (130, 1)
    assert done.stderr.startswith("Stoppet. Ingenting er tapt")
