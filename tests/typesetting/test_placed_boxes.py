"""Floating tables, frames and anchored boxes: where they stand on the page, and where text goes past them."""

from collections.abc import Mapping

import pytest

from flows.typesetting import convert
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.pdf_inspection import Word, place, words

_WORDS = " ".join(f"ord{number:03}" for number in range(60))
_SPACED = '<w:spacing w:before="120" w:after="240"/>'
_MARGIN = 70.9
_PAD = 5.4


def _table(position: str, width: int = 3000, rows: int = 2) -> str:
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraph("flytende")}</w:tc>'
    return (
        f'<w:tbl><w:tblPr><w:tblpPr {position}/><w:tblW w:w="{width}" w:type="dxa"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>{f"<w:tr>{cell}</w:tr>" * rows}</w:tbl>'
    )


def _box(across: str, down: str, wrap: str = '<wp:wrapSquare wrapText="bothSides"/>') -> str:
    return (
        '<w:r><w:drawing><wp:anchor distL="114300" distR="114300" behindDoc="0">'
        f"<wp:positionH {across}</wp:positionH><wp:positionV {down}</wp:positionV>"
        f'<wp:extent cx="1800000" cy="900000"/>{wrap}<wp:docPr id="1" name="b"/><a:graphic><a:graphicData><wps:wsp>'
        "<wps:spPr/><wps:txbx><w:txbxContent><w:p><w:r><w:t>flytende</w:t></w:r></w:p></w:txbxContent></wps:txbx>"
        '<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0"/></wps:wsp></a:graphicData></a:graphic></wp:anchor>'
        "</w:drawing></w:r>"
    )


def _offset(base: str, points: float) -> str:
    return f'relativeFrom="{base}"><wp:posOffset>{round(points * 12700)}</wp:posOffset>'


def _at(body: str, parts: Mapping[str, str] | None = None, word: str = "flytende") -> Word:
    return place(convert(docx(body, parts=parts)).content, word)


_ABOVE, _BELOW = paragraph(_WORDS, _SPACED), paragraph("etter " + _WORDS, _SPACED)
_GAPS = 'w:leftFromText="141" w:rightFromText="141" '


@pytest.mark.parametrize(
    ("position", "left", "top"),
    [
        ('w:vertAnchor="page" w:horzAnchor="page" w:tblpX="6000" w:tblpY="8000"', 300.0, 400.0),
        ('w:vertAnchor="page" w:horzAnchor="margin" w:tblpX="200" w:tblpY="4000"', _MARGIN + 10, 200.0),
        ('w:vertAnchor="margin" w:horzAnchor="margin" w:tblpX="300" w:tblpY="900"', _MARGIN + 15, _MARGIN + 45),
        ('w:vertAnchor="margin" w:horzAnchor="text" w:tblpX="1" w:tblpY="0"', _MARGIN, _MARGIN),
        ('w:vertAnchor="page" w:horzAnchor="page" w:tblpXSpec="center" w:tblpY="6000"', 222.65 + _PAD, 300.0),
        (_GAPS + 'w:horzAnchor="margin" w:vertAnchor="page" w:tblpXSpec="right" w:tblpY="6000"', 367.3 + _PAD, 300.0),
        ('w:vertAnchor="margin" w:horzAnchor="margin" w:tblpX="100" w:tblpYSpec="bottom"', _MARGIN + 5, 744.1),
        ('w:tblpX="100"', _MARGIN + 5, _MARGIN),
    ],
)
def test_a_floating_table_stands_where_it_says(position: str, left: float, top: float) -> None:
    """Its text stands at the stated place across; its border is there where it is aligned."""
    found = _at(_ABOVE + _table(position) + _BELOW)
    assert found.left == pytest.approx(left, abs=1)
    assert found.top == pytest.approx(top, abs=2.5)


def test_a_table_floats_at_its_paragraph_with_text_beside_it() -> None:
    """Without an offset it begins with the paragraph that follows it, whose lines stand to the right."""
    pdf = convert(docx(_ABOVE + _table(_GAPS + 'w:vertAnchor="text" w:tblpX="1" w:tblpY="1"') + _BELOW)).content
    table, after = place(pdf, "flytende"), place(pdf, "etter")
    assert after.top == pytest.approx(table.top, abs=1)
    assert after.left > table.left + 150 - _PAD


def test_a_table_as_wide_as_the_text_stays_in_the_text() -> None:
    """There is no room beside it, and in the text it can go on on the next page."""
    position = 'w:vertAnchor="text" w:horzAnchor="margin" w:tblpY="100"'
    pdf = convert(docx(_ABOVE + _table(position, width=9070, rows=70) + _BELOW))
    assert pdf.pages == 2
    assert place(pdf.content, "etter").page == 2


