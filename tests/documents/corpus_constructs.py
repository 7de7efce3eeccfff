"""Rarer constructs of the corpus: what a document holds in other parts, and what is written otherwise than in lines."""

from tests.documents.building import docx, paragraph

_SOURCE = "http://example.org/avtale"


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


def constructs() -> dict[str, bytes]:
    """Return every document by the name of its construct."""
    return {
        "control-bound": with_source(
            bound(inside=paragraph("gammelt navn")) + paragraph("etter"), "<n:lege>Kari Prøve</n:lege>"
        ),
    }
