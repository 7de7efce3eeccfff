"""Reads pictures that stand in the line (20.4.2.8)."""

from io import BytesIO

from lxml import etree
from PIL import Image

from flows.documents.docx.model import Picture
from flows.documents.docx.package import R
from flows.documents.docx.story import Story
from flows.language import translate as _

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHOWN = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff")
_EMU = 12700  # English Metric Units in a point


def drawing(element: etree._Element, story: Story) -> Picture | None:
    """Read a `w:drawing` that holds one picture in the line; anything else is recorded as lost."""
    inline = element.find(_WP + "inline")
    if inline is None:
        story.lose(_("floating picture or shape"))
        return None
    blip = inline.find(f".//{_A}blip")
    extent = inline.find(_WP + "extent")
    if blip is None or extent is None:
        story.lose(_("drawing that is no picture"))
        return None
    relationship = story.package.relationships(story.part).get(blip.get(R + "embed", ""))
    if relationship is None or relationship.external or relationship.target not in story.package.names:
        story.lose(_("picture that is not in the file"))
        return None
    if not relationship.target.lower().endswith(_SHOWN):
        story.lose(_("picture of the kind {kind}").format(kind=relationship.target.rsplit(".", 1)[-1].lower()))
        return None
    if not _readable(story.package.read(relationship.target)):
        story.lose(_("damaged picture"))
        return None
    story.media.add(relationship.target)
    described = inline.find(_WP + "docPr")
    alternative = "" if described is None else described.get("descr") or described.get("title") or ""
    return Picture(
        relationship.target, int(extent.get("cx", "0")) / _EMU, int(extent.get("cy", "0")) / _EMU, alternative
    )


def _readable(content: bytes) -> bool:
    """Return whether a picture can be decoded; one that cannot would leave only its description on the page."""
    try:
        with Image.open(BytesIO(content)) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True
