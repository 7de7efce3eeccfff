"""Progress: reported to the display that is set, to nobody otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager

from flows.application.progress import ProgressReport, Step, progress_of, reporting_progress_to


def test_progress_is_shown_by_the_display_of_the_block() -> None:
    """The display hears of the step and of each report; after the block nobody does."""
    heard: list[object] = []

    @contextmanager
    def display(step: Step) -> Iterator[ProgressReport]:
        heard.append(step)
        yield lambda done, total: heard.append((done, total))
        heard.append("closed")

    with reporting_progress_to(display), progress_of(Step.SEASON) as report:
        report(1, 2)
        report(2, 2)
    with progress_of(Step.DOCUMENTS) as report:
        report(1, 1)
    assert heard == [Step.SEASON, (1, 2), (2, 2), "closed"]
