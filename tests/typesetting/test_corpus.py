"""The whole corpus of awkward documents: nothing crashes, no word is lost, every PDF is archivable and accessible."""

from pathlib import Path

import pytest

from flows.documents import convert, missing_words
from flows.documents.proof import faults_of, shown_pages, text_of
from tests.judges.verapdf import verapdf
from tests.typesetting.corpus import corpus

UNPROVED = {"document-in-document"}
"""A whole file within a template cannot be proved: its text is shown, and a template with one is refused."""


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make every document of the corpus a PDF file; a word that is lost or out of its place fails here."""
    folder = tmp_path_factory.mktemp("corpus")
    made: dict[str, Path] = {}
    lacking: dict[str, list[str]] = {}
    for name, content in corpus().items():
        pdf = convert(content)
        if missing := missing_words(content, pdf.content):
            lacking[name] = missing
        elif faults := faults_of(text_of(content), shown_pages(pdf.content)):
            lacking[name] = list(map(str, faults))
        made[name] = folder / f"{name}.pdf"
        made[name].write_bytes(pdf.content)
    assert lacking.keys() == UNPROVED, lacking
    return made


def test_the_corpus_is_large_and_keeps_every_word(converted: dict[str, Path]) -> None:
    """At least sixty constructs, each in a document of its own."""
    assert len(converted) >= 60


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_every_document_of_the_corpus_is_valid(converted: dict[str, Path], flavour: str) -> None:
    """PDF/A-2a and PDF/UA-1, by a judge that shares no code with us."""
    verdicts = verapdf(list(converted.values()), flavour)  # type: ignore[arg-type]
    assert {verdict.file.stem: dict(verdict.failed) for verdict in verdicts if not verdict.valid} == {}
