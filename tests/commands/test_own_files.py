"""Every command that writes a file leaves alone what it did not make; every case has a file of its own."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import WrongUse
from tests.conftest import PROJECT
from tests.intake.workbooks import ALIS, JSON_CASE, TJENESTEAVTALE6, table, write_workbook

CASES = PROJECT.parent / "shared" / "cases" / "intake"


@pytest.fixture(autouse=True)
def own_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the commands an output folder of the test's own."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))


def run(*arguments: str | Path) -> tuple[int, str]:
    """Run a command; return its exit code and what it said: for wrong use 2 and the sentence, as `main` makes them."""
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    if isinstance(done.exception, WrongUse):
        return 2, str(done.exception)
    return done.exit_code, done.output


def writing(folder: Path) -> dict[str, list[str | Path]]:
    """Return, by the file it writes, a call of every command that writes a file a user names."""
    cases = write_workbook(folder / "cases.xlsx", {"ALIS-avtale": table([{**ALIS, "HPR-nr.": "12AB"}])})
    template = PROJECT / "templates" / "alis" / "template.docx"
    return {
        "ark.xlsx": ["sheet", "alis", "-o", folder / "ark.xlsx"],
        "rapport.xlsx": ["check", cases, "--report", folder / "rapport.xlsx"],
        "ut/index.html": ["generate", cases, "-o", folder / "ut"],
        "a.pdf": ["convert", template, "-o", folder / "a.pdf", "--lossy"],
        "frister.ics": ["reviews", "--ics", folder / "frister.ics"],
        "frister.xlsx": ["reviews", "--workbook", folder / "frister.xlsx"],
        "aar.svg": ["reviews", "year", "2027", "-o", folder / "aar.svg"],
    }


@pytest.mark.parametrize(
    "name", ["ark.xlsx", "rapport.xlsx", "ut/index.html", "a.pdf", "frister.ics", "frister.xlsx", "aar.svg"]
)
def test_no_command_writes_over_a_file_unless_forced(tmp_path: Path, name: str) -> None:
    """Without `--force` it ends with 2, one sentence, and the file as it was; with it the file is made anew."""
    arguments = writing(tmp_path)[name]
    target = tmp_path / name
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(b"en annens")
    code, said = run(*arguments)
    assert (code, target.read_bytes()) == (2, b"en annens")
    assert len(said.strip().splitlines()) == 1
    assert "--force" in said
    code, _said = run(*arguments, "--force")
    assert code in (0, 1)
    assert target.read_bytes() != b"en annens"


def test_renew_looks_at_its_folder_before_anything_is_registered(tmp_path: Path) -> None:
    """A folder with a contact sheet in it is told before the flow begins."""
    cases = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([ALIS])})
    (tmp_path / "ut").mkdir()
    (tmp_path / "ut" / "index.html").write_text("en annens")
    code, said = run("renew", cases, "-o", tmp_path / "ut")
    assert code == 2
    assert "--force" in said
    assert not list((tmp_path / "output").glob("*.db"))


def test_the_cases_are_never_replaced_by_their_report(tmp_path: Path) -> None:
    """Not even with `--force`, and not by another name of the same file."""
    cases = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([ALIS])})
    before = cases.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(cases)
    for target in (cases, tmp_path / "link.xlsx"):
        code, said = run("check", cases, "--report", target, "--force")
        assert code == 2
        assert "filen som leses" in said
    assert cases.read_bytes() == before


def test_cases_of_json_have_files_of_their_own(tmp_path: Path) -> None:
    """Where no row tells two doctors of one name apart, their order does."""
    cases = [{**JSON_CASE, "lege_hpr_nummer": f"99001021{last}", "arbeidssted": f"Kontor {last}"} for last in (1, 2)]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    code, said = run("generate", path, "-o", tmp_path / "ut", "--json")
    made = [each["name"] for each in json.loads(said)["documents"]]
    assert code == 0
    assert made == [f"Kari Fjordheim – Bodø kommune – ALIS-avtale 2027-01-01 sak {number}" for number in (1, 2)]
    assert all((tmp_path / "ut" / f"{name}.{ending}").is_file() for name in made for ending in ("pdf", "docx"))


def test_two_sheets_of_one_type_are_all_there(tmp_path: Path) -> None:
    """The same row of two sheets is two cases with two files."""
    other = {**ALIS, "HPR-nr.": "990010345", "Legens navn": "Ola Nordvik"}
    sheets = {"ALIS-avtale": table([ALIS]), "Vår": table([other]), "Tjenesteavtale 6": table([TJENESTEAVTALE6])}
    cases = write_workbook(tmp_path / "cases.xlsx", sheets)
    run("generate", cases, "-o", tmp_path / "ut")
    assert len(list((tmp_path / "ut").glob("*.pdf"))) == 3
    assert len(list((tmp_path / "ut").glob("Ola Nordvik*.pdf"))) == 1


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside the project")
def test_the_case_of_two_sheets(tmp_path: Path) -> None:
    """Every good case of the file that went wrong has a document of its own."""
    shutil.copyfile(CASES / "two-sheets.xlsx", tmp_path / "cases.xlsx")
    _code, said = run("generate", tmp_path / "cases.xlsx", "-o", tmp_path / "ut", "--json")
    made = [each["name"] for each in json.loads(said)["documents"]]
    assert len(made) == len(set(made)) == len(list((tmp_path / "ut").glob("*.pdf"))) >= 2
