"""From DOCX to PDF/A: each construct in a document of its own, looked at in the PDF."""

import struct
import zipfile
import zlib
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from flows.documents import Pdf, convert, missing_words
from flows.errors import DocumentRefused
from tests.judges.verapdf import verapdf
from tests.typesetting.docx_builder import PAGE, STYLES, docx, paragraph, zipped
from tests.typesetting.pdf_inspection import place, tags, text, words

TEXT_WIDTH = (11906 - 2 * 1418) / 20
MARGIN = 1418 / 20
LIST = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
    '<w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/>'
    '<w:pPr><w:ind w:left="1440" w:hanging="720"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/>'
    '<w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr><w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr>'
    "</w:lvl></w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
    '</w:lvlOverride></w:num><w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>'
)


def listed(text: str, number: int = 1, level: int = 0) -> str:
    """Return a paragraph of a list."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def png(width: int = 4, height: int = 4) -> bytes:
    """Return a small red picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\xff\x00\x00" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def whole(body: str, **kwargs: object) -> Pdf:
    """Convert a body, and make sure that nothing of it is lost."""
    content = docx(body, **kwargs)  # type: ignore[arg-type]
    pdf = convert(content)
    assert pdf.lost == ()
    assert missing_words(content, pdf.content) == []
    return pdf


def test_a_plain_paragraph_stands_where_the_margins_say() -> None:
    """Page size and margins are those of the section."""
    pdf = whole(paragraph("Hei"))
    box = PdfReader(BytesIO(pdf.content)).pages[0].mediabox
    assert (round(float(box.width), 1), round(float(box.height), 1)) == (595.3, 841.9)
    assert place(pdf.content, "Hei").left == pytest.approx(MARGIN, abs=0.5)


def test_the_pdf_says_what_it_is() -> None:
    """Title, language and claims are there; nothing of persons, programs' users or dates is."""
    reader = PdfReader(BytesIO(convert(docx(paragraph("x"), title="En &amp; to")).content))
    assert reader.metadata is not None
    assert {key: str(value) for key, value in reader.metadata.items()} == {
        "/Title": "En & to",
        "/Producer": "Avtaleflyt",
    }
    assert reader.trailer["/Root"]["/Lang"] == "nb"  # type: ignore[index]
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()  # type: ignore[index]
    for claim in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "En &amp; to"):
        assert claim in xmp


def test_the_same_docx_gives_the_same_pdf() -> None:
    """A document can be made again and compared by its digest."""
    content = docx(paragraph("x"))
    assert convert(content).content == convert(content).content


