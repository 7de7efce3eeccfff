"""Find pictures that say nothing to those who hear the document (PDF/UA-1, 7.3)."""

from collections.abc import Iterator, Sequence

from lxml import etree

from flows.documents.tagged_text import Paragraph
from flows.documents.template_fault import TemplateFault, fault_at
from flows.language import translate as _
from flows.typesetting import W

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_V = "{urn:schemas-microsoft-com:vml}"
_YES = ("1", "true", "on")


def undescribed_pictures(paragraphs: Sequence[Paragraph]) -> Iterator[TemplateFault]:
    """Yield every picture, chart or drawing without a text alternative that is not marked as decorative.

    Text boxes need none, since their text is read; the older copy of a newer drawing is not looked at.
    """
    for paragraph in paragraphs:
        for mark in paragraph.marks:
            older_copy = next(mark.element.iterancestors(_FALLBACK), None) is not None
            if not older_copy and _undescribed(mark.element):
                yield fault_at(
                    paragraph,
                    _("A picture has no text alternative. Right-click it, choose Edit Alt Text, and describe it."),
                    stops=False,
                )


def _undescribed(element: etree._Element) -> bool:
    if element.tag == W + "drawing":
        properties = next(element.iter(_WP + "docPr"), None)
        pictured = next(element.iter(_PICTURE), None) is not None
        if properties is None or (not pictured and next(element.iter(W + "txbxContent"), None) is not None):
            return False
        decorative = any(one.get("val", "1") in _YES for one in properties.iter(_DECORATIVE))
        said = properties.get("descr", "").strip() or properties.get("title", "").strip()
        return not said and not decorative and properties.get("hidden") not in _YES
    if element.tag in (W + "pict", W + "object"):
        for picture in element.iter(_V + "imagedata"):
            shape = picture.getparent()
            if shape is not None and not (shape.get("alt", "").strip() or shape.get("title", "").strip()):
                return True
    return False
