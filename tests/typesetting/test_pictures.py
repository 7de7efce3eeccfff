"""What is done to a picture in Word is done to it on the page: cropped, turned, mirrored, washed out, lined."""

import pytest
from PIL import Image

from flows.documents import convert, missing_words
from tests.typesetting.corpus_constructs import filled_shape, pictured, striped
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.pdf_inspection import drawn

RED, BLUE = (255, 0, 0), (0, 0, 255)


def _page(cut: str = "", transform: str = "", look: str = "", blip: str = "") -> Image.Image:
    """Return the page, at one dot a point, of a picture of 144 by 72 points at its upper left corner."""
    return drawn(convert(docx(pictured(cut, transform, look, blip), files={"bilde": striped()})).content)


def _colours(page: Image.Image) -> tuple[int, int]:
    """Return how many dots are red and how many blue."""
    dots = list(page.get_flattened_data())
    return dots.count(RED), dots.count(BLUE)


def test_a_picture_is_shown_as_it_is() -> None:
    """Both halves, each as large as the other."""
    red, blue = _colours(_page())
    assert red == pytest.approx(72 * 72, rel=0.05)
    assert blue == pytest.approx(72 * 72, rel=0.05)


def test_only_what_is_left_of_a_cropped_picture_is_shown() -> None:
    """What is left of it fills the room that the picture has."""
    red, blue = _colours(_page(cut='<a:srcRect l="50000"/>'))
    assert red == 0
    assert blue == pytest.approx(144 * 72, rel=0.05)


def test_a_picture_is_turned_about_its_middle() -> None:
    """By a quarter it is as high as it was wide, and its left half is above."""
    page = _page(transform='rot="5400000"')
    rows = [y for y in range(page.height) if RED in [page.getpixel((x, y)) for x in range(page.width)]]
    below = [y for y in range(page.height) if BLUE in [page.getpixel((x, y)) for x in range(page.width)]]
    assert len(rows) == pytest.approx(72, abs=3)
    assert max(rows) <= min(below) + 1


def test_a_picture_is_mirrored() -> None:
    """What was at its left is at its right."""
    page = _page(transform='flipH="1"')
    columns = [x for x in range(page.width) if BLUE in [page.getpixel((x, y)) for y in range(page.height)]]
    others = [x for x in range(page.width) if RED in [page.getpixel((x, y)) for y in range(page.height)]]
    assert max(columns) <= min(others) + 1


@pytest.mark.parametrize(
    "blip", ['<a:lum bright="70000" contrast="-70000"/>', '<a:alphaModFix amt="30000"/>'], ids=["washout", "through"]
)
def test_a_washed_out_picture_leaves_what_it_is_behind_readable(blip: str) -> None:
    """White shows through it, as Word has its watermarks."""
    page = _page(blip=blip)
    assert _colours(page) == (0, 0)
    washed = [page.getpixel((x, y)) for x in range(page.width) for y in range(page.height)]
    assert sum(dot in {(255, light, light) for light in range(170, 190)} for dot in washed) > 0.95 * 72 * 72


def test_a_picture_has_the_line_around_it() -> None:
    """A frame that Word draws around a picture is drawn."""
    line = '<a:ln w="50800"><a:solidFill><a:srgbClr val="00FF00"/></a:solidFill></a:ln>'
    assert list(_page(look=line).get_flattened_data()).count((0, 255, 0)) > 4 * (144 + 72)


@pytest.mark.parametrize("form", ["rect", "ellipse"])
@pytest.mark.parametrize("inside", ["", paragraph("i figuren")], ids=["bare", "with text"])
def test_a_shape_that_is_filled_with_a_picture_shows_it(form: str, inside: str) -> None:
    """Behind its text, if it has any, and within its outline."""
    made = docx(filled_shape(inside, form), files={"bilde": striped()})
    pdf = convert(made)
    red, blue = _colours(drawn(pdf.content))
    least = 0.6 if form == "ellipse" else 0.9
    assert least * 72 * 72 < red < 73 * 73
    assert least * 72 * 72 - 800 < blue < 73 * 73
    assert pdf.lost == ()
    assert missing_words(made, pdf.content) == []


def test_an_old_shape_that_is_filled_with_a_picture_shows_it() -> None:
    """The older kind of drawing names the picture in its filling."""
    body = (
        '<w:p><w:r><w:pict><v:shape style="width:144pt;height:72pt" type="#_x0000_t202" stroked="f">'
        '<v:fill r:id="bilde" type="frame"/><v:textbox><w:txbxContent><w:p/></w:txbxContent></v:textbox></v:shape>'
        "</w:pict></w:r></w:p>"
    )
    red, blue = _colours(drawn(convert(docx(body, files={"bilde": striped()})).content))
    assert min(red, blue) > 0.9 * 72 * 72


def test_a_picture_of_which_word_for_mac_gives_another_form_is_shown_in_that() -> None:
    """It writes a picture as PDF, which is not shown, and as a fallback as PNG."""
    plain = pictured()
    start, end = plain.index("<pic:blipFill>"), plain.index("</pic:blipFill>") + len("</pic:blipFill>")
    filling = plain[start:end]
    choice = f'<mc:Choice Requires="ma">{filling.replace("bilde", "pdf")}</mc:Choice>'
    either = f"<mc:AlternateContent>{choice}<mc:Fallback>{filling}</mc:Fallback></mc:AlternateContent>"
    made = convert(docx(plain[:start] + either + plain[end:], files={"bilde": striped()}))
    assert min(_colours(drawn(made.content))) == pytest.approx(72 * 72, rel=0.05)
    assert not made.lost
