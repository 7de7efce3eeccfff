"""An empty archive for the tests of this stage."""

from pathlib import Path

import pytest

from flows.archive import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give an empty store in a folder whose name needs quoting in a URL."""
    return open_store((tmp_path / "lager å").as_uri())


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    """Give a folder for trust anchors."""
    return tmp_path / "anchors"
