"""A document that needs more memory than it may take is one sentence, and what is made after it is whole."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flows.documents import process_pool
from flows.documents.pipeline import Document
from flows.documents.process_pool import DocumentJob, ProcessPool, RefusedDocument, make_one
from flows.errors import DocumentRefused
from flows.typesetting import convert, limits, within_limits
from flows.typesetting.memory_limit import within_memory
from tests.conftest import PROJECT
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.hostile import png, with_picture

SENTENCE = "Dokumentet trenger mer enn 200 MB minne. Gjør det enklere eller bildene mindre."
LARGE = with_picture(png(7000, 7000))
_SHORT_OF_MEMORY = """
import json
from flows.typesetting import convert, within_limits
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.test_memory_limit import LARGE
convert(docx(paragraph("først")))
with within_limits(megabytes=100):
    short = convert(LARGE).lost
print(json.dumps([[one.what for one in lost] for lost in (short, convert(LARGE).lost)]))
"""


def test_a_document_beyond_its_memory_is_one_sentence() -> None:
    """The next one has the whole limit again."""
    whole = convert(docx(paragraph("etterpå"))).content
    with pytest.raises(DocumentRefused) as refused, within_limits(megabytes=200):
        convert(LARGE)
    assert str(refused.value) == SENTENCE
    with within_limits(megabytes=400):
        assert convert(docx(paragraph("etterpå"))).content == whole


def test_a_picture_that_memory_is_short_for_is_never_left_out_in_silence() -> None:
    """WeasyPrint catches every error of a picture and goes on without it; here it is told as lost.

    In a process of its own: what other tests have left free would decide where memory runs short.
    """
    done = subprocess.run([sys.executable, "-c", _SHORT_OF_MEMORY], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    short, afterwards = json.loads(done.stdout)
    assert short == ["bilde som ikke kunne tegnes, kanskje fordi minnet tok slutt"]
    assert afterwards == []


def test_a_document_beyond_its_memory_stops_no_other_of_its_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In worker processes: the ones before and after it are made, in their order."""
    template, large = tmp_path / "mal.docx", tmp_path / "stor.docx"
    template.write_bytes(docx(paragraph("{{ malversjon }} {{ navn }}")))
    large.write_bytes(LARGE)
    monkeypatch.setattr(process_pool, "_make_and_tidy", _with_little_memory)
    jobs = [DocumentJob(str(place), large if place == 1 else template, {"navn": "Kari"}) for place in range(3)]
    with ProcessPool(1) as pool:
        first, second, third = pool.make_all(jobs)
    assert isinstance(first, Document)
    assert isinstance(third, Document)
    assert isinstance(second, RefusedDocument)
    assert second.sentence == SENTENCE


def _with_little_memory(job: DocumentJob) -> Document | RefusedDocument:
    """Make a document within 200 MB; this runs in the worker."""
    limits.MEMORY = 200
    return make_one(job)


def test_the_limit_of_a_block_ends_with_it_and_is_set_in_the_main_thread_alone() -> None:
    """Other threads of a server share its memory: a limit for one of them would end the work of all."""
    with pytest.raises(MemoryError), within_memory(20):
        bytearray(100_000_000)
    assert len(bytearray(100_000_000)) == 100_000_000
    sizes: list[int] = []

    def allocate() -> None:
        with within_memory(20):
            sizes.append(len(bytearray(100_000_000)))

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert sizes == [100_000_000]
