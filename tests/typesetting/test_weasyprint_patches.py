"""The shortcuts through WeasyPrint: in use, the same pages with and without, and none where WeasyPrint is another."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
import weasyprint
from pypdf import PdfReader
from weasyprint import draw

from flows.documents import convert, fill, load_template
from flows.typesetting import weasyprint_patches
from flows.typesetting.pdf import fonts
from flows.typesetting.weasyprint_patches import drawings, lines, replacements, styles
from tests.documents.test_pipeline import ALIS, TEMPLATES, TJENESTEAVTALE
from tests.typesetting.corpus import corpus
from tests.typesetting.pdf_inspection import text

#: Of the corpus, what text, boxes, notes, tables and signs of other fonts stand in.
AWKWARD = (
    "two-columns", "footnotes-many", "header-first-and-even", "justified", "lists", "long-word", "right-to-left",
    "run-looks", "scripts", "symbols", "table-floating", "table-merged", "text-box-on-page", "tracked-changes",
)  # fmt: skip


@pytest.fixture
def put_back() -> Iterator[None]:
    """Leave the shortcuts in use, as they were."""
    yield
    weasyprint_patches.leave()
    weasyprint_patches.take(fonts())


@pytest.fixture(scope="module")
def awkward() -> dict[str, bytes]:
    """Return both agreements and the awkward documents, as DOCX."""
    whole = corpus()
    return {
        "alis": fill(load_template(TEMPLATES / "alis-avtale.docx"), ALIS),
        "tjenesteavtale6": fill(load_template(TEMPLATES / "tjenesteavtale6-alis.docx"), TJENESTEAVTALE),
        **{name: whole[name] for name in AWKWARD},
    }


def drawn(pdf: bytes) -> list[bytes]:
    """Return what draws each page, but for blanks, seams and moves by nothing, and all that it says."""
    pages = []
    for page in PdfReader(BytesIO(pdf)).pages:
        contents = page.get_contents()
        found = b"" if contents is None else contents.get_data()
        for pattern, plain in (
            (rb" *([<>]) *", rb"\1"),
            (rb" -", b"-"),
            (rb">-?0(\.0)?(?=[<\]])", b">"),
            (rb"<>|><", b""),
        ):
            found = re.sub(pattern, plain, found)
        pages.append(re.sub(rb" *\] TJ", b"]TJ", found))
    return [*pages, text(pdf).encode()]


def test_they_are_in_use(awkward: dict[str, bytes]) -> None:
    """They were written for this WeasyPrint; where this fails, WeasyPrint has changed and documents are made slowly."""
    assert weasyprint_patches.fit(), (
        f"WeasyPrint {weasyprint.__version__} is another than flows/documents/shortcuts is for"
    )
    convert(awkward["alis"])
    assert draw.draw_text.__module__ == "flows.typesetting.weasyprint_patches.drawings"


def test_the_pages_are_the_same_with_and_without_them(awkward: dict[str, bytes], put_back: None) -> None:
    """Every page is drawn by the same operators, letter by letter, and says the same."""
    quick = {name: drawn(convert(content).content) for name, content in awkward.items()}
    weasyprint_patches.leave()
    slow = {name: drawn(convert(content).content) for name, content in awkward.items()}
    assert [name for name in awkward if quick[name] != slow[name]] == []


def test_what_was_made_before_leaves_no_trace(awkward: dict[str, bytes]) -> None:
    """A document has the same bytes whichever documents the process has made before it."""
    before = {name: convert(content).content for name, content in awkward.items()}
    after = {name: convert(content).content for name, content in reversed(awkward.items())}
    assert before == after


def test_no_more_is_remembered_than_should_be(awkward: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is room for eight lines and styles, eight are remembered, and the pages are the same."""
    usual = convert(awkward["alis"]).content
    monkeypatch.setattr(lines, "MOST", 8)
    monkeypatch.setattr(styles, "_MOST", 8)
    lines.forget()
    drawings.forget()
    assert convert(awkward["alis"]).content == usual
    assert max(len(lines._lines), len(drawings._drawings), len(lines._styles)) <= 8


def test_with_another_weasyprint_documents_are_made_the_ordinary_way(
    awkward: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, put_back: None
) -> None:
    """One source that is not known, and none of the functions is replaced."""
    weasyprint_patches.leave()
    monkeypatch.setattr(replacements, "KNOWN", {**replacements.KNOWN, "weasyprint.draw.text.draw_text": "another"})
    assert not weasyprint_patches.take(fonts())
    assert draw.draw_text.__module__ == "weasyprint.draw.text"
    assert convert(awkward["alis"]).pages == 4
