"""Make many documents at once in worker processes that keep fonts, stylesheet and templates loaded."""

import gc
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType, TracebackType

from flows.documents.pipeline import Document, make
from flows.documents.template import Template, load_template
from flows.errors import DocumentRefused, TemplateRefused
from flows.language import current, use
from flows.language import translate as _
from flows.typesetting import can_limit_time, warm_up, within_limits

ALONE = 3
"""Up to this many documents, it takes longer to start other processes than to make them in this one."""

ROUND = 2000
"""Documents of one worker before it is replaced: its memory grows slowly, and a new one starts in seconds."""

SPARE = 30
"""Documents of its last round that a worker still makes while the one that takes over starts."""

_starting = Lock()
"""Held while processes start: meanwhile this one has no main module (`_starting_processes`)."""


@dataclass(frozen=True, slots=True)
class DocumentJob:
    """One document to make. `key` comes back with the outcome; `context` is what the template is filled with.

    With `lossy`, a document is made even where its PDF does not show everything.
    """

    key: str
    template: Path
    context: Mapping[str, object]
    lossy: bool = False


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    """A document that was not made, and why, in one sentence.

    `values` are the names of the values in the template that are the reason, where the case is.
    """

    sentence: str
    values: tuple[str, ...] = ()


class ProcessPool:
    """Worker processes, warm until closed."""

    def __init__(self, processes: int) -> None:
        """Start no process yet; each starts with the first job that it is given."""
        self._processes = processes
        self._left = ROUND * processes
        self._peak = 0.0
        self._executor = self._fresh()
        self._following: ProcessPoolExecutor | None = None

    def _fresh(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(current(),)
        )

    def __enter__(self) -> "ProcessPool":
        """Use the pool in a `with`, which ends its processes."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes."""
        self._executor.shutdown()
        if self._following is not None:
            self._following.shutdown()

    def make_all(self, jobs: Sequence[DocumentJob]) -> Iterator[Document | RefusedDocument]:
        """Yield the documents of all jobs, in their order; one whose process is killed is refused, and no other.

        The workers go on while the caller deals with what it has been given.
        """
        done = 0
        while done < len(jobs):
            batch = jobs[done : done + self._next_batch()]
            self._left -= len(batch)
            try:
                with _starting_processes():
                    underway = self._executor.map(_make_and_tidy, batch)
                for made in underway:
                    done += 1
                    yield made
            except BrokenProcessPool:
                for made in self._alone(jobs[done : done + 3 * self._processes]):
                    done += 1
                    yield made
            if self._left <= 0:
                self._relieve()

    def _next_batch(self) -> int:
        """Return how many documents come next; before the last ones of a round, start the workers that take over."""
        spare = min(SPARE, ROUND // 2) * self._processes
        if self._left > spare:
            return self._left - spare
        if self._following is None:
            self._following = self._fresh()
            with _starting_processes():
                for _each in range(self._processes):
                    self._following.submit(_ready)
        return self._left

    def _alone(self, jobs: Sequence[DocumentJob]) -> Iterator[Document | RefusedDocument]:
        """Make what was under way when a process was killed, one by one, to find the document that has it killed."""
        self._executor = self._fresh()
        for job in jobs:
            try:
                with _starting_processes():
                    made = self._executor.submit(_make_and_tidy, job)
                yield made.result()
            except BrokenProcessPool:
                self._executor = self._fresh()
                yield RefusedDocument(
                    _("The document was not made: its process was ended from outside, perhaps for memory.")
                )

    def _relieve(self) -> None:
        """Replace the workers by those that have started beside them."""
        with suppress(BrokenProcessPool):
            self._peak = self.peak_memory()
        self._executor.shutdown(wait=False)
        self._executor, self._following = self._following or self._fresh(), None
        self._left = ROUND * self._processes

    def peak_memory(self) -> float:
        """Return the peak memory of a worker in MiB: the one that answers, or one that it followed."""
        return max(self._peak, self._executor.submit(_peak_memory).result())

    def processor_time(self) -> float:
        """Return the processor's seconds that the worker which answers has used so far."""
        return self._executor.submit(time.process_time).result()


def make_in_processes(jobs: Sequence[DocumentJob], processes: int = 0) -> Iterator[Document | RefusedDocument]:
    """Yield the documents of all jobs, in their order; one that is refused stops none of the others.

    `processes` is how many work at once; 0 means one per core. A few are made in this process, unless it is a thread
    that asks, such as a task's: time is kept in a process's main thread alone.
    """
    processes = processes or os.cpu_count() or 1
    few = processes == 1 or len(jobs) <= ALONE
    if few and can_limit_time():
        return map(make_one, jobs)
    return _pool(1 if few else processes).make_all(jobs)


@contextmanager
def _starting_processes() -> Iterator[None]:
    """Let processes that start within load what documents need alone, and know no Ctrl+C.

    That is for the program that started them, which then ends them. `multiprocessing` has each of them load the
    program's main module, too: all commands, or all of Prefect, which takes longer than what they do need.
    """
    with _starting:
        main, before = sys.modules["__main__"], signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@cache
def _pool(processes: int) -> ProcessPool:
    return ProcessPool(processes)


@cache
def _template(path: Path) -> Template:
    return load_template(path)


def _begin(language: str = "nb") -> None:
    """Keep the garbage collector to the end of each document (`_make_and_tidy`): within one it finds next to nothing.

    The process speaks the language of who asks, and does not outlive it.
    """
    use(language)
    gc.freeze()
    gc.set_threshold(2_000_000, 20, 20)  # a document makes some hundred thousand objects; an enormous one may have more
    if (parent := parent_process()) is not None:
        Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    """End this process once its parent has ended for whatever reason; it would wait for jobs for ever."""
    parent.join()
    os._exit(1)


def _ready() -> None:
    """Load what the first document of a process needs."""
    warm_up()


def _peak_memory() -> float:
    """Return the peak memory of this process in MiB, by the kernel's own count, which a parent's does not enter."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return (int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def _make_and_tidy(job: DocumentJob) -> Document | RefusedDocument:
    """Make one document and collect its garbage at once, while it is still in the processor's cache."""
    made = make_one(job)
    gc.collect(0)
    return made


def make_one(job: DocumentJob) -> Document | RefusedDocument:
    """Make one document; return a `RefusedDocument` with the reason if it cannot be made."""
    try:
        with within_limits():
            template = _template(job.template)
            return make(template, {**job.context, "malversjon": template.version}, lossy=job.lossy)
    except (DocumentRefused, TemplateRefused) as refusal:
        return RefusedDocument(str(refusal), refusal.values)
