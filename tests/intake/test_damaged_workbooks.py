"""Damaged workbooks end in cases or in one sentence, and never in a wrong case; `make drills` tries thousands."""

from tests.drills.damaged_workbooks import run
from tests.drills.intake import drill


def test_no_damaged_workbook_raises_anything_else() -> None:
    """Three hundred damaged workbooks of every format: none ends in a traceback, and some are still read."""
    found = drill(300, seed=7)
    assert (found["tracebacks"], found["too_long"]) == (0, 0)
    assert found["cases"] + found["sentences"] == 300
    assert min(found["cases"], found["sentences"]) > 30


def test_no_damaged_workbook_gives_a_wrong_case_in_silence() -> None:
    """Eighty workbooks with what people and programs do to cells, rows and sheets: right, or named at their place."""
    tried, silent = run(80, seed=3)
    assert (tried, silent) == (80, [])
