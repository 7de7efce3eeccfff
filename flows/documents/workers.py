"""Making many documents at once: processes that keep fonts, stylesheet and templates warm."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from flows.documents.making import Document, make
from flows.documents.template import Template, load_template
from flows.errors import DocumentRefused, TemplateRefused

ALONE = 3
"""Up to this many documents are made in this process: starting others would take longer."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to make. `key` comes back with the outcome; `context` is what the template is filled with."""

    key: str
    template: Path
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that was not made, and why, in one sentence."""

    sentence: str


def make_all(jobs: Sequence[Job], processes: int = 0) -> list[Document | Refused]:
    """Make the documents of all jobs, in their order; one that is refused stops none of the others.

    `processes` is how many work at once; 0 means one per core.
    """
    processes = processes or os.cpu_count() or 1
    if processes == 1 or len(jobs) <= ALONE:
        return [_make(job) for job in jobs]
    return list(_pool(processes).map(_make, jobs))


@cache
def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


@cache
def _template(path: Path) -> Template:
    return load_template(path)


def _make(job: Job) -> Document | Refused:
    try:
        template = _template(job.template)
        return make(template, {**job.context, "malversjon": template.version})
    except (DocumentRefused, TemplateRefused) as refusal:
        return Refused(str(refusal))
