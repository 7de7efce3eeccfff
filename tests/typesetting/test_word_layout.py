"""What Word does to lines, boxes and sections, and HTML would do otherwise."""

import re
import zipfile
from dataclasses import astuple
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.documents import convert
from flows.typesetting import fonts
from flows.typesetting.docx.model import Paragraph, Text
from flows.typesetting.docx.reader import read
from flows.typesetting.docx.text_formatting import RunFormat
from flows.typesetting.html import line_layout
from flows.typesetting.html.pages import write
from tests.typesetting.docx_builder import PAGE, STYLES, docx, paragraph, zipped
from tests.typesetting.pdf_inspection import lines, place, text, words
from tests.typesetting.test_conversion import LIST, MARGIN, TEXT_WIDTH, png, whole

_SENTENCE = "Kommunen og legen er enige om at avtalen gjelder for hele utdanningen i regionen. "
_EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="8" w:space="1" w:color="000000"/>' for side in ("top", "left", "bottom", "right")
)


def _run(value: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{value}</w:t></w:r>'


def _page(body: str) -> str:
    """Return what the typesetter is given of a body: its HTML, and its rules wherever they stand."""
    return " ".join(map(str, astuple(write(read(docx(body)), "nb", ""))))


def _ending(properties: str) -> str:
    """Return an empty paragraph that ends a section."""
    return f"<w:p><w:pPr><w:sectPr>{properties}</w:sectPr></w:pPr></w:p>"


def test_the_lines_of_a_table_of_contents_reach_their_page_numbers() -> None:
    """A tab within a link leads to its stop, and title and number are two words."""
    entry = f'<w:hyperlink w:anchor="her">{_run("Formål")}<w:r><w:tab/></w:r>{_run("17")}</w:hyperlink>'
    tabs = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9000"/></w:tabs>'
    pdf = whole(f'<w:p><w:pPr>{tabs}</w:pPr><w:bookmarkStart w:id="1" w:name="her"/>{entry}</w:p>')
    assert place(pdf.content, "17").right == pytest.approx(MARGIN + 450, abs=1)
    assert "Formål" in [word.text for word in words(pdf.content)]


def test_space_stands_outside_borders() -> None:
    """The space below a bordered paragraph is below its line, and that above it above."""
    spacing = f'<w:pBdr>{_EDGES}</w:pBdr><w:spacing w:before="400" w:after="600"/>'
    html = _page(paragraph("i boks", spacing) + paragraph("etter"))
    box = re.search(r"\{(border-top[^}]*)\}", html)
    assert box is not None
    assert re.search(r"margin:20pt \S+ 30pt", box[1])
    assert "margin:20pt 0 30pt" not in html


def test_shading_of_words_stands_behind_them_alone() -> None:
    """A highlighted line is not a bar across the page."""
    html = _page(paragraph("merket", run='<w:highlight w:val="yellow"/>'))
    name = re.search(r"\.(c\d+)\{[^}]*background:#FFFF00", html)
    assert name is not None
    assert f'<span class="{name[1]}">merket</span>' in html


@given(st.lists(st.integers(1, len(_SENTENCE) * 3 - 1), max_size=6), st.booleans())
@settings(max_examples=15)
def test_lines_break_alike_however_a_text_is_divided_into_runs(cuts: list[int], label: bool) -> None:
    """Runs are an accident of editing: no word moves because of them."""
    value = _SENTENCE * 3
    places = [0, *sorted(cuts), len(value)]
    colours = "".join(
        _run(value[start:end], f'<w:color w:val="{"FF0000" if index % 2 else "0000FF"}"/>')
        for index, (start, end) in enumerate(pairwise(places))
    )
    before = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if label else ""
    made = [
        lines(convert(docx(f"<w:p><w:pPr>{before}</w:pPr>{runs}</w:p>", parts={"numbering": LIST})).content)
        for runs in (_run(value), colours)
    ]
    assert made[0] == made[1]


@pytest.mark.parametrize("runs", [_run("to   ord"), _run("to ") + _run(" ", "<w:b/>") + _run(" ord")])
def test_every_space_counts(runs: str) -> None:
    """Several spaces are several spaces, also where runs meet."""
    wide, narrow = (words(whole(f"<w:p>{part}</w:p>").content) for part in (runs, _run("to ord")))
    space = narrow[1].left - narrow[0].right
    assert wide[1].left - wide[0].right == pytest.approx(3 * space, abs=0.3)


def test_a_break_at_the_end_leaves_an_empty_line() -> None:
    """The line that a break begins stands, even if nothing follows in its paragraph."""
    pdf = whole(f"<w:p>{_run('en')}<w:r><w:br/></w:r></w:p>" + paragraph("to") + paragraph("tre"))
    tops = [place(pdf.content, word).top for word in ("en", "to", "tre")]
    assert tops[1] - tops[0] == pytest.approx(2 * (tops[2] - tops[1]), abs=0.5)


@pytest.mark.parametrize(("joined", "parted"), [("lov/regelverk", False), ("2026-2027", True)])
def test_lines_part_at_hyphens_and_never_at_slashes(joined: str, parted: bool) -> None:
    """As in Word, and otherwise than Unicode has it."""
    parts = re.split("[/-]", joined)
    starts = set()
    for width in range(3400, 4800, 100):
        section = PAGE.replace('w:w="11906"', f'w:w="{width}"')
        starts |= {word.text for word in words(convert(docx(paragraph("begynner " + joined), section=section)).content)}
    assert (parts[1] in starts) == parted


def test_no_line_begins_with_the_angle_brackets_that_end_a_tag() -> None:
    """Some programs' tags end with a brace and angle brackets, which Word and LibreOffice keep together."""
    for width in range(4100, 5100, 100):
        section = PAGE.replace('w:w="11906"', f'w:w="{width}"')
        pdf = convert(docx(paragraph("hjemmel {{navn}&gt;&gt;"), section=section)).content
        assert not any(word.text.startswith(">") for word in words(pdf))


def test_paragraphs_whose_end_was_deleted_are_one() -> None:
    """An accepted deletion of a paragraph's end joins it with the next, which says how they stand."""
    deleted = '<w:rPr><w:del w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z"/></w:rPr>'
    block = read(docx(paragraph("først ", deleted) + paragraph("sist", '<w:jc w:val="right"/>'))).sections[0].blocks
    assert len(block) == 1
    assert isinstance(block[0], Paragraph)
    assert block[0].format.align == "right"
    assert "først sist" in text(convert(docx(paragraph("først ", deleted) + paragraph("sist"))).content)


def test_a_missing_font_is_set_in_the_one_that_the_machine_chooses() -> None:
    """Fontconfig decides, as it does for LibreOffice; one of the same widths is not missing."""
    assert fonts.substitute("Finnes Ikke").lower() in fonts.installed()
    assert fonts.missing("Finnes Ikke")
    assert not fonts.missing("Calibri")


def test_a_section_that_goes_on_has_margins_of_its_own() -> None:
    """It stays on its page, and the empty paragraph that ends the one before takes no line."""
    pdf = whole(
        paragraph("en") + _ending(PAGE) + paragraph("to"),
        section='<w:type w:val="continuous"/>' + PAGE.replace('w:left="1418"', 'w:left="2418"'),
    )
    first, second = place(pdf.content, "en"), place(pdf.content, "to")
    assert pdf.pages == 1
    assert second.left - first.left == pytest.approx(50, abs=0.5)
    assert second.top - first.top < 20


_TABLE = (
    '<w:tbl><w:tblGrid><w:gridCol w:w="3000"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>'
    f"{paragraph('celle')}</w:tc></w:tr></w:tbl>"
)


@pytest.mark.parametrize(("table", "lines_between"), [("", 1), (_TABLE, 2)], ids=["text", "table"])
def test_the_paragraph_that_ends_a_section_has_a_line_where_a_table_begins_the_section(
    table: str, lines_between: int
) -> None:
    """As in LibreOffice, which elsewhere leaves an empty one out."""
    body = table + paragraph("en") + _ending(PAGE) + paragraph("to") + paragraph("tre")
    pdf = whole(body, section='<w:type w:val="continuous"/>' + PAGE).content
    line = place(pdf, "tre").top - place(pdf, "to").top
    assert place(pdf, "to").top - place(pdf, "en").top == pytest.approx(lines_between * line, abs=0.1)


@pytest.mark.parametrize(
    ("after", "before", "gap"), [(0, 0, 0), (200, 0, 10), (0, 200, 10), (200, 400, 20), (400, 200, 20)]
)
def test_space_around_columns_is_outside_all_of_them(after: int, before: int, gap: float) -> None:
    """It collapses with the space of the neighbouring sections, and both columns begin below it."""
    columns = '<w:type w:val="continuous"/>' + PAGE + '<w:cols w:num="2" w:space="720"/>'

    def spaced(value: str, above: int, below: int, inner: str = "") -> str:
        return paragraph(value, f'<w:spacing w:before="{above}" w:after="{below}"/>{inner}')

    body = spaced("en", 0, after, f"<w:sectPr>{PAGE}</w:sectPr>") + spaced("to", before, 0)
    body += spaced("tre", 0, after, f"<w:sectPr>{columns}</w:sectPr>") + spaced("fire", before, 0) + paragraph("fem")
    pdf = whole(body, section='<w:type w:val="continuous"/>' + PAGE).content
    first, left, right, below, last = (place(pdf, word) for word in ("en", "to", "tre", "fire", "fem"))
    line = last.top - below.top
    assert left.top - first.top == pytest.approx(line + gap, abs=0.1)
    assert right.left > MARGIN + TEXT_WIDTH / 2
    assert right.top == pytest.approx(left.top, abs=0.1)
    assert below.top - left.top == pytest.approx(line + gap, abs=0.1)


@pytest.mark.parametrize(("after", "before"), [(200, 0), (0, 200), (200, 100), (100, 200), (200, 200)])
def test_space_between_two_sections_in_columns_collapses(after: int, before: int) -> None:
    """The larger of both is between them."""
    columns = PAGE + '<w:cols w:num="2" w:space="720"/>'
    ending = f'<w:spacing w:after="{after}"/><w:sectPr>{columns}</w:sectPr>'
    body = paragraph("en", ending) + paragraph("to", f'<w:spacing w:before="{before}"/>')
    pdf = whole(body, section='<w:type w:val="continuous"/>' + columns).content
    alone = whole(paragraph("en") + paragraph("to")).content
    line = place(alone, "to").top - place(alone, "en").top
    assert place(pdf, "to").top - place(pdf, "en").top == pytest.approx(line + 10, abs=0.1)


def test_a_column_begins_without_the_space_above_its_first_paragraph() -> None:
    """Unless it is the first of its section; balanced or not."""
    spaced = '<w:spacing w:before="400"/>'
    columns = '<w:type w:val="continuous"/>' + PAGE + '<w:cols w:num="2" w:space="720"/>'
    body = paragraph("en", f"<w:sectPr>{PAGE}</w:sectPr>") + paragraph("to", spaced) + paragraph("tre", spaced)
    body += paragraph("fire", spaced) + paragraph("fem", spaced + f"<w:sectPr>{columns}</w:sectPr>") + paragraph("seks")
    pdf = whole(body, section='<w:type w:val="continuous"/>' + PAGE).content
    left, right = place(pdf, "to"), place(pdf, "fire")
    assert right.left > left.left + 100
    assert right.top == pytest.approx(left.top, abs=0.1)


@pytest.mark.parametrize("gap", [2, 3, 5])
@pytest.mark.parametrize("look", ["", '<w:u w:val="single"/>', None])
def test_several_spaces_at_the_end_of_a_line_need_no_room(gap: int, look: str | None) -> None:
    """Two spaces after a full stop, at the end of a run or within one, hang over the edge as a single one does."""
    first, second = "Partene er enige om avtalen.", "Deretter gjelder resten."
    right = round((TEXT_WIDTH - line_layout.width(first, RunFormat(font="Calibri", size=11.0)) - 1) * 20)
    ended = f"{first}{' ' * gap}"
    runs = _run(ended + second) if look is None else _run(ended, look) + _run(second)
    pdf = whole(f'<w:p><w:pPr><w:ind w:right="{right}"/></w:pPr>{runs}</w:p>').content
    assert place(pdf, "avtalen.").top == pytest.approx(place(pdf, "Partene").top, abs=0.1)
    assert place(pdf, "Deretter").left == pytest.approx(MARGIN, abs=0.1)


def test_a_tab_behind_spaces_that_hang_over_the_edge_begins_the_next_line() -> None:
    """What follows a row of blanks that fills its line stands at its stop, as in LibreOffice."""
    tabs = "<w:r><w:tab/></w:r>" * 3
    pdf = whole(f"<w:p>{_run('Navn:' + ' ' * 250)}{tabs}{_run('Ordfører')}</w:p>").content
    assert place(pdf, "Ordfører").left == pytest.approx(MARGIN + 3 * 36, abs=0.1)
    assert place(pdf, "Ordfører").top > place(pdf, "Navn:").top


@pytest.mark.parametrize("sign", ["|", "!", "?"])
def test_a_long_word_of_several_looks_is_divided_after_its_signs(sign: str) -> None:
    """A merge field with a filter, or an address with a question, breaks where its parts end, as in LibreOffice."""
    field = _run("a" * 8) + _run(f"{'a' * 12}{sign}{'b' * 16}", "<w:b/>")
    pdf = whole(f'<w:p><w:pPr><w:ind w:right="6500"/></w:pPr>{field}</w:p>')
    assert [word.text for word in words(pdf.content)] == ["a" * 20 + sign, "b" * 16]


def test_the_finest_borders_leave_a_cell_its_width() -> None:
    """Borders take no room from the text, even where they are drawn wider than they say, so that they can be seen."""
    edges = _EDGES.replace('w:sz="8"', 'w:sz="1"')
    text = paragraph("{{ a.data_categories }}", run='<w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>')
    margins = '<w:tcMar><w:left w:w="120" w:type="dxa"/><w:right w:w="120" w:type="dxa"/></w:tcMar>'
    properties = f'<w:tcPr><w:tcW w:w="1600" w:type="dxa"/><w:tcBorders>{edges}</w:tcBorders>{margins}</w:tcPr>'
    grid = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="1600"/></w:tblGrid>'
    pdf = whole(f"{grid}<w:tr><w:tc>{properties}{text}</w:tc></w:tr></w:tbl>")
    assert words(pdf.content)[1].text == "a.data_cate"


def test_a_border_that_opens_a_section_has_its_height_above_it_once_more() -> None:
    """As in LibreOffice, in a section that goes on below another."""
    edge = '<w:pBdr><w:top w:val="single" w:sz="4" w:space="8" w:color="000000"/></w:pBdr><w:spacing w:before="200"/>'
    apart = whole(
        paragraph("en") + _ending(PAGE) + paragraph("to", edge), section='<w:type w:val="continuous"/>' + PAGE
    ).content
    together = whole(paragraph("en") + paragraph("to", edge)).content
    gaps = [place(pdf, "to").top - place(pdf, "en").top for pdf in (together, apart)]
    assert gaps[1] - gaps[0] == pytest.approx(8.5, abs=0.1)


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_spaces_that_end_a_paragraph_take_no_room(align: str) -> None:
    """They hang over the edge of the line, in one run or in several, and move no words of it."""
    texts = (_run("ett ord" + 60 * " "), _run("ett ord") + _run(60 * " "), _run("ett ord"))
    cells = (f'<w:tc><w:p><w:pPr><w:jc w:val="{align}"/></w:pPr>{one}</w:p></w:tc>' for one in texts)
    rows = "".join(f"<w:tr>{cell}</w:tr>" for cell in cells)
    grid = '<w:tblPr/><w:tblGrid><w:gridCol w:w="1500"/></w:tblGrid>'
    pdf = whole(f"<w:tbl>{grid}{rows}</w:tbl>{paragraph('under')}").content
    found = [word for word in words(pdf) if word.text in ("ett", "ord")]
    assert {round(word.left) for word in found if word.text == "ord"} == {round(found[-1].left)}
    assert place(pdf, "under").top - found[0].top == pytest.approx(3 * 13.43, abs=0.1)


@pytest.mark.parametrize(
    ("tabs", "indent", "rows"),
    [("<w:tab/>", 0, 1), ("<w:tab/><w:tab/>", 0, 2), ("<w:tab/><w:t>x</w:t>", 0, 2), ("<w:tab/>", 60, 2)],
)
def test_a_tab_that_ends_a_paragraph_begins_no_line(tabs: str, indent: int, rows: int) -> None:
    """Its stop is beyond the edge of the cell. It does in an indented paragraph, or with text after it."""
    said = f'<w:pPr><w:ind w:left="{indent}"/></w:pPr>'
    cell = f"<w:tc><w:p>{said}{_run('abcdefgh')}<w:r>{tabs}</w:r></w:p></w:tc>"
    sides = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    grid = f'<w:tblPr><w:tblCellMar>{sides}</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="1100"/></w:tblGrid>'
    pdf = whole(f"<w:tbl>{grid}<w:tr>{cell}</w:tr></w:tbl>{paragraph('under')}").content
    assert place(pdf, "under").top - place(pdf, "abcdefgh").top == pytest.approx(rows * 13.43, abs=0.1)


@pytest.mark.parametrize(("words_before", "stop"), [("", -36), ("3.", -36), ("et par ord", 0)])
def test_there_are_stops_in_the_margin_as_well(words_before: str, stop: float) -> None:
    """A paragraph that begins in the margin has its stops there at the same distances."""
    before = _run(words_before) if words_before else ""
    body = f'<w:p><w:pPr><w:ind w:left="-1134"/></w:pPr>{before}<w:r><w:tab/></w:r>{_run("etter")}</w:p>'
    assert place(whole(body).content, "etter").left == pytest.approx(MARGIN + stop, abs=0.2)


def test_a_tab_sign_in_text_leads_to_the_next_stop() -> None:
    """Programs that write DOCX put it into the text, where Word has an element of its own."""
    found = [
        whole(f"<w:p>{_run('en')}{tab}</w:p>").content for tab in ("<w:r><w:tab/></w:r>" + _run("to"), _run("\tto"))
    ]
    assert place(found[1], "to").left == pytest.approx(place(found[0], "to").left, abs=0.1)


@pytest.mark.parametrize(("indent", "tabs", "rows"), [(0, 12, 1), (0, 13, 2), (4200, 5, 1), (4200, 6, 2)])
def test_a_tab_that_ends_a_paragraph_at_the_edge_of_the_text_begins_a_line(indent: int, tabs: int, rows: int) -> None:
    """The text is twelve stops wide: without an indent, it is the tab after the one that reaches the edge."""
    paper = PAGE.replace('w:right="1418"', f'w:right="{11906 - 1418 - 12 * 720}"')
    tabbed = f'<w:p><w:pPr><w:ind w:left="{indent}"/></w:pPr>{_run("ab")}<w:r>{"<w:tab/>" * tabs}</w:r></w:p>'
    pdf = whole(tabbed + paragraph("under"), section=paper).content
    assert place(pdf, "under").top - place(pdf, "ab").top == pytest.approx(rows * 13.43, abs=0.1)


def test_text_at_a_decimal_tab_stands_before_the_edge_of_its_line() -> None:
    """What is too long after the decimal sign moves the text to the left, as long as it has room there."""
    stop = '<w:tabs><w:tab w:val="decimal" w:pos="8000"/></w:tabs>'
    tabbed = (
        f"<w:p><w:pPr>{stop}</w:pPr>{_run('pris')}<w:r><w:tab/></w:r>{_run('12,50 kroner maneden i hele aret')}</w:p>"
    )
    pdf = whole(tabbed).content
    assert place(pdf, "12,50").top == pytest.approx(place(pdf, "pris").top, abs=0.1)
    assert place(pdf, "aret").right == pytest.approx(MARGIN + TEXT_WIDTH, abs=0.5)


@pytest.mark.parametrize("space", [0, 80, 200])
def test_the_space_after_the_last_footnote_of_a_page_hangs_below_its_text(space: int) -> None:
    """It stands between notes, but the last one ends where the text of the page does."""
    notes = "".join(
        f'<w:footnote w:id="{number}">{paragraph(name, f"""<w:spacing w:after="{space}"/>""")}</w:footnote>'
        for number, name in ((2, "note"), (3, "last"))
    )
    calls = "".join(f'<w:p>{_run("x")}<w:r><w:footnoteReference w:id="{number}"/></w:r></w:p>' for number in (2, 3))
    pdf = whole(calls, parts={"footnotes": notes}).content
    last = place(pdf, "last")
    assert last.bottom == pytest.approx(16838 / 20 - MARGIN, abs=1)
    assert last.top - place(pdf, "note").top == pytest.approx(13.43 + space / 20, abs=0.1)


def test_a_column_break_leads_to_the_next_column() -> None:
    """Where there is but one column, to the next page."""
    body = paragraph("en") + f'<w:p><w:r><w:br w:type="column"/></w:r>{_run("to")}</w:p>'
    pdf = whole(body, section=PAGE + '<w:cols w:num="2" w:space="720"/>')
    assert (place(pdf.content, "to").page, place(pdf.content, "to").left > MARGIN + TEXT_WIDTH / 2) == (1, True)
    assert place(whole(body).content, "to").page == 2


def test_lines_stand_on_the_grid_of_their_section() -> None:
    """A line takes a whole number of the grid's pitches, unless its paragraph keeps off it."""
    body = paragraph("en") + paragraph("to") + paragraph("tre", '<w:snapToGrid w:val="0"/>') + paragraph("fire")
    pdf = whole(body, section=PAGE + '<w:docGrid w:type="lines" w:linePitch="360"/>')
    tops = [place(pdf.content, word).top for word in ("en", "to", "tre", "fire")]
    assert tops[1] - tops[0] == pytest.approx(18, abs=0.1)
    assert tops[3] - tops[2] < 18


@pytest.mark.parametrize(("pitch", "lines_of_grid"), [(268, 2), (269, 1)])
def test_a_line_that_is_a_twip_higher_than_the_grid_takes_two_of_its_lines(pitch: int, lines_of_grid: int) -> None:
    """A line of eleven points has 269 twips, and LibreOffice counts in these."""
    pdf = whole(paragraph("en") + paragraph("to"), section=f'{PAGE}<w:docGrid w:type="lines" w:linePitch="{pitch}"/>')
    tops = [place(pdf.content, word).top for word in ("en", "to")]
    assert tops[1] - tops[0] == pytest.approx(pitch / 20 * lines_of_grid, abs=0.1)


def test_the_grid_of_a_section_stands_in_the_middle_between_its_margins() -> None:
    """What is left of the page, less than a line of the grid, is above and below it, as in LibreOffice."""
    plain, snapped = (
        place(whole(paragraph("en", '<w:snapToGrid w:val="0"/>'), section=PAGE + grid).content, "en").top
        for grid in ("", '<w:docGrid w:type="lines" w:linePitch="600"/>')
    )
    assert snapped - plain == pytest.approx((841.9 - 2 * MARGIN) % 30 / 2, abs=0.1)


def test_line_spacing_on_a_grid_is_below_its_lines_and_less_below_the_last() -> None:
    """It is a share of the grid's line, and below the last line of a paragraph of its letters' height, 13.45 points."""
    spacing = '<w:spacing w:before="0" w:after="0" w:line="360" w:lineRule="auto"/>'
    broken = f"<w:p><w:pPr>{spacing}</w:pPr>{_run('en')}<w:r><w:br/></w:r>{_run('to')}</w:p>"
    grid = '<w:docGrid w:type="lines" w:linePitch="400"/>'
    spaced, single = (
        [place(pdf.content, word).top for word in ("en", "to", "tre")]
        for pdf in (
            whole(broken + paragraph("tre", spacing), section=PAGE + grid),
            whole(paragraph("en") + paragraph("to") + paragraph("tre"), section=PAGE + grid),
        )
    )
    assert spaced[0] == pytest.approx(single[0], abs=0.1)
    assert spaced[1] - spaced[0] == pytest.approx(20 * 1.5, abs=0.1)
    assert spaced[2] - spaced[1] == pytest.approx(20 + 13.45 * 0.5, abs=0.1)


@pytest.mark.parametrize("direction", ["btLr", "tbRl"])
def test_lines_of_a_cell_run_up_or_down(direction: str) -> None:
    """A turned cell is as narrow as its lines are high, and keeps its words whole."""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{turned}</w:tcPr>{paragraph(value)}</w:tc>'
        for width, turned, value in (
            (600, f'<w:textDirection w:val="{direction}"/>', "loddrett"),
            (3000, "", "vannrett"),
        )
    )
    pdf = whole(
        f'<w:tbl><w:tblGrid><w:gridCol w:w="600"/><w:gridCol w:w="3000"/></w:tblGrid><w:tr>{cells}</w:tr></w:tbl>'
    )
    turned = place(pdf.content, "loddrett")
    assert turned.bottom - turned.top > 2 * (turned.right - turned.left)
    assert turned.right < place(pdf.content, "vannrett").left