def test_styles_resolve_through_their_chain() -> None:
    """Defaults, based-on styles and direct properties are laid over one another; toggles switch off again."""
    styles = STYLES + (
        '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/><w:rPr><w:b/><w:sz w:val="40"/></w:rPr>'
        "</w:style>"
        '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:basedOn w:val="A"/><w:rPr><w:i/></w:rPr>'
        "</w:style>"
        '<w:style w:type="character" w:styleId="C"><w:name w:val="C"/><w:rPr><w:b/></w:rPr></w:style>'
    )
    body = paragraph("stor", '<w:pStyle w:val="B"/>') + paragraph(
        "mager", '<w:pStyle w:val="B"/>', '<w:rStyle w:val="C"/>'
    )
    pdf = whole(body, parts={"styles": styles})
    fonts = PdfReader(BytesIO(pdf.content)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    names = {font.get_object()["/BaseFont"].split("+")[1] for font in fonts.values()}
    assert names == {"Carlito-Bold-Italic", "Carlito-Italic"}
    assert place(pdf.content, "stor").bottom - place(pdf.content, "stor").top == pytest.approx(20, abs=1)


def test_space_between_paragraphs_is_the_larger_of_the_two() -> None:
    """After and before do not add up, unless the document's settings say so."""
    body = (
        paragraph("A") + paragraph("B", '<w:spacing w:after="400"/>') + paragraph("C", '<w:spacing w:before="600"/>')
    )  # fmt: skip
    line = place(whole(body).content, "B").top - place(whole(body).content, "A").top
    pdf = whole(body).content
    assert place(pdf, "C").top - place(pdf, "B").top - line == pytest.approx(30, abs=0.2)
    adding = {"settings": "<w:compat><w:doNotUseHTMLParagraphAutoSpacing/></w:compat>"}
    pdf = whole(body, parts=adding).content
    assert place(pdf, "C").top - place(pdf, "B").top - line == pytest.approx(50, abs=0.2)


def test_contextual_spacing_leaves_no_space_between_paragraphs_of_one_style() -> None:
    """Lists stand close, as their style asks."""
    close = '<w:spacing w:after="400"/><w:contextualSpacing/>'
    pdf = whole(paragraph("A", close) + paragraph("B", close) + paragraph("C")).content
    tight = place(pdf, "B").top - place(pdf, "A").top
    assert place(pdf, "C").top - place(pdf, "B").top == pytest.approx(tight, abs=0.2)  # same style: Normal


@pytest.mark.parametrize(
    ("spacing", "height"),
    [
        ("", 13.43),
        ('<w:spacing w:line="360" w:lineRule="auto"/>', 20.14),
        ('<w:spacing w:line="259" w:lineRule="auto"/>', 14.5),
        ('<w:spacing w:line="600" w:lineRule="exact"/>', 30),
        ('<w:spacing w:line="600" w:lineRule="atLeast"/>', 30),
        ('<w:spacing w:line="100" w:lineRule="atLeast"/>', 13.43),
    ],
)
def test_lines_are_as_high_as_in_word(spacing: str, height: float) -> None:
    """A line is a multiple of its font's own height, or a number of points."""
    pdf = whole(paragraph("A", spacing) + paragraph("B", spacing) + paragraph("C", spacing)).content
    assert place(pdf, "C").top - place(pdf, "B").top == pytest.approx(height, abs=0.06)


def test_indents_and_alignment() -> None:
    """Left, first-line and right indents, and the four alignments."""
    pdf = whole(
        paragraph("venstre", '<w:ind w:left="1000" w:firstLine="400"/>') + paragraph("midt", '<w:jc w:val="center"/>')
        + paragraph("kant", '<w:jc w:val="right"/><w:ind w:right="200"/>')
    ).content  # fmt: skip
    assert place(pdf, "venstre").left == pytest.approx(MARGIN + 70, abs=0.5)
    middle = place(pdf, "midt")
    assert (middle.left + middle.right) / 2 == pytest.approx(MARGIN + TEXT_WIDTH / 2, abs=0.5)
    assert place(pdf, "kant").right == pytest.approx(MARGIN + TEXT_WIDTH - 10, abs=0.5)


def test_tabs_lead_to_their_stops() -> None:
    """Left, right, centre and decimal stops, and default ones."""
    stops = (
        '<w:tabs><w:tab w:val="left" w:pos="2000"/><w:tab w:val="center" w:pos="4000"/>'
        '<w:tab w:val="decimal" w:pos="6000"/><w:tab w:val="right" w:leader="dot" w:pos="9000"/></w:tabs>'
    )
    body = (
        f"<w:p><w:pPr>{stops}</w:pPr>" + "".join(f"<w:r>{item}</w:r>" for item in (
            "<w:t>a</w:t><w:tab/>", "<w:t>venstre</w:t><w:tab/>", "<w:t>midt</w:t><w:tab/>", "<w:t>12,50</w:t><w:tab/>",
            "<w:t>høyre</w:t>")) + "</w:p><w:p><w:r><w:t>b</w:t><w:tab/><w:t>standard</w:t></w:r></w:p>"
    )  # fmt: skip
    pdf = whole(body).content
    middle = place(pdf, "midt")
    assert place(pdf, "venstre").left == pytest.approx(MARGIN + 100, abs=0.6)
    assert (middle.left + middle.right) / 2 == pytest.approx(MARGIN + 200, abs=0.6)
    assert place(pdf, "12,50").left < MARGIN + 300 < place(pdf, "12,50").right
    assert place(pdf, "høyre").right == pytest.approx(MARGIN + 450, abs=0.6)
    assert place(pdf, "standard").left == pytest.approx(MARGIN + 36, abs=0.6)


def test_lists_have_their_labels_and_are_tagged_as_lists() -> None:
    """Numbers count, nest and restart; labels are labels in the structure, and stay in the text."""
    pdf = whole(
        listed("en") + listed("under", level=1) + listed("under2", level=1) + listed("to") + listed("ny", number=2)
        + listed("punkt", number=3),
        parts={"numbering": LIST},
    ).content  # fmt: skip
    assert text(pdf).split() == ["1.", "en", "1.a)", "under", "1.b)", "under2", "2.", "to", "5.", "ny", "•", "punkt"]
    item = "LI(Lbl, LBody)"
    assert tags(pdf) == f"Document(Sect(L({item}, L({item}, {item}), {item}), L({item}), L({item})))"
    assert place(pdf, "en").left == pytest.approx(MARGIN + 36, abs=0.6)
    assert place(pdf, "1.").left == pytest.approx(MARGIN + 18, abs=0.6)


def test_headings_are_tagged_and_never_skip_a_level() -> None:
    """Outline levels are headings, and bookmarks of the PDF."""
    pdf = whole(
        paragraph("Først", '<w:outlineLvl w:val="0"/>') + paragraph("Dypt", '<w:outlineLvl w:val="3"/>')
    ).content
    assert tags(pdf) == "Document(Sect(H1, H2))"
    assert [item.title for item in PdfReader(BytesIO(pdf)).outline if not isinstance(item, list)] == ["Først"]


def test_page_breaks_in_and_before_paragraphs() -> None:
    """A break inside a paragraph divides it; one at its end sends the next paragraph to a new page."""
    broken = '<w:p><w:r><w:t>en</w:t><w:br w:type="page"/><w:t>to</w:t><w:br w:type="page"/></w:r></w:p>'
    pdf = whole(broken + paragraph("tre") + paragraph("fire", "<w:pageBreakBefore/>"))
    assert pdf.pages == 4
    assert [place(pdf.content, word).page for word in ("en", "to", "tre", "fire")] == [1, 2, 3, 4]


def test_keep_with_next_moves_a_heading_with_its_text() -> None:
    """No heading is left alone at the foot of a page."""
    lines = "".join(paragraph(f"linje{index}") for index in range(51))
    pdf = whole(lines + paragraph("overskrift", "<w:keepNext/>") + paragraph("tekst")).content
    assert place(pdf, "overskrift").page == place(pdf, "tekst").page == 2


def test_sections_have_their_own_paper_and_headers() -> None:
    """A section can lie on its side, and has its own header from there on."""
    upright = f"<w:p><w:pPr><w:sectPr>{PAGE}</w:sectPr></w:pPr><w:r><w:t>stående</w:t></w:r></w:p>"
    lying = PAGE.replace('w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906" w:orient="landscape"')
    pdf = whole(upright + paragraph("liggende"), section=lying, parts={"header:default": paragraph("topp")}).content
    pages = PdfReader(BytesIO(pdf)).pages
    assert [float(page.mediabox.width) > float(page.mediabox.height) for page in pages] == [False, True]
    assert [word.page for word in words(pdf) if word.text == "topp"] == [2]


def test_first_even_and_other_pages_have_their_headers_and_numbers() -> None:
    """The three kinds of header, page number and number of pages."""
    counting = '<w:p><w:r><w:t xml:space="preserve">{kind} </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>9</w:t></w:r></w:fldSimple><w:r><w:t>/</w:t></w:r><w:fldSimple w:instr="NUMPAGES"><w:r><w:t>9</w:t></w:r></w:fldSimple></w:p>'  # noqa: E501
    parts = {f"header:{kind}": counting.replace("{kind}", kind) for kind in ("default", "first", "even")}
    body = "".join(paragraph(f"side{index}", "<w:pageBreakBefore/>" if index else "") for index in range(4))
    pdf = whole(body, section=PAGE + "<w:titlePg/>", parts={**parts, "settings": "<w:evenAndOddHeaders/>"})
    shown = [page.extract_text().split()[:2] for page in PdfReader(BytesIO(pdf.content)).pages]
    heads = [[word for word in page if not word.startswith("side")] for page in shown]
    assert [word.text for word in words(pdf.content) if "/" in word.text] == ["1/4", "2/4", "3/4", "4/4"]
    assert [kind for kind, *_ in heads] == ["first", "even", "default", "even"]


def test_a_section_that_goes_on_changes_headers_from_the_next_page_on() -> None:
    """The page on which it begins has those of the section before, and what follows its own."""
    first = "".join(paragraph(f"a{index}") for index in range(60)) + paragraph("b", f"<w:sectPr>{PAGE}</w:sectPr>")
    body = first + "".join(paragraph(f"c{index}") for index in range(90))
    parts = {"header:default": paragraph("topp"), "footer:default": paragraph("bunn")}
    pdf = whole(body, section='<w:type w:val="continuous"/>' + PAGE, parts=parts).content
    assert place(pdf, "b").page == place(pdf, "c0").page == 2
    assert [word.page for word in words(pdf) if word.text == "topp"] == [3]
    assert [word.page for word in words(pdf) if word.text == "bunn"] == [3]


def test_a_tall_header_pushes_the_text_down() -> None:
    """Text never runs into the header."""
    tall = "".join(paragraph(f"topp{index}") for index in range(8))
    pdf = whole(paragraph("tekst"), parts={"header:default": tall}).content
    assert place(pdf, "tekst").top >= place(pdf, "topp7").bottom - 2


def test_complex_fields_show_their_last_result() -> None:
    """A field that is no page number stands as Word last computed it; its instruction is not shown."""
    field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF bokmerke </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>resultat</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    assert text(whole(field).content).split() == ["resultat"]


def test_links_are_links() -> None:
    """A link to an address and one to a bookmark, both tagged, one annotation each."""
    body = (
        '<w:p><w:hyperlink r:id="adr"><w:r><w:t xml:space="preserve">til </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>nettet</w:t></w:r></w:hyperlink></w:p>'  # noqa: E501
        '<w:p><w:hyperlink w:anchor="her"><w:r><w:t>hit</w:t></w:r></w:hyperlink></w:p>'
        '<w:p><w:bookmarkStart w:id="1" w:name="her"/><w:r><w:t>mål</w:t></w:r><w:bookmarkEnd w:id="1"/></w:p>'
    )
    pdf = whole(body, links={"adr": "https://example.org/a?b=1&amp;c=2"}).content
    assert tags(pdf) == "Document(Sect(P(Link), P(Link), P))"
    annotations = [item.get_object() for item in PdfReader(BytesIO(pdf)).pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert [item["/A"]["/URI"] if "/A" in item else item["/Dest"] for item in annotations] == [
        "https://example.org/a?b=1&c=2",
        "her",
    ]


def test_footnotes_stand_at_the_foot_of_their_page() -> None:
    """The figure stands in the text, the note at the foot, tagged as a note."""
    note = (
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>'
        '<w:r><w:t xml:space="preserve"> fotnoten</w:t></w:r></w:p></w:footnote>'
    )
    body = '<w:p><w:r><w:t>tekst</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>. mer</w:t></w:r></w:p>'
    pdf = whole(body, parts={"footnotes": note}).content
    assert place(pdf, "fotnoten").top > 740
    assert "tekst1." in text(pdf)
    assert "Note(P)" in tags(pdf)


def test_a_note_whose_text_has_no_mark_gets_it() -> None:
    """The number of a note stands before its text also where the file does not say so."""
    note = f'<w:footnote w:id="2">{paragraph("fotnoten")}</w:footnote>'
    pdf = whole(
        '<w:p><w:r><w:t>tekst</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>', parts={"footnotes": note}
    )
    assert "1 fotnoten" in text(pdf.content)


def test_tables_have_widths_spans_and_header_cells() -> None:
    """Grid widths, merged cells, and a header row that comes again on the next page."""

    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    rows = (
        "<w:tr><w:trPr><w:tblHeader/></w:trPr>" + cell("hode1") + cell("hode2", '<w:gridSpan w:val="2"/>') + "</w:tr>"
        "<w:tr>" + cell("ned", '<w:vMerge w:val="restart"/>') + cell("b") + cell("c") + "</w:tr>"
        "<w:tr>" + cell("", "<w:vMerge/>") + cell("d") + cell("e") + "</w:tr>"
        + "".join(f"<w:tr>{cell(f'r{index}')}{cell('x')}{cell('y')}</w:tr>" for index in range(60))
    )  # fmt: skip
    grid = '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="3000"/><w:gridCol w:w="1000"/></w:tblGrid>'
    pdf = whole(f"<w:tbl><w:tblPr/>{grid}{rows}</w:tbl>" + paragraph("etter"))
    assert pdf.pages == 2
    assert [word.page for word in words(pdf.content) if word.text == "hode1"] == [1, 2]
    assert place(pdf.content, "hode2").left - place(pdf.content, "hode1").left == pytest.approx(100, abs=1)
    assert tags(pdf.content).startswith(
        "Document(Sect(Table(THead(TR(TH(P), TH(P))), TBody(TR(TD(P), TD(P), TD(P)), TR(TD(P)"
    )


@pytest.mark.parametrize(
    ("width", "align", "rows", "left"),
    [
        (3000, "right", "", 374.4),
        (3000, "", "right", 374.4),  # as older Words have it: each row says where the table stands
        (3000, "center", "right", 222.7),
        (11000, "center", "", 22.7),  # wider than the text: it hangs out on both sides
    ],
)
def test_tables_stand_where_they_or_their_rows_say(width: int, align: str, rows: str, left: float) -> None:
    """A table's own alignment comes before that of its rows."""

    def said(where: str) -> str:
        return f'<w:jc w:val="{where}"/>' if where else ""

    body = (
        f'<w:tbl><w:tblPr>{said(align)}<w:tblCellMar><w:left w:w="0"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid><w:tr><w:trPr>{said(rows)}</w:trPr><w:tc>'
        f"{paragraph('celle')}</w:tc></w:tr></w:tbl>"
    )
    assert place(convert(docx(body)).content, "celle").left == pytest.approx(left, abs=0.5)


def test_nested_tables_keep_their_words() -> None:
    """A table in a cell is set inside it."""
    grid = '<w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>'
    inner = f"<w:tbl><w:tblPr/>{grid}<w:tr><w:tc><w:tcPr/>{paragraph('inne')}</w:tc></w:tr></w:tbl>"
    pdf = whole(f"<w:tbl><w:tblPr/>{grid}<w:tr><w:tc><w:tcPr/>{inner}{paragraph('ute')}</w:tc></w:tr></w:tbl>")
    assert "Table(TBody(TR(TD(Table(TBody(TR(TD(P)))), P))))" in tags(pdf.content)


PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="635000" cy="1270000"/>'
    '<wp:docPr id="1" name="x" descr="Rødt skjold"/>'
    '<a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="bilde"/></pic:blipFill></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


def test_pictures_in_the_line_have_their_size_and_alternative_text() -> None:
    """A picture is embedded, not fetched, and described for those who cannot see it."""
    pdf = whole(PICTURE + paragraph("under"), files={"bilde": png()}).content
    assert len(PdfReader(BytesIO(pdf)).pages[0].images) == 1
    assert "Rødt skjold".encode("utf-16-be") in pdf.replace(b"\\", b"") or "Figure" in tags(pdf)
    assert place(pdf, "under").top > MARGIN + 100


def test_a_damaged_picture_is_reported() -> None:
    """A picture that cannot be decoded is a loss, not a blank."""
    (loss,) = convert(docx(PICTURE, files={"bilde": b"no picture"})).lost
    assert loss.what == "skadet bilde"


def test_hidden_and_deleted_text_is_not_shown_and_inserted_text_is() -> None:
    """Tracked changes count as accepted; what is hidden in Word is hidden here."""
    body = (
        "<w:p><w:ins><w:r><w:t>nytt</w:t></w:r></w:ins><w:del><w:r><w:delText>gammelt</w:delText></w:r></w:del></w:p>"
        + paragraph("skjult", run="<w:vanish/>")
        + "<w:p><w:r><w:t>synlig</w:t></w:r></w:p>"
    )
    assert text(whole(body).content).split() == ["nytt", "synlig"]


def test_borders_and_shading_around_paragraphs() -> None:
    """Paragraphs that share borders share one box."""
    border = "".join(
        f'<w:{side} w:val="single" w:sz="8" w:space="4" w:color="FF0000"/>'
        for side in ("top", "left", "bottom", "right")
    )
    boxed = f'<w:pBdr>{border}</w:pBdr><w:shd w:val="clear" w:fill="EEEEEE"/>'
    pdf = whole(paragraph("en", boxed) + paragraph("to", boxed) + paragraph("fri")).content
    assert tags(pdf) == "Document(Sect(Div(P, P), P))"
    assert place(pdf, "en").left == pytest.approx(MARGIN, abs=0.6)


def test_text_in_capitals_and_other_looks_keep_their_words() -> None:
    """Capitals, small capitals, raised and lowered text, colours, lines through and under."""
    looks = ("<w:strike/>", '<w:u w:val="double"/>', '<w:vertAlign w:val="superscript"/>', '<w:color w:val="FF0000"/>',
             '<w:highlight w:val="yellow"/>', '<w:position w:val="6"/>', '<w:spacing w:val="20"/>')  # fmt: skip
    body = "".join(paragraph(f"ord{index}", run=look) for index, look in enumerate(looks))
    shown = text(whole(body).content).split()
    assert shown == [f"ord{index}" for index in range(len(looks))]
    assert "STORE" in text(convert(docx(paragraph("store", run="<w:caps/>"))).content)


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<w:pict><v:shape/></w:pict>", "figur"),
        ("<w:object><w:control/></w:object>", "skjema"),
        ("<w:drawing><wp:anchor/></w:drawing>", "tegning"),
        ("<w:ukjent/>", "ukjent"),
        ('<w:endnoteReference w:id="2"/>', "note"),
        ('<w:sym w:font="Marlett" w:char="F031"/>', "symbol"),
    ],
)
def test_what_cannot_be_shown_is_reported_with_its_place(inside: str, named: str) -> None:
    """Nothing is lost in silence."""
    pdf = convert(docx(paragraph("først") + f"<w:p><w:r>{inside}</w:r></w:p>"))
    (loss,) = pdf.lost
    assert named in loss.what
    assert loss.where == "document, avsnitt 2"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plain text",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted",
        docx(paragraph("x"))[:-100],
        zipped({"a.txt": b"no document"}),
        zipped({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<not", "word/document.xml": b"<w/>"}),
    ],
    ids=["empty", "text", "old format", "truncated", "other zip", "broken XML"],
)
def test_what_is_no_docx_is_refused_in_one_sentence(content: bytes) -> None:
    """A file of another kind never ends in a traceback."""
    with pytest.raises(DocumentRefused, match=r"\.$"):
        convert(content)


