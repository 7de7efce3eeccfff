"""The input workbook that `avtaleflyt sheet` makes."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.agreements.fields import fields_of
from flows.agreements.types import types
from flows.intake import read
from flows.intake.workbook_writer import write_sheet
from tests.intake.workbooks import TODAY

KINDS = sorted(types())


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_makes_is_read_back_without_a_problem(tmp_path: Path, kind: str) -> None:
    """The example row is one good case of its agreement, with nothing to remark."""
    write_sheet(types()[kind], tmp_path / "cases.xlsx", TODAY)
    judged = read(tmp_path / "cases.xlsx", TODAY)
    assert (judged.count, judged.problems) == (1, ())
    assert judged.cases[0].type == kind


@pytest.mark.parametrize("kind", KINDS)
def test_every_heading_has_help_and_is_locked(tmp_path: Path, kind: str) -> None:
    """Every field has its column and a comment that says whether it must be filled in; only headings are locked."""
    write_sheet(types()[kind], tmp_path / "cases.xlsx", TODAY)
    sheet = load_workbook(tmp_path / "cases.xlsx").worksheets[0]
    fields = list(fields_of(types()[kind].case).values())
    assert [cell.value for cell in sheet[1]] == [field.column.label for field in fields]
    for cell, field in zip(sheet[1], fields, strict=True):
        assert cell.comment is not None
        assert cell.comment.text.startswith("Må fylles ut." if field.required else "Kan stå tom.")
    assert sheet.protection.sheet
    assert all(cell.protection.locked for cell in sheet[1])
    assert not any(cell.protection.locked for cell in sheet[2])
    assert not sheet.column_dimensions["A"].protection.locked


def test_drop_downs_hold_every_choice(tmp_path: Path) -> None:
    """All 357 municipalities with number and official name, categories, practice forms and yes or no are offered."""
    write_sheet(types()["alis"], tmp_path / "cases.xlsx", TODAY)
    workbook = load_workbook(tmp_path / "cases.xlsx")
    offered = {}
    for validation in workbook.worksheets[0].data_validations.dataValidation:
        name, _bang, cells = validation.formula1.partition("!")
        rows = workbook[name.strip("'")][cells.replace("$", "")]
        offered[str(validation.sqref).split(":")[0]] = [cell.value for (cell,) in rows]
    municipalities = offered["A2"]
    assert len(municipalities) == 357
    assert {"0301 Oslo", "1875 Hábmer - Hamarøy", "1818 Herøy (Nordland)", "1515 Herøy (Møre og Romsdal)"} <= set(
        municipalities
    )
    assert ["Fastlege", "Fastlegevikar", "Introduksjonslege", "Annet kommunalt legearbeid"] in offered.values()
    assert ["Ja", "Nei"] in offered.values()
