"""Line spacing at the end of table cells, where text has another size than its style."""

import pytest

from flows.typesetting import convert
from tests.typesetting.docx_builder import PAGE, docx, paragraph
from tests.typesetting.pdf_inspection import words

STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/>'
    '<w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Small"><w:name w:val="Small"/><w:basedOn w:val="Normal"/>'
    '<w:rPr><w:sz w:val="16"/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="Nine"><w:name w:val="Nine"/><w:rPr><w:sz w:val="18"/></w:rPr></w:style>'
)


GRID = PAGE + '<w:docGrid w:type="lines" w:linePitch="360"/>'


def rows_apart(cell: str, table: str = "", section: str = PAGE) -> float:
    """Return how far the rows of a table with such cells are apart, in points."""
    row = f"<w:tr><w:tc>{cell}</w:tc></w:tr>"
    grid = '<w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>'
    body = f"<w:tbl><w:tblPr>{table}</w:tblPr>{grid}{row * 11}</w:tbl><w:p/>"
    tops = [
        word.top
        for word in words(convert(docx(body, section=section, parts={"styles": STYLES})).content)
        if word.text == "Rad"
    ]
    return (tops[-1] - tops[0]) / 10


@pytest.mark.parametrize(
    ("line", "style", "size", "apart"),
    [  # measured in LibreOffice 7.4
        (276, "", 18, 12.2),
        (276, "", 22, 14.5),
        (276, "", 28, 17.95),
        (276, "", 36, 22.55),
        (360, "", 18, 16.65),
        (259, "", 18, 11.35),
        (240, "", 18, 10.35),
        (200, "", 18, 8.55),
        (276, "Small", 16, 10.55),
        (276, "Small", 22, 14.0),
    ],
)
def test_a_cell_ends_with_the_spacing_of_its_style(line: int, style: str, size: int, apart: float) -> None:
    """Text that is smaller than its style has more space below it than between its lines, larger text less."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    cell = paragraph("Rad", f'{named}<w:spacing w:line="{line}" w:lineRule="auto"/>', f'<w:sz w:val="{size}"/>')
    assert rows_apart(cell) == pytest.approx(apart, abs=0.03)


def test_the_first_line_of_a_cell_and_the_style_of_its_last_paragraph_count() -> None:
    """Two paragraphs: one line spacing less of the first, one more of the last."""
    spaced = '<w:spacing w:line="276" w:lineRule="auto"/>'
    assert rows_apart(
        paragraph("Rad", spaced, '<w:sz w:val="18"/>') + paragraph("to", spaced, '<w:sz w:val="18"/>')
    ) == pytest.approx(24.1, abs=0.03)


@pytest.mark.parametrize(("run", "apart"), [("", 11.9), ('<w:sz w:val="18"/>', 12.2), ('<w:sz w:val="30"/>', 19.1)])
def test_the_size_of_a_tables_style_counts_for_text_without_its_own(run: str, apart: float) -> None:
    """Text with a size of its own ends its cell by the paragraph's style, whatever the table's says."""
    cell = paragraph("Rad", '<w:spacing w:line="276" w:lineRule="auto"/>', run)
    assert rows_apart(cell, '<w:tblStyle w:val="Nine"/>') == pytest.approx(apart, abs=0.03)


@pytest.mark.parametrize(
    ("line", "size", "apart"), [(240, 18, 18.0), (240, 30, 18.0), (276, 18, 19.85), (276, 22, 19.85)]
)
def test_on_a_grid_of_lines_the_letters_spacing_counts_alone(line: int, size: int, apart: float) -> None:
    """The grid gives its cells whole lines; only the line spacing of the letters differs at the end."""
    cell = paragraph("Rad", f'<w:spacing w:line="{line}" w:lineRule="auto"/>', f'<w:sz w:val="{size}"/>')
    assert rows_apart(cell, section=GRID) == pytest.approx(apart, abs=0.06)
