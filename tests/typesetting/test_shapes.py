"""Shapes: drawn in their form and colours, behind their text, turned and mirrored as the file says."""

import pypdfium2
import pytest
from PIL import Image

from flows.documents import convert
from flows.typesetting import Pdf
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.pdf_inspection import colour_at, drawn, place, text

WIDTH, HEIGHT = 200.0, 100.0
_LEFT, _TOP = 170.9, 170.9  # a hundred points from the corner of the text
_THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements><a:clrScheme name="x">'
    '<a:accent1><a:srgbClr val="336699"/></a:accent1></a:clrScheme></a:themeElements></a:theme>'
)
_RED = '<a:solidFill><a:srgbClr val="FF0000"/></a:solidFill>'


def _shape(geometry: str, fill: str = _RED, words: str = "", extra: str = "", turn: str = "") -> Pdf:
    size = f'cx="{round(WIDTH * 12700)}" cy="{round(HEIGHT * 12700)}"'
    where = "".join(
        f'<wp:position{side} relativeFrom="{edge}"><wp:posOffset>1270000</wp:posOffset></wp:position{side}>'
        for side, edge in (("H", "column"), ("V", "margin"))
    )
    inside = f"<wps:txbx><w:txbxContent>{paragraph(words)}</w:txbxContent></wps:txbx>" if words else ""
    drawing = (
        f'<w:drawing><wp:anchor behindDoc="0">{where}<wp:extent {size}/><wp:wrapNone/><wp:docPr id="1" name="f"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f"<wps:cNvSpPr/><wps:spPr><a:xfrm {turn}><a:ext {size}/></a:xfrm>{geometry}{fill}</wps:spPr>{extra}{inside}"
        '<wps:bodyPr anchor="ctr"/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>'
    )
    body = f"<w:p><w:r>{drawing}</w:r></w:p>"
    return convert(docx(body, others={"tema": ("theme", "theme/theme1.xml", _THEME.encode())}))


def _preset(name: str) -> str:
    return f'<a:prstGeom prst="{name}"><a:avLst/></a:prstGeom>'


def _colour(pdf: Pdf, x: float, y: float) -> tuple[int, ...]:
    """Return the colour at a share of the shape's width and height."""
    return colour_at(pdf.content, _LEFT + x * WIDTH, _TOP + y * HEIGHT)


WHITE, RED = (255, 255, 255), (255, 0, 0)


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("rect", (0.02, 0.05), (1.05, 0.5)),
        ("ellipse", (0.5, 0.05), (0.03, 0.05)),
        ("roundRect", (0.5, 0.05), (0.005, 0.01)),
        ("triangle", (0.5, 0.2), (0.1, 0.1)),
        ("diamond", (0.5, 0.1), (0.1, 0.1)),
        ("rightArrow", (0.95, 0.5), (0.1, 0.1)),
        ("downArrow", (0.5, 0.95), (0.05, 0.95)),
        ("star5", (0.5, 0.1), (0.1, 0.05)),
        ("donut", (0.05, 0.5), (0.5, 0.5)),
        ("chevron", (0.5, 0.5), (0.05, 0.5)),
        ("flowChartTerminator", (0.5, 0.1), (0.01, 0.02)),
    ],
)
def test_a_shape_has_its_form(name: str, inside: tuple[float, float], outside: tuple[float, float]) -> None:
    """The colour is within the outline, and the paper outside it."""
    pdf = _shape(_preset(name))
    assert _colour(pdf, *inside) == RED
    assert _colour(pdf, *outside) == WHITE
    assert pdf.lost == ()


def test_text_stands_in_the_middle_of_its_shape() -> None:
    """The shape is behind its words, which are in the middle of its height if it says so."""
    pdf = _shape(_preset("ellipse"), words="midt")
    found = place(pdf.content, "midt")
    assert found.top == pytest.approx(_TOP + HEIGHT / 2, abs=12)
    assert _colour(pdf, 0.9, 0.5) == RED


def test_colours_of_the_theme_and_of_styles_are_found() -> None:
    """A colour by its place in the theme, lighter or darker; where a shape says none, that of its style."""
    themed = _shape(_preset("rect"), '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>')
    assert _colour(themed, 0.5, 0.5) == (0x33, 0x66, 0x99)
    shaded = '<a:solidFill><a:schemeClr val="accent1"><a:shade val="50000"/></a:schemeClr></a:solidFill>'
    assert _colour(_shape(_preset("ellipse"), shaded), 0.5, 0.5) == pytest.approx((0x19, 0x33, 0x4C), abs=1)
    styled = '<wps:style><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef></wps:style>'
    assert _colour(_shape(_preset("rect"), "", extra=styled), 0.5, 0.5) == (0x33, 0x66, 0x99)


def test_a_line_runs_from_corner_to_corner() -> None:
    """A line is no box; mirrored, it runs the other way."""
    line = '<a:ln w="38100"><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill><a:tailEnd type="triangle"/></a:ln>'
    falling = _shape(_preset("line"), line)
    assert _colour(falling, 0.25, 0.25) == RED
    assert _colour(falling, 0.25, 0.75) == WHITE
    rising = _shape(_preset("line"), line, turn='flipV="1"')
    assert _colour(rising, 0.25, 0.75) == RED
    assert _colour(rising, 0.25, 0.25) == WHITE


