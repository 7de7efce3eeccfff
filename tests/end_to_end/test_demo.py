"""`avtaleflyt demo` as a newcomer runs it, installed from a wheel: the whole line, twice, and a damaged archive."""

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tests.code_blocks import commands_by_page, runnable
from tests.command_line import LIMIT, EndedCommand, Run, run_here
from tests.conftest import PROJECT
from tests.installed_program import Installation, installed_in
from tests.judges.verapdf import verapdf
from tests.signing_desk.servers import RunningDesk, desk_in_thread

pytestmark = pytest.mark.timeout(3 * LIMIT)
SCHEMAS = PROJECT.parent / "shared" / "specs"
COMMANDS = commands_by_page()
SUSPICIOUS = re.compile(r"traceback|\berror|\bcritical\b|exception|warning", re.IGNORECASE)


@dataclass(frozen=True)
class Demo:
    """An empty directory after two runs of the installed program's demonstration."""

    program: Installation
    first: EndedCommand
    second: EndedCommand

    @property
    def output(self) -> Path:
        """What the runs have written."""
        return self.program.directory / "output"

    @property
    def summary(self) -> dict[str, Any]:
        """What the first run told programs."""
        return summary_of(self.first)

    def pdf(self, record: dict[str, Any]) -> Path:
        """Return the signed file of a record."""
        return self.program.directory / str(record["pdf"])


