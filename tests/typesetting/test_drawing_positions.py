"""Boxes that have their place on the page: by shares of it or its margins, and without hiding the text there."""

import pytest

from flows.documents import convert
from tests.typesetting.corpus_constructs import beside
from tests.typesetting.docx_builder import PAGE, docx, paragraph
from tests.typesetting.pdf_inspection import colour_at, place, words

_TEXT = " ".join(["avtale"] * 200)
_MARGIN, _WIDE, _HIGH = 1418 / 20, 11906 / 20, 16838 / 20


def _holding(box: str, before: str = "") -> bytes:
    return docx(f"{before}<w:p>{box}<w:r><w:t>{_TEXT}</w:t></w:r></w:p>", section=PAGE)


@pytest.mark.parametrize(
    ("across", "x", "left"),
    [
        ("page", "25%", 0.25 * _WIDE),
        ("leftMargin", "127000", 10.0),
        ("rightMargin", "0", _WIDE - _MARGIN),
        ("leftMargin", "20%", 0.2 * _MARGIN),
    ],
)
def test_a_box_stands_where_the_page_says(across: str, x: str, left: float) -> None:
    """From the edge of the paper, or in one of its margins, by points or by a share."""
    box = beside(x, "2%", across, "page", width=635000)  # above the page's text, so that nothing makes room
    pdf = convert(_holding(box)).content
    assert place(pdf, "boks").left == pytest.approx(left + 7.2, abs=1.5)


@pytest.mark.parametrize(("down", "y", "top"), [("page", "2%", 0.02 * _HIGH), ("topMargin", "10%", 0.1 * _MARGIN)])
def test_a_box_stands_as_far_down_as_the_page_says(down: str, y: str, top: float) -> None:
    """By a share of the page, or of its upper margin."""
    pdf = convert(_holding(beside("0", y, "page", down, width=635000))).content
    assert place(pdf, "boks").top == pytest.approx(top + 3.6, abs=4)


def _hidden(pdf: bytes) -> int:
    """Return how many words of the text stand within the box."""
    found = words(pdf)
    box = next(word for word in found if word.text == "boks")
    left, top = box.left - 7, box.top - 4
    return sum(
        word.text == "avtale" and left < word.left < left + 100 and top < (word.top + word.bottom) / 2 < top + 36
        for word in found
    )


@pytest.mark.parametrize("down", ["page", "margin"])
@pytest.mark.parametrize("before", ["", paragraph("først")], ids=["opening the page", "later"])
def test_a_box_with_its_place_on_the_page_hides_no_text(down: str, before: str) -> None:
    """Text that should go past it does, whichever paragraph it hangs on."""
    pdf = convert(_holding(beside("0", "1905000", "column", down), before)).content
    assert _hidden(pdf) == 0


def test_a_box_on_the_paragraph_that_opens_the_page_keeps_its_place() -> None:
    """There, it is known how far down the paragraph is."""
    pdf = convert(_holding(beside("0", "1270000", "column", "margin"))).content
    assert place(pdf, "boks").top == pytest.approx(_MARGIN + 100 + 3.6, abs=4)


def test_text_goes_past_above_a_box_that_is_further_down() -> None:
    """Lines above it are as long as there was no box; lines beside it are shorter."""
    pdf = convert(_holding(beside("0", "635000"))).content
    lines: dict[int, float] = {}
    for word in words(pdf):
        if word.text == "avtale":
            lines.setdefault(round(word.top), word.left)
            lines[round(word.top)] = min(lines[round(word.top)], word.left)
    box = place(pdf, "boks")
    above = [left for top, left in lines.items() if top < box.top - 15]
    next_to = [left for top, left in lines.items() if box.top < top < box.top + 25]
    assert max(above) == pytest.approx(_MARGIN, abs=1)
    assert min(next_to) > _MARGIN + 100
    assert _hidden(pdf) == 0


def test_a_shape_behind_the_text_of_a_header_hides_nothing_of_it() -> None:
    """A coloured band from edge to edge of the paper, with the sender's name on it."""
    band = (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" locked="0"'
        ' behindDoc="1" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        '<wp:extent cx="7560000" cy="1000000"/><wp:wrapNone/><wp:docPr id="7" name="b" descr="B"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr/>'
        '<wps:spPr><a:xfrm><a:ext cx="7560000" cy="1000000"/></a:xfrm><a:prstGeom prst="rect"/><a:solidFill>'
        '<a:srgbClr val="0000FF"/></a:solidFill></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>'
        "</wp:anchor></w:drawing></w:r>"
    )
    name = '<w:r><w:rPr><w:shd w:val="clear" w:fill="FF0000"/></w:rPr><w:t>avsender</w:t></w:r>'
    header = f"<w:p>{band}{name}</w:p>"
    pdf = convert(docx(paragraph("tekst"), section=PAGE, parts={"header:default": header})).content
    word = place(pdf, "avsender")
    assert colour_at(pdf, word.left + 1, word.top + 1) == (255, 0, 0)
    assert colour_at(pdf, word.right + 20, word.top + 1) == (0, 0, 255)
