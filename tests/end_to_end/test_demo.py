"""`avtaleflyt demo` as a newcomer runs it: the whole line, twice, and then a damaged archive."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tests.conftest import PROJECT
from tests.judges.verapdf import verapdf

SUSPICIOUS = re.compile(r"traceback|\berror|\bcritical\b|exception|warning", re.IGNORECASE)


@dataclass(frozen=True)
class Run:
    """One run of the command line: its exit code and everything it printed."""

    code: int
    out: str
    err: str

    @property
    def summary(self) -> dict[str, Any]:
        """The JSON document on the last line."""
        found: dict[str, Any] = json.loads(self.out.strip().splitlines()[-1])
        return found


@dataclass(frozen=True)
class Demo:
    """A project folder of the test's own, after two runs of the demonstration."""

    output: Path
    first: Run
    second: Run


def avtaleflyt(output: Path, arguments: Sequence[str]) -> Run:
    """Run a command with its own output folder, as the shell does."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AVTALEFLYT_"))
    }
    environment["AVTALEFLYT_OUTPUT"] = str(output)
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run the demonstration twice."""
    output = tmp_path_factory.mktemp("demo")
    first = avtaleflyt(output, ["demo"])
    return Demo(output, first, avtaleflyt(output, ["demo"]))


def test_every_good_case_ends_in_the_archive(demo: Demo) -> None:
    """All cases but the rejected ones are archived, with two signatures and a review within a year."""
    summary = demo.first.summary
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
    assert demo.second.summary["records"] == demo.first.summary["records"]
    assert (demo.second.summary["sent"], demo.second.summary["signed"]) == (0, 0)
    assert demo.second.summary["archived"] == demo.first.summary["archived"]


def test_every_archived_pdf_claims_pdfa_2a_and_is_tagged(demo: Demo) -> None:
    """The signed files still declare PDF/A-2 level A, and have a structure tree, a language and a title."""
    for record in demo.first.summary["records"]:
        reader = PdfReader(PROJECT / record["pdf"])
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
    for record in demo.first.summary["records"]:
        found = subprocess.run(
            ["pdfsig", "-nocert", str(PROJECT / record["pdf"])], capture_output=True, text=True, check=False
        )
        assert found.stdout.count("Signature Validation: Signature is Valid.") == 2, found.stdout


def test_verapdf_finds_every_signed_file_valid(demo: Demo, tmp_path: Path) -> None:
    """Signed by two people, the archived files are still PDF/A-2a, says the judge of that."""
    files = []
    for number, record in enumerate(demo.first.summary["records"]):
        files.append(tmp_path / f"{number}.pdf")
        shutil.copy(PROJECT / record["pdf"], files[-1])
    assert {verdict.file.name: dict(verdict.failed) for verdict in verapdf(files, "2a") if not verdict.valid} == {}


def test_names_stay_out_of_file_names(demo: Demo) -> None:
    """Below the output folder, no file is named after a person or an HPR number."""
    with_digits = re.compile(r"(?<![0-9a-f])\d{7,11}(?![0-9a-f])")
    # One random id in forty has a group of eight that is figures throughout: ids are taken away before one looks.
    random_id = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    paths = [path for path in demo.output.rglob("*") if not {"prefect", "heads"} & set(path.parts)]
    names = [random_id.sub("id", path.name) for path in paths]
    assert names
    assert not [name for name in names if with_digits.search(name) or not name.isascii()]


def test_a_flipped_byte_is_found_and_its_record_named(demo: Demo, tmp_path: Path) -> None:
    """After one changed byte in a stored PDF, `archive verify` exits 1 and names the record."""
    output = tmp_path / "copy"
    shutil.copytree(demo.output, output, ignore=shutil.ignore_patterns("prefect"))
    assert avtaleflyt(output, ["archive", "verify"]).code == 0
    record = demo.first.summary["records"][0]
    stored = output / (PROJECT / record["pdf"]).relative_to(demo.output)
    stored.chmod(0o644)
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.write_bytes(content)
    run = avtaleflyt(output, ["archive", "verify"])
    assert run.code == 1
    assert record["id"] in run.out
    assert "Traceback" not in run.out + run.err


def test_records_are_found_and_taken_out_again(demo: Demo, tmp_path: Path) -> None:
    """`archive search` finds a municipality's records, and `archive get` gives the same bytes back."""
    run = avtaleflyt(demo.output, ["archive", "search", "--type", "tjenesteavtale6", "--json"])
    found = json.loads(run.out)
    assert len(found) == len([one for one in demo.first.summary["records"] if one["type"] == "tjenesteavtale6"])
    taken = avtaleflyt(demo.output, ["archive", "get", found[0]["id"], "-o", str(tmp_path), "--json"])
    files = {one["role"]: one for one in json.loads(taken.out)}
    record = next(one for one in demo.first.summary["records"] if one["id"] == found[0]["id"])
    assert files["signed"]["sha256"] == record["sha256"]
    assert Path(files["signed"]["path"]).read_bytes() == (PROJECT / record["pdf"]).read_bytes()


def test_status_and_reviews_tell_where_things_stand(demo: Demo) -> None:
    """`status` counts everything as archived; `reviews` lists each agreement's next review once."""
    archived = demo.first.summary["archived"]
    assert json.loads(avtaleflyt(demo.output, ["status", "--json"]).out) == {"archived": archived}
    due = json.loads(avtaleflyt(demo.output, ["reviews", "--within", "400d", "--json"]).out)
    assert len({one["agreement"] for one in due}) == len(due) == archived