def test_a_note_does_not_look_like_the_text_that_refers_to_it() -> None:
    """What is bold, spaced and red in a heading is plain in its note."""
    look = '<w:b/><w:i/><w:caps/><w:color w:val="FF0000"/><w:spacing w:val="60"/><w:u w:val="single"/>'
    notes = "".join(f'<w:footnote w:id="{note}"><w:p>{_run("innholdet i noten")}</w:p></w:footnote>' for note in (2, 3))
    reference = '<w:r><w:rPr>{}</w:rPr><w:footnoteReference w:id="{}"/></w:r>'
    heading = f"<w:p>{_run('overskrift', look)}{reference.format(look, 2)}</w:p>"
    pdf = whole(heading + f"<w:p>{_run('tekst')}{reference.format('', 3)}</w:p>", parts={"footnotes": notes}).content
    rows = [row for row in lines(pdf)[0] if "innholdetinoten" in row]
    widths = [word.right - word.left for word in words(pdf) if word.text == "innholdet"]
    assert len(rows) == len(widths) == 2
    assert widths[0] == pytest.approx(widths[1], abs=0.1)


def test_a_note_and_its_figure_are_two_words() -> None:
    """In the text, and where the note's own text follows its figure at once."""
    note = f'<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r>{_run("forklart")}</w:p></w:footnote>'
    call = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="1"/></w:r>'
    pdf = whole(f"<w:p>{_run('ord')}{call}</w:p>", parts={"footnotes": note})
    assert [word.text for word in words(pdf.content)] == ["ord", "1", "1", "forklart"]