def summary_of(run: EndedCommand) -> dict[str, Any]:
    """Return the JSON document on the last line of a run."""
    found: dict[str, Any] = json.loads(run.out.strip().splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Install the program and run the demonstration twice."""
    program = installed_in(tmp_path_factory.mktemp("installation"))
    first = program.run("avtaleflyt", "demo")
    return Demo(program, first, program.run("avtaleflyt", "demo"))


def test_what_runs_write_is_in_the_table(demo: Demo) -> None:
    """Whoever runs several machines reads in docs/operations.md what each file is, and whether others need it."""
    table = (PROJECT / "docs/operations.md").read_text().partition("## What a run writes")[2].partition("\n## ")[0]
    patterns = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    written = [str(path.relative_to(demo.output)) for path in demo.output.rglob("*") if path.is_file()]
    unnamed = {name for name in written if not any(fnmatch(name, one) for one in patterns)}
    assert {name.partition("/")[0] for name in unnamed} == set()
    rare = {"*.log*", "prefect/**"}  # what a run writes that goes well is in the other rows
    assert {one for one in patterns if not any(fnmatch(name, one) for name in written)} <= rare


@pytest.fixture
def avtaleflyt(capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a way to run a command on an output folder."""
    return lambda output, *arguments: run_here(arguments, {"OUTPUT": output}, capsys)


def test_the_wheel_holds_what_the_line_needs(demo: Demo) -> None:
    """The program runs from an empty directory, with its help, and what a run writes lies where it was started."""
    where = demo.program.run("python", "-c", "import flows; print(flows.__file__)").out
    assert Path(where.strip()).is_relative_to(demo.program.programs.parent)
    help_ = demo.program.run("avtaleflyt", "--help")
    assert (help_.code, help_.err) == (0, "")
    sheet = demo.program.run("avtaleflyt", "sheet", "alis", "-o", "x.xlsx")
    assert (sheet.code, sheet.err) == (0, "")
    assert (demo.program.directory / "x.xlsx").is_file()
    for record in demo.summary["records"]:
        assert Path(record["pdf"]).parts[0] == "output"
        assert demo.pdf(record).is_file()


def test_the_wheel_holds_no_other_package(demo: Demo) -> None:
    """Templates, fixtures and guides lie inside the package, beside the marker that it is typed; tests stay at home."""
    code = "import flows; print(flows.__path__[0])"
    package = Path(demo.program.run("python", "-c", code).out.strip())
    for name, source in {"templates": "templates", "fixtures": "fixtures", "guides": "docs/guides"}.items():
        assert _contents(package / name) == _contents(PROJECT / source)
    assert (package / "py.typed").is_file()
    beside = {path.name for path in package.parent.iterdir()}
    assert not beside & {"tests", "benchmarks", "templates", "fixtures"}


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_last_hint_names_the_program_that_was_run(demo: Demo) -> None:
    """It can be typed as it stands, from the directory of the run."""
    typed = f"`{demo.program.programs / 'avtaleflyt'} archive get"
    assert typed.replace(" ", "") in "".join(demo.first.out.split())  # which breaks its lines


def test_every_good_case_ends_in_the_archive(demo: Demo) -> None:
    """All cases but the rejected ones are archived, with two signatures and a review within a year."""
    summary = demo.summary
    assert demo.first.code == 0, demo.first.err
    assert summary["archived"] == summary["cases"] - summary["rejected"] == summary["sent"] == summary["signed"]
    assert summary["rejected"] == 4
    assert {record["type"] for record in summary["records"]} == {"alis", "tjenesteavtale6"}
    assert all(record["signatures"] == 2 for record in summary["records"])
    assert all(record["next_review"] for record in summary["records"])


def test_nothing_that_looks_like_a_fault_is_printed(demo: Demo) -> None:
    """No traceback, error line or warning of any library reaches the screen."""
    for run in (demo.first, demo.second):
        assert not SUSPICIOUS.search(run.err), run.err
        assert not SUSPICIOUS.search(run.out), run.out


def test_days_in_the_history_are_written_as_people_write_them(demo: Demo) -> None:
    """Every reason in the history is a sentence for a reader: 1.2.2028, never 2028-02-01."""
    with closing(sqlite3.connect(demo.output / "avtaleflyt.db")) as register:
        reasons = [why for (why,) in register.execute("SELECT why FROM event WHERE why != ''")]
    assert len(reasons) > 20
    assert [why for why in reasons if re.search(r"\d{4}-\d{2}-\d{2}", why)] == []


def test_the_problem_report_names_every_wrong_cell(demo: Demo) -> None:
    """Every rejected row has a problem with sheet and cell, on screen and in the JSON."""
    problems = json.loads((demo.output / "problem-report.json").read_text())
    assert len({(one["sheet"], one["row"]) for one in problems if one["level"] == "error"}) == 4
    for one in problems:
        assert re.fullmatch(r"[A-Z]+[0-9]+", one["cell"])
        assert one["cell"] in demo.first.out


def test_the_second_run_sends_and_archives_nothing_twice(demo: Demo) -> None:
    """The same agreements are found again: same records, same digests, nothing sent or signed."""
    assert demo.second.code == 0, demo.second.err
    assert summary_of(demo.second)["records"] == demo.summary["records"]
    assert (summary_of(demo.second)["sent"], summary_of(demo.second)["signed"]) == (0, 0)
    assert summary_of(demo.second)["archived"] == demo.summary["archived"]


def test_every_archived_pdf_claims_pdfa_2a_and_is_tagged(demo: Demo) -> None:
    """The signed files still declare PDF/A-2 level A, and have a structure tree, a language and a title."""
    for record in demo.summary["records"]:
        reader = PdfReader(demo.pdf(record))
        assert reader.xmp_metadata is not None
        assert (reader.xmp_metadata.pdfaid_part, reader.xmp_metadata.pdfaid_conformance) == ("2", "A")
        catalogue = reader.root_object
        marks = catalogue["/MarkInfo"].get_object()
        assert isinstance(marks, DictionaryObject)
        assert marks["/Marked"]
        assert str(catalogue["/Lang"]).startswith("nb")
        assert reader.metadata is not None
        assert reader.metadata.title


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="install it with: apt-get install poppler-utils")
def test_an_independent_judge_calls_every_signature_valid(demo: Demo) -> None:
    """Poppler's pdfsig, which shares no code with ours, finds two valid signatures in every file."""
    for record in demo.summary["records"]:
        found = subprocess.run(
            ["pdfsig", "-nocert", str(demo.pdf(record))], capture_output=True, text=True, check=False
        )
        assert found.stdout.count("Signature Validation: Signature is Valid.") == 2, found.stdout


