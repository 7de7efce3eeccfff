"""How high lines, rows and boxes stand, which decides where pages end; figures are LibreOffice's own."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from weasyprint.layout import block

from flows.documents import convert
from flows.errors import ComponentMissing
from flows.typesetting import page_ends, weasyprint_patches
from flows.typesetting.pdf import fonts
from flows.typesetting.weasyprint_patches import replacements
from tests.typesetting.corpus import corpus
from tests.typesetting.docx_builder import STYLES, docx, paragraph
from tests.typesetting.hostile import parts_of, with_parts
from tests.typesetting.pdf_inspection import colour_at, place, words
from tests.typesetting.test_conversion import MARGIN, TEXT_WIDTH, whole

_BULLET = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="\uf0b7"/><w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr>'
    '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


@pytest.mark.parametrize(("size", "height"), [(11, 10.8), (18, 16.3), (36, 32.8)])
def test_a_bullet_that_is_larger_than_its_text_is_as_high_as_a_sign_of_the_symbol_font(
    size: int, height: float
) -> None:
    """Its line is lower than one of letters of that size would be."""
    look = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>'
    listed = (
        f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr>{look}<w:sz w:val="{size * 2}"/></w:rPr>'
    )
    items = "".join(paragraph(word, listed, f'{look}<w:sz w:val="18"/>') for word in ("en", "to"))
    pdf = whole(items, parts={"numbering": _BULLET}).content
    assert place(pdf, "to").top - place(pdf, "en").top == pytest.approx(height, abs=0.2)


def test_a_symbol_looks_as_its_run_says() -> None:
    """A symbol of 20 points makes its line as high as LibreOffice's symbol font does."""
    symbol = '<w:p><w:r><w:rPr><w:sz w:val="40"/></w:rPr><w:sym w:font="Symbol" w:char="F0B7"/></w:r></w:p>'
    pdf = whole(paragraph("over") + symbol + symbol + paragraph("under")).content
    assert place(pdf, "under").top - place(pdf, "over").top == pytest.approx(13.4 + 36.5, abs=0.5)