def test_text_above_a_table_goes_past_it_too() -> None:
    """A table that is anchored further down than it stands pushes the text of its page away."""
    pdf = convert(docx(_ABOVE + _table(_GAPS + 'w:vertAnchor="margin" w:tblpX="1" w:tblpY="0"') + _BELOW)).content
    assert place(pdf, "ord000").left > _MARGIN + 150


@pytest.mark.parametrize("part", ["header:default", "footer:default"])
@pytest.mark.parametrize(
    ("position", "left", "top"),
    [
        ('w:vertAnchor="page" w:horzAnchor="page" w:tblpX="7000" w:tblpY="500"', 350.0, 25.0),
        ('w:vertAnchor="page" w:horzAnchor="margin" w:tblpXSpec="left" w:tblpY="12000"', _MARGIN + _PAD, 600.0),
        ('w:vertAnchor="margin" w:horzAnchor="margin" w:tblpX="1" w:tblpY="2000"', _MARGIN, _MARGIN + 100),
    ],
)
def test_a_header_places_its_tables_on_the_page(part: str, position: str, left: float, top: float) -> None:
    """However many paragraphs it has above them, and without becoming higher."""
    inside = paragraph("en") + _table(position) + paragraph("to")
    pdf = convert(docx(_ABOVE, parts={part: inside})).content
    found = place(pdf, "flytende")
    assert found.left == pytest.approx(left, abs=1)
    assert found.top == pytest.approx(top, abs=2.5)
    assert place(pdf, "to").top - place(pdf, "en").top == pytest.approx(13.4, abs=0.5)


@pytest.mark.parametrize("high", [300_000, 2_000_000])
def test_boxes_beside_the_text_of_a_footer_do_not_raise_it(high: int) -> None:
    """As in LibreOffice; one that would leave the paper raises it."""
    box = _box(_offset("column", 200), _offset("paragraph", 0)).replace('cy="900000"', f'cy="{high}"')
    parts = ({"footer:default": f"<w:p>{run}<w:r><w:t>bunn</w:t></w:r></w:p>"} for run in ("", box))
    plain, beside = (place(convert(docx(_ABOVE, parts=part)).content, "bunn") for part in parts)
    assert beside.top == pytest.approx(plain.top - (0.0 if high < 900_000 else 2_000_000 / 12700 - 13.45), abs=0.5)


@pytest.mark.parametrize("part", ["header:default", "footer:default"])
def test_a_header_places_its_drawings_on_the_page(part: str) -> None:
    """A drawing of the page stands at its place, whatever its paragraph."""
    anchor = _box(_offset("page", 400), _offset("page", 300), "<wp:wrapNone/>")
    inside = f"{paragraph('en')}<w:p>{anchor}<w:r><w:t>to</w:t></w:r></w:p>"
    found = _at(_ABOVE, {part: inside})
    assert found.left == pytest.approx(400, abs=1.5)
    assert found.top == pytest.approx(300, abs=2.5)


@pytest.mark.parametrize(
    ("across", "down", "left", "top"),
    [
        (_offset("page", 300), _offset("page", 400), 300, 400),
        (_offset("column", 20), _offset("margin", 150), _MARGIN + 20, _MARGIN + 150),
        (_offset("margin", 0), _offset("page", 80), _MARGIN, 80),
        (_offset("rightMargin", 5), _offset("page", 100), 595.3 - _MARGIN + 5, 100),
        ('relativeFrom="margin"><wp:align>right</wp:align>', _offset("page", 500), 595.3 - _MARGIN - 141.7 - 9, 500),
        (_offset("column", 0), 'relativeFrom="page"><wp:align>bottom</wp:align>', _MARGIN, 841.9 - 70.9),
    ],
)
@pytest.mark.parametrize("wrap", ["Square", "None"])
def test_a_drawing_stands_where_it_says(wrap: str, across: str, down: str, left: float, top: float) -> None:
    """Also where text goes past it, above and below its own paragraph."""
    kept = 9 if wrap == "None" and "align>right" in across else 0  # its distance to the text counts only with wrapping
    body = f"{_ABOVE}<w:p>{_box(across, down, f'<wp:wrap{wrap}/>')}<w:r><w:t>{_WORDS}</w:t></w:r></w:p>"
    found = _at(body)
    assert found.left == pytest.approx(left + kept, abs=1.5)
    assert found.top == pytest.approx(top, abs=2.5)