def test_every_body_is_read() -> None:
    """Some programs write several."""
    content = docx(paragraph("en") + "</w:body><w:body>" + paragraph("to"), section=PAGE)
    assert text(convert(content).content).split() == ["en", "to"]


def test_complex_scripts_have_a_font_and_size_of_their_own() -> None:
    """A run's Arabic letters take its complex font, size and weight; its Latin ones do not."""
    look = (
        '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Times New Roman"/><w:b/><w:sz w:val="20"/><w:szCs w:val="40"/>'
    )
    (block,) = read(docx(f"<w:p>{_run('avtale اتفاق', look)}</w:p>")).sections[0].blocks
    assert isinstance(block, Paragraph)
    latin, arabic = [item.format for item in block.inlines if isinstance(item, Text)]
    assert (latin.font, latin.size, latin.bold) == ("Arial", 10, True)
    assert (arabic.font, arabic.size, arabic.bold) == ("Times New Roman", 20, False)


def test_paragraphs_from_right_to_left_begin_at_the_right() -> None:
    """Their indents change sides, and so do the columns of a table."""
    properties = '<w:bidi/><w:ind w:left="1000"/>'
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{paragraph(value)}</w:tc>' for value in ("en", "to")
    )
    grid = '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>'
    pdf = whole(
        paragraph("שלום", properties) + f"<w:tbl><w:tblPr><w:bidiVisual/></w:tblPr>{grid}<w:tr>{cells}</w:tr></w:tbl>"
    )
    assert max(word.right for word in words(pdf.content)) == pytest.approx(MARGIN + TEXT_WIDTH - 50, abs=1)
    assert place(pdf.content, "to").right < place(pdf.content, "en").left


