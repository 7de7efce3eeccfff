"""Limit the memory that a piece of work may take, so that a hostile file ends in `MemoryError` and not the machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import resource
except ImportError:  # no such limits on Windows
    resource = None  # type: ignore[assignment]

_STATM = Path("/proc/self/statm")


@contextmanager
def within_memory(megabytes: int) -> Iterator[None]:
    """Raise `MemoryError` in the block where the process would take so many megabytes more than it has now.

    What counts is address space (`RLIMIT_AS`), which the kernel limits per process: the limit is set in a program's
    main thread alone, since other threads' work would meet it as well. It has no effect elsewhere, nor without Linux.
    """
    if resource is None or not _STATM.exists() or threading.current_thread() is not threading.main_thread():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(_STATM.read_text().split()[0])
    most = pages * resource.getpagesize() + (megabytes << 20)
    if soft != resource.RLIM_INFINITY:
        most = min(most, soft)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def limit_memory_of(process_id: int, megabytes: int) -> None:
    """Limit another process, and those that it starts, to so many megabytes of address space, where that can be."""
    if resource is not None and hasattr(resource, "prlimit"):
        with suppress(ProcessLookupError, PermissionError):
            resource.prlimit(process_id, resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
