"""The calls that the guide for HR shows are run as they stand."""

import json
import os
import re
import shutil
import subprocess

import pytest
from pydantic import SecretStr

from flows.application.context import Context
from flows.register import Register
from flows.settings import Settings
from flows.web.app import create_app
from tests.conftest import PROJECT
from tests.web.server import web_in_thread

PAGE = PROJECT / "docs/guides/personal.md"
KEY = "t0ken"


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl: apt-get install curl")
def test_the_calls_of_the_guide_are_answered_as_it_says(register: Register) -> None:
    """The first gives the shape that the guide shows, and its id is known to the second."""
    calls = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    shown = json.loads(re.findall(r"^```json\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)[0])
    app = create_app(Context(Settings(_env_file=None, intake_token=SecretStr(KEY)), register), lambda *_: None)
    with web_in_thread(app) as address:
        first = json.loads(_run(calls[0], address, ""))
        (agreement,) = first["agreements"]
        second = json.loads(_run(calls[1], address, agreement["id"]))
    assert first.keys() == shown.keys()
    assert {**agreement, "id": "…"} == shown["agreements"][0]
    assert agreement["id"] in json.dumps(second)


def _run(call: str, address: str, agreement: str) -> str:
    given = {**os.environ, "KEY": KEY, "URL": address, "ID": agreement, "no_proxy": "*"}
    return subprocess.run(
        ["bash", "-ec", call], env=given, cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