def test_a_zip_bomb_is_not_unpacked() -> None:
    """What would fill the memory is refused before it is read."""
    with pytest.raises(DocumentRefused):
        convert(zipped({"word/document.xml": b"0" * 60_000_000}))


def test_entities_and_document_types_are_refused(tmp_path: Path) -> None:
    """A DOCX cannot make us read a file or fetch an address."""
    secret = tmp_path / "hemmelig"
    secret.write_text("hemmelig")
    content = docx(paragraph("&hent;"))

    parts = {
        name: zipfile.ZipFile(BytesIO(content)).read(name) for name in zipfile.ZipFile(BytesIO(content)).namelist()
    }
    doctype = f'<!DOCTYPE w:document [<!ENTITY hent SYSTEM "file://{secret}">]>'.encode()
    parts["word/document.xml"] = doctype + parts["word/document.xml"]
    with pytest.raises(DocumentRefused, match=r"word/document\.xml"):
        convert(zipped(parts))


def test_a_picture_outside_the_file_is_never_fetched() -> None:
    """A linked picture is a loss, not a request."""
    picture = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="635000" cy="635000"/><a:graphic><a:graphicData>'
        '<pic:pic><a:blip r:embed="ute"/></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )
    pdf = convert(docx(picture, links={"ute": "http://127.0.0.1:1/x.png"}))
    assert [loss.what for loss in pdf.lost] == ["bilde som ikke ligger i filen"]