def _cell(content: str, properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def _table(*rows: str) -> str:
    grid = '<w:gridCol w:w="3000"/>' * 2
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def test_a_row_of_a_height_is_no_higher_for_a_cell_that_began_above_it() -> None:
    """Three lines have room in two rows, the second of which has a height and a line of its own."""
    high = '<w:trPr><w:trHeight w:val="400"/></w:trPr>'
    above = _cell(paragraph("a") + paragraph("b") + paragraph("c"), '<w:vMerge w:val="restart"/>')
    rows = above + _cell(paragraph("en") * 2), high + _cell("<w:p/>", "<w:vMerge/>") + _cell(paragraph("to"))
    pdf = whole(_table(*rows) + paragraph("etter")).content
    assert place(pdf, "etter").top - place(pdf, "to").top == pytest.approx(20, abs=0.5)


def test_a_row_of_exact_height_cuts_off_what_shows_nothing() -> None:
    """Neither space below its text nor empty paragraphs make it higher."""
    exact = '<w:trPr><w:trHeight w:val="400" w:hRule="exact"/></w:trPr>'
    row = exact + _cell(paragraph("to", '<w:spacing w:after="400"/>') + "<w:p/>") + _cell("<w:p/>")
    pdf = whole(_table(_cell(paragraph("en")) + _cell("<w:p/>"), row) + paragraph("etter")).content
    assert place(pdf, "etter").top - place(pdf, "to").top == pytest.approx(20, abs=0.5)


_HIDDEN = "<w:rPr><w:vanish/></w:rPr>"


@pytest.mark.parametrize(
    "hidden",
    [paragraph("borte", run="<w:vanish/>"), f"<w:p><w:pPr>{_HIDDEN}</w:pPr></w:p>",
     paragraph("borte", f'<w:spacing w:before="400" w:after="400"/>{_HIDDEN}', "<w:vanish/>")],
)  # fmt: skip
def test_a_paragraph_that_shows_nothing_takes_no_room(hidden: str) -> None:
    """Where its text is hidden, or its end is and there is no text; what names its place names the next one's."""
    named = hidden.replace("</w:pPr>", '</w:pPr><w:bookmarkStart w:id="1" w:name="sted"/><w:bookmarkEnd w:id="1"/>')
    body = paragraph("over") + named + paragraph("under")
    pdf = whole(body).content
    assert place(pdf, "under").top - place(pdf, "over").top == pytest.approx(13.4, abs=0.2)
    assert PdfReader(BytesIO(pdf)).named_destinations.keys() == {"sted"}


def test_the_paragraph_that_must_follow_a_table_in_a_cell_takes_no_room() -> None:
    """Word asks for one after each table; nobody meant it for a line."""
    inner = _table(_cell(paragraph("inne")) + _cell("<w:p/>"))
    outer = _table(_cell(inner + "<w:p/>") + _cell("<w:p/>"))
    pdf = whole(outer + paragraph("etter")).content
    assert place(pdf, "etter").top - place(pdf, "inne").top == pytest.approx(13.4, abs=0.5)


def _grid(said: str, *widths: int) -> str:
    cells = "".join(f"<w:tc><w:tcPr/>{paragraph(word)}</w:tc>" for word in ("a", "b", "c"))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{said}</w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr>{cells}</w:tr></w:tbl>"


@pytest.mark.parametrize(
    ("said", "widths", "columns"),
    [
        ('<w:tblW w:w="0" w:type="auto"/>', (1000, 2000, 3000), (50, 100)),
        ('<w:tblW w:w="9000" w:type="dxa"/>', (1000, 2000, 3000), (75, 150)),
        ('<w:tblW w:w="5000" w:type="pct"/>', (100, 100, 100), (TEXT_WIDTH / 3, TEXT_WIDTH / 3)),
        ('<w:tblW w:w="50%" w:type="pct"/>', (1000, 2000, 3000), (TEXT_WIDTH / 12, TEXT_WIDTH / 6)),
        ("", (), (TEXT_WIDTH / 3, TEXT_WIDTH / 3)),
        ('<w:tblW w:w="6000" w:type="dxa"/>', (1000, 2000), (100, 100)),
    ],
)
def test_a_table_is_as_wide_as_it_says_and_its_columns_share_that_by_its_grid(
    said: str, widths: tuple[int, ...], columns: tuple[float, float]
) -> None:
    """In points, percent or not at all; without a grid it is as wide as the text, and with a short one shared alike."""
    pdf = whole(_grid(said, *widths)).content
    left = [place(pdf, word).left for word in ("a", "b", "c")]
    assert (left[1] - left[0], left[2] - left[1]) == pytest.approx(columns, abs=0.3)


def test_the_grid_that_a_table_had_before_a_tracked_change_is_none_of_its_columns() -> None:
    """Google Docs writes one into every table."""
    columns = '<w:gridCol w:w="2000"/><w:gridCol w:w="6000"/>'
    former = f'<w:tblGridChange w:id="0"><w:tblGrid>{columns}</w:tblGrid></w:tblGridChange>'
    cells = "".join(f"<w:tc><w:tcPr/>{paragraph(word)}</w:tc>" for word in ("venstre", "høyre"))
    said = '<w:tblW w:w="8000.0" w:type="dxa"/>'
    body = f"<w:tbl><w:tblPr>{said}</w:tblPr><w:tblGrid>{columns}{former}</w:tblGrid><w:tr>{cells}</w:tr></w:tbl>"
    pdf = whole(body).content
    assert place(pdf, "høyre").left - place(pdf, "venstre").left == pytest.approx(100, abs=0.5)


def test_a_table_in_a_cell_is_measured_by_the_cell() -> None:
    """Half of a cell of 300 points between its paddings; it is not hung out by its own padding, as an outer one is."""
    inner = _grid('<w:tblW w:w="2500" w:type="pct"/>', 1000, 1000, 1000)
    holder = f"<w:tc><w:tcPr/>{paragraph('ytre')}{inner}<w:p/></w:tc>"
    pdf = whole(f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="6000"/></w:tblGrid><w:tr>{holder}</w:tr></w:tbl>').content
    left = {word: place(pdf, word).left for word in ("ytre", "a", "b")}
    assert left["a"] - left["ytre"] == pytest.approx(5.4, abs=0.3)
    assert left["b"] - left["a"] == pytest.approx((300 - 2 * 5.4) / 6, abs=0.3)


_KEPT = STYLES.replace("</w:rPrDefault>", "</w:rPrDefault><w:pPrDefault/>")
#: 1, 1.08, 1.15, 1.5 and 2 lines.
_SPACINGS = (240, 259, 276, 360, 480)


@pytest.mark.parametrize(("spacing", "count"), list(zip(_SPACINGS, (52, 48, 45, 35, 26), strict=True)))
def test_what_a_spacing_adds_below_the_last_line_of_a_page_needs_no_room(spacing: int, count: int) -> None:
    """So many lines of Calibri 11 stand on a page of A4 between margins of 2.5 cm."""
    line = f'<w:spacing w:line="{spacing}" w:lineRule="auto"/>'
    pdf = whole("".join(paragraph("linje", line) for _ in range(60)), parts={"styles": _KEPT}).content
    assert sum(word.page == 1 for word in words(pdf)) == count


def test_neither_does_an_empty_paragraph_at_the_end_of_a_page() -> None:
    """The thirty-fifth paragraph of one and a half lines stands on the first page, though it shows nothing."""
    line = '<w:spacing w:line="360" w:lineRule="auto"/>'
    body = paragraph("linje", line) * 34 + f"<w:p><w:pPr>{line}</w:pPr></w:p>" + paragraph("etter", line)
    pdf = whole(body, parts={"styles": _KEPT}).content
    after = place(pdf, "etter")
    assert after.page == 2
    assert after.top == pytest.approx(place(pdf, "linje").top, abs=0.1)


@pytest.mark.parametrize(("styles", "first"), [(_KEPT, "tre"), (STYLES, "fire")])
def test_single_lines_are_left_on_a_page_where_a_file_has_no_defaults_for_paragraphs(styles: str, first: str) -> None:
    """A page has room for three of four lines: two go on together, unless the file leaves out what to do."""
    broken = "<w:r><w:br/></w:r>".join(f"<w:r><w:t>{word}</w:t></w:r>" for word in ("en", "to", "tre", "fire"))
    body = "".join(paragraph("linje") for _ in range(49)) + f"<w:p>{broken}</w:p>"
    pdf = whole(body, parts={"styles": styles}).content
    assert next(word.text for word in words(pdf) if word.page == 2) == first


@pytest.mark.parametrize(("lines", "room", "left"), [(2, 1, 1), (3, 2, 2), (4, 1, 1), (4, 3, 3), (5, 4, 4)])
def test_single_lines_of_a_row_are_left_on_a_page(lines: int, room: int, left: int) -> None:
    """LibreOffice keeps two lines of a paragraph together only outside of tables."""
    broken = "<w:r><w:br/></w:r>".join(f"<w:r><w:t>ord{number}</w:t></w:r>" for number in range(lines))
    body = "".join(paragraph("linje") for _ in range(52 - room)) + _table(_cell(f"<w:p>{broken}</w:p>"))
    pdf = whole(body, parts={"styles": _KEPT}).content
    assert sum(word.page == 1 for word in words(pdf) if word.text.startswith("ord")) == left


@pytest.mark.parametrize("link", [False, True])
def test_a_row_of_wide_letters_is_divided_where_its_second_line_does_not_fit(link: bool) -> None:
    """How many lines it has is a matter of widths, not of the number of letters."""
    wide = "<w:r><w:t>MMMMMMMMMMMM WWWWWWWWWWWW</w:t></w:r>"
    wide = f'<w:hyperlink w:anchor="her">{wide}</w:hyperlink>' if link else wide
    body = "".join(paragraph("linje") for _ in range(51)) + _table(_cell(f"<w:p>{wide}</w:p>"))
    pdf = whole(body, parts={"styles": _KEPT}).content
    assert [place(pdf, word).page for word in ("MMMMMMMMMMMM", "WWWWWWWWWWWW")] == [1, 2]


def test_a_file_without_defaults_is_set_in_calibri_of_11_points() -> None:
    """As one without styles is, which many programs write."""
    style = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    pdf = whole(paragraph("en") + paragraph("to"), parts={"styles": style}).content
    assert place(pdf, "to").top - place(pdf, "en").top == pytest.approx(13.45, abs=0.02)


def test_pages_end_alike_without_the_accelerations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pages end is not part of what is switched off with another WeasyPrint."""
    monkeypatch.setattr(replacements, "KNOWN", {})
    weasyprint_patches.uninstall()
    try:
        assert not weasyprint_patches.install(fonts())
        assert block._linebox_layout is page_ends.layout_lines
        line = '<w:spacing w:line="480" w:lineRule="auto"/>'
        pdf = whole("".join(paragraph("linje", line) for _ in range(30)), parts={"styles": _KEPT}).content
        assert sum(word.page == 1 for word in words(pdf)) == 26
    finally:
        monkeypatch.undo()
        weasyprint_patches.uninstall()
        weasyprint_patches.install(fonts())


def test_a_weasyprint_in_which_page_ends_cannot_be_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function with other parameters is not called; the message names the line that installs the right release."""
    monkeypatch.setattr(page_ends, "_linebox_layout", lambda context, box: ())
    with pytest.raises(ComponentMissing, match="pip install"):
        page_ends.install()


@pytest.mark.parametrize(("kept", "first"), [((0, 0), "r3"), ((1, 0), "r0"), ((0, 1), "r3")])
def test_rows_stand_on_one_page_where_their_first_paragraph_stands_with_the_next(
    kept: tuple[int, int], first: str
) -> None:
    """Word keeps tables together so; what the second cell says is of no account."""
    keep = ["<w:keepNext/>" if one else "" for one in kept]
    rows = [_cell(paragraph(f"r{index}", keep[0])) + _cell(paragraph("x", keep[1])) for index in range(6)]
    body = "".join(paragraph("linje") for _ in range(49)) + _table(*rows) + paragraph("etter")
    pdf = whole(body, parts={"styles": _KEPT}).content
    assert next(word.text for word in words(pdf) if word.page == 2) == first


@pytest.mark.parametrize(("kept", "first"), [("", "x6"), ("<w:keepNext/>", "x0")])
def test_a_paragraph_that_stands_with_the_next_is_not_divided(kept: str, first: str) -> None:
    """Six of its eight lines have room on the page; it begins the next page whole, as in LibreOffice."""
    body = "".join(paragraph("linje") for _ in range(46)) + _lines(8, kept) + paragraph("etter")
    pdf = whole(body, parts={"styles": _KEPT}).content
    assert next(word.text for word in words(pdf) if word.page == 2) == first


@pytest.mark.parametrize("above", [0, 1])
def test_the_lines_of_a_cell_are_divided_without_widow_control(above: int) -> None:
    """The page has room for one of two lines, as in LibreOffice."""
    table = _table(_cell(paragraph("linje") * above + _lines(2, "")) + _cell(paragraph("a")))
    body = "".join(paragraph("linje") for _ in range(51 - above)) + table + paragraph("etter")
    assert next(word.text for word in words(whole(body, parts={"styles": _KEPT}).content) if word.page == 2) == "x1"


@pytest.mark.parametrize(("room", "first"), [(2, "x2"), (1, "hode")])
def test_a_heading_stands_with_two_lines_even_without_widow_control(room: int, first: str) -> None:
    """In LibreOffice a single line is not enough for a paragraph that stands with the next."""
    body = "".join(paragraph("linje") for _ in range(51 - room)) + paragraph("hode", "<w:keepNext/>")
    pdf = whole(body + _lines(3, '<w:widowControl w:val="0"/>'), parts={"styles": _KEPT}).content
    assert next(word.text for word in words(pdf) if word.page == 2) == first


def _lines(count: int, properties: str) -> str:
    """Return a paragraph of lines that begin with x0, x1 and so on."""
    inside = "<w:r><w:br/></w:r>".join(f"<w:r><w:t>x{number}</w:t></w:r>" for number in range(count))
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def test_text_goes_past_above_a_picture_that_stands_lower_than_its_paragraph_begins() -> None:
    """A picture 36 points down leaves the lines above it their whole width, and those beside it what is left of it."""
    found = words(convert(corpus()["picture-floating-lower"]).content)
    ends = [max(word.right for word in found if word.top == top) for top in sorted({word.top for word in found})]
    picture = MARGIN + 2700000 / 12700
    assert all(end > picture + 100 for end in ends[:2])
    assert all(end < picture - 5 for end in ends[3:7])
    assert ends[10] > picture + 100


@pytest.mark.parametrize(("fitting", "past"), [(False, 6), (True, 2)])
def test_a_text_box_that_fits_its_text_is_no_higher(fitting: bool, past: int) -> None:
    """What a file says of the height of such a box is what another program thought; so many lines go past it."""
    document = corpus()["text-box-square"]
    part = parts_of(document)["word/document.xml"]
    if fitting:
        part = re.sub(rb"<wps:bodyPr([^>]*)/>", rb"<wps:bodyPr\1><a:spAutoFit/></wps:bodyPr>", part)
    found = words(convert(with_parts(document, {"word/document.xml": part})).content)
    text = [word for word in found if word.text not in ("i", "tekstboks")]
    left = [min(word.left for word in text if word.top == top) for top in sorted({word.top for word in text})]
    assert [edge > MARGIN + 100 for edge in left].count(True) == past


def test_line_breaks_at_the_end_of_a_cell_do_not_make_an_exact_row_higher() -> None:
    """They show nothing, so nothing is lost where Word cuts them off with the row."""
    inside = "<w:p><w:r><w:t>rad</w:t><w:br/></w:r><w:r><w:br/></w:r></w:p><w:p><w:r><w:br/></w:r></w:p><w:p/>"
    cell = f'<w:tc><w:tcPr><w:tcW w:w="5000" w:type="dxa"/></w:tcPr>{inside}</w:tc>'
    row = f'<w:tr><w:trPr><w:trHeight w:val="600" w:hRule="exact"/></w:trPr>{cell}</w:tr>'
    grid = '<w:tblPr><w:tblW w:w="5000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="5000"/></w:tblGrid>'
    pdf = convert(docx(f"<w:tbl>{grid}{row}</w:tbl>{paragraph('under')}")).content
    assert place(pdf, "under").top - place(pdf, "rad").top == pytest.approx(30, abs=1)


@pytest.mark.parametrize(
    ("space", "above"),
    [("", 0.0), ('w:after="200"', 10.0), ('w:before="300" w:after="200"', 10.0), ('w:before="300"', 0.0)],
)
def test_a_footer_stands_above_the_space_below_its_last_paragraph(space: str, above: float) -> None:
    """Styles of footers that are based on body text have such space; the bottom of a footer is below it."""
    footer = {"footer:default": paragraph("bunn", f"<w:spacing {space}/>")}
    lowest = place(whole(paragraph("tekst"), parts=footer).content, "bunn").bottom
    plain = place(whole(paragraph("tekst"), parts={"footer:default": paragraph("bunn")}).content, "bunn").bottom
    assert plain - lowest == pytest.approx(above, abs=0.1)


def test_text_begins_below_a_header_whose_words_are_longer_than_their_cell() -> None:
    """Such a word takes several lines, which the height of the header counts."""
    header = _table(_cell(paragraph("a" * 250)) + _cell("<w:p/>")) + paragraph("topp")
    pdf = whole(paragraph("tekst"), parts={"header:default": header}).content
    assert place(pdf, "tekst").top > place(pdf, "topp").bottom - 1


def test_a_horizontal_rule_takes_the_line_of_its_paragraph() -> None:
    """Programs write one from three hyphens; it makes no more space than an empty paragraph."""
    rule = '<v:rect style="width:0;height:1.5pt" o:hralign="center" o:hrstd="t" o:hr="t"/>'
    spaced = '<w:pPr><w:spacing w:before="200" w:after="100"/></w:pPr>'
    found = []
    for inside in ("", f"<w:r><w:pict>{rule}</w:pict></w:r>"):
        pdf = whole(f"{paragraph('over')}<w:p>{spaced}{inside}</w:p>{paragraph('under')}").content
        found.append(place(pdf, "under").top - place(pdf, "over").top)
    assert found[1] == pytest.approx(found[0], abs=0.1)
    over, under = place(pdf, "over"), place(pdf, "under")
    dark = [colour_at(pdf, 300, y / 2) != (255, 255, 255) for y in range(int(2 * over.bottom), int(2 * under.top))]
    assert 2 <= sum(dark) <= 4
