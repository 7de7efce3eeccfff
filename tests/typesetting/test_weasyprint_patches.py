"""The accelerations of WeasyPrint: in use, the same pages with and without, and none where WeasyPrint is another."""

import re
from collections.abc import Iterator
from io import BytesIO

import pypdfium2
import pytest
import weasyprint
from pypdf import PdfReader
from weasyprint import draw

from flows.documents import convert, fill, load_template
from flows.typesetting import weasyprint_patches
from flows.typesetting.pdf import fonts, typeset
from flows.typesetting.weasyprint_patches import drawings, lines, paragraphs, replacements
from flows.typesetting.xmp_metadata import Metadata
from tests.documents.test_pipeline import ALIS, TEMPLATES, TJENESTEAVTALE
from tests.typesetting.corpus import corpus
from tests.typesetting.docx_builder import paragraph
from tests.typesetting.pdf_inspection import place, text
from tests.typesetting.test_conversion import whole

#: Of the corpus, what text, boxes, notes, tables and signs of other fonts stand in.
AWKWARD = (
    "two-columns", "footnotes-many", "header-first-and-even", "justified", "lists", "long-word", "right-to-left",
    "run-looks", "scripts", "symbols", "table-floating", "table-merged", "text-box-on-page", "tracked-changes",
)  # fmt: skip


@pytest.fixture
def put_back() -> Iterator[None]:
    """Install the accelerations again after the test."""
    yield
    weasyprint_patches.uninstall()
    weasyprint_patches.install(fonts())


@pytest.fixture(scope="module")
def awkward() -> dict[str, bytes]:
    """Return both agreements and the awkward documents, as DOCX."""
    whole = corpus()
    return {
        "alis": fill(load_template(TEMPLATES / "alis" / "template.docx"), ALIS),
        "tjenesteavtale6": fill(load_template(TEMPLATES / "tjenesteavtale6" / "template.docx"), TJENESTEAVTALE),
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
    assert weasyprint_patches.is_supported(), (
        f"WeasyPrint {weasyprint.__version__} is another than flows/typesetting/weasyprint_patches is for"
    )
    convert(awkward["alis"])
    assert draw.draw_text.__module__ == "flows.typesetting.weasyprint_patches.drawings"


def test_the_pages_are_the_same_with_and_without_them(awkward: dict[str, bytes], put_back: None) -> None:
    """Every page is drawn by the same operators, letter by letter, and says the same."""
    quick = {name: drawn(convert(content).content) for name, content in awkward.items()}
    weasyprint_patches.uninstall()
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
    lines.clear()
    drawings.clear()
    assert convert(awkward["alis"]).content == usual
    assert max(len(lines._lines), len(drawings._drawings), len(lines._styles)) <= 8


def test_with_another_weasyprint_documents_are_made_the_ordinary_way(
    awkward: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, put_back: None
) -> None:
    """One source that is not known, and none of the functions is replaced, which is logged once."""
    weasyprint_patches.uninstall()
    monkeypatch.setattr(replacements, "KNOWN", {**replacements.KNOWN, "weasyprint.draw.text": "another"})
    assert not weasyprint_patches.install(fonts())
    assert draw.draw_text.__module__ == "weasyprint.draw.text"
    assert not weasyprint_patches.install(fonts())
    assert convert(awkward["alis"]).pages == 4
    assert [record.levelname for record in caplog.records if "more slowly" in " ".join(record.message.split())] == [
        "WARNING"
    ]


def _pixel(html: str) -> tuple[int, ...]:
    """Return the colour in the middle of a box of 50 points at the corner of a page."""
    sheet = "@page{margin:0;size:200pt}body{margin:0}div{box-sizing:border-box;width:50pt;height:50pt}"
    made = typeset(f"<html><body>{html}</body></html>", sheet, {}, Metadata("Farger", "nb", "", ""))
    with pypdfium2.PdfDocument(made.content) as document:
        colour = document[0].render().to_pil().convert("RGB").getpixel((25, 25))
    assert isinstance(colour, tuple)
    return colour


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize(
    ("colour", "painted"),
    [
        ("black", (0, 0, 0)),
        ("#000000", (0, 0, 0)),
        ("white", (255, 255, 255)),
        ("currentcolor", (0, 0, 255)),
        ("transparent", (255, 0, 0)),
    ],
)
@pytest.mark.parametrize("look", ["background-color:{}", "border:25pt solid {}"])
def test_black_is_painted_and_transparent_is_not(
    look: str, colour: str, painted: tuple[int, ...], installed: bool, put_back: None
) -> None:
    """Black and `transparent` have the same channels and are told apart, on a red ground and in blue text."""
    if not installed:
        fonts()
        weasyprint_patches.uninstall()
    inner = f'<div style="color:blue;{look.format(colour)}"><p></p></div>'
    assert _pixel(f'<div style="background-color:red">{inner}</div>') == painted


def test_black_shading_is_painted_behind_text() -> None:
    """A paragraph and a cell that a document shades black are black, as in Word."""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="000000"/>'
    white = '<w:color w:val="FFFFFF"/>'
    cell = f"<w:tc><w:tcPr>{shade}</w:tcPr>{paragraph('celle', run=white)}</w:tc>"
    table = f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="3000"/></w:tblGrid><w:tr>{cell}</w:tr></w:tbl>'
    pdf = whole(paragraph("avsnitt", shade, white) + table).content
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render().to_pil().convert("L")
    for word in ("avsnitt", "celle"):
        stood = place(pdf, word)
        assert page.getpixel((int(stood.right) + 8, int(stood.top) + 6)) == 0, word


def test_a_copied_paragraph_belongs_to_its_own_document() -> None:
    """Documents that differ in a name, made in any order, are those that a process makes that has made no other."""
    template = load_template(TEMPLATES / "alis" / "template.docx")
    names = ("Kari Prøvesen", "Ola Prøvestad", "Kari Prøvesen", "Áilu Đorđe Prøvestad", "Ola Prøvestad")
    filled = [fill(template, {**ALIS, "lege_navn": name}) for name in names]
    alone = []
    for docx in filled:
        weasyprint_patches.forget()
        alone.append(convert(docx).content)
    weasyprint_patches.forget()
    together = [convert(docx).content for docx in filled]
    assert together == alone
    assert [convert(docx).content for docx in reversed(filled)] == alone[::-1]
    for name, pdf in zip(names, together, strict=True):
        others = set(names) - {name}
        assert name in text(pdf)
        assert not any(other in text(pdf) for other in others)


def test_no_more_paragraphs_are_kept_than_should_be(awkward: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for forty boxes, no more are kept, and the pages are the same."""
    usual = convert(awkward["alis"]).content
    monkeypatch.setattr(paragraphs, "MOST_BOXES", 40)
    weasyprint_patches.forget()
    for _again in range(3):
        assert convert(awkward["alis"]).content == usual
    assert 0 < sum(one.count for one in paragraphs._known.values()) <= 40
