"""Do long work in threads of the application's own, woken by the pages: one for batches, one for exports."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI

from flows.application.batch_work import run_waiting_jobs
from flows.application.context import Context
from flows.application.export_work import run_waiting_exports

_LOOKS = 30.0
"""Seconds between two looks for jobs that another process asked for, or left behind."""
_SECONDS_TO_END = 10
_log = logging.getLogger(__name__)


@dataclass
class JobWorker:
    """A thread that does the jobs of a kind that wait in the register: `work` does all of them."""

    context: Context
    work: Callable[[Context], int]
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
                self.work(self.context)
            except Exception:  # noqa: BLE001 - whatever the database meets now: the jobs are kept there
                _log.exception("The worker could not look for jobs; it looks again.")

    def end(self) -> None:
        """End after the job at hand; another process takes up what is left."""
        self._ends.set()
        self._woken.set()


@contextmanager
def working(app: FastAPI, context: Context) -> Iterator[None]:
    """Run the workers of an application for as long as the block lasts. An export holds up no sending."""
    workers = [JobWorker(context, run_waiting_jobs), JobWorker(context, run_waiting_exports)]
    app.state.job_workers = workers
    threads = [threading.Thread(target=one.run, name=f"jobs-{one.work.__name__}", daemon=True) for one in workers]
    for thread, worker in zip(threads, workers, strict=True):
        thread.start()
        worker.wake()
    try:
        yield
    finally:
        app.state.job_workers = []
        for worker in workers:
            worker.end()
        for thread in threads:
            thread.join(timeout=_SECONDS_TO_END)


def wake(app: FastAPI) -> None:
    """Have the application's workers look for jobs; without them, another process finds them."""
    workers: list[JobWorker] = getattr(app.state, "job_workers", [])
    for worker in workers:
        worker.wake()