LETTERS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(min_codepoint=0xA0, max_codepoint=0x24F),
        st.sampled_from("«»–—…“”‘’€№•đŋŧčšžáÁ\u00a0\u2011\u00ad"),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(LETTERS)
def test_any_text_survives_to_the_pdf(value: str) -> None:
    """Whatever people write in Latin letters stands in the PDF, whole."""
    whole(paragraph(f"før {escape(value)} etter"))


def test_a_sign_that_no_font_has_is_reported() -> None:
    """A box in place of a letter is a loss."""
    (loss,) = convert(docx(paragraph("\U00100000"))).lost
    assert loss.what == "tegnet U+100000, som ingen skrifttype har"


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_a_sign_that_no_font_has_is_a_box_and_valid(tmp_path: Path, flavour: Literal["2a", "ua1"]) -> None:
    """PDF/A takes no letter that its font lacks: a box of its own stands there, and the text still says what it is.

    Set so close that they would run backwards, such signs are without width.
    """
    made = tmp_path / "made.pdf"
    close = paragraph("\U00017000\U00017002", run='<w:spacing w:val="-600"/>')
    made.write_bytes(convert(docx(paragraph("før \U00017000\U00017001 etter") + close)).content)
    assert text(made.read_bytes()).split()[:3] == ["før", "\U00017000\U00017001", "etter"]
    assert [dict(verdict.failed) for verdict in verapdf([made], flavour)] == [{}]


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_every_kind_of_element_is_valid(tmp_path: Path, flavour: Literal["2a", "ua1"]) -> None:
    """An independent judge finds nothing against PDF/A-2a and PDF/UA-1 in any construct."""

    def row(properties: str, *texts: str) -> str:
        cells = "".join(f"<w:tc><w:tcPr/>{paragraph(item)}</w:tc>" for item in texts)
        return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"

    grid = '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>'
    spanning = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + paragraph("bred") + "</w:tc></w:tr>"
    table = f"<w:tbl><w:tblPr/>{grid}{row('<w:tblHeader/>', 'a', 'b')}{row('', 'c', 'd')}{spanning}</w:tbl>"
    runs = "<w:r><w:t>til</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>nett</w:t></w:r>"
    link = f'<w:p><w:hyperlink r:id="adr">{runs}</w:hyperlink>'
    note = '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>note</w:t></w:r></w:p></w:footnote>'
    noted = '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    body = (
        paragraph("Overskrift", '<w:outlineLvl w:val="0"/>') + listed("en") + listed("to", level=1) + listed("tre", 3)
        + table + PICTURE + link + noted + paragraph("")
    )  # fmt: skip
    content = docx(
        body,
        parts={"numbering": LIST, "footnotes": note, "header:default": paragraph("topp")},
        links={"adr": "https://example.org/"},
        files={"bilde": png()},
    )
    file = tmp_path / "alt.pdf"
    pdf = convert(content)
    assert pdf.lost == ()
    file.write_bytes(pdf.content)
    (verdict,) = verapdf([file], flavour)
    assert (verdict.valid, verdict.failed) == (True, {})