@pytest.mark.parametrize(
    ("said", "colour"),
    [
        ('w:val="clear" w:fill="DDEEFF"', "DDEEFF"),
        ('w:val="pct20" w:color="000000" w:fill="FFFFFF"', "CCCCCC"),
        ('w:val="pct50" w:color="auto" w:fill="auto"', "808080"),
        ('w:val="solid" w:color="112233" w:fill="FFFFFF"', "112233"),
        ('w:val="nil"', ""),
    ],
)
def test_patterns_are_shown_by_their_mean_colour(said: str, colour: str) -> None:
    """A pattern of dots or stripes is one even colour between its two."""
    (block,) = read(docx(paragraph("x", f"<w:shd {said}/>"))).sections[0].blocks
    assert isinstance(block, Paragraph)
    assert block.format.shade == colour


def test_old_shapes_have_their_colours() -> None:
    """A filled rectangle without an outline is no empty frame, and a text box keeps its ground."""
    style = "position:absolute;margin-left:10pt;margin-top:10pt;width:90pt;height:30pt"
    shapes = (
        f'<v:rect id="a" style="{style}" fillcolor="#d9e2f3 [660]" stroked="f"/>',
        f'<v:rect id="b" style="{style}" filled="f" strokecolor="red" strokeweight="2pt"/>',
    )
    html = [_page(f"<w:p><w:r><w:pict>{shape}</w:pict></w:r>{_run('ord')}</w:p>") for shape in shapes]
    assert ("background:#D9E2F3" in html[0], "border-top" in html[0]) == (True, False)
    assert ("background:#" in html[1], "border-top:2pt solid #FF0000" in html[1]) == (False, True)


