"""Lines, letters and borders stand and look as in Word: run ends, symbol fonts, font names, small capitals, rules."""

import pytest

from flows.documents import convert
from flows.typesetting import find_losses, to_unicode
from flows.typesetting.docx.model import Paragraph, Text
from flows.typesetting.docx.reader import read
from flows.typesetting.fonts import single_family
from tests.typesetting.docx_builder import PAGE, docx, paragraph
from tests.typesetting.pdf_inspection import colour_at, lines, place, text, words
from tests.typesetting.test_conversion import LIST, MARGIN, TEXT_WIDTH, whole

#: The sum of a colour's parts from which on it is as good as white.
_WHITE = 740


def _run(value: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{value}</w:t></w:r>'


def _lines(*runs: str, properties: str = "") -> list[str]:
    pdf = convert(docx(f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>")).content
    return lines(pdf)[0]


@pytest.mark.parametrize("size", [22, 26, 30, 34])
def test_a_line_is_filled_where_a_run_ends_in_a_space(size: int) -> None:
    """The space alone need not fit: at some of these sizes it does not."""
    look = f'<w:sz w:val="{size}"/>'
    value = "Digital søknad gir innbygger mulighet til å søke om økonomisk sosialhjelp. "
    whole_text = value + "Når innbyggeren velger å bruke den digitale søknaden, hentes det inn opplysninger."
    assert _lines(_run(value, look), _run(whole_text[len(value) :], look + '<w:color w:val="333333"/>')) == _lines(
        _run(whole_text, look)
    )


@pytest.mark.parametrize("size", ["", '<w:sz w:val="48"/>'])
@pytest.mark.parametrize("count", [1, 3])
def test_a_paragraph_of_line_breaks_is_as_high_as_its_lines(count: int, size: str) -> None:
    """As many lines as there are breaks, and the one after the last; each of its own run's height."""
    broken = f"<w:p><w:pPr><w:rPr>{size}</w:rPr></w:pPr><w:r><w:rPr>{size}</w:rPr>{'<w:br/>' * count}</w:r></w:p>"
    empty = f"<w:p><w:pPr><w:rPr>{size}</w:rPr></w:pPr></w:p>" * (count + 1)
    tops = [place(whole(body + paragraph("etter")).content, "etter").top for body in (broken, empty)]
    assert tops[0] == pytest.approx(tops[1], abs=0.5)


@pytest.mark.parametrize(
    ("font", "code", "sign"),
    [
        ("Wingdings", 0xFE, "☑"),
        ("Wingdings", 0xFD, "☒"),
        ("Wingdings", 0xA8, "□"),
        ("Wingdings", 0xFC, "✓"),
        ("Wingdings", 0x51, "✈"),
        ("Wingdings 2", 0x52, "☑"),
        ("Wingdings 2", 0x51, "☒"),
        ("Wingdings 2", 0x50, "✓"),
        ("Wingdings 2", 0xA3, "□"),
        ("Wingdings 3", 0x22, "→"),
        ("Wingdings 3", 0x70, "▲"),
        ("Webdings", 0x61, "✔"),
        ("Webdings", 0x63, "□"),
        ("Symbol", 0x61, "α"),
        ("Symbol", 0xB7, "•"),
        ("Symbol", 0x2D, "−"),
    ],
)
def test_symbols_are_read_by_the_table_of_their_font(font: str, code: int, sign: str) -> None:
    """As `w:sym`, as a private character and as a plain one, in a run of that font."""
    assert [to_unicode(chr(start + code), font) for start in (0xF000, 0)] == [sign, sign]
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'
    plain = chr(code).replace("&", "&amp;").replace("<", "&lt;")
    symbol = f'<w:r><w:sym w:font="{font}" w:char="F0{code:02X}"/></w:r>'
    pdf = whole(
        f"<w:p>{symbol}{_run(' Ja ')}{_run(chr(0xF000 + code), fonts)}{_run(' Nei ')}{_run(plain, fonts)}</w:p>"
    )
    assert text(pdf.content).split() == [sign, "Ja", sign, "Nei", sign]


def test_a_symbol_that_unicode_does_not_have_is_named() -> None:
    """A code that its font leaves free, and text in a symbol font that nobody has a table of."""
    table = '<w:font w:name="Kommunevåpen"><w:charset w:val="02"/></w:font>'
    others = {"f": ("fontTable", "fontTable.xml", f'<w:fonts xmlns:w="{_W}">{table}</w:fonts>'.encode())}
    free = _run("\uf0ff", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>')
    arms = _run("AB", '<w:rFonts w:ascii="Kommunevåpen" w:hAnsi="Kommunevåpen"/>')
    lost = find_losses(docx(f"<w:p>{free}</w:p><w:p>{arms}</w:p>", others=others))
    assert len(lost) == 2
    assert "Kommunevåpen" in lost[1].what


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Times New Roman;serif", ("Times New Roman", False, False)),
        ("Arial;Helvetica", ("Arial", False, False)),
        ("Ukjent Skrift;Arial", ("Arial", False, False)),
        ("Times New Roman,Bold", ("Times New Roman", False, False)),
        ("Arial,BoldItalic", ("Arial", False, False)),
        ("Arial Narrow Bold", ("Arial Narrow", True, False)),
        ("Calibri Light", ("Calibri", False, False)),
        ("Arial-BoldItalic", ("Arial", True, True)),
        ("Ukjent Skrift", ("Ukjent Skrift", False, False)),
    ],
)
def test_a_font_name_may_be_a_list_or_hold_a_style(name: str, meant: tuple[str, bool, bool]) -> None:
    """The first font that is there counts."""
    assert single_family(name) == meant


def test_small_capitals_are_capitals_of_four_fifths() -> None:
    """Of small letters alone: capitals, digits and spaces have the size of the run."""
    widths = []
    for value, look in (("Aa1", "<w:smallCaps/>"), ("A1", ""), ("A", '<w:sz w:val="32"/>')):
        found = words(whole(paragraph(value, run='<w:sz w:val="40"/>' + look)).content)
        widths.append(max(word.right for word in found) - MARGIN)
    assert widths[0] == pytest.approx(widths[1] + widths[2], abs=0.2)


def test_an_underline_without_a_value_states_none() -> None:
    """Pages writes the colour alone; a style's underline stays."""
    assert colour_at_line('<w:u w:color="000000"/>') == colour_at_line("")
    assert colour_at_line('<w:u w:val="single"/>') != colour_at_line("")


def colour_at_line(properties: str) -> list[tuple[int, ...]]:
    """Return the colours below the middle of a word without descenders."""
    pdf = whole(paragraph("mmmm", run='<w:sz w:val="60"/>' + properties)).content
    word = words(pdf)[0]
    return [colour_at(pdf, (word.left + word.right) / 2, word.bottom - step) for step in range(7)]


def test_the_line_below_a_tab_is_as_long_as_the_tab() -> None:
    """Forms leave room for a name by underlined tabs."""
    tabs = '<w:tabs><w:tab w:val="left" w:pos="6000"/></w:tabs>'
    tab = '<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:tab/></w:r>'
    pdf = whole(f"<w:p><w:pPr>{tabs}</w:pPr>{_run('Navn')}{tab}{_run('slutt')}</w:p>").content
    bottom = place(pdf, "Navn").bottom
    for x in (MARGIN + 60, MARGIN + 150, MARGIN + 290):
        assert min(sum(colour_at(pdf, x, bottom - step)) for step in range(5)) < _WHITE


@pytest.mark.parametrize("border", ["single", "double", "thick"])
def test_text_begins_below_the_borders_of_its_header(border: str) -> None:
    """The height of a header has the width of its lines, and their space."""
    edge = f'<w:pBdr><w:bottom w:val="{border}" w:sz="24" w:space="10"/></w:pBdr>'
    tops = []
    for properties in ("", edge):
        header = paragraph("hode") * 4 + paragraph("kant", properties)
        tops.append(place(whole(paragraph("tekst"), parts={"header:default": header}).content, "tekst").top)
    width = {"single": 3, "double": 9, "thick": 6}[border]
    assert tops[1] - tops[0] == pytest.approx(10 + width, abs=0.2)


def test_a_line_stands_between_columns() -> None:
    """Where the section asks for one."""
    columns = PAGE + '<w:cols w:num="2" w:space="708" w:sep="1"/>'
    pdf = convert(docx(paragraph("Tekst i spalter. " * 300), section=columns)).content
    assert min(sum(colour_at(pdf, MARGIN + TEXT_WIDTH / 2 + step, 200)) for step in (-1, 0, 1)) < _WHITE


@pytest.mark.parametrize("parts", [["x" * 120], ["x" * 40, "y" * 100], ["(", "z" * 130, ")."], ["_" * 90, "_" * 90]])
def test_no_long_word_leaves_the_column(parts: list[str]) -> None:
    """Whatever its looks, and whatever stands before it."""
    looks = ["", "<w:b/>", '<w:color w:val="0000FF"/>']
    runs = "".join(_run(part, looks[index % 3]) for index, part in enumerate(["Se ", *parts]))
    pdf = whole(f"<w:p>{runs}</w:p>").content
    assert max(word.right for word in words(pdf)) <= MARGIN + TEXT_WIDTH + 1


@pytest.mark.parametrize("parts", [["x" * 120], ["{{ ", "y" * 40, "z" * 80], ["(", "y" * 110]])
def test_a_long_word_stands_beside_the_label_of_its_list(parts: list[str]) -> None:
    """It is broken at the end of the first line, and does not leave the label alone on it."""
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    runs = "".join(_run(part, ["", "<w:b/>"][index % 2]) for index, part in enumerate(parts))
    pdf = whole(f"<w:p><w:pPr>{numbered}</w:pPr>{runs}</w:p>", parts={"numbering": LIST}).content
    label, *found = words(pdf)
    assert label.text == "1."
    assert found[0].top == pytest.approx(label.top, abs=0.1)
    assert max(word.right for word in found) <= MARGIN + TEXT_WIDTH + 1


def test_a_list_does_not_take_the_paragraph_before_it_to_the_next_page() -> None:
    """Only what its author keeps with the next is kept."""
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    level = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    for count in range(40, 60):
        body = paragraph("linje") * count + paragraph("innledning") + paragraph("punkt " * 60, numbered)
        pdf = whole(body, parts={"numbering": level}).content
        found = {word.text: word.page for word in words(pdf) if word.text in ("innledning", "punkt")}
        first = min(word.page for word in words(pdf) if word.text == "punkt")
        if found["innledning"] < first:
            return
    pytest.fail("the introduction never stands alone at the foot of a page")


@pytest.mark.parametrize(("align", "share"), [("left", 0.0), ("center", 0.5), ("right", 1.0)])
def test_a_list_label_stands_at_its_indent_by_its_alignment(align: str, share: float) -> None:
    """A right-aligned label ends where the first line begins (17.9.7), and the text keeps its indent."""
    level = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:lvlText w:val="%1.0.0"/><w:lvlJc w:val="{align}"/><w:pPr><w:ind w:left="1440" w:hanging="720"/></w:pPr>'
        '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    pdf = whole(paragraph("tekst", numbered), parts={"numbering": level}).content
    label = place(pdf, "1.0.0")
    assert label.left + share * (label.right - label.left) == pytest.approx(MARGIN + 36, abs=0.5)
    assert place(pdf, "tekst").left == pytest.approx(MARGIN + 72, abs=0.5)


def test_a_row_that_may_not_break_breaks_where_no_page_holds_it() -> None:
    """The tall heading above it stays, and comes again on the next page."""
    rows = [
        ("<w:cantSplit/><w:tblHeader/>", "".join(paragraph(f"H{index}") for index in range(14))),
        ("<w:cantSplit/>", "".join(paragraph(f"linje{index}") for index in range(48))),
    ]
    body = "".join(f"<w:tr><w:trPr>{look}</w:trPr><w:tc>{content}</w:tc></w:tr>" for look, content in rows)
    pdf = whole(f'<w:tbl><w:tblGrid><w:gridCol w:w="3000"/></w:tblGrid>{body}</w:tbl>').content
    assert [word.page for word in words(pdf) if word.text == "H0"] == [1, 2]
    assert {word.page for word in words(pdf) if word.text.startswith("linje")} == {1, 2}


def test_a_table_in_a_note_is_a_table() -> None:
    """Its cells stand beside each other at the foot of the page."""
    cells = "".join(f"<w:tc>{paragraph(word)}</w:tc>" for word in ("venstre", "høyre"))
    grid = '<w:tblGrid><w:gridCol w:w="3000"/><w:gridCol w:w="3000"/></w:tblGrid>'
    note = (
        f'<w:footnote w:id="2">{paragraph("Se:")}<w:tbl>{grid}<w:tr>{cells}</w:tr></w:tbl>{paragraph("")}</w:footnote>'
    )
    pdf = whole(
        f'<w:p>{_run("tekst")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>', parts={"footnotes": note}
    ).content
    left, right = place(pdf, "venstre"), place(pdf, "høyre")
    assert left.top == pytest.approx(right.top, abs=0.1)
    assert right.left - left.left == pytest.approx(150, abs=1)
    assert left.top > 700


def test_paragraphs_without_a_style_are_normal_also_where_no_style_is_said_to_be_the_default() -> None:
    """LibreOffice and several libraries leave the mark out."""
    normal = '<w:style w:type="paragraph" w:styleId="Normal"><w:name w:val="Normal"/><w:rPr>{}</w:rPr></w:style>'
    tall = [
        (word.bottom - word.top)
        for look in ("", '<w:sz w:val="44"/>')
        for word in words(
            whole("<w:p><w:r><w:t>tekst</w:t></w:r></w:p>", parts={"styles": normal.format(look)}).content
        )
    ]
    assert tall[1] == pytest.approx(2 * tall[0], rel=0.01)


_OVERRIDING = '<w:compat><w:compatSetting w:name="overrideTableStyleFontSizeAndJustification" w:val="1"/></w:compat>'


@pytest.mark.parametrize(
    ("size", "stated", "settings", "share"),
    [("24", True, "", 0.75), ("26", True, "", 1.0), ("24", False, "", 1.0), ("24", True, _OVERRIDING, 1.0)],
)
def test_twelve_points_of_the_default_style_yield_to_the_style_of_a_table(
    size: str, stated: bool, settings: str, share: float
) -> None:
    """As up to Word 2007, in tables that state their style; newer files say that it is not so in them."""
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="18"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f'<w:pPr><w:jc w:val="left"/></w:pPr><w:rPr><w:sz w:val="{size}"/></w:rPr></w:style>'
        '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/></w:style>'
    )
    look = '<w:tblStyle w:val="Grid"/>' if stated else ""
    table = (
        f"<w:tbl><w:tblPr>{look}</w:tblPr>"
        f'<w:tblGrid><w:gridCol w:w="5000"/></w:tblGrid><w:tr><w:tc>{paragraph("celle")}</w:tc></w:tr></w:tbl>'
    )
    pdf = whole(paragraph("tekst") + table, parts={"styles": styles, "settings": settings}).content
    inside, outside = place(pdf, "celle"), place(pdf, "tekst")
    assert (inside.bottom - inside.top) / (outside.bottom - outside.top) == pytest.approx(share, rel=0.01)


@pytest.mark.parametrize(("language", "font"), [("he-IL", "Arial"), ("ar-SA", "Courier New"), ("", "Calibri")])
def test_a_font_of_the_theme_is_that_of_the_script_that_the_settings_name(language: str, font: str) -> None:
    """Its font for complex scripts is mostly empty, and Latin text may refer to it."""
    faces = '<a:latin typeface="Times New Roman"/><a:ea typeface=""/><a:cs typeface=""/>'
    faces += '<a:font script="Arab" typeface="Courier New"/><a:font script="Hebr" typeface="Arial"/>'
    scheme = f"<a:fontScheme><a:majorFont>{faces}</a:majorFont></a:fontScheme>"
    namespace = "http://schemas.openxmlformats.org/drawingml/2006/main"
    theme = f'<a:theme xmlns:a="{namespace}"><a:themeElements>{scheme}</a:themeElements></a:theme>'.encode()
    look = '<w:rFonts w:asciiTheme="majorBidi" w:hAnsiTheme="majorBidi" w:cstheme="majorBidi"/>'
    said = f'<w:themeFontLang w:val="en-US" w:bidi="{language}"/>' if language else ""
    others = {"tema": ("theme", "theme/theme1.xml", theme)}
    (block,) = (
        read(docx(f"<w:p>{_run('avtale', look)}</w:p>", parts={"settings": said}, others=others)).sections[0].blocks
    )
    assert isinstance(block, Paragraph)
    assert [item.format.font for item in block.inlines if isinstance(item, Text)] == [font]
