"""Reads the picture files that drawings point to."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO

from lxml import etree
from PIL import Image, ImageFile

from flows.documents.docx.model import Picture
from flows.documents.docx.package import R
from flows.documents.docx.places import Extent
from flows.documents.docx.story import Story
from flows.language import translate as _

#: Dots of the largest picture: more than any camera's, and what decodes in a second.
MOST_DOTS = 50_000_000
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
    content = story.package.read(relationship.target)
    if fault := _fault(content):
        story.lose(fault)
        return None
    story.media[relationship.target] = content
    return Picture(relationship.target, size.width, size.height, alternative)


@contextmanager
def _strictly() -> Iterator[None]:
    """Take a picture that was cut off as damaged; WeasyPrint lets Pillow fill the rest with grey, for all there is."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


@lru_cache(maxsize=4)  # a template's own pictures, once a process
def _fault(content: bytes) -> str:
    """Return why a picture cannot be shown, or nothing; one that is damaged would leave a hole on the page."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # there is a limit of our own
            found = Image.open(BytesIO(content))
        with found:
            if found.width * found.height > MOST_DOTS:
                return _("picture of more than {count} million dots").format(count=MOST_DOTS // 1_000_000)
            found.verify()
        with Image.open(BytesIO(content)) as again, _strictly():
            again.load()
    except Image.DecompressionBombError:
        return _("picture of more than {count} million dots").format(count=MOST_DOTS // 1_000_000)
    except (OSError, SyntaxError, ValueError, EOFError):
        return _("damaged picture")
    return ""
