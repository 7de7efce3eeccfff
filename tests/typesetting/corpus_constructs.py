"""Rarer constructs of the corpus: what a document holds in other parts, and what is written otherwise than in lines."""

from io import BytesIO

from PIL import Image

from tests.typesetting.docx_builder import PAGE, docx, paragraph
from tests.typesetting.font_builder import carrying, font, styled

_SOURCE = "http://example.org/avtale"


def striped() -> bytes:
    """Return a picture that is red at the left and blue at the right."""
    picture = Image.new("RGB", (40, 20), (255, 0, 0))
    picture.paste((0, 0, 255), (20, 0, 40, 20))
    packed = BytesIO()
    picture.save(packed, "PNG")
    return packed.getvalue()


def bound(kind: str = "<w:text/>", inside: str = "", path: str = "/n:avtale[1]/n:lege[1]", prompt: bool = False) -> str:
    """Return a content control that is bound to a path in the XML of the document."""
    waiting = "<w:showingPlcHdr/>" if prompt else ""
    return (
        f'<w:sdt><w:sdtPr>{waiting}{kind}<w:dataBinding w:prefixMappings="xmlns:n=\'{_SOURCE}\'" w:xpath="{path}"'
        f' w:storeItemID="{{0A1B2C3D-0000-0000-0000-000000000000}}"/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent>'
        "</w:sdt>"
    )


def with_source(body: str, source: str, title: str = "Prøve") -> bytes:
    """Return a document with a part of XML that its controls are bound to."""
    part = f'<n:avtale xmlns:n="{_SOURCE}">{source}</n:avtale>'
    properties = (
        '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"'
        ' ds:itemID="{0a1b2c3d-0000-0000-0000-000000000000}"/>'
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXmlProps"
    pointer = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="p1" Type="{kind}" Target="props1.xml"/></Relationships>'
    )
    return docx(
        body,
        title=title,
        others={
            "kilde": ("customXml", "source/item1.xml", part.encode()),
            "peker": ("unknown", "source/_rels/item1.xml.rels", pointer.encode()),
            "navn": ("unknown", "source/props1.xml", properties.encode()),
        },
    )


def pictured(cut: str = "", transform: str = "", look: str = "", blip: str = "") -> str:
    """Return a paragraph that holds a picture of 144 by 72 points, to which something is done."""
    size = 'cx="1828800" cy="914400"'
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent {size}/><wp:docPr id="1" name="b" descr="Bilde"/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="1" name="b"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="bilde">{blip}</a:blip>{cut}<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm {transform}><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{look}'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def filled_shape(inside: str = "", form: str = "rect") -> str:
    """Return a paragraph that holds a shape of 144 by 72 points, filled with a picture."""
    size = 'cx="1828800" cy="914400"'
    held = f"<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx>" if inside else ""
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent {size}/><wp:docPr id="3" name="f" descr="Kart"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr/>'
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="{form}"/><a:blipFill>'
        f'<a:blip r:embed="bilde"/><a:stretch><a:fillRect/></a:stretch></a:blipFill></wps:spPr>{held}<wps:bodyPr/>'
        "</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def page_framed(said: str = "", kind: str = "single") -> bytes:
    """Return a document of two pages with red lines around the text."""
    sides = "".join(
        f'<w:{side} w:val="{kind}" w:sz="24" w:space="20" w:color="FF0000"/>'
        for side in ("top", "left", "bottom", "right")
    )
    return docx(
        paragraph("første") + paragraph("andre", "<w:pageBreakBefore/>"),
        section=f"{PAGE}<w:pgBorders {said}>{sides}</w:pgBorders>",
    )


def chunked(content: bytes, name: str = "del.docx") -> bytes:
    """Return a document that holds another one between two paragraphs."""
    return docx(
        paragraph("før") + '<w:altChunk r:id="del"/>' + paragraph("etter"), others={"del": ("aFChunk", name, content)}
    )


