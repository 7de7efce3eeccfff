"""`check` says which cell holds what no page can show, before anything is made."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.conftest import SHARED
from tests.intake.workbooks import ALIS, table, write_workbook

pytestmark = pytest.mark.usefixtures("own_output")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("Arbeidssted", "Legesenter 👍🏽", "U+1F44D U+1F3FD «👍🏽». Ta det bort"),
        ("Arbeidssted", "Legesenter ☠\u200d❤", "U+2620 U+200D U+2764 "),
        ("Legens navn", "Kari \ue000 Nordmann", "U+E000"),
        ("Legens navn", "Kari\u0378 Nordmann", "U+0378"),
        ("Arbeidssted", "M\ufffdller legesenter", "Her mangler det bokstaver"),
        ("Arbeidssted", "𓀀 legesenter", "U+13000 «𓀀». Skriv det med latinske bokstaver"),
        ("Arbeidssted", "x\u0300\u0301\u0302\u0303\u0304", "Aksentene i "),
    ],
    ids=["skin", "joined", "private", "unassigned", "lost", "letter", "marks"],
)
def test_the_cell_and_the_character_are_named(tmp_path: Path, field: str, value: str, said: str) -> None:
    """One problem at the cell, with what to do."""
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([ALIS, {**ALIS, field: value}])})
    checked = json.loads(CliRunner().invoke(app, ["check", str(path), "--json"]).stdout)
    (problem,) = [each for each in checked["problems"] if said in each["message"]]
    assert problem["row"] == 3
    assert problem["cell"].endswith("3")
    assert problem["level"] == "error"


def test_a_case_of_an_api_is_told_by_its_pointer(tmp_path: Path) -> None:
    """As at the intake endpoint, which judges with the same function."""
    cases = [{"type": "alis", "arbeidssted": "Legesenteret 🇳🇴"}]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    checked = json.loads(CliRunner().invoke(app, ["check", str(path), "--json"]).stdout)
    (problem,) = [each for each in checked["problems"] if "U+1F1F3 U+1F1F4 «🇳🇴»" in each["message"]]
    assert problem["pointer"] == "/0/arbeidssted"


def test_what_fonts_have_is_let_through(tmp_path: Path) -> None:
    """Names with letters of other alphabets, composed or not, are no problem where a font has them."""
    row = {**ALIS, "Legens navn": "Áilu Đorđe Nguyễn", "Arbeidssted": "A\u030agot legesenter – № 5, Шевченко ✓"}
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([row])})
    assert json.loads(CliRunner().invoke(app, ["check", str(path), "--json"]).stdout)["problems"] == []


@pytest.mark.skipif(not (SHARED / "cases/intake").is_dir(), reason="the cases are not here: ../shared/cases/intake")
def test_the_cells_of_a_real_workbook_are_told() -> None:
    """Emoji sequences, flags and a private character, each at its cell."""
    source = SHARED / "cases/intake/50-values.xlsx"
    checked = json.loads(CliRunner().invoke(app, ["check", str(source), "--json"]).stdout)
    told = {each["cell"]: each["message"] for each in checked["problems"]}
    assert "👨\u200d⚕" in told["V3"]
    assert "«🇳🇴»" in told["V21"]
    assert "U+E000" in told["V25"]
