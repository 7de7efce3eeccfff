"""Reads the picture files that drawings point to."""

from io import BytesIO

from lxml import etree
from PIL import Image

from flows.documents.docx.model import Picture
from flows.documents.docx.package import R
from flows.documents.docx.places import Extent
from flows.documents.docx.story import Story
from flows.language import translate as _

_SHOWN = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff")


def picture(blip: etree._Element | None, size: Extent, alternative: str, story: Story) -> Picture | None:
    """Read the picture that an `a:blip` or `v:imagedata` points to; None, and a loss, where it cannot be shown."""
    identifier = "" if blip is None else blip.get(R + "embed") or blip.get(R + "id") or ""
    relationship = story.package.relationships(story.part).get(identifier)
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
    return Picture(relationship.target, size.width, size.height, alternative)


def _readable(content: bytes) -> bool:
    """Return whether a picture can be decoded; one that cannot would leave only its description on the page."""
    try:
        with Image.open(BytesIO(content)) as found:
            found.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True
