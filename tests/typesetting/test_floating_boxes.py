"""Text boxes, floating pictures, columns, endnotes and forms: where they stand in the PDF, and that they do."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from flows.documents import convert
from tests.typesetting.corpus import corpus
from tests.typesetting.pdf_inspection import place, text

MADE = corpus()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("text-box-square", "i tekstboks"),
        ("text-box-inline", "i linjen"),
        ("text-box-with-table", "rute"),
        ("shape-group", "venstre høyre"),
        ("vml-text-box", "gammel boks"),
        ("alternate-fallback", "reserve"),
        ("header-with-text-box", "boks i topp"),
        ("legacy-form", "☒ ja Narvik"),
        ("formula", "x= a b"),
        ("footnote-with-table", "rute i note"),
    ],
)
def test_words_beside_the_text_are_shown(name: str, words: str) -> None:
    """Whatever holds text besides paragraphs shows it."""
    shown = "".join(text(convert(MADE[name]).content).split())
    for word in words.split():
        assert word in shown


def test_a_box_stands_where_the_page_says() -> None:
    """A box placed from the page's corner lies there, whatever the margins are."""
    here = place(convert(MADE["text-box-on-page"]).content, "på")
    assert here.left == pytest.approx(3000000 / 12700 + 7.2, abs=1.5)
    assert here.top == pytest.approx(5000000 / 12700 + 3.6, abs=4)


def test_text_goes_around_a_floating_picture() -> None:
    """The first line begins to the right of a picture that stands at the left margin."""
    pdf = convert(MADE["picture-floating"])
    assert pdf.lost == ()
    assert place(pdf.content, "Kommunen").left > 70.9 + 1800000 / 12700


def test_columns_stand_side_by_side() -> None:
    """Text of a section with two columns fills both before it goes to a new page."""
    assert convert(MADE["two-columns"]).pages == 2


def test_endnotes_come_last() -> None:
    """Endnotes follow the text, with small Roman figures."""
    last = PdfReader(BytesIO(convert(MADE["endnotes-many"]).content)).pages[-1].extract_text()
    assert "sluttnote 12" in last
    assert "xii" in last


def test_what_only_keeps_its_room_is_reported() -> None:
    """A picture that cannot be read is a loss with its place."""
    for name in ("picture-damaged", "picture-absent"):
        assert [loss.where for loss in convert(MADE[name]).lost] == ["document, avsnitt 1"]


def test_a_field_that_is_never_ended_swallows_nothing() -> None:
    """What follows a broken field is still shown."""
    assert text(convert(MADE["field-unclosed"]).content).split() == ["før", "etter"]
