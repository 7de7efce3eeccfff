"""Fields that have no result of their own to show."""

import pytest

from flows.documents import convert
from tests.typesetting.docx_builder import docx
from tests.typesetting.pdf_inspection import text


def _field(instruction: str, result: str = "") -> str:
    shown = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r>' if result else ""
    return (
        '<w:p><w:r><w:t>[</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>]</w:t></w:r></w:p>'
    )


@pytest.mark.parametrize(
    ("instruction", "shown"),
    [
        ("MACROBUTTON Ingen Skriv navnet her", "[Skriv navnet her]"),
        ("GOTOBUTTON sted Se under", "[Se under]"),
        ("MACROBUTTON", "[]"),
        ("SYMBOL 169", "[©]"),
        ("SYMBOL 0x20AC \\u", "[€]"),
        ('SYMBOL 252 \\f "Wingdings" \\s 12', "[✓]"),
        ("SYMBOL 0xFE \\f Wingdings", "[☑]"),
        ("TC skjult", "[]"),
    ],
)
def test_buttons_and_signs_are_shown_by_what_their_field_says(instruction: str, shown: str) -> None:
    """What Word shows of them stands in the instruction."""
    made = convert(docx(_field(instruction)))
    assert text(made.content).strip() == shown
    assert made.lost == ()


def test_a_result_comes_before_what_a_field_says() -> None:
    """Where Word has left a result, that is what it showed."""
    assert text(convert(docx(_field("SYMBOL 169", "R"))).content).strip() == "[R]"


def test_a_sign_that_is_none_is_reported() -> None:
    """A box stands in its place."""
    made = convert(docx(_field("SYMBOL 999999999999 \\u")))
    assert text(made.content).strip() == "[□]"
    assert len(made.lost) == 1


@pytest.mark.parametrize("instruction", ["EQ \\f(1;2)", "AUTONUM", "LISTNUM"])
def test_a_field_that_only_word_works_out_is_reported(instruction: str) -> None:
    """Without its result there is nothing to show, and that is not passed over."""
    (loss,) = convert(docx(_field(instruction))).lost
    assert instruction.split()[0] in loss.what
    assert convert(docx(_field(instruction, "1."))).lost == ()
