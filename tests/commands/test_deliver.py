"""`avtaleflyt deliver` and the row of `avtaleflyt doctor`, as people give and read them."""

import json
from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from flows.register import Register
from tests.command_line import EndedCommand, run_here
from tests.conftest import Clock
from tests.delivery.delivered_records import World, archived_record
from tests.delivery.delivery_rounds import of, open_world
from tests.delivery.fiks_server import FiksServer
from tests.delivery.throw_away_keys import certificate_pem


@pytest.fixture
def world(clock: Clock, register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Give a context that delivers to an archive which answers nothing and may not be asked; commands use it."""
    with FiksServer(clock) as server:
        server.archive.fault_of = lambda _record, _time: "silent"
        for made in open_world(server, register, tmp_path, may_look_up=False):
            monkeypatch.setattr("flows.application.context.current_context", partial(getattr, made, "context"))
            monkeypatch.setattr("flows.commands.flow_runs.run_deliveries", made.round)
            yield made


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> "Run":
    """Give what runs a command."""
    return Run(tmp_path, capsys)


class Run:
    """Runs a command in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def __call__(self, *words: str) -> EndedCommand:
        """Return what came of the command."""
        return run_here(words, {"OUTPUT": self.folder}, self.capsys)


def test_without_an_archive_system_the_setting_is_named(run: Run) -> None:
    """One sentence, and nothing else."""
    ended = run("deliver")
    assert ended.code == 2
    assert "AVTALEFLYT_ARCHIVE_SYSTEM" in ended.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--again"], "--list"),
        (["--settle", "delivered"], "--list"),
        (["x", "--settle", "kanskje"], "not-delivered"),
        (["x", "--settle", "delivered", "--again"], "--close-answers"),
        (["--close-answers"], "--why"),
        (["x", "--again"], "deliver"),
    ],
)
@pytest.mark.usefixtures("world")
def test_what_cannot_be_done_is_one_sentence(run: Run, words: list[str], told: str) -> None:
    """With what to give instead."""
    ended = run("deliver", *words)
    assert ended.code in {1, 2}
    assert told in ended.err
    assert len(ended.err.strip().splitlines()) <= 3


def test_a_person_sends_settles_and_sends_anew(run: Run, world: World, clock: Clock) -> None:
    """By the id of the record, as `status` and the pages show it."""
    record = archived_record(world.register, world.store)
    world.server.send_faults = deque(["lost", "none"])
    assert json.loads(run("deliver", record.id, "--json").out)["deliveries"][of(world, record.id).id] == "unknown"
    clock.forward(hours=30)
    assert run("deliver").code == 1, "it waits for a person now"
    (row,) = json.loads(run("deliver", "--list", "--json").out)["deliveries"]
    assert (row["record_id"], row["state"]) == (record.id, "needs_person")
    assert run("deliver", record.id, "--settle", "not-delivered", "--why", "ikke i arkivet").code == 0
    assert of(world, record.id).state == "due"
    clock.forward(minutes=1)
    run("deliver")
    assert (of(world, record.id).state, len(world.server.sends)) == ("sent", 2)
    clock.forward(hours=24 * 8)
    run("deliver")
    run("deliver")
    assert of(world, record.id).state == "needs_person"
    before = of(world, record.id).client_message_id
    run("deliver", record.id, "--again", "--case", "2026/17", "--why", "i sak 17")
    assert of(world, record.id).client_message_id != before
    clock.forward(hours=24 * 8)
    run("deliver")
    run("deliver")
    settle = ("--settle", "delivered", "--case", "2026/17", "--entry", "3", "--why", "sett i arkivet")
    assert run("deliver", record.id, *settle).code == 0
    assert (of(world, record.id).case_number, of(world, record.id).entry_number) == ("2026/17", "3")
    assert "levert" in run("deliver", "--list").out


def test_doctor_has_a_row_of_the_archive_system(run: Run, world: World, clock: Clock) -> None:
    """Well; then nobody listens; then a certificate and a key of ours that end."""

    def row() -> dict[str, object]:
        rows = json.loads(run("doctor", "--json").out)
        found = [one for one in rows if "Fiks IO" in one["why"]]
        assert len(found) == 1
        one: dict[str, object] = found[0]
        return one

    assert row()["present"] is True
    world.server.status = {"antallKonsumenter": 0, "antallUavhentedeMeldinger": 12}
    assert "henter ikke meldingene sine (12 venter, 0 lytter)" in str(row()["install"])
    world.server.status = {"gyldigAvsender": False}
    assert "kan ikke sende" in str(row()["install"])
    world.server.status = {}
    world.server.our_certificate = certificate_pem("konto", 355)
    clock.forward(minutes=11)
    assert "utløper" in str(row()["install"])