def constructs() -> dict[str, bytes]:
    """Return every document by the name of its construct."""
    line = '<a:ln w="9525"><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill></a:ln>'
    picture = {"bilde": striped()}
    return {
        "picture-cropped": docx(pictured('<a:srcRect l="10000" t="20000" r="-5000"/>'), files=picture),
        "picture-turned": docx(pictured("", 'rot="2700000" flipV="1"', line), files=picture),
        "picture-washed-out": docx(
            pictured(blip='<a:lum bright="70000" contrast="-70000"/>') + paragraph("over"), files=picture
        ),
        "shape-filled-with-picture": docx(
            filled_shape() + filled_shape(paragraph("i figuren")) + filled_shape(form="ellipse"), files=picture
        ),
        "page-borders": page_framed('w:offsetFrom="page"'),
        "page-borders-first": page_framed('w:display="firstPage"'),
        "page-colour": docx(
            paragraph("på farget papir"),
            background='<w:background w:color="FFEECC"/>',
            parts={"settings": "<w:displayBackgroundShape/>"},
        ),
        "margins-mirrored": docx(
            paragraph("første") + paragraph("andre", "<w:pageBreakBefore/>"),
            section=PAGE.replace('w:left="1418"', 'w:left="2835"'),
            parts={"settings": "<w:mirrorMargins/>"},
        ),
        "runs-bordered": docx(
            paragraph("i ramme", run='<w:bdr w:val="single" w:sz="8" w:space="1" w:color="FF0000"/>')
            + paragraph("streket", run='<w:u w:val="wave" w:color="00B050"/>')
        ),
        "document-in-document": chunked(
            docx(paragraph("fra et annet dokument") + pictured(), files={"bilde": striped()})
        ),
        "font-embedded": carrying(
            docx(paragraph("egen skrift"), parts={"styles": styled("Prøveskrift")}), {"Prøveskrift": font()}
        ),
        "box-beside-by-share": docx(
            f"<w:p>{beside('40%', '30%', 'page', 'page')}<w:r><w:t>{'ord ' * 300}</w:t></w:r></w:p>"
        ),
        "control-bound": with_source(
            bound(inside=paragraph("gammelt navn")) + paragraph("etter"), "<n:lege>Kari Prøve</n:lege>"
        ),
    }


def beside(x: str, y: str, across: str = "column", down: str = "paragraph", width: int = 1270000) -> str:
    """Return a run with a box of 36 points' height that text goes past; `x` and `y` are XML of its position."""
    size = f'cx="{width}" cy="457200"'
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="114300" distR="114300" simplePos="0"'
        ' relativeHeight="2" locked="0" behindDoc="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f"{_at('positionH', across, x)}{_at('positionV', down, y)}"
        f'<wp:extent {size}/><wp:wrapSquare wrapText="bothSides"/><wp:docPr id="7" name="b" descr="Boks"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr/>'
        f'<wps:spPr><a:xfrm><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"/></wps:spPr><wps:txbx><w:txbxContent>'
        f"{paragraph('boks')}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>"
        "</wp:anchor></w:drawing></w:r>"
    )


def _at(name: str, start: str, said: str) -> str:
    """Return a position: by English Metric Units, or by thousandths of a per cent as newer files have it."""
    if not said.endswith("%"):
        return f'<wp:{name} relativeFrom="{start}"><wp:posOffset>{said}</wp:posOffset></wp:{name}>'
    letter = name[-1]
    share = f"<wp14:pctPos{letter}Offset>{round(float(said[:-1]) * 1000)}</wp14:pctPos{letter}Offset>"
    space = 'xmlns:wp14="http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing"'
    return (
        f'<mc:AlternateContent><mc:Choice {space} Requires="wp14"><wp:{name} relativeFrom="{start}">{share}</wp:{name}>'
        f'</mc:Choice><mc:Fallback><wp:{name} relativeFrom="{start}"><wp:posOffset>0</wp:posOffset></wp:{name}>'
        "</mc:Fallback></mc:AlternateContent>"
    )
