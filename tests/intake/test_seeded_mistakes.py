"""Two hundred workbooks with known mistakes: each is found at its cell, and nothing else is called wrong."""

from pathlib import Path

import pytest

from flows.intake import read
from tests.intake.seeded import write_seeded
from tests.intake.workbooks import TODAY


@pytest.mark.parametrize("decade", range(20))
def test_every_seeded_mistake_is_found_and_nothing_else(tmp_path: Path, decade: int) -> None:
    """Sheet and cell of every problem are those of a seeded mistake, and every other row is a good case."""
    for seed in range(decade * 10, decade * 10 + 10):
        path, mistakes, cases, good = write_seeded(tmp_path, seed)
        judged = read(path, TODAY)
        found = sorted((each.sheet, each.cell) for each in judged.problems)
        assert found == sorted(mistakes), (seed, judged.problems)
        assert {each.level for each in judged.problems} <= {"error"}, seed
        assert (judged.count, len(judged.cases)) == (cases, good), seed
