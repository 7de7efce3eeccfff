"""Not a word of the official texts is lost, added or changed on the way to the signed page."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.conftest import PROJECT
from tests.templates.filling import EDITION, IDENTITY, VALUES, VERSION, filled, printed
from tests.templates.official import OFFICIAL, Official, fold, read, sentences, wording
from tests.templates.parts import Parts

both = pytest.mark.parametrize("official", OFFICIAL, ids=lambda official: official.name)


def squeezed(text: str) -> str:
    """Return a text without white space: where the lines of a page wrap is no part of the wording."""
    return fold(text).replace(" ", "")


def blank(text: str, official: Official, shape: Callable[[str], str]) -> str:
    """Return a printed text as it stands on the blank form; each value must be there once, the kommune four times.

    `shape` is what was done to the white space of the text, and is done to that of the values: `fold` or `squeezed`.
    """
    for name, value in VALUES[official.name].items():
        if name == "helseforetak_navn":
            continue  # the form itself has this very name
        four_places = name == "kommune_visningsnavn"
        assert text.count(shape(value)) == (4 if four_places else 1), name
        text = text.replace(shape(value), shape("xxx kommune") if four_places else "")
    return shape(text)


def assert_same(got: str, wanted: str) -> None:
    """Compare two texts as a whole, and name the sentences that were lost or added."""
    lost = [one for one in sentences(wanted) if one not in got]
    added = [one for one in sentences(got) if one not in wanted]
    assert (lost, added) == ([], [])
    assert got == wanted


def taken_out(text: str, pieces: Iterable[str]) -> str:
    """Return a text without pieces, each of which must be there exactly once."""
    for piece in pieces:
        assert text.count(squeezed(piece)) == 1, piece
        text = text.replace(squeezed(piece), "")
    return text


@both
def test_the_seeds_are_those_that_were_recorded(official: Official) -> None:
    """The comparison is with the texts whose digests docs/domain.md records, byte for byte."""
    read(official)
    recorded = re.search(
        rf"`seeds/{official.seed.name}` \| `([0-9a-f]{{64}})`", (PROJECT / "docs/domain.md").read_text()
    )
    assert recorded is not None
    assert hashlib.sha256(official.seed.read_bytes()).hexdigest() == recorded[1]


@both
def test_the_filled_docx_has_the_official_wording(official: Official) -> None:
    """The body and the notes of a filled DOCX are the official text and the values, in the same order."""
    wanted = wording(official)
    parts = Parts(filled(official))
    assert_same(blank(fold(parts.text(parts.body)), official, fold), wanted.body)
    assert [fold(note) for note in parts.notes()] == list(wanted.notes)


@both
def test_the_footer_says_which_document_this_is(official: Official) -> None:
    """The footer is the only text that the form does not have: version of the template, agreement and page."""
    (footer,) = Parts(filled(official)).footers()
    pages = re.sub(r"Side \d+ av \d+", "Side 1 av 1", fold(footer))
    assert pages == f"{official.footer}, malversjon {VERSION} Side 1 av 1 Avtale {IDENTITY}, versjon {EDITION}"


@both
def test_the_pdf_has_the_official_wording(official: Official) -> None:
    """The pages of the PDF hold the official text, its notes and the values, in the same order, and the footer."""
    wanted = wording(official)
    pages = [squeezed(page.extract_text()) for page in PdfReader(BytesIO(printed(official).content)).pages]
    text = "".join(
        taken_out(
            page,
            (
                f"{official.footer}, malversjon {VERSION}",
                f"Side {number} av {len(pages)}",
                f"Avtale {IDENTITY}, versjon {EDITION}",
            ),
        )
        for number, page in enumerate(pages, 1)
    )
    body = blank(taken_out(text, wanted.notes), official, squeezed)
    lost = [one for one in sentences(wanted.body) if squeezed(one) not in body]
    assert not lost
    assert body == squeezed(wanted.body)


@both
def test_the_agreement_keeps_to_few_pages(official: Official) -> None:
    """Nothing pushes the agreement to more pages than it needs, and none of them is nearly empty."""
    pages = PdfReader(BytesIO(printed(official).content)).pages
    assert printed(official).pages == len(pages) <= {"alis-avtale": 6}.get(official.name, 3)
    assert all(len(page.extract_text()) > 500 for page in pages)


@both
def test_the_signatures_stand_together(official: Official) -> None:
    """Place and date, both parties, their names and titles are on the last page, below the same lines."""
    last = fold(PdfReader(BytesIO(printed(official).content)).pages[-1].extract_text())
    signed = [value for name, value in VALUES[official.name].items() if name.startswith(("sted_", "signatar_"))]
    assert all(fold(value) in last for value in signed)


@both
def test_no_page_hides_its_text(official: Official) -> None:
    """The text is not only in the PDF, it can be seen: no page has a dark field that something could lie under."""
    poppler = shutil.which("pdftoppm")
    if poppler is None:
        pytest.skip("pdftoppm is not installed; apt-get install poppler-utils")
    command = [poppler, "-r", "60", "-gray", "-"]
    drawn = subprocess.run(command, input=printed(official).content, capture_output=True, check=True).stdout
    images = re.split(rb"P5\n(\d+) (\d+)\n255\n", drawn)[1:]
    assert len(images) == 3 * printed(official).pages
    for start in range(0, len(images), 3):
        width, pixels = int(images[start]), images[start + 2]
        rows = [pixels[at : at + width] for at in range(0, len(pixels), width)]
        dark = [sum(shade < 128 for shade in row) > width / 2 for row in rows]
        assert not any(all(dark[at : at + 4]) for at in range(len(dark) - 3)), f"page {start // 3 + 1}"
