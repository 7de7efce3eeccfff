"""`avtaleflyt sheet` and `avtaleflyt check`, as they are typed."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.command_line import Run, run_here
from tests.intake.workbooks import ALIS, table, write_workbook


@pytest.fixture
def avtaleflyt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a way to run a command with an output folder of its own."""
    output = tmp_path / "output"
    output.mkdir()
    return lambda *arguments: run_here(arguments, {"OUTPUT": output}, capsys)


@pytest.mark.parametrize("kind", ["alis", "tjenesteavtale6"])
def test_a_sheet_is_made_and_its_example_is_no_case(avtaleflyt: Run, tmp_path: Path, kind: str) -> None:
    """What `sheet` makes, `check` finds nothing wrong in, and no case either."""
    made = avtaleflyt("sheet", kind, "-o", str(tmp_path / "cases.xlsx"))
    checked = avtaleflyt("check", str(tmp_path / "cases.xlsx"), "--json")
    assert (made.code, checked.code) == (0, 0)
    told = json.loads(checked.out)
    assert {name: told[name] for name in ("cases", "good", "register")} == {"cases": 0, "good": 0, "register": {}}
    assert [(each["row"], each["rule"], each["level"]) for each in told["problems"]] == [(2, "example", "warning")]


def test_check_writes_the_report_and_changes_nothing(avtaleflyt: Run, tmp_path: Path) -> None:
    """A wrong row gives exit 1, the problem as JSON and in the report, and no register comes into being."""
    path = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([{**ALIS, "HPR-nr.": "12AB"}])})
    before = path.read_bytes()
    checked = avtaleflyt("check", str(path), "--report", str(tmp_path / "report.xlsx"), "--json")
    (problem,) = json.loads(checked.out)["problems"]
    assert checked.code == 1
    assert (problem["sheet"], problem["cell"], problem["column"]) == ("ALIS-avtale", "F2", "lege_hpr_nummer")
    assert load_workbook(tmp_path / "report.xlsx").sheetnames == ["Problemer", "ALIS-avtale"]
    assert path.read_bytes() == before
    assert not list((tmp_path / "output").glob("*.db"))


def test_what_no_case_was_made_of_needs_a_person(avtaleflyt: Run, tmp_path: Path) -> None:
    """A file that cannot be taken, and a row that may be a case, give exit 1; their reports are written."""
    headings, cells = table([ALIS])
    book = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": [headings, cells, ["1804", "Bodø"]]})
    text = tmp_path / "cases.csv"
    text.write_text('Kommunenummer;HPR-nr.;Legens navn\n1804;"990010211;Kari\n1804;990010222;Ola\n')
    for path, cases, place in ((book, 1, "A3"), (text, 0, "B2")):
        report = path.with_name(f"{path.name}-report.xlsx")
        checked = avtaleflyt("check", str(path), "--report", str(report), "--json")
        found = json.loads(checked.out)
        assert (checked.code, found["cases"], [each["cell"] for each in found["problems"]]) == (1, cases, [place])
        assert load_workbook(report).sheetnames[0] == "Problemer"


@pytest.mark.parametrize(
    "arguments",
    [
        ("sheet", "leie", "-o", "cases.xlsx"),
        ("sheet", "alis", "-o", "cases.csv"),
        ("check", "nowhere.xlsx"),
        ("check", "http://example.com/cases"),
    ],
)
def test_wrong_use_is_one_sentence(avtaleflyt: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Exit 2, one sentence on standard error, never a traceback."""
    done = avtaleflyt(*arguments)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.strip().splitlines()) == 1
    assert "Traceback" not in done.err
