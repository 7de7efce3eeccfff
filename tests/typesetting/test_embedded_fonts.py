"""Fonts that a document carries are used for it, where their makers allow it, and for no other document."""

from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from flows.documents import check_template, convert
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.font_builder import carrying, font, styled
from tests.typesetting.pdf_inspection import place

_WORD = "abcdefghij"


def _width(pdf: bytes) -> float:
    found = place(pdf, _WORD)
    return found.right - found.left


def _document(family: str = "Prøveskrift") -> bytes:
    return docx(paragraph(_WORD), parts={"styles": styled(family)})


def _fonts(pdf: bytes) -> str:
    reader = PdfReader(BytesIO(pdf))
    return " ".join(str(item["/BaseFont"]) for item in reader.pages[0]["/Resources"]["/Font"].values())  # type: ignore[index]


@pytest.mark.parametrize("hidden", [True, False], ids=["disguised", "plain"])
def test_text_is_set_in_the_font_that_the_document_carries(hidden: bool) -> None:
    """Its letters have its widths, and it is embedded in the PDF."""
    pdf = convert(carrying(_document(), {"Prøveskrift": font()}, hidden)).content
    assert _width(pdf) == pytest.approx(10 * 10, abs=0.5)
    assert "Pr" in _fonts(pdf)
    assert "skrift" in _fonts(pdf)


@pytest.mark.parametrize(
    "content",
    [font(rights=2), font(rights=0x100), b"", b"\0\1\0\0 not a font at all, whatever it says", font()[:900]],
    ids=["restricted", "whole or not at all", "empty", "none", "cut off"],
)
def test_a_font_that_may_not_be_used_is_not(content: bytes) -> None:
    """Its makers forbid it, or it is damaged: another font stands in, as for one that is not there."""
    stand_in = _width(convert(_document()).content)
    assert _width(convert(carrying(_document(), {"Prøveskrift": content})).content) == pytest.approx(stand_in, abs=0.1)


def test_documents_do_not_share_fonts_by_the_same_name() -> None:
    """What one document carries changes no other, whichever comes first."""
    narrow = carrying(_document(), {"Prøveskrift": font(width=400)})
    wide = carrying(_document(), {"Prøveskrift": font(width=1200)})
    for made, width in ((narrow, 40), (wide, 120), (narrow, 40)):
        assert _width(convert(made).content) == pytest.approx(width, abs=0.5)


def test_a_font_keeps_the_date_that_its_maker_gave_it() -> None:
    """The program's own clock is not in it: the same document makes the same bytes tomorrow."""
    made, long_ago = BytesIO(), 3_000_000_000  # seconds since 1904
    with TTFont(BytesIO(font()), recalcTimestamp=False) as old:
        old["head"].modified = long_ago
        old.save(made)
    pdf = PdfReader(BytesIO(convert(carrying(_document(), {"Prøveskrift": made.getvalue()})).content))
    (used,) = pdf.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    program = used["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"].get_data()
    assert TTFont(BytesIO(program))["head"].modified == long_ago


def test_a_font_does_not_stand_in_for_one_that_it_calls_itself() -> None:
    """A file that says it is Carlito is that document's font alone."""
    before = _width(convert(_document("Calibri")).content)
    convert(carrying(_document(), {"Prøveskrift": font(name="Carlito")}))
    assert _width(convert(_document("Calibri")).content) == pytest.approx(before, abs=0.01)


def test_an_installed_font_is_taken_before_one_that_is_carried() -> None:
    """Where the machine has the font itself, the file in the document is left alone."""
    own = _width(convert(_document("Liberation Sans")).content)
    made = carrying(_document("Liberation Sans"), {"Liberation Sans": font(width=1200)})
    assert _width(convert(made).content) == pytest.approx(own, abs=0.01)


def test_a_template_that_carries_its_font_lacks_none(tmp_path: Path) -> None:
    """The template check names a font that is not installed, unless it comes with the template."""
    for made, lacks in ((_document(), True), (carrying(_document(), {"Prøveskrift": font()}), False)):
        path = tmp_path / "mal.docx"
        path.write_bytes(made)
        assert any("Prøveskrift" in fault.what for fault in check_template(path, {})) is lacks
