"""Progress of long steps: a use case or flow reports it, and a caller may choose to show it.

Nothing is shown unless the caller sets a display, as the command line does.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from enum import StrEnum

ProgressReport = Callable[[int, int], None]
"""Called with how many items of a step are done, and how many there are."""


class Step(StrEnum):
    """A step that takes time for each agreement."""

    DOCUMENTS = "documents"
    SEASON = "season"
    COLLECTING = "collecting"
    VERIFYING = "verifying"
    EXPORTING = "exporting"
    BACKUP = "backup"
    RESTORING = "restoring"


ProgressDisplay = Callable[[Step], AbstractContextManager[ProgressReport]]
"""Opens a display of one step, for as long as the step lasts."""


def ignore_progress(done: int, total: int) -> None:
    """Show nothing."""


_display: ContextVar[ProgressDisplay | None] = ContextVar("progress_display", default=None)


@contextmanager
def reporting_progress_to(display: ProgressDisplay) -> Iterator[None]:
    """Show the progress of every step within the block by this display."""
    token = _display.set(display)
    try:
        yield
    finally:
        _display.reset(token)


def progress_of(step: Step) -> AbstractContextManager[ProgressReport]:
    """Return the display of a step, as a context manager that gives the function to report to."""
    display = _display.get()
    return nullcontext(ignore_progress) if display is None else display(step)
