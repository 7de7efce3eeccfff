"""Do long work on batches in a thread of the application's own: one job at a time, woken by the pages."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI

from flows.application.batch_work import run_waiting_jobs
from flows.application.context import Context

_LOOKS = 30.0
"""Seconds between two looks for jobs that another process asked for, or left behind."""
_log = logging.getLogger(__name__)


@dataclass
class JobWorker:
    """A thread that does the jobs that wait in the register."""

    context: Context
    _woken: threading.Event = field(default_factory=threading.Event)
    _ends: threading.Event = field(default_factory=threading.Event)

    def wake(self) -> None:
        """Look for jobs now."""
        self._woken.set()

    def run(self) -> None:
        """Do jobs until `end`."""
        while not self._ends.is_set():
            self._woken.wait(_LOOKS)
            self._woken.clear()
            if self._ends.is_set():
                return
            try:
                run_waiting_jobs(self.context)
            except Exception:  # noqa: BLE001 - whatever the database meets now: the jobs are kept there
                _log.exception("The worker could not look for jobs; it looks again.")

    def end(self) -> None:
        """End after the job at hand; another process takes up what is left."""
        self._ends.set()
        self._woken.set()


@contextmanager
def working(app: FastAPI, context: Context) -> Iterator[JobWorker]:
    """Run the worker of an application for as long as the block lasts."""
    worker = JobWorker(context)
    app.state.job_worker = worker
    thread = threading.Thread(target=worker.run, name="jobs", daemon=True)
    thread.start()
    worker.wake()
    try:
        yield worker
    finally:
        app.state.job_worker = None
        worker.end()
        thread.join(timeout=10)


def wake(app: FastAPI) -> None:
    """Have the application's worker look for jobs; without one, another process finds them."""
    worker: JobWorker | None = getattr(app.state, "job_worker", None)
    if worker is not None:
        worker.wake()
