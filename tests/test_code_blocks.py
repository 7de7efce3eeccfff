"""Every code block of the documents is run by a test, or read by the parser of its language, with the reason why."""

import json
import re
import shlex
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from flows.delivery.archive_settings import load_archive_settings
from flows.identity.provider_settings import load_providers
from flows.settings import Settings
from tests.code_blocks import NOT_RUN, PICTURES, READ_ALONE, RUN_BY_OTHERS, CodeBlock, code_blocks, why_not_run
from tests.conftest import PROJECT
from tests.test_documentation import is_command

BLOCKS = code_blocks()
SHELL = [one for one in BLOCKS if one.language == "sh" or one.text.startswith(("avtaleflyt ", "python "))]
OTHERS = [one for one in BLOCKS if one not in SHELL]
LINES = [(one.page, line) for one in SHELL if one.page not in RUN_BY_OTHERS for line in one.lines]


def name_of(block: CodeBlock) -> str:
    """Name a block in the list of tests."""
    return f"{block.page}: {block.text.splitlines()[0][:40]}"


@pytest.mark.parametrize("block", SHELL, ids=name_of)
def test_a_shell_can_read_it(block: CodeBlock) -> None:
    """`…` and capital letters stand for what the reader has; all else is the shell's grammar."""
    read = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize(("page", "line"), LINES)
def test_a_command_is_run_or_known(page: str, line: str) -> None:
    """Ours are run on the demonstration's archive, or are named with why not; of others the first word is known."""
    if line.startswith("avtaleflyt "):
        assert is_command(shlex.split(line)[1:])
        return
    assert why_not_run(line), f"nothing runs «{line}» of {page}, and no reason is named in tests/code_blocks.py"
    words = shlex.split(line.removesuffix("&"))
    if words[0] == "make":
        targets = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
        assert words[1] in targets
    if words[:2] == ["python", "-m"]:
        assert find_spec(words[2])
    if words[:2] == ["python", "-c"]:
        compile(words[2], page, "exec")
    if words[0].startswith("deploy/"):
        script = (PROJECT / words[0]).read_text()
        assert all(f"{word})" in script for word in words if word.startswith("--"))


@pytest.mark.parametrize("block", OTHERS, ids=name_of)
def test_what_is_no_command_is_read_by_the_program(block: CodeBlock, tmp_path: Path) -> None:
    """Settings by the program's settings, tables by their readers, JSON as JSON; the rest is named."""
    if block.language == "ini":
        path = tmp_path / ".env"
        path.write_text(block.text)
        named = re.findall(r"^AVTALEFLYT_([A-Z_]+)=", block.text, re.MULTILINE)
        assert len(named) == len(block.lines)
        assert {one.lower() for one in named} <= Settings.model_fields.keys()
        Settings(_env_file=path)
    elif block.language == "toml":
        path = tmp_path / "table.toml"
        path.write_text(block.text)
        if "[[version]]" in block.text:  # a part of a file: tests/agreements/test_wording_versions.py reads whole ones
            assert tomllib.loads(block.text)
        else:
            assert load_archive_settings(path) if "[fiks]" in block.text else load_providers(path)
    elif block.language == "json":
        json.loads(block.text)
    else:
        assert [one for one in PICTURES if block.text.startswith(one)], "named in tests/code_blocks.py with its reason"


def test_no_reason_is_left_over() -> None:
    """A reason for what no page shows any more is taken away."""
    lines = [line for one in SHELL for line in one.lines]
    assert [one for one in NOT_RUN if not any(line.startswith(one) for line in lines)] == []
    assert set(READ_ALONE) - {shlex.split(line)[0] for line in lines} == set()
    assert [one for one in PICTURES if not any(each.text.startswith(one) for each in OTHERS)] == []