def test_a_shape_is_turned() -> None:
    """A triangle turned by half a circle stands on its point."""
    pdf = _shape(_preset("triangle"), turn='rot="10800000"')
    assert _colour(pdf, 0.1, 0.1) == RED
    assert _colour(pdf, 0.1, 0.9) == WHITE


def test_a_form_of_its_own_is_drawn_with_what_it_calculates() -> None:
    """A path between points, some of them by name: here the left half of its box."""
    geometry = (
        '<a:custGeom><a:avLst/><a:gdLst><a:gd name="halv" fmla="*/ w 1 2"/></a:gdLst><a:pathLst><a:path><a:moveTo>'
        '<a:pt x="l" y="t"/></a:moveTo><a:lnTo><a:pt x="halv" y="t"/></a:lnTo><a:lnTo><a:pt x="halv" y="b"/></a:lnTo>'
        '<a:lnTo><a:pt x="l" y="b"/></a:lnTo><a:close/></a:path></a:pathLst></a:custGeom>'
    )
    pdf = _shape(geometry)
    assert _colour(pdf, 0.25, 0.5) == RED
    assert _colour(pdf, 0.75, 0.5) == WHITE
    broken = _shape(geometry.replace("*/ w 1 2", "*/ w 1 0").replace('x="l"', 'x="1e999"'), words="står")
    assert "står" in text(broken.content)


def test_a_form_that_is_not_known_is_a_loss_without_text_and_a_box_with_it() -> None:
    """Its words are never lost."""
    assert len(_shape(_preset("gear9")).lost) == 1
    words = _shape(_preset("gear9"), words="hjul")
    assert "hjul" in text(words.content)
    assert words.lost == ()


def test_a_shape_of_the_old_kind_is_drawn() -> None:
    """An oval and a line of VML."""
    oval = (
        '<v:oval style="position:absolute;margin-left:100pt;margin-top:0;width:100pt;height:100pt" fillcolor="#ff0000"'
        ' stroked="f"/>'
    )
    pdf = convert(docx(f"<w:p><w:r><w:pict>{oval}</w:pict></w:r></w:p>"))
    with pypdfium2.PdfDocument(pdf.content) as document:
        page: Image.Image = document[0].render(scale=1.0).to_pil().convert("RGB")
    assert page.getpixel((221, 121)) == RED
    assert page.getpixel((174, 74)) == WHITE
    assert pdf.lost == ()


def test_a_diagram_that_nobody_has_drawn_shows_its_words() -> None:
    """A program that leaves out Word's drawing of a diagram leaves its words, which are shown and told of."""
    space = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    points = "".join(
        f"<dgm:pt><dgm:t><a:bodyPr/><a:p><a:r><a:t>{word}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        for word in ("Søknad", "", "Vedtak")
    )
    data = (
        f'<dgm:dataModel xmlns:dgm="{space}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f"<dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>"
    )
    body = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="3000000" cy="2000000"/><wp:docPr id="1" name="d"/><a:graphic>'
        f'<a:graphicData uri="{space}"><dgm:relIds xmlns:dgm="{space}" r:dm="data"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    pdf = convert(docx(body, others={"data": ("diagramData", "diagrams/data1.xml", data.encode())}))
    assert text(pdf.content).split() == ["Søknad", "Vedtak"]
    assert [loss.what for loss in pdf.lost] == ["SmartArt-figur, som bare vises med ordene sine"]


@pytest.mark.parametrize(
    ("path", "inside", "outside"),
    [
        ("m,l,100r100,l100,xe", (50, 50), None),
        ("m0,0l100,0,0,100xe", (20, 20), (80, 80)),
        ("m0 100 c 0 0 100 0 100 100 x e", (50, 60), (4, 4)),
        ("m50,0 qx 100,50 50,100 0,50 50,0 xe", (50, 50), (3, 3)),
        ("m10,10 r80,0,0,80,-80,0 x", (50, 50), (95, 95)),
        ("m0,100 v 0,-100,100,-100,100,0 xe", (50, 60), (4, 4)),
    ],
)
def test_an_old_shape_is_drawn_by_its_own_path(
    path: str, inside: tuple[int, int], outside: tuple[int, int] | None
) -> None:
    """Lines and curves of the older kind of drawing, absolute or from where the last one ended."""
    body = (
        '<w:p><w:r><w:pict><v:shape style="width:100pt;height:100pt" coordsize="100,100" fillcolor="#ff0000"'
        f' stroked="f" path="{path}"/></w:pict></w:r></w:p>'
    )
    pdf = convert(docx(body))
    page = drawn(pdf.content)
    assert pdf.lost == ()
    assert page.getpixel((71 + inside[0], 71 + inside[1])) == (255, 0, 0)
    if outside is not None:
        assert page.getpixel((71 + outside[0], 71 + outside[1])) == (255, 255, 255)


@pytest.mark.parametrize("path", ["m@0,l10,10xe", "m0,0ae50,50,40,40,0,100xe", "hei", "m1e999,0l--3,4", ""])
def test_an_old_path_that_cannot_be_drawn_is_named(path: str) -> None:
    """Formulas, arcs and what is no path leave a loss rather than a wrong form."""
    body = f'<w:p><w:r><w:pict><v:shape style="width:90pt;height:90pt" path="{path}"/></w:pict></w:r></w:p>'
    assert [loss.what for loss in convert(docx(body)).lost] == ["figur"]
