"""Run what is due at set times, on a machine without a Prefect server: one run at a time, each due time once.

What was due while nothing ran is caught up with once. A schedule that never ran waits for its next time. Several hosts
may have the same schedules: the register lets one of them begin.
"""

import logging
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cronsim import CronSim

from flows.application.context import Context
from flows.dates import oslo_time
from flows.errors import AvtaleflytError
from flows.language import for_the_register
from flows.language import translate as _
from flows.register.scheduled_runs import claim_run, end_run, scheduled_runs

_LONGEST_WAIT = 60.0
"""Seconds between two looks at the clock: one that was set anew is followed."""
_SECONDS_TO_END = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work that is done at set times: cron expressions in Norwegian time, as in `prefect.yaml`."""

    name: str
    cron: tuple[str, ...]
    run: Callable[[], object]

    def next_after(self, instant: datetime) -> datetime:
        """Return the first due time after an instant, in UTC."""
        local = oslo_time(instant)
        return min(next(CronSim(one, local)) for one in self.cron).astimezone(UTC)


@dataclass
class Scheduler:
    """A thread that runs schedules. `began` is from when on those count that never ran."""

    context: Context
    schedules: Sequence[Schedule]
    host: str = field(default_factory=socket.gethostname)
    began: datetime | None = None
    _wanted: set[str] = field(default_factory=set)
    _woken: threading.Event = field(default_factory=threading.Event)
    _ends: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Scheduler":
        """Start the thread."""
        self.began = self.began or self.context.register.clock()
        self._thread = threading.Thread(target=self._loop, name="schedules", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End after the run at hand, which gets a minute; whatever it leaves half done is taken up by the next one."""
        self._ends.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(_SECONDS_TO_END)

    def run_soon(self, name: str) -> None:
        """Run a schedule as soon as nothing else runs, whenever it is due."""
        self._wanted.add(name)
        self._woken.set()

    def run_due(self) -> list[str]:
        """Run everything that is due now, one after another; return the names."""
        done = []
        for one in self.schedules:
            if self._ends.is_set():
                break
            now = self.context.register.clock()
            is_wanted = one.name in self._wanted
            self._wanted.discard(one.name)
            due = now if is_wanted else self._due(one)
            if due <= now and self._claim(one.name, due):
                self._run(one)
                done.append(one.name)
        return done

    def _due(self, schedule: Schedule) -> datetime:
        """Return when a schedule is due: the newest due time of those that passed since its last run began."""
        now = self.context.register.clock()
        with self.context.register.read() as session:
            started = {row.name: row.started_at for row in scheduled_runs(session)}
        return schedule.next_after(started.get(schedule.name) or self.began or now)

    def _claim(self, name: str, due: datetime) -> bool:
        with self.context.register.write() as transaction:
            return claim_run(transaction, name, self.host, due)

    def _run(self, schedule: Schedule) -> None:
        problem = ""
        try:
            schedule.run()
        except AvtaleflytError as error:
            problem = error.message
            _log.warning("A scheduled run did not succeed: %s", problem, extra={"schedule": schedule.name})
        except Exception:  # noqa: BLE001 - whatever it was, the next run comes at its time
            problem = _("The run broke off; the log says where.")
            _log.exception("A scheduled run broke off.", extra={"schedule": schedule.name})
        with self.context.register.write() as transaction:
            end_run(transaction, schedule.name, self.host, for_the_register(problem) if problem else "")

    def _loop(self) -> None:
        while not self._ends.is_set():
            try:
                self.run_due()
                wait = self._seconds_to_next()
            except Exception:  # noqa: BLE001 - a database that is away for a moment ends no schedule
                _log.exception("The schedules could not be looked at; it is tried again.")
                wait = _LONGEST_WAIT
            self._woken.wait(min(max(wait, 0.0), _LONGEST_WAIT))
            self._woken.clear()

    def _seconds_to_next(self) -> float:
        now = self.context.register.clock()
        return min(((self._due(one) - now).total_seconds() for one in self.schedules), default=_LONGEST_WAIT)
