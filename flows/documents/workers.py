"""Making many documents at once: processes that keep fonts, stylesheet and templates warm."""

import gc
import os
import resource
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

from flows.documents.limits import in_time
from flows.documents.making import Document, make
from flows.documents.template import Template, load_template
from flows.errors import DocumentRefused, TemplateRefused

ALONE = 3
"""Up to this many documents are made in this process: starting others would take longer."""

CHUNK = 4
"""Documents that a worker takes at once: few enough that none waits long for the last."""


ROUND = 400
"""Documents of one worker before it is replaced: its memory grows slowly, and a new one starts in seconds."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to make. `key` comes back with the outcome; `context` is what the template is filled with.

    With `lossy`, a document is made even where its PDF does not show everything.
    """

    key: str
    template: Path
    context: Mapping[str, object]
    lossy: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that was not made, and why, in one sentence."""

    sentence: str


class Pool:
    """Worker processes, warm until closed."""

    def __init__(self, processes: int) -> None:
        """Start no process yet; each starts with the first job that it is given."""
        self._processes = processes
        self._made = 0
        self._executor = self._fresh()

    def _fresh(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._processes, mp_context=get_context("spawn"), initializer=_begin)

    def __enter__(self) -> "Pool":
        """Use the pool in a `with`, which ends its processes."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes."""
        self._executor.shutdown()

    def make_all(self, jobs: Sequence[Job]) -> list[Document | Refused]:
        """Make the documents of all jobs, in their order."""
        made: list[Document | Refused] = []
        limit = ROUND * self._processes
        while len(made) < len(jobs):
            if self._made >= limit:
                self._executor.shutdown()
                self._executor, self._made = self._fresh(), 0
            batch = jobs[len(made) : len(made) + limit - self._made]
            made.extend(self._executor.map(_make, batch, chunksize=min(CHUNK, len(batch) // 4 + 1)))
            self._made += len(batch)
        return made

    def peak_memory(self) -> float:
        """Return the peak memory, in MiB, of whichever worker answers."""
        return self._executor.submit(_peak).result()


def make_all(jobs: Sequence[Job], processes: int = 0) -> list[Document | Refused]:
    """Make the documents of all jobs, in their order; one that is refused stops none of the others.

    `processes` is how many work at once; 0 means one per core.
    """
    processes = processes or os.cpu_count() or 1
    if processes == 1 or len(jobs) <= ALONE:
        return [_make(job) for job in jobs]
    return _pool(processes).make_all(jobs)


@cache
def _pool(processes: int) -> Pool:
    return Pool(processes)


@cache
def _template(path: Path) -> Template:
    return load_template(path)


def _begin() -> None:
    """Let the garbage collector look at what is new, and seldom: a document makes a million short-lived objects."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _make(job: Job) -> Document | Refused:
    try:
        with in_time():
            template = _template(job.template)
            return make(template, {**job.context, "malversjon": template.version}, lossy=job.lossy)
    except (DocumentRefused, TemplateRefused) as refusal:
        return Refused(str(refusal))
