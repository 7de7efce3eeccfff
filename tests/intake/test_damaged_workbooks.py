"""Damaged workbooks end in cases or in one sentence; `make drills` tries ten thousand."""

from tests.drills.intake import drill


def test_no_damaged_workbook_raises_anything_else() -> None:
    """Three hundred damaged workbooks of every format: none ends in a traceback, and some are still read."""
    found = drill(300, seed=7)
    assert (found["tracebacks"], found["too_long"]) == (0, 0)
    assert found["cases"] + found["sentences"] == 300
    assert min(found["cases"], found["sentences"]) > 30
