"""Agreed texts that cross a page end, as coordinators wrote them (the shared cases): each row becomes a document."""

from pathlib import Path

import pytest

from flows.application.context import Context
from flows.application.preview import preview
from flows.settings import Settings
from tests.conftest import PROJECT

CASES = PROJECT.parent / "shared" / "cases" / "intake"


@pytest.mark.skipif(not CASES.exists(), reason="needs the shared cases: put them into ../shared/cases")
@pytest.mark.parametrize(("name", "rows"), [("51-long.xlsx", 11), ("lines-across-pages.xlsx", 6)])
def test_each_row_of_long_texts_is_made(tmp_path: Path, name: str, rows: int) -> None:
    """None is refused, neither by a rule of intake nor by the proof."""
    made = preview(Context(Settings(_env_file=None, output=tmp_path)), str(CASES / name), tmp_path / "look")
    assert (made.cases, len(made.documents), made.complete) == (rows, rows, True)
