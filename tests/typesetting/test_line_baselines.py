"""Where text stands between the edges of its line: the measures are LibreOffice's, of the same documents."""

from ctypes import byref, c_double

import pypdfium2
import pytest

from flows.documents import convert
from flows.errors import ComponentMissing
from flows.typesetting import fonts, line_baselines
from flows.typesetting.docx.text_formatting import RunFormat
from flows.typesetting.html.css import natural
from tests.typesetting.docx_builder import PAGE, docx, paragraph
from tests.typesetting.pdf_inspection import place
from tests.typesetting.test_conversion import MARGIN

_SIZE = 16.0
_LARGE = f'<w:sz w:val="{_SIZE * 2:.0f}"/>'
#: Letters that appear once, in the order of their lines.
_FIRST, _NEXT = "A", "B"


def _baselines(pdf: bytes) -> dict[str, float]:
    """Return how far below the upper edge of the first page each letter stands, in points."""
    found: dict[str, float] = {}
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        text = page.get_textpage()
        x, y = c_double(), c_double()
        for index in range(text.count_chars()):
            pypdfium2.raw.FPDFText_GetCharOrigin(text, index, byref(x), byref(y))
            found.setdefault(text.get_text_range(index, 1), page.get_height() - y.value)
    return found


def _lines(spacing: str, font: str = "Calibri") -> tuple[float, float]:
    """Return how far the first of two lines stands below the page's margin, and the second below the first."""
    look = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>{_LARGE}'
    body = "".join(paragraph(letter, f"<w:spacing {spacing}/>" if spacing else "", look) for letter in (_FIRST, _NEXT))
    found = _baselines(convert(docx(body)).content)
    return found[_FIRST] - MARGIN, found[_NEXT] - found[_FIRST]


@pytest.mark.parametrize("font", ["Calibri", "Times New Roman", "Arial"])
@pytest.mark.parametrize(
    ("spacing", "share"), [("", 1.0), ('w:line="360" w:lineRule="auto"', 1.5), ('w:line="480" w:lineRule="auto"', 2.0)]
)
def test_line_spacing_is_below_the_letters_and_the_gap_of_the_font_above_them(
    spacing: str, share: float, font: str
) -> None:
    """Not half of either on both sides, as in CSS."""
    face = fonts.face(font, False, False)
    first, height = _lines(spacing, font)
    assert first == pytest.approx((face.line - face.depth) * _SIZE, abs=0.15)
    assert height == pytest.approx(face.line * _SIZE * share, abs=0.15)


def test_lines_closer_than_single_are_lower_above_and_below_the_letters() -> None:
    """Both in proportion."""
    face = fonts.face("Calibri", False, False)
    assert _lines('w:line="180" w:lineRule="auto"')[0] == pytest.approx(
        (face.line - face.depth) * _SIZE * 0.75, abs=0.2
    )


def test_a_least_height_is_above_the_letters() -> None:
    """What is missing to it stands above them; a line that is high enough has nothing to add."""
    face = fonts.face("Calibri", False, False)
    assert _lines('w:line="600" w:lineRule="atLeast"') == pytest.approx((30 - face.depth * _SIZE, 30), abs=0.15)
    assert _lines('w:line="200" w:lineRule="atLeast"')[0] == pytest.approx((face.line - face.depth) * _SIZE, abs=0.15)


@pytest.mark.parametrize("height", [12, 30])
def test_four_fifths_of_an_exact_height_are_above_the_baseline(height: int) -> None:
    """Whatever the font."""
    found = _lines(f'w:line="{height * 20}" w:lineRule="exact"')
    assert found == pytest.approx((height * 0.8, height), abs=0.15)


@pytest.mark.parametrize("raised", ['<w:vertAlign w:val="superscript"/>', '<w:position w:val="12"/>'])
@pytest.mark.parametrize("spacing", ['w:line="400" w:lineRule="exact"', 'w:line="800" w:lineRule="atLeast"'])
def test_what_is_raised_does_not_raise_a_line_of_stated_height(spacing: str, raised: str) -> None:
    """A figure of a note stands in a line that has room for it."""
    form = f"<w:pPr><w:spacing {spacing}/></w:pPr>"
    figure = f"<w:r><w:rPr>{raised}</w:rPr><w:t>7</w:t></w:r>"
    body = "".join(f"<w:p>{form}<w:r><w:t>{letter}</w:t></w:r>{figure}</w:p>" for letter in (_FIRST, _NEXT))
    found = _baselines(convert(docx(body)).content)
    assert found[_NEXT] - found[_FIRST] == pytest.approx(20 if "exact" in spacing else 40, abs=0.1)


