"""Worker processes: documents in their order, workers that take over from others, and ones that are killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.documents import process_pool
from flows.documents.pipeline import Document
from flows.documents.process_pool import DocumentJob, ProcessPool, RefusedDocument, make_one
from flows.typesetting import can_limit_time
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.pdf_inspection import text


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Write a template that shows its version and one value."""
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(paragraph("{{ malversjon }} {{ navn }}")))
    return path


def jobs(template: Path, count: int) -> list[DocumentJob]:
    """Return jobs whose third has no value to show."""
    return [DocumentJob(str(index), template, {"navn": f"nr{index}" if index != 2 else ""}) for index in range(count)]


def shown(outcomes: Iterable[Document | RefusedDocument]) -> list[str]:
    """Return the last word of each document, or that it was refused."""
    return [text(one.pdf).split()[-1] if isinstance(one, Document) else "refused" for one in outcomes]


def test_documents_come_in_order_while_workers_follow_each_other(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round of workers ends in the middle of a batch; nothing is lost, doubled or out of place."""
    monkeypatch.setattr(process_pool, "ROUND", 4)
    with ProcessPool(1) as pool:
        first = shown(pool.make_all(jobs(template, 6)))
        then = shown(pool.make_all(jobs(template, 4)))
        assert pool.peak_memory() > 10
    assert first == ["nr0", "nr1", "refused", "nr3", "nr4", "nr5"]
    assert then == ["nr0", "nr1", "refused", "nr3"]


def test_a_document_that_has_its_process_killed_is_refused_alone(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before it and the one after it are made."""
    monkeypatch.setattr(process_pool, "_make_and_tidy", _deadly)
    with ProcessPool(1) as pool:
        found = list(pool.make_all([*jobs(template, 1), DocumentJob("deadly", template, {}), *jobs(template, 2)]))
    assert shown(found) == ["nr0", "refused", "nr0", "nr1"]
    assert "prosessen ble avsluttet" in getattr(found[1], "sentence", "")


def test_documents_that_a_thread_asks_for_are_made_where_the_can_limit_time(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One document of a flow's task is made in another process, whose main thread ends what takes too long."""
    monkeypatch.setattr(process_pool, "make_one", _where)
    monkeypatch.setattr(process_pool, "_make_and_tidy", _where)
    assert list(process_pool.make_in_processes(jobs(template, 1))) == [RefusedDocument(f"{os.getpid()} True")]
    with ThreadPoolExecutor(1) as thread:
        (found,) = thread.submit(lambda: list(process_pool.make_in_processes(jobs(template, 1)))).result()
    assert isinstance(found, RefusedDocument)
    process, rings = found.sentence.split()
    assert int(process) != os.getpid()
    assert rings == "True"


_STARTS = """
import os
from flows.documents.process_pool import ProcessPool
if __name__ == "__main__":
    with ProcessPool(1) as pool:
        print(pool._executor.submit(os.getpid).result(), flush=True)
        os.kill(os.getpid(), 9)
"""


def test_workers_do_not_outlive_who_started_them(tmp_path: Path) -> None:
    """A program that is killed leaves no process behind that waits for work for ever."""
    script = tmp_path / "starts.py"
    script.write_text(_STARTS)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    said = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, env=environment, check=False, timeout=600
    ).stdout
    deadline = time.monotonic() + 300
    while _runs(int(said)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(int(said))


_ASKS = """
from pathlib import Path
from flows.documents.process_pool import DocumentJob, ProcessPool
here = Path(__file__).parent
(here / __name__).touch()
if __name__ == "__main__":
    with ProcessPool(1) as pool:
        for made in pool.make_all([DocumentJob("one", Path({template!r}), {{"navn": "nr1"}})]):
            (here / f"pages-{{made.pages}}").touch()
"""


def test_workers_load_no_main_module(tmp_path: Path, template: Path) -> None:
    """A worker loads what documents need, and not the program that asks for them: its commands, or Prefect."""
    script = tmp_path / "program" / "asks.py"
    script.parent.mkdir()
    script.write_text(_ASKS.format(template=str(template)))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, script], env=environment, check=True, timeout=600)
    assert sorted(one.name for one in script.parent.iterdir()) == ["__main__", "asks.py", "pages-1"]


def _runs(number: int) -> bool:
    """Return whether a process is there, and not merely waiting to be counted out."""
    try:
        return ") Z " not in Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return False


def _where(_job: DocumentJob) -> RefusedDocument:
    """Say which process this is, and whether its clock rings."""
    return RefusedDocument(f"{os.getpid()} {can_limit_time()}")


def _deadly(job: DocumentJob) -> Document | RefusedDocument:
    """Make a document, or die of it."""
    if job.key == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return make_one(job)
