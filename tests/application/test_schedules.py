"""Schedules of a machine without a Prefect server: due in Norwegian time, each time once, and ended gracefully."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import yaml

from flows.application.context import Context
from flows.application.schedules import Schedule, Scheduler
from flows.commands.flow_runs import local_schedules
from flows.errors import NotDelivered
from flows.register import Register
from flows.register.scheduled_runs import scheduled_runs
from flows.settings import Settings
from tests.conftest import PROJECT, Clock


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give a context on the test's register."""
    return Context(Settings(_env_file=None, output=tmp_path), register)


def scheduler(context: Context, run: Callable[[], object], cron: str = "*/5 * * * *", host: str = "a") -> Scheduler:
    """Return a scheduler with one schedule that began now."""
    made = Scheduler(context, [Schedule("collect", (cron,), run)], host)
    made.began = context.register.clock()
    return made


def test_the_times_are_those_of_the_deployments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every active schedule of prefect.yaml, and no other."""
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    wanted = {
        one["entrypoint"].rpartition(".")[2].replace("_", "-"): tuple(
            each["cron"] for each in one["schedules"] if each.get("active", True)
        )
        for one in deployments
        if "schedules" in one
    }
    monkeypatch.setenv("AVTALEFLYT_EMBEDDED_PREFECT", "/keys")
    assert {one.name: one.cron for one in local_schedules()} == {name: cron for name, cron in wanted.items() if cron}
    monkeypatch.delenv("AVTALEFLYT_EMBEDDED_PREFECT")
    assert local_schedules() == []


def test_each_time_counts_once_over_all_hosts(context: Context, clock: Clock) -> None:
    """Nothing at the start; at its time one host runs it; what was missed is caught up with once."""
    ran: list[str] = []
    here, there = (scheduler(context, partial(ran.append, host), host=host) for host in ("a", "b"))
    assert here.run_due() == []
    clock.forward(minutes=5)
    assert (here.run_due(), there.run_due(), here.run_due()) == (["collect"], [], [])
    clock.forward(minutes=60)
    assert (there.run_due(), here.run_due()) == (["collect"], [])
    clock.forward(seconds=1)
    here.run_soon("collect")
    assert here.run_due() == ["collect"]
    assert ran == ["a", "b", "a"]


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (datetime(2026, 12, 1, 5, 59, tzinfo=UTC), datetime(2026, 12, 1, 6, tzinfo=UTC)),
        (datetime(2026, 7, 1, 4, 59, tzinfo=UTC), datetime(2026, 7, 1, 5, tzinfo=UTC)),
        (datetime(2026, 7, 1, 5, tzinfo=UTC), datetime(2026, 7, 2, 5, tzinfo=UTC)),
    ],
)
def test_seven_is_seven_in_norway(after: datetime, due: datetime) -> None:
    """Summer and winter."""
    assert Schedule("reviews", ("0 7 * * *",), list).next_after(after) == due


def test_a_failure_is_kept_and_the_next_run_comes(context: Context, clock: Clock) -> None:
    """The sentence of an expected fault, and one of its own for a fault of the program."""
    faults: list[Exception] = [NotDelivered("tjeneren svarer ikke"), RuntimeError("hemmelig")]

    def fail() -> None:
        raise faults.pop(0)

    made = scheduler(context, fail)
    told = []
    for _round in range(2):
        clock.forward(minutes=5)
        made.run_due()
        with context.register.read() as session:
            (row,) = scheduled_runs(session)
        told.append((row.outcome, row.problem))
    assert told == [("failed", "tjeneren svarer ikke"), ("failed", "Kjøringen brøt av; loggen sier hvor.")]


def test_it_ends_after_the_run_at_hand(context: Context) -> None:
    """Leaving waits for what has begun, and begins nothing more."""
    begun = threading.Event()
    ended: list[str] = []

    def run() -> None:
        begun.set()
        made._ends.wait(60)
        ended.append("whole")

    made = Scheduler(context, [Schedule("a", ("0 0 1 1 *",), run), Schedule("b", ("0 0 1 1 *",), run)])
    with made:
        made.run_soon("a")
        assert begun.wait(60)
        made.run_soon("b")
    assert ended == ["whole"]
