"""From a case to a row of the input workbook and back: what the register knows is what next season starts from."""

from datetime import date
from pathlib import Path

import pytest

from flows.agreements.types import types
from flows.intake import read
from flows.intake.workbook_writer import write_sheet
from tests.conftest import PROJECT

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize("name", sorted(types()))
def test_cases_come_back_as_they_were(name: str, tmp_path: Path) -> None:
    """A workbook that is filled with cases reads back as the same cases, without a problem."""
    sources = [PROJECT / "fixtures" / one for one in ("renewal-2027.xlsx", "veiledningsavtale.json")]
    known = [one.case for source in sources for one in read(source, TODAY).cases if one.type == name]
    assert known
    target = tmp_path / "season.xlsx"
    write_sheet(types()[name], target, TODAY, known)
    again = read(target, TODAY)
    assert not [one for one in again.problems if one.level == "error"]
    assert [one.case for one in again.cases] == known
