"""The drawn part of the corpus: charts, pictures made of drawing orders, shapes."""

import struct

from tests.typesetting.chart_builder import chart_part, drawn_chart
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.metafile_builder import (
    emf,
    emf_brush,
    emf_font,
    emf_picture,
    emf_plus,
    emf_text,
    order,
    plus_fill,
    plus_font,
    plus_text,
    wmf,
    wmf_font,
    wmf_select,
    wmf_text,
)

_YEARS = ("2024", "2025", "2026")


def _with_chart(part: bytes) -> bytes:
    holder = f"<w:p>{drawn_chart()}</w:p>"
    return docx(
        paragraph("før") + holder + paragraph("etter"), others={"diagram": ("chart", "charts/chart1.xml", part)}
    )


def _with_picture(content: bytes, kind: str) -> bytes:
    body = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="3600000" cy="1800000"/><wp:docPr id="1" name="b"'
        ' descr="Skisse"/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="1" name="b"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="bilde"/><a:stretch>'
        '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:ext cx="3600000" cy="1800000"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    return docx(body, others={"bilde": ("image", f"media/bilde.{kind}", content)})


def _shape(name: str) -> str:
    size = 'cx="1800000" cy="900000"'
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent {size}/><wp:docPr id="3" name="f" descr="Figur"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr/>'
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="{name}"/>'
        '<a:solidFill><a:schemeClr val="accent2"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/>'
        f"</a:solidFill></a:ln></wps:spPr><wps:txbx><w:txbxContent>{paragraph(name)}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr anchor="ctr"/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )


def drawings() -> dict[str, bytes]:
    """Return every document by the name of its construct."""
    two = {"Bodø": (4.3, 2.5, 3.5), "Narvik": (2.4, 4.4, 1.8)}
    one = {"Søkere": (12, 7, 9)}
    shares = '<c:varyColors val="1"/>'
    figures = '<c:dLbls><c:showVal val="1"/></c:dLbls>'
    return {
        "chart-column": _with_chart(chart_part("barChart", two, _YEARS, "Leger i alt", '<c:barDir val="col"/>')),
        "chart-bar-stacked": _with_chart(
            chart_part("barChart", two, _YEARS, "", '<c:barDir val="bar"/><c:grouping val="stacked"/>')
        ),
        "chart-line": _with_chart(chart_part("lineChart", two, _YEARS, "Utvikling", legend="b")),
        "chart-area": _with_chart(chart_part("areaChart", two, _YEARS)),
        "chart-pie": _with_chart(chart_part("pieChart", one, _YEARS, "Fordeling", shares)),
        "chart-doughnut": _with_chart(chart_part("doughnutChart", one, _YEARS, "", shares)),
        "chart-radar": _with_chart(chart_part("radarChart", two, _YEARS)),
        "chart-with-figures": _with_chart(
            chart_part("barChart", one, _YEARS, "", f'<c:barDir val="col"/>{figures}', '<c:numFmt formatCode="0.0"/>')
        ),
        "picture-emf-plus": _with_picture(
            emf([emf_plus([plus_fill(0xFF3366CC, 5, 5, 60, 60), plus_font(1, 12), plus_text("ny", (80, 5, 0, 0), 1)])]),
            "emf",
        ),
        "picture-emf": _with_picture(
            emf(
                [
                    emf_brush(1, 0xCC6633),
                    order(43, struct.pack("<4i", 5, 5, 60, 60)),
                    emf_font(2, -12),
                    emf_text("Kommunen", 70, 30),
                    emf_picture(120, 40, 60, 50, (200, 60, 60)),
                ]
            ),
            "emf",
        ),
        "picture-wmf": _with_picture(wmf([wmf_font(-120), wmf_select(0), wmf_text("Sykehuset", 300, 300)]), "wmf"),
        "frame-on-page": docx(
            paragraph(
                "Til", '<w:framePr w:w="3000" w:wrap="around" w:hAnchor="page" w:x="7000" w:vAnchor="page" w:y="3000"/>'
            )
            + "<w:p/>"
            + paragraph("Brevet begynner her.")
        ),
        "frame-in-footer": docx(
            paragraph("tekst"),
            parts={
                "footer:default": '<w:p><w:pPr><w:framePr w:wrap="around" w:vAnchor="text" w:hAnchor="margin"'
                ' w:xAlign="right" w:y="1"/></w:pPr><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
                "</w:p>" + paragraph("bunn")
            },
        ),
        "shapes": docx(
            "".join(map(_shape, ("ellipse", "roundRect", "rightArrow", "wedgeRectCallout", "can", "cloud")))
        ),
        "chart-empty": _with_chart(chart_part("barChart", {}, (), "Tomt")),
    }