def test_automatic_space_is_none_where_a_story_begins() -> None:
    """Pages written for the web begin at the top margin, and keep their space further down."""
    automatic = '<w:spacing w:before="100" w:beforeAutospacing="1"/>'
    pdf = whole(paragraph("en", automatic) + paragraph("to", automatic) + paragraph("tre"))
    plain = whole(paragraph("en") + paragraph("to"))
    first, second, third = (place(pdf.content, word).top for word in ("en", "to", "tre"))
    assert first == pytest.approx(place(plain.content, "en").top, abs=0.1)
    assert second - first == pytest.approx(third - second + 14, abs=0.1)


AUTOMATIC = '<w:spacing w:beforeAutospacing="1" w:afterAutospacing="1"/>'
OWN_SPACE = "<w:compat><w:doNotUseHTMLParagraphAutoSpacing/></w:compat>"


@pytest.mark.parametrize(
    ("settings", "between"),
    [("", 14.0), (OWN_SPACE, 10.0), (None, 28.0)],
)
def test_automatic_space_is_that_of_html_unless_the_settings_say_otherwise(
    settings: str | None, between: float
) -> None:
    """The larger of two lines of 14 points; else two of 5, and both of 14 where there are no settings at all."""
    parts = {} if settings is None else {"settings": settings}
    content = docx(paragraph("en", AUTOMATIC) + paragraph("to", AUTOMATIC) + paragraph("tre"), parts=parts)
    if settings is None:
        content = without_settings(content)
    pdf = convert(content).content
    first, second = (place(pdf, word).top for word in ("en", "to"))
    assert second - first == pytest.approx(between + 13.43, abs=0.1)