def test_verapdf_finds_every_signed_file_valid(demo: Demo, tmp_path: Path) -> None:
    """Signed by two people, the archived files are still PDF/A-2a, says the judge of that."""
    files = []
    for number, record in enumerate(demo.summary["records"]):
        files.append(tmp_path / f"{number}.pdf")
        shutil.copy(demo.pdf(record), files[-1])
    assert {verdict.file.name: dict(verdict.failed) for verdict in verapdf(files, "2a") if not verdict.valid} == {}


def test_names_stay_out_of_file_names(demo: Demo) -> None:
    """Below the output folder, no file is named after a person or an HPR number."""
    with_digits = re.compile(r"(?<![0-9a-f])\d{7,11}(?![0-9a-f])")
    # One random id in forty has a group of eight that is figures throughout: ids are taken away before one looks.
    random_id = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    paths = [path for path in demo.output.rglob("*") if not {"prefect", "signed-heads"} & set(path.parts)]
    names = [random_id.sub("id", path.name) for path in paths]
    assert names
    assert not [name for name in names if with_digits.search(name) or not name.isascii()]


def test_a_flipped_byte_is_found_and_its_record_named(demo: Demo, tmp_path: Path, avtaleflyt: Run) -> None:
    """After one changed byte in a stored PDF, `archive verify` exits 1 and names the record."""
    output = tmp_path / "copy"
    shutil.copytree(demo.output, output, ignore=shutil.ignore_patterns("prefect"))
    assert avtaleflyt(output, "archive", "verify").code == 0
    record = demo.summary["records"][0]
    stored = output / demo.pdf(record).relative_to(demo.output)
    stored.chmod(0o644)
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.write_bytes(content)
    run = avtaleflyt(output, "archive", "verify")
    assert run.code == 1
    assert record["id"] in run.out
    assert "Traceback" not in run.out + run.err


def test_records_are_found_and_taken_out_again(demo: Demo, tmp_path: Path, avtaleflyt: Run) -> None:
    """`archive search` finds a municipality's records, and `archive get` gives the same bytes back."""
    run = avtaleflyt(demo.output, "archive", "search", "--type", "tjenesteavtale6", "--json")
    found = json.loads(run.out)
    assert len(found) == len([one for one in demo.summary["records"] if one["type"] == "tjenesteavtale6"])
    taken = avtaleflyt(demo.output, "archive", "get", found[0]["id"], "-o", str(tmp_path), "--json")
    files = {one["role"]: one for one in json.loads(taken.out)}
    record = next(one for one in demo.summary["records"] if one["id"] == found[0]["id"])
    assert files["signed"]["sha256"] == record["sha256"]
    assert Path(files["signed"]["path"]).read_bytes() == demo.pdf(record).read_bytes()


def test_status_and_reviews_tell_where_things_stand(demo: Demo, avtaleflyt: Run) -> None:
    """`status` counts everything as archived; `reviews` lists each agreement's next review once."""
    archived = demo.summary["archived"]
    assert json.loads(avtaleflyt(demo.output, "status", "--json").out) == {"archived": archived}
    due = json.loads(avtaleflyt(demo.output, "reviews", "--within", "400d", "--json").out)
    assert len({one["agreement"] for one in due}) == len(due) == archived


