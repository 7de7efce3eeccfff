"""A signing desk for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.signing_desk.servers import RunningDesk, desk_in_thread


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[RunningDesk]:
    """Give a desk that answers over HTTP and goes by the test's clock."""
    with desk_in_thread(tmp_path / "desk", clock) as running:
        yield running