def test_a_style_that_states_lengths_does_not_end_automatic_space_of_the_style_below_it() -> None:
    """Only saying that there is none ends it, and then the length counts; what a paragraph says itself ends it too."""
    styles = STYLES + "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>{based}<w:pPr>{said}</w:pPr></w:style>'
        for name, based, said in (
            ("Web", "", AUTOMATIC),
            ("Tight", '<w:basedOn w:val="Web"/>', '<w:spacing w:before="60" w:after="60"/>'),
            ("Own", '<w:basedOn w:val="Tight"/>', '<w:spacing w:beforeAutospacing="0" w:afterAutospacing="0"/>'),
        )
    )
    lines = [
        paragraph("null"),
        paragraph("en", '<w:pStyle w:val="Tight"/>'),
        paragraph("to", '<w:pStyle w:val="Own"/>'),
        paragraph("tre"),
        paragraph("fire", '<w:pStyle w:val="Web"/><w:spacing w:before="100"/>'),
    ]
    pdf = whole("".join(lines), parts={"styles": styles}).content
    tops = [place(pdf, word).top for word in ("null", "en", "to", "tre", "fire")]
    apart = [lower - upper - 13.43 for upper, lower in pairwise(tops)]
    assert apart == pytest.approx([14, 14, 3, 5], abs=0.1)


