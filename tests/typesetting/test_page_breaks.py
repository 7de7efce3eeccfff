"""Where pages begin, and which page is the first of its section."""

import pytest

from flows.documents import convert
from tests.typesetting.docx_builder import PAGE, docx, paragraph
from tests.typesetting.pdf_inspection import lines, place
from tests.typesetting.test_conversion import LIST

BREAK = '<w:r><w:br w:type="page"/></w:r>'
BEFORE = "<w:pageBreakBefore/>"
PAGE_NUMBER = '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def run(text: str) -> str:
    """Return a run."""
    return f"<w:r><w:t>{text}</w:t></w:r>"


def table(*cells: str) -> str:
    """Return a table of one row."""
    row = "".join(f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{cell}</w:tc>' for cell in cells)
    grid = '<w:gridCol w:w="3000"/>' * len(cells)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid><w:tr>{row}</w:tr></w:tbl>"


def pages(content: bytes) -> list[list[str]]:
    """Return the lines of each page."""
    return lines(convert(content).content)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<w:p>{BREAK}</w:p>" + table(paragraph("t")), [["foran"], ["t", "etter"]]),
        (f"<w:p>{run('tekst')}{BREAK}</w:p>" + table(paragraph("t")), [["foran", "tekst"], ["t", "etter"]]),
        (f"<w:p>{BREAK}</w:p>" * 2 + table(paragraph("t")), [["foran"], [], ["t", "etter"]]),
        (table(paragraph("t", BEFORE), paragraph("u")), [["foran"], ["tu", "etter"]]),
        (table(paragraph("t"), paragraph("u", BEFORE)), [["foran", "tu", "etter"]]),
    ],
)
def test_a_break_before_a_table_begins_its_page_there(body: str, expected: list[list[str]]) -> None:
    """It is the table that begins the page, not the paragraph after it; only its first cell can ask for that."""
    assert pages(docx(paragraph("foran") + body + paragraph("etter"))) == expected


def test_a_break_that_begins_a_paragraph_needs_no_line_of_its_own() -> None:
    """On a full page, the empty line before the break would stand on the next one, which it leaves blank."""
    full = paragraph("x") * 52
    assert pages(docx(full + f"<w:p>{BREAK}{run('etter')}</w:p>")) == [["x"] * 52, ["etter"]]
    assert pages(docx(full + f"<w:p>{BREAK}</w:p>" + paragraph("etter"))) == [["x"] * 52, [], ["etter"]]


@pytest.mark.parametrize("mark", ["", '<w:bookmarkStart w:id="1" w:name="her"/><w:bookmarkEnd w:id="1"/>'])
def test_a_number_stands_with_the_text_after_a_break_that_begins_its_paragraph(mark: str) -> None:
    """A numbered heading that begins with a page break keeps its number and the space above it, on the new page."""
    form = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:spacing w:before="400"/>'
    body = paragraph("foran") + f"<w:p><w:pPr>{form}</w:pPr>{mark}{BREAK}{run('punkt')}</w:p>"
    pdf = convert(docx(body, parts={"numbering": LIST})).content
    assert lines(pdf) == [["foran"], ["1punkt"]]
    assert place(pdf, "punkt").top - place(pdf, "foran").top == pytest.approx(20, abs=0.1)


def test_no_page_begins_inside_a_cell() -> None:
    """A break in a cell divides no row; between words it begins a line."""
    inside = f"<w:p>{BREAK}{run('en')}{BREAK}{run('to')}{BREAK}</w:p>"
    assert pages(docx(table(inside) + paragraph("etter"))) == [["en", "to", "etter"]]


def test_no_page_begins_inside_a_header() -> None:
    """A break in a header begins a line."""
    header = f"<w:p>{run('topp')}{BREAK}{run('tekst')}</w:p>"
    assert pages(docx(paragraph("side"), parts={"header:default": header})) == [["topp", "tekst", "side"]]


def test_sections_that_go_on_share_one_first_page() -> None:
    """The first page's header comes once, though the section on the next page is another."""
    headers = '<w:headerReference w:type="first" r:id="part2"/><w:headerReference w:type="default" r:id="part3"/>'
    ended = f"<w:p><w:pPr><w:sectPr>{headers}{PAGE}<w:titlePg/></w:sectPr></w:pPr></w:p>"
    content = docx(
        paragraph("en") + ended + paragraph("to") + f"<w:p>{BREAK}{run('tre')}</w:p>",
        section='<w:type w:val="continuous"/>' + PAGE + "<w:titlePg/>",
        parts={"header:first": paragraph("forsidetopp"), "header:default": paragraph("sidetopp")},
    )
    assert pages(content) == [["forsidetopp", "en", "to"], ["sidetopp", "tre"]]


@pytest.mark.parametrize("where", ["the last section ends", "the next section begins", "its first paragraph says so"])
def test_a_section_that_goes_on_after_a_break_has_its_own_header(where: str) -> None:
    """A section on a page of its own has its own header, however the page began, and numbers go on."""
    first, own = (f'<w:headerReference w:type="default" r:id="part{part}"/>' for part in (2, 3))
    ends = f"<w:pPr><w:sectPr>{first}{PAGE}</w:sectPr></w:pPr>"
    body = {
        "the last section ends": f"<w:p>{ends}{BREAK}</w:p>{paragraph('to')}",
        "the next section begins": f"<w:p>{ends}</w:p><w:p>{BREAK}{run('to')}</w:p>",
        "its first paragraph says so": f"<w:p>{ends}</w:p>{paragraph('to', BEFORE)}",
    }[where]
    content = docx(
        paragraph("en") + body,
        section=f'{own}<w:type w:val="continuous"/>{PAGE}<w:pgNumType w:start="7"/>',
        parts={"header:first": paragraph("gammel"), "header:even": paragraph("ny") + f"<w:p>{PAGE_NUMBER}</w:p>"},
    )
    assert pages(content) == [["gammel", "en"], ["ny", "2", "to"]]
