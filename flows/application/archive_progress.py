"""Progress of long work on the archive, by the blobs that it goes through."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from flows.application.context import Context
from flows.application.progress import Step, progress_of
from flows.archive import Store
from flows.archive.watched_store import watched
from flows.register import RecordFile


@contextmanager
def watched_store(context: Context, step: Step, total: int | None = None) -> Iterator[Store]:
    """Give the archive's store, whose use is the progress of a step; `total` blobs, by default those of all records."""
    if total is None:
        with context.register.read() as session:
            total = session.scalar(select(func.count(RecordFile.digest.distinct()))) or 0
    with progress_of(step) as report:
        yield watched(context.store, report, total)
