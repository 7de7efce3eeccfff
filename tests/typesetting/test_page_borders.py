"""What pages and runs have around and behind them: lines, the colour of the paper, margins that change places."""

import pytest
from PIL import Image

from flows.documents import convert
from tests.typesetting.corpus_constructs import constructs, page_framed
from tests.typesetting.docx_builder import PAGE, docx, paragraph
from tests.typesetting.pdf_inspection import drawn, words

RED = (255, 0, 0)


def _red(page: Image.Image) -> tuple[int, int, int, int]:
    """Return the box around what is red, or nothing at all."""
    dots = [(x, y) for x in range(page.width) for y in range(page.height) if page.getpixel((x, y)) == RED]
    if not dots:
        return (0, 0, 0, 0)
    across, down = [x for x, _ in dots], [y for _, y in dots]
    return min(across), min(down), max(across), max(down)


def test_lines_around_pages_keep_their_distance_from_the_paper() -> None:
    """Twenty points from every edge, on each page."""
    pdf = convert(page_framed('w:offsetFrom="page"')).content
    for page in (drawn(pdf), drawn(pdf, 2)):
        assert _red(page) == pytest.approx((20, 20, 595 - 20, 842 - 20), abs=2)


def test_lines_around_pages_keep_their_distance_from_the_text() -> None:
    """Twenty points outside of the margins, which are 70.9."""
    assert _red(drawn(convert(page_framed()).content)) == pytest.approx((48, 48, 595 - 48, 842 - 48), abs=2)


def test_lines_go_around_a_header() -> None:
    """A header lies within the lines that keep their distance from the text."""
    section = '<w:pgBorders><w:top w:val="single" w:sz="24" w:space="10" w:color="FF0000"/></w:pgBorders>'
    made = docx(paragraph("tekst"), section=PAGE + section, parts={"header:default": paragraph("topptekst")})
    assert _red(drawn(convert(made).content))[1] == pytest.approx(709 / 20 - 10 - 3, abs=2)


@pytest.mark.parametrize(("shown", "first", "second"), [("firstPage", True, False), ("notFirstPage", False, True)])
def test_lines_may_be_around_some_pages_alone(shown: str, first: bool, second: bool) -> None:
    """Around the first page, or around all but the first."""
    pdf = convert(page_framed(f'w:display="{shown}"')).content
    assert (any(_red(drawn(pdf))), any(_red(drawn(pdf, 2)))) == (first, second)


def test_no_lines_are_no_lines() -> None:
    """Lines that are said to be none are not drawn."""
    assert not any(_red(drawn(convert(page_framed(kind="none")).content)))


def test_paper_has_the_colour_that_the_document_gives_it() -> None:
    """Up to its edges; where the document does not say that it is shown, the paper is white, as in Word."""
    assert drawn(convert(constructs()["page-colour"]).content).getpixel((2, 2)) == (0xFF, 0xEE, 0xCC)
    hidden = docx(paragraph("hvitt"), background='<w:background w:color="FFEECC"/>')
    assert drawn(convert(hidden).content).getpixel((2, 2)) == (255, 255, 255)


def test_margins_that_face_each_other_change_places_on_even_pages() -> None:
    """A document that is to be bound has its inner margin at the right of even pages."""
    placed = {word.text: word for word in words(convert(constructs()["margins-mirrored"]).content)}
    assert placed["første"].left == pytest.approx(2835 / 20, abs=1)
    assert placed["andre"].left == pytest.approx(1418 / 20, abs=1)


def test_runs_have_their_lines_in_their_colour() -> None:
    """A border around letters, and an underline of another colour than theirs."""
    page = drawn(convert(constructs()["runs-bordered"]).content)
    left, top, right, bottom = _red(page)
    assert right - left > 20
    assert 8 < bottom - top < 25
    green = [page.getpixel((x, y)) for x in range(page.width) for y in range(page.height)]
    assert any(isinstance(dot, tuple) and dot[0] < 90 and dot[1] > 150 and dot[2] < 130 for dot in green)
