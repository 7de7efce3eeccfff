"""Word files whose XML says what nobody would write: a PDF or one sentence, whatever stands there."""

import pytest

from flows.documents import convert
from tests.drills.documents import drill
from tests.typesetting.docx_builder import STYLES, docx, paragraph
from tests.typesetting.pdf_inspection import words

_CELL = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>celle</w:t></w:r></w:p></w:tc>"


def _table(properties: str = "", row: str = "", cell: str = "") -> str:
    return (
        f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tr><w:trPr>{row}</w:trPr>{_CELL.format(cell)}</w:tr></w:tbl><w:p/>"
    )


@pytest.mark.parametrize("said", ["99999999999", "-99999999999", "NaN", "1e400", "abc", ""])
def test_lengths_and_numbers_beyond_measure_are_not_said(said: str) -> None:
    """The text is all there, as if nothing had been said of it."""
    look = f'<w:sz w:val="{said}"/><w:spacing w:val="{said}"/><w:position w:val="{said}"/><w:w w:val="{said}"/>'
    stand = (
        f'<w:ind w:left="{said}" w:firstLine="{said}"/><w:spacing w:line="{said}" w:before="{said}"/>'
        f'<w:tabs><w:tab w:val="left" w:pos="{said}"/></w:tabs>'
        f'<w:pBdr><w:top w:val="single" w:sz="{said}" w:space="{said}"/></w:pBdr>'
    )
    cell = f'<w:gridSpan w:val="{said}"/><w:tcW w:w="{said}" w:type="dxa"/>'
    row = f'<w:gridBefore w:val="{said}"/><w:trHeight w:val="{said}"/>'
    body = paragraph("før", stand, look) + _table(f'<w:tblLook w:val="{said}"/>', row, cell)
    pdf = convert(docx(body, parts={"styles": STYLES})).content
    assert [word.text for word in words(pdf)] == ["før", "celle"]
    for kind, unit in (("dxa", ""), ("pct", ""), ("pct", "%")):
        pdf = convert(docx(_table(f'<w:tblW w:w="{said}{unit}" w:type="{kind}"/>'))).content
        assert [word.text for word in words(pdf)] == ["celle"]


@pytest.mark.parametrize("said", ["", "50%", "true"])
def test_a_colour_of_the_theme_by_an_impossible_name_is_none(said: str) -> None:
    """What asks for it is drawn without it."""
    shape = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="400000"/><wp:docPr id="1" name="a"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:spPr>'
        f'<a:prstGeom prst="rect"/><a:solidFill><a:schemeClr val="{said}"/></a:solidFill></wps:spPr><wps:txbx>'
        "<w:txbxContent><w:p><w:r><w:t>form</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    scheme = '<a:clrScheme name="a"><a:dk1/></a:clrScheme>'
    main = "http://schemas.openxmlformats.org/drawingml/2006/main"
    theme = f'<a:theme xmlns:a="{main}"><a:themeElements>{scheme}</a:themeElements></a:theme>'.encode()
    made = convert(docx(shape, others={"tema": ("theme", "theme/theme1.xml", theme)}))
    assert [word.text for word in words(made.content)] == ["form"]


def test_damaged_documents_end_in_a_pdf_or_a_sentence() -> None:
    """A hundred of those that `make drills` makes by the thousand."""
    found = drill(100, seed=7)
    assert found["documents"] + found["sentences"] == 100
