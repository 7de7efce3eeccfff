"""How high the columns of a section below another one are; figures are LibreOffice's own."""

import pytest

from flows.errors import ComponentMissing
from flows.typesetting import column_heights
from tests.typesetting.docx_builder import PAGE, paragraph
from tests.typesetting.pdf_inspection import Word, words
from tests.typesetting.test_conversion import whole

_LINE = '<w:spacing w:before="0" w:after="0" w:line="280" w:lineRule="exact"/>'  # 14 points, 50 of them on a page
_COLUMNS = '<w:type w:val="continuous"/>' + PAGE + '<w:cols w:num="2" w:space="720"/>'


def _columns(count: int, after: int, before: int) -> list[list[Word]]:
    """Return the words of the columns, one after the other, below a line with space between them."""
    upper = paragraph("over", f'<w:spacing w:before="0" w:after="{after}" w:line="280" w:lineRule="exact"/>')
    first = paragraph("linje", f'<w:spacing w:before="{before}" w:after="0" w:line="280" w:lineRule="exact"/>')
    body = f"{upper}<w:p><w:pPr><w:sectPr>{PAGE}</w:sectPr></w:pPr></w:p>{first}"
    pdf = whole(body + paragraph("linje", _LINE) * (count - 1), section=_COLUMNS).content
    found: dict[tuple[int, bool], list[Word]] = {}
    for word in words(pdf):
        if word.text == "linje":
            found.setdefault((word.page, word.left > 200), []).append(word)
    return list(found.values())


@pytest.mark.parametrize(("after", "before"), [(600, 0), (0, 600), (600, 200)])
def test_columns_that_end_on_their_page_are_lower_by_the_space_above_them(after: int, before: int) -> None:
    """30 points, or two lines of 47 that have room; both columns begin below that space."""
    left, right = _columns(60, after, before)
    assert (len(left), len(right)) == (44, 16)
    assert right[0].top == pytest.approx(left[0].top, abs=0.1)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (f'<w:pBdr><w:top w:val="single" w:sz="8" w:space="27"/></w:pBdr>{_LINE}', 43),
        ('<w:spacing w:beforeAutospacing="1" w:line="280" w:lineRule="exact"/>', 47),
    ],
)
def test_a_border_and_automatic_space_above_columns_count_as_space(said: str, lines: int) -> None:
    """A border of 28 points stands above all columns once more, automatic space is 14 points."""
    upper = paragraph("over", _LINE) + f"<w:p><w:pPr><w:sectPr>{PAGE}</w:sectPr></w:pPr></w:p>"
    body = upper + paragraph("linje", said) + paragraph("linje", _LINE) * 59
    pdf = whole(body, section=_COLUMNS).content
    assert sum(word.text == "linje" and word.left < 200 for word in words(pdf)) == lines


def test_columns_use_the_whole_page_where_their_content_needs_it() -> None:
    """Be it that it ends on the page, or goes on; then the space above them is not repeated."""
    assert list(map(len, _columns(92, 0, 600))) == [46, 46]
    left, right, after = _columns(100, 0, 600)
    assert (len(left), len(right), len(after)) == (46, 46, 8)
    assert after[0].top == pytest.approx(left[0].top - 14 - 30, abs=0.1)


def test_a_weasyprint_in_which_columns_cannot_be_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function with other parameters is not called; the message names the line that installs the right release."""
    monkeypatch.setattr(column_heights, "_columns_layout", lambda context, box: ())
    with pytest.raises(ComponentMissing, match="pip install"):
        column_heights.install()
