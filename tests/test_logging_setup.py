"""The one configuration of logging: what is written where, in which form, and what never is."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from flows.logging_setup import DETAILS, logging_to_file, logging_to_stderr, mask

ID = "3f2a9c1e-1234-4567-8901-0123456789ab"
OURS = logging.getLogger("flows.signing.sending")


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a log file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give the path of a log whose folder is not there yet."""
    return tmp_path / "output" / "avtaleflyt.log"


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("HPR 9876543 is new", "HPR *** is new"),
        ("hpr=12345678.", "hpr=***."),
        ("01019012345 and 010190 12345 and 010190-12345", "*** and *** and ***"),
        ("call +4791234567 or 912 34 567 or 91 23 45 67", "call +*** or *** or ***"),
        ("to kari.nordmann@bodo.example today", "to *** today"),
        ("GET https://desk.example/sign/hemmelig?token=x failed", "GET *** failed"),
        (f"agreement {ID} of municipality 1804, 2027-01-31", f"agreement {ID} of municipality 1804, 2027-01-31"),
        ("blob 0123456789abcdef0123456789abcdef", "blob 0123456789abcdef0123456789abcdef"),
        ("12345678-1234-4567-8901-012345678901", "12345678-1234-4567-8901-012345678901"),
        ("25 cases in 1234 ms, port 8757", "25 cases in 1234 ms, port 8757"),
    ],
)
def test_numbers_of_persons_addresses_and_links_are_blanked(said: str, logged: str) -> None:
    """What looks like one is blanked; ids, municipality numbers, dates and counts stay."""
    assert mask(said) == logged


def test_a_line_names_its_agreement(log: Path) -> None:
    """A line of the file is one JSON object, with the agreement's id beside the message."""
    with logging_to_file(log, "INFO"):
        OURS.info("Sent to %s", "desk", extra={"agreement": ID})
    (line,) = lines(log)
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "INFO", "logger": OURS.name, "message": "Sent to desk", "agreement": ID}


def test_nothing_is_made_before_there_is_something_to_say(log: Path) -> None:
    """A command that has nothing to log leaves no file and no folder."""
    with logging_to_file(log, "WARNING"):
        OURS.info("Sent")
    assert not log.parent.exists()


@pytest.mark.parametrize(
    ("level", "heard"), [("DEBUG", 4), ("INFO", 3), ("WARNING", 2), ("ERROR", 1)], ids=lambda value: str(value)
)
def test_the_setting_is_the_least_level(log: Path, level: str, heard: int) -> None:
    """Each level holds those above it."""
    with logging_to_file(log, level):
        for name in ("debug", "info", "warning", "error"):
            getattr(OURS, name)("said")
    assert len(lines(log)) == heard


def test_libraries_that_warn_of_details_speak_at_debug(log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """At the usual level they are not heard at all; for developers they are, without the values they fill in."""
    for level in ("INFO", "DEBUG"):
        with logging_to_file(log, level):
            for name in DETAILS:
                logging.getLogger(f"{name}.inner").error("Retrying %s", "/files/hemmelig")
    assert [(line["level"], line["message"]) for line in lines(log)] == [("DEBUG", "Retrying %s")] * len(DETAILS)
    assert capfd.readouterr().err == ""


def test_other_libraries_speak_from_warning_on(log: Path) -> None:
    """What a library tells of its own steps is not ours; what it warns of is, without values."""
    with logging_to_file(log, "DEBUG"):
        logging.getLogger("sqlalchemy.engine").info("SELECT %s", "Kari")
        logging.getLogger("sqlalchemy.pool").warning("Connection of %s is gone", "Kari")
    assert [line["message"] for line in lines(log)] == ["Connection of %s is gone"]


def test_an_exception_is_logged_without_what_it_quotes(log: Path) -> None:
    """Where it came from and what kind it is, with what it was caused by; the message may quote a person."""
    with logging_to_file(log, "INFO"):
        try:
            try:
                int("Kari Nordmann")
            except ValueError as error:
                raise RuntimeError("Kari Nordmann cannot be read") from error
        except RuntimeError:
            OURS.exception("A step failed")
    (line,) = lines(log)
    assert "Kari Nordmann cannot" not in line["error"].replace('raise RuntimeError("Kari Nordmann cannot be read")', "")
    assert line["error"].index("builtins.ValueError") < line["error"].index("builtins.RuntimeError")
    assert "test_logging_setup.py" in line["error"]


def test_a_full_disk_costs_the_line_and_not_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where nothing can be written the program goes on, and standard error stays the command's."""
    (tmp_path / "output").write_text("a file where the folder should be")
    with logging_to_file(tmp_path / "output" / "avtaleflyt.log", "INFO"):
        OURS.error("said")
    assert capfd.readouterr().err == ""


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("screen", [_Terminal(), io.StringIO()], ids=["terminal", "pipe"])
def test_services_write_for_people_or_for_programs(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text at a terminal, JSON where standard error is read by a program."""
    monkeypatch.setattr(sys, "stderr", screen)
    with logging_to_stderr("INFO"):
        OURS.warning("Waits", extra={"agreement": ID})
    (line,) = screen.getvalue().splitlines()
    if screen.isatty():
        assert line.endswith(f"WARNING {OURS.name}: Waits [{ID}]")
    else:
        assert json.loads(line)["agreement"] == ID


def test_a_process_without_a_log_says_nothing_on_standard_error() -> None:
    """Processes that only fill documents configure nothing, and their standard error is the command's."""
    names = repr([*DETAILS, "flows.documents"])
    code = f"import flows, logging, weasyprint\nfor name in {names}: logging.getLogger(name).error('said')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600)
    assert done.stderr == ""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the output folder of a command line whose every command has a fault."""

    def fault(_app: object) -> None:
        raise KeyError("Kari Nordmann")

    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setattr("flows.commands.help_texts.run", fault)
    return tmp_path / "output"


def test_a_fault_of_the_program_is_one_sentence_and_a_line_in_the_log(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """People are told where to look; the log has the place of the fault and no value."""
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "avtaleflyt.log" in "".join(capsys.readouterr().err.split())
    (line,) = lines(broken / "avtaleflyt.log")
    assert (line["level"], line["logger"]) == ("ERROR", "flows.cli")
    assert line["error"].endswith("builtins.KeyError")