def without_settings(content: bytes) -> bytes:
    """Return a DOCX whose settings nothing points to."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    pointers = parts["word/_rels/document.xml.rels"]
    parts["word/_rels/document.xml.rels"] = re.sub(
        rb'<Relationship Id="\w+" Type="[^"]*/settings"[^>]*>', b"", pointers
    )
    return zipped(parts)


def test_space_adds_up_where_a_file_has_no_settings() -> None:
    """Programs that write bare files mean what LibreOffice shows: space after and space before, both."""
    spaced = '<w:spacing w:before="200" w:after="300"/>'
    pdf = convert(without_settings(docx(paragraph("en", spaced) + paragraph("to", spaced)))).content
    assert place(pdf, "to").top - place(pdf, "en").top == pytest.approx(25 + 13.43, abs=0.1)


def test_there_is_no_automatic_space_within_a_list_or_at_the_ends_of_a_cell() -> None:
    """As in HTML, where neither the items of a list nor what a cell begins and ends with has any."""
    item = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>{AUTOMATIC}'
    cell = f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{paragraph("celle", AUTOMATIC)}</w:tc>'
    grid = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="3000"/></w:tblGrid>'
    body = (
        paragraph("punkt", item) + paragraph("neste", item) + f"{grid}<w:tr>{cell}</w:tr></w:tbl>" + paragraph("etter")
    )
    pdf = convert(docx(body, parts={"numbering": LIST})).content
    first, second, inside, after = (place(pdf, word).top for word in ("punkt", "neste", "celle", "etter"))
    assert second - first == pytest.approx(13.43, abs=0.1)
    assert inside - second == pytest.approx(13.43 + 14, abs=0.1)
    assert after - inside == pytest.approx(13.43, abs=0.1)


def test_lengths_beside_automatic_space_do_not_part_the_items_of_a_list() -> None:
    """Lists that were pasted from a page of the web say both, in their style and themselves."""
    style = (
        f'<w:style w:type="paragraph" w:styleId="W"><w:name w:val="Normal (Web)"/><w:pPr>{AUTOMATIC}</w:pPr></w:style>'
    )
    listed = '<w:pStyle w:val="W"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    said = '<w:spacing w:before="0" w:after="225"/>'
    body = paragraph("punkt", listed + said) + paragraph("neste", listed + said) + paragraph("etter")
    pdf = convert(docx(body, parts={"numbering": LIST, "styles": STYLES + style})).content
    first, second, after = (place(pdf, word).top for word in ("punkt", "neste", "etter"))
    assert second - first == pytest.approx(13.43, abs=0.1)
    assert after - second == pytest.approx(13.43 + 11.25, abs=0.1)


@pytest.mark.parametrize(("settings", "lines"), [("", 0), ("<w:compat><w:splitPgBreakAndParaMark/></w:compat>", 1)])
def test_a_paragraph_ends_below_its_page_break_where_the_settings_say_so(settings: str, lines: int) -> None:
    """Files of older versions of Word have an empty line there."""
    broken = f'<w:p>{_run("en")}<w:r><w:br w:type="page"/></w:r></w:p>'
    pdf = convert(docx(broken + paragraph("to"), parts={"settings": settings})).content
    first, second = place(pdf, "en"), place(pdf, "to")
    assert (first.page, second.page) == (1, 2)
    assert second.top - first.top == pytest.approx(13.43 * lines, abs=0.1)


@pytest.mark.parametrize(
    ("fill", "colour"), [("000000", "fff"), ("3E3E3E", "fff"), ("3F3F3F", "000"), ("FFFF00", "000")]
)
def test_text_of_automatic_colour_is_white_on_dark_ground(fill: str, colour: str) -> None:
    """In a cell, a paragraph, a run: white where the ground is darker than a quarter of the brightest."""
    shade = f'<w:shd w:val="clear" w:fill="{fill}"/>'
    cell = f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/>{shade}</w:tcPr>{paragraph("x")}</w:tc>'
    grid = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="3000"/></w:tblGrid>'
    for body in (paragraph("x", shade), paragraph("x", "", shade), f"{grid}<w:tr>{cell}</w:tr></w:tbl>"):
        assert f"background:#{fill};color:#{colour}" in _page(body)
    assert "color:#112233" in _page(paragraph("x", "", f'{shade}<w:color w:val="112233"/>'))


def test_lines_part_after_a_backslash_and_not_before_a_bracket_after_a_slash() -> None:
    """Paths part between their folders, as in LibreOffice."""
    assert "a\\\u200bb/\u2060(c" in _page(paragraph("a\\b/(c"))


def test_a_word_of_several_looks_is_parted_where_its_cell_ends() -> None:
    """A long word stays in its cell, though its letters look different."""
    cell = '<w:tc><w:tcPr><w:tcW w:w="1500" w:type="dxa"/></w:tcPr>{}</w:tc>'
    mail = f"<w:p>{_run('ola')}<w:r><w:rPr><w:b/></w:rPr><w:t>.nordmann</w:t></w:r>{_run('@kommune.no')}</w:p>"
    table = (
        '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="1500"/><w:gridCol w:w="1500"/></w:tblGrid><w:tr>'
        f"{cell.format(mail)}{cell.format(paragraph('neste'))}</w:tr></w:tbl>"
    )
    pdf = whole(table).content
    parts = [word for word in words(pdf) if word.text != "neste"]
    assert len({word.top for word in parts}) > 1
    assert max(word.right for word in parts) < place(pdf, "neste").left


@pytest.mark.parametrize("font", ["Calibri", "Times New Roman", "Arial", "DejaVu Sans"])
def test_letters_are_kerned_where_the_document_says_so(font: str) -> None:
    """Text ends where LibreOffice ends it, and what stands at a tab after it is in its place."""
    fonts_of = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'
    plain, kerned, off = (
        place(whole(f"<w:p>{_run('AVATAToTyWeWa', fonts_of + kern)}</w:p>").content, "AVATAToTyWeWa")
        for kern in ("", '<w:kern w:val="2"/>', '<w:kern w:val="0"/>')
    )
    assert off == plain
    assert kerned.right < plain.right - 5
    tab = '<w:tabs><w:tab w:val="left" w:pos="4000"/></w:tabs>'
    run = _run("AVATAToTyWeWa", f'{fonts_of}<w:kern w:val="2"/>')
    pdf = whole(f"<w:p><w:pPr>{tab}</w:pPr>{run}<w:r><w:tab/></w:r>{_run('etter')}</w:p>").content
    assert place(pdf, "etter").left == pytest.approx(MARGIN + 200, abs=0.2)


ALONE = (
    '<w:r><w:drawing><wp:anchor behindDoc="0"><wp:positionH relativeFrom="column"><wp:posOffset>{x}</wp:posOffset>'
    '</wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>381000</wp:posOffset></wp:positionV>'
    '<wp:extent cx="1270000" cy="635000"/><wp:wrapTopAndBottom/><wp:docPr id="1" name="b"/><a:graphic><a:graphicData>'
    "<wps:wsp><wps:spPr/><wps:txbx><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></wps:txbx>"
    "<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
)


def test_pictures_between_lines_stand_below_the_words_that_have_room_above_them() -> None:
    """Two boxes that stand alone keep their places side by side; lines that do not fit above them stand below them."""
    boxes = [ALONE.format(x=x * 12700, text=text) for x, text in ((0, "venstre"), (200, "høyre"))]
    body = f"<w:p>{''.join(boxes)}{_run('over')}</w:p>{paragraph('andre')}{paragraph('under')}"
    pdf = convert(docx(body)).content
    over, left, right, under = (place(pdf, word) for word in ("over", "venstre", "høyre", "under"))
    assert over.top < place(pdf, "andre").top < left.top == right.top < under.top
    assert right.left - left.left == pytest.approx(200, abs=0.5)
    assert under.top - over.top == pytest.approx(30 + 50, abs=1)


def test_a_box_between_lines_that_fits_its_text_is_no_higher() -> None:
    """Word writes the same height for each new box of this kind, and shows it as high as its text."""
    fitting = ALONE.format(x=0, text="i").replace("<wps:bodyPr/>", "<wps:bodyPr><a:spAutoFit/></wps:bodyPr>")
    body = f"{paragraph('over')}<w:p>{fitting.replace('381000', '0')}{_run('under')}</w:p>"
    pdf = convert(docx(body)).content
    assert place(pdf, "under").top - place(pdf, "over").top == pytest.approx(13.43 + 13.43 + 7.2, abs=0.2)


def test_a_box_with_an_empty_paragraph_is_no_higher_than_it_says() -> None:
    """Word gives every shape an empty paragraph, which a bar of six points has no room for."""
    bar = ALONE.format(x=0, text="").replace("<w:r><w:t></w:t></w:r>", "")
    bar = bar.replace("381000", "0").replace('cy="635000"', 'cy="76200"')
    pdf = convert(docx(f"{paragraph('over')}<w:p>{bar}{_run('under')}</w:p>")).content
    assert place(pdf, "under").top - place(pdf, "over").top == pytest.approx(13.43 + 6, abs=0.2)


PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="1270000" cy="1270000"/><wp:docPr id="1" name="b"/><a:graphic>'
    '<a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="bilde"/></pic:blipFill><pic:spPr/></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
)


@pytest.mark.parametrize(
    ("spacing", "before", "height"),
    [
        ("", "", 100),
        ("", "t", 102.75),
        ('w:line="276" w:lineRule="auto"', "", 102),
        ('w:line="360" w:lineRule="auto"', "t", 109.5),
        ('w:line="240" w:lineRule="exact"', "", 12),
        ('w:line="400" w:lineRule="atLeast"', "", 100),
    ],
)
def test_a_line_with_a_picture_is_as_high_as_in_libreoffice(spacing: str, before: str, height: float) -> None:
    """As high as the picture, with the depth of the font where there are letters, and what the line spacing adds."""
    properties = f"<w:pPr><w:spacing {spacing}/></w:pPr>" if spacing else ""
    body = f"{paragraph('A')}<w:p>{properties}{_run(before) if before else ''}{PICTURE}</w:p>{paragraph('B')}"
    pdf = convert(docx(body, files={"bilde": png()})).content  # a picture higher than its exact line covers the text
    assert place(pdf, "B").top - place(pdf, "A").top == pytest.approx(13.43 + height, abs=0.2)


@pytest.mark.parametrize(("effects", "height", "indent"), [("", 102.8, 0), ("<a:outerShdw/>", 152.8, 10)])
def test_a_line_has_room_for_the_shadow_of_its_picture(effects: str, height: float, indent: float) -> None:
    """As much at each side as the drawing says, where the picture has an effect."""
    room = '<wp:effectExtent l="127000" t="254000" r="127000" b="381000"/>'
    drawn = PICTURE.replace("<wp:docPr", f"{room}<wp:docPr")
    drawn = drawn.replace("<pic:spPr/>", f"<pic:spPr><a:effectLst>{effects}</a:effectLst></pic:spPr>")
    body = f"{paragraph('over')}<w:p>{drawn}{_run('ved')}</w:p>"
    pdf = convert(docx(body, files={"bilde": png()})).content
    over, beside = place(pdf, "over"), place(pdf, "ved")
    assert beside.top - over.top == pytest.approx(height, abs=0.2)
    assert beside.left - over.left == pytest.approx(100 + 2 * indent, abs=0.2)


def test_a_picture_in_a_link_has_the_height_of_its_line() -> None:
    """A picture that leads to an address stands between the paragraphs above and below it, as one that does not."""
    linked = f'<w:p><w:hyperlink r:id="adresse">{PICTURE}</w:hyperlink></w:p>'
    body = f"{paragraph('A')}{linked}{paragraph('B')}"
    pdf = convert(docx(body, files={"bilde": png()}, links={"adresse": "https://example.org"})).content
    assert place(pdf, "B").top - place(pdf, "A").top == pytest.approx(13.43 + 100, abs=0.2)


def test_a_footer_with_a_number_at_a_right_tab_is_one_line_high() -> None:
    """What stands before a right or middle tab stop takes no line of its own, so pages are as long as without it."""
    tabs = '<w:tabs><w:tab w:val="center" w:pos="4535"/><w:tab w:val="right" w:pos="9070"/></w:tabs>'
    tab = "<w:r><w:tab/></w:r>"
    footer = (
        f"<w:p><w:pPr>{tabs}</w:pPr>{_run('Kommunen')}{tab}{_run('midt i foten')}{tab}{_run('Side 1 av mange')}</w:p>"
    )
    section = PAGE.replace('w:footer="709"', 'w:footer="1140"')
    body = "".join(paragraph(f"n{number}") for number in range(120))
    plain, tabbed = (
        convert(docx(body, section=section, parts={"footer:default": foot})).content
        for foot in (paragraph("Kommunen"), footer)
    )
    assert [place(pdf, "n119").page for pdf in (plain, tabbed)] == [3, 3]
    assert place(plain, "n119").top == place(tabbed, "n119").top
