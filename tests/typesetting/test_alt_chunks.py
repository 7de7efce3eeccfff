"""Documents that are held within another one stand at their place, in their own styles."""

from io import BytesIO

from PIL import Image

from flows.documents import convert
from tests.typesetting.corpus_constructs import chunked, pictured, striped
from tests.typesetting.docx_builder import STYLES, docx, paragraph, zipped
from tests.typesetting.pdf_inspection import drawn, place, text


def test_a_document_within_a_document_stands_at_its_place() -> None:
    """Its words come between those before and after it, and nothing is lost."""
    pdf = convert(chunked(docx(paragraph("fra et annet"))))
    assert text(pdf.content).split() == ["før", "fra", "et", "annet", "etter"]
    assert pdf.lost == ()


def test_it_keeps_its_own_styles() -> None:
    """A style by the same name is another one there."""
    large = STYLES.replace('w:val="22"', 'w:val="72"')
    pdf = convert(chunked(docx(paragraph("stort"), parts={"styles": large}))).content
    large_word, word = place(pdf, "stort"), place(pdf, "etter")
    assert large_word.bottom - large_word.top > 2 * (word.bottom - word.top)


def test_its_pictures_are_not_taken_for_those_of_the_other() -> None:
    """Both documents have a picture by the same name."""
    red = docx(pictured(), files={"bilde": striped()})
    other = pictured().replace('r:embed="bilde"', 'r:embed="gren"')
    outer = docx(
        other + '<w:altChunk r:id="del"/>',
        others={"gren": ("image", "media/bilde.png", _green()), "del": ("aFChunk", "del.docx", red)},
    )
    page = drawn(convert(outer).content)
    dots = {page.getpixel((x, y)) for x in range(page.width) for y in range(page.height)}
    assert {(255, 0, 0), (0, 255, 0)} <= dots


def _green() -> bytes:
    packed = BytesIO()
    Image.new("RGB", (4, 2), (0, 255, 0)).save(packed, "PNG")
    return packed.getvalue()


def test_what_cannot_be_taken_in_is_named() -> None:
    """A web page, a damaged document, one within one within one, and one that is not there."""
    for content, name in (
        (b"<html><body>hei</body></html>", "del.html"),
        (b"PK\x03\x04 not a zip", "del.docx"),
        (zipped({"[Content_Types].xml": b"<Types/>"}), "del.docx"),
        (chunked(chunked(docx(paragraph("dypest")))), "del.docx"),
    ):
        pdf = convert(chunked(content, name))
        assert [loss.what for loss in pdf.lost] == [f"innebygd dokument av typen {name.rpartition('.')[2]}"]
        assert {"før", "etter"} <= set(text(pdf.content).split())
    missing = convert(docx(paragraph("før") + '<w:altChunk r:id="borte"/>'))
    assert [loss.what for loss in missing.lost] == ["innebygd dokument som ikke ligger i filen"]


def test_a_thousand_documents_within_one_end_soon() -> None:
    """Those beyond fifty are named as lost, rather than read."""
    one = docx(paragraph("ett"))
    body = "".join('<w:altChunk r:id="del"/>' for _ in range(1000))
    pdf = convert(docx(body, others={"del": ("aFChunk", "del.docx", one)}))
    assert text(pdf.content).split().count("ett") == 50
    assert pdf.lost
