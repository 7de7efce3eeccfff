"""The input workbook that `avtaleflyt sheet` makes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from flows import language
from flows.agreements.case import MunicipalCase
from flows.agreements.fields import fields_of
from flows.agreements.types import types
from flows.intake import read
from flows.intake.value_parsing import read_value
from flows.intake.workbook_writer import write_sheet
from tests.agreements.cases import alis_case, tjenesteavtale6_case
from tests.intake.workbooks import ALIS, JSON_CASE, TODAY, read_json, read_rows

KINDS = sorted(types())


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_is_right_in_itself_and_never_a_case(tmp_path: Path, kind: str) -> None:
    """The rules find nothing wrong with it; what it is, is said once, and it is not counted."""
    write_sheet(types()[kind], tmp_path / "cases.xlsx", TODAY)
    judged = read(tmp_path / "cases.xlsx", TODAY)
    assert (judged.count, len(judged.cases)) == (0, 0)
    assert [(each.row, each.rule, each.level) for each in judged.problems] == [(2, "example", "warning")]
    assert "ingen sak" in judged.problems[0].message


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wrong_with_the_example_beside_that(tmp_path: Path, kind: str) -> None:
    """With one of its values changed it is a case that holds the others; no rule finds anything else."""
    write_sheet(types()[kind], tmp_path / "cases.xlsx", TODAY)
    workbook = load_workbook(tmp_path / "cases.xlsx")
    for column, field in enumerate(fields_of(types()[kind].case).values(), start=1):
        if field.name == "signatar_kommune_navn":
            workbook.worksheets[0].cell(2, column, "Geir Nystad")
    workbook.save(tmp_path / "cases.xlsx")
    judged = read(tmp_path / "cases.xlsx", TODAY)
    assert (judged.count, len(judged.cases)) == (1, 0)
    assert [(each.row, each.rule, each.level) for each in judged.problems] == [(2, "example", "error")]


LEFT = [
    ("HPR-nr.", "990 000 000", "HPR-nr."),
    ("HPR-nr.", 990000000.0, "HPR-nr."),
    ("Kommunens organisasjonsnummer", "300000002", "Kommunens organisasjonsnummer"),
]


@pytest.mark.parametrize(("heading", "value", "named"), LEFT)
def test_any_number_of_the_example_keeps_a_row_from_being_a_case(
    tmp_path: Path, heading: str, value: Any, named: str
) -> None:
    """One forgotten cell is enough, and it is named; the other rows go on."""
    judged = read_rows(tmp_path, {**ALIS, heading: value}, {**ALIS, "HPR-nr.": "990010345", "Legens navn": "Ola Vik"})
    assert [(each.row, each.rule, each.level) for each in judged.problems] == [(2, "example", "error")]
    assert f"verdier fra eksemplet: {named}." in judged.problems[0].message
    assert [each.place.row for each in judged.cases] == [3]


def test_a_text_of_the_example_is_told(tmp_path: Path) -> None:
    """It may be meant: somebody may be called so."""
    row = {**ALIS, "Legens navn": " Eksempel  Lege", "Navn på veileder i allmennmedisin": "Eksempel Veileder"}
    judged = read_rows(tmp_path, row)
    assert [(each.row, each.rule, each.level) for each in judged.problems] == [(2, "example", "warning")]
    assert "fra eksemplet: Legens navn, Navn på veileder" in judged.problems[0].message
    assert [each.place.row for each in judged.cases] == [2]


def test_the_example_as_json_is_refused(tmp_path: Path) -> None:
    """What is sent to an endpoint was meant to be a case: it is one, and wrong."""
    judged = read_json(tmp_path, {**JSON_CASE, "lege_hpr_nummer": "990000000"})
    assert [(each.pointer, each.level) for each in judged.problems] == [("/lege_hpr_nummer", "error")]
    assert (judged.count, len(judged.cases)) == (1, 0)


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


@pytest.fixture
def nynorsk() -> Iterator[None]:
    """Write workbooks in nynorsk."""
    language.use("nn")
    yield
    language.use("nb")


@pytest.mark.usefixtures("nynorsk")
@pytest.mark.parametrize("case", [alis_case(kategori="annet_kommunalt_legearbeid"), tjenesteavtale6_case()])
def test_a_workbook_in_nynorsk_is_read_back_as_the_same_case(tmp_path: Path, case: MunicipalCase) -> None:
    """Headings, choices and help are nynorsk; what was written is what is read."""
    kind = next(one for one in types().values() if isinstance(case, one.case))
    write_sheet(kind, tmp_path / "nn.xlsx", TODAY, [case])
    sheet = load_workbook(tmp_path / "nn.xlsx").worksheets[0]
    headings = {str(cell.value): cell.comment for cell in sheet[1]}
    assert {"Avtalen gjeld frå", "Stad", "Kva som blir gjort"} <= headings.keys()
    assert str(headings["Avtalen gjeld frå"]).startswith("Comment: Må fyllast ut. Første dagen i avtalen.")
    found = read(tmp_path / "nn.xlsx", TODAY)
    assert [one.message for one in found.problems if one.level == "error"] == []
    assert [one.case for one in found.cases] == [case]


def test_every_label_of_the_official_agreements_has_nynorsk() -> None:
    """Each label and choice stands in the catalogue, also where the two languages write it alike."""
    words = language.messages("nn")
    for name in ("alis", "tjenesteavtale6"):
        for field in fields_of(types()[name].case).values():
            wanted = [field.column.label, *(choice.label for choice in field.choices)]
            assert [one for one in wanted if one not in words] == []


def test_choices_in_nynorsk_are_words_of_their_own() -> None:
    """No choice of a field is called in nynorsk what another one is called in bokmål."""
    for kind in types().values():
        for field in fields_of(kind.case).values():
            called = [{choice.value, choice.label, kind.text(choice.label, "nn")} for choice in field.choices]
            assert len(set().union(*called)) == sum(map(len, called)), field.name


def test_a_share_from_a_day_may_be_written_in_nynorsk() -> None:
    """«frå» is «fra»."""
    field = fields_of(types()["alis"].case)["stillingsprosent"]
    assert read_value(field, "100 %; 50 % frå 01.01.2029") == read_value(field, "100 %; 50 % fra 01.01.2029")