@pytest.mark.parametrize("wrap", ["Square", "TopAndBottom"])
@pytest.mark.parametrize("opening", [0, 1])
@pytest.mark.parametrize("above", [6, 24, 60])
def test_a_box_above_the_first_lines_of_a_page_stands_in_its_margin(above: int, opening: int, wrap: str) -> None:
    """As an address in a letter, anchored to the first or second paragraph; text begins below it or goes past it."""
    anchor = _box(_offset("column", 0), _offset("paragraph", -above), f"<wp:wrap{wrap}/>")
    lines = paragraph("en") * opening + f"<w:p>{anchor}<w:r><w:t>to</w:t></w:r></w:p>"
    pdf = convert(docx(lines)).content
    plain = convert(docx(paragraph("en") * opening + paragraph("to"))).content
    anchored, first = place(plain, "to").top, place(plain, "en" if opening else "to").top
    assert place(pdf, "flytende").top == pytest.approx(anchored - above, abs=0.5)
    below = anchored - above + 900000 / 12700
    expected = first if wrap == "Square" else max(below, first)
    assert place(pdf, "en" if opening else "to").top == pytest.approx(expected, abs=0.5)


def test_a_box_far_above_the_first_lines_of_a_page_stays_on_the_paper() -> None:
    """A template whose lines above the box were taken away still shows it."""
    anchor = _box(_offset("column", 0), _offset("paragraph", -200), '<wp:wrapSquare wrapText="bothSides"/>')
    assert _at(f"{paragraph('en')}<w:p>{anchor}<w:r><w:t>to</w:t></w:r></w:p>").top == pytest.approx(0, abs=3)


@pytest.mark.parametrize(("count", "left"), [(1, True), (40, False)])
@pytest.mark.parametrize("own", [True, False])
def test_text_that_has_room_left_of_a_box_stands_there(count: int, left: bool, own: bool) -> None:
    """Though there is more room right of it, as with a signature beside a place and a date."""
    box = _box(_offset("column", 120), _offset("paragraph", 0))
    value = "<w:r><w:t>" + "sted " * count + "</w:t></w:r>"
    body = f"<w:p>{box}{value}</w:p>" if own else f"<w:p>{box}</w:p><w:p>{value}</w:p>"
    found = place(convert(docx(body)).content, "sted")
    assert (found.left < _MARGIN + 10) == left


def test_no_line_stands_beside_a_drawing_between_lines() -> None:
    """Lines stand above it as far as they fit, and the others below it."""
    anchor = _box(_offset("column", 0), _offset("paragraph", 30), "<wp:wrapTopAndBottom/>")
    pdf = convert(docx(f"<w:p>{anchor}<w:r><w:t>{_WORDS}</w:t></w:r></w:p>")).content
    lines = {place(pdf, f"ord{number:03}").top for number in range(60)}
    assert sum(line < _MARGIN + 30 for line in lines) == 2
    assert not any(_MARGIN + 28 < line < _MARGIN + 30 + 70 for line in lines)


@pytest.mark.parametrize(
    ("frame", "left", "top"),
    [
        ('w:w="3000" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="6000" w:y="3500"', 300.0, 175.0),
        ('w:w="3000" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="right" w:y="500"', 374.4, 95.9),
        ('w:w="3000" w:wrap="none" w:vAnchor="page" w:hAnchor="page" w:x="1500" w:y="5000"', 75.0, 250.0),
        ('w:w="3000" w:wrap="notBeside" w:vAnchor="page" w:hAnchor="margin" w:x="200" w:y="3000"', 80.9, 150.0),
    ],
)
def test_a_frame_stands_where_it_says(frame: str, left: float, top: float) -> None:
    """Its text is not covered, and it is where it was put."""
    found = _at(_ABOVE + paragraph("flytende", f"<w:framePr {frame}/>") + _BELOW)
    assert found.left == pytest.approx(left, abs=1)
    assert found.top == pytest.approx(top, abs=2.5)


def test_a_floating_table_at_the_end_of_a_page_goes_with_its_text() -> None:
    """It is never cut off at the end of the page."""
    lines = paragraph("linje") * 50
    pdf = convert(docx(lines + _table('w:vertAnchor="text" w:tblpX="1" w:tblpY="1"', rows=8) + _BELOW))
    assert (place(pdf.content, "flytende").page, place(pdf.content, "etter").page) == (2, 2)


def test_a_floating_table_higher_than_a_page_goes_on_on_the_next() -> None:
    """On one page, its end would be cut off."""
    pdf = convert(docx(_ABOVE + _table('w:vertAnchor="page" w:horzAnchor="page" w:tblpX="1200"', rows=80) + _BELOW))
    assert sum(word.text == "flytende" for word in words(pdf.content)) == 80
    assert pdf.pages == 2