@pytest.fixture
def worked_on(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the demonstration's output, beside an empty folder to stand in."""
    shutil.copytree(demo.output, tmp_path / "output", ignore=shutil.ignore_patterns("prefect"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "output"


@pytest.mark.parametrize("page", COMMANDS)
def test_the_commands_of_a_page_do_what_it_says(
    demo: Demo, page: str, worked_on: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line of a page's blocks is run on the archive; what it names as output is there afterwards."""
    lines = COMMANDS[page]
    if any("uttrekk" in line for line in lines) and not SCHEMAS.exists():
        pytest.skip("needs Arkivverket's schemas: put them into ../shared/specs")
    record = demo.summary["records"][0]
    archived_in = str(int(record["next_review"][:4]) - 1)  # the agreements are of 2027, and signed in the demonstration
    settings = {"OUTPUT": worked_on, "NOARK_SCHEMAS": SCHEMAS}
    for line in lines:
        _, *words = shlex.split(line.replace("2027", archived_in) if "uttrekk" in line else line)
        run = run_here([record["id"] if word == "ID" else word for word in words], settings, capsys)
        assert run.code == 0, (line, run.err)
        assert "-o" not in words or Path(words[words.index("-o") + 1]).exists()


@pytest.mark.usefixtures("_in_a_folder")
def test_the_readme_takes_a_batch_to_the_archive_and_the_drill_brings_it_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines of the README on one case, signed at the desk; then those of the guide on backups, on what it left."""
    with desk_in_thread(tmp_path / "desk") as desk:
        settings: dict[str, object] = {"OUTPUT": tmp_path / "output", "DESK_URL": desk.address, "WORKERS": 1}
        settings |= {"DESK_TOKEN": desk.token, "TRUST_ANCHORS": desk.folder / "authority"}
        _follow_the_readme(desk, settings, capsys)
        _follow_the_drill(settings, capsys)
    kept, *restored = (_archived_in(folder) for folder in (tmp_path / "output", Path("prove"), Path("again")))
    assert kept > 0
    assert restored == [kept, kept]


@pytest.fixture
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _follow_the_readme(desk: RunningDesk, settings: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    agreement = ""
    for line in runnable("README.md"):
        words = shlex.split(line)[1:]
        run = run_here([agreement if word == "ID" else word for word in words], settings, capsys)
        assert run.code == 0, (line, run.out, run.err)
        if words[0] == "sheet":
            _fill_in(Path("cases.xlsx"))
        if words[0] == "generate":
            assert list(Path("look").glob("*.pdf"))
        if words[0] == "renew":
            (agreement,) = set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", run.out))
        if words[0] == "links":
            assert desk.address in run.out
            with closing(sqlite3.connect(desk.folder / "desk.db")) as database:
                signers = database.execute("SELECT request, number FROM signers ORDER BY number").fetchall()
            assert all(desk.act(request, number, "sign").ok for request, number in signers)
        if words[0] == "status":
            assert "arkivert" in run.out
        if words[0] == "account":
            assert "Passord" in run.out


def _fill_in(workbook: Path) -> None:
    """Put one case of the fixtures where the empty workbook is."""
    filled = openpyxl.load_workbook(PROJECT / "fixtures" / "renewal-2027.xlsx")
    del filled["Tjenesteavtale 6"]
    filled["ALIS-avtale"].delete_rows(5, 100)
    filled.save(workbook)


def _archived_in(output: Path) -> int:
    """Return how many archived agreements the register of an output folder has."""
    with closing(sqlite3.connect(output / "avtaleflyt.db")) as register:
        found: int = register.execute("SELECT count(*) FROM agreement WHERE state = 'archived'").fetchone()[0]
        return found


def _follow_the_drill(settings: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    """Restore the backup into an empty folder, and again with the kept key; nothing is sent until somebody looked."""
    lines = iter(runnable("docs/guides/drift-sikkerhetskopi.md"))

    def step(begins: str, output: object, code: int = 0, **given: str) -> EndedCommand:
        line = next(lines)
        assert line.startswith(f"avtaleflyt {begins}"), line
        words = [given.get(word, word) for word in shlex.split(line)[1:]]
        run = run_here(words, settings | {"OUTPUT": output}, capsys)
        assert run.code == code, (line, run.out, run.err)
        return run

    step("archive backup", settings["OUTPUT"])
    asked = run_here(["archive", "restore", "ovelse"], settings | {"OUTPUT": Path("prove")}, capsys)
    assert asked.code != 0
    (key,) = set(re.findall(r"--key (\w+)", asked.err))
    step("archive restore", "prove", **{"../ovelse": "ovelse", "FINGERAVTRYKK": key})
    step("archive verify", "prove")
    assert "arkivert" in step("status", "prove").out
    shutil.copytree(Path(str(settings["OUTPUT"])) / "keys", Path("again") / "keys")
    again = run_here(["archive", "restore", "ovelse"], settings | {"OUTPUT": Path("again")}, capsys)
    assert again.code == 0, again.err
    step("archive verify", "again")
    step("reconcile", "again", code=1)  # a person is asked to look
    step("reconcile --done", "again")
    step("reconcile --restored", "again", code=1)
    assert next(lines, None) is None