def test_letters_of_two_sizes_stand_on_one_line() -> None:
    """The line is as high as the larger ones."""
    face = fonts.face("Calibri", False, False)
    body = f"<w:p><w:r><w:t>{_FIRST}</w:t></w:r><w:r><w:rPr>{_LARGE}</w:rPr><w:t>{_NEXT}</w:t></w:r></w:p>"
    found = _baselines(convert(docx(body)).content)
    assert found[_FIRST] == found[_NEXT] == pytest.approx(MARGIN + (face.line - face.depth) * _SIZE, abs=0.15)


@pytest.mark.parametrize(
    ("runs", "height"),
    [("en|  |to", 26.9), ("|  |en", 26.9), ("en|  |", 26.9), ("en| |to| |tre", 26.9), ("en " * 50 + "| |to", 51.3)],
)
def test_blanks_of_larger_letters_make_a_first_line_no_higher(runs: str, height: float) -> None:
    """Only letters count for the height of a first line that has any, as in LibreOffice; the second has blanks too."""
    parts = runs.split("|")
    larger = "".join(
        f'<w:r><w:rPr><w:sz w:val="{40 if index % 2 else 22}"/></w:rPr><w:t xml:space="preserve">{part}</w:t></w:r>'
        for index, part in enumerate(parts)
    )
    pdf = convert(docx(paragraph("over") + f"<w:p>{larger}</w:p>" + paragraph("under"))).content
    assert place(pdf, "under").top - place(pdf, "over").top == pytest.approx(height, abs=0.1)


def test_blanks_alone_give_their_line_its_height() -> None:
    """They are larger than the mark of their paragraph, which would count without them."""
    mark = '<w:rPr><w:sz w:val="16"/></w:rPr>'
    heights = []
    for sign in (" ", "n"):
        run = f'<w:r><w:rPr><w:sz w:val="40"/></w:rPr><w:t xml:space="preserve">{sign}</w:t></w:r>'
        body = paragraph("over") + f"<w:p><w:pPr>{mark}</w:pPr>{run}</w:p>" + paragraph("under")
        pdf = convert(docx(body)).content
        heights.append(place(pdf, "under").top - place(pdf, "over").top)
    assert heights[0] == pytest.approx(heights[1], abs=0.1)


def test_a_column_of_a_later_page_begins_without_the_space_above_its_first_paragraph() -> None:
    """As a page does that text has flowed to."""
    body = "".join(paragraph(f"n{number}") for number in range(102)) + paragraph("etter", '<w:spacing w:before="480"/>')
    columns = PAGE + '<w:cols w:num="2" w:space="720"/>'
    found = place(convert(docx(body, section=columns)).content, "etter")
    assert found.page == 2
    assert found.top == pytest.approx(place(convert(docx(body)).content, "n0").top, abs=0.1)


def test_a_weasyprint_with_other_functions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence that says which to install."""
    monkeypatch.setattr(line_baselines, "_adjust_line_height", lambda: None)
    with pytest.raises(ComponentMissing, match="weasyprint"):
        line_baselines.install()


@pytest.mark.parametrize(
    ("font", "size", "twips"),
    [
        ("Times New Roman", 9.5, 219), ("Times New Roman", 10, 231), ("Times New Roman", 12, 276), ("Arial", 13, 300),
        ("Arial", 16, 369), ("Calibri", 11, 269), ("Calibri", 18, 440), ("DejaVu Sans", 9, 210),
        ("DejaVu Sans", 12, 280), ("Courier New", 16, 363),
    ],
)  # fmt: skip
def test_a_single_line_is_as_high_as_in_libreoffice_to_the_twip(font: str, size: float, twips: int) -> None:
    """What is wrong by a twip moves the last of fifty lines by a millimetre, or to the next page."""
    assert natural(RunFormat(font=font, size=size)) * 20 == pytest.approx(twips)
