"""Read and verify the picture files that drawings refer to."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO

from lxml import etree
from PIL import Image, ImageFile

from flows.language import translate as _
from flows.typesetting.docx.drawing_positions import Extent
from flows.typesetting.docx.model import Picture
from flows.typesetting.docx.package import R
from flows.typesetting.docx.part_context import Story
from flows.typesetting.figures.metafiles import draw_metafile, is_metafile
from flows.typesetting.figures.picture_effects import PictureEffects, draw_cut, draw_turned

#: Pixels of the largest picture: more than any camera has, and decoded in a second.
MOST_DOTS = 50_000_000
_SHOWN = ("PNG", "JPEG", "GIF", "BMP", "DIB", "TIFF", "WEBP")
_NO_EFFECTS = PictureEffects()
_KNOWN = ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "tmp", "bin")


def picture(
    blip: etree._Element | None, size: Extent, alternative: str, story: Story, effects: PictureEffects = _NO_EFFECTS
) -> Picture | None:
    """Read the picture of an `a:blip` or `v:imagedata`; None, and a recorded loss, if it cannot be shown.

    A rotated picture has the size of its bounding box.
    """
    identifier = "" if blip is None else blip.get(R + "embed") or blip.get(R + "id") or ""
    relationship = story.package.relationships(story.part).get(identifier)
    if relationship is None or relationship.external or relationship.target not in story.package.names:
        story.lose(_("picture that is not in the file"))
        return None
    kind = relationship.target.rsplit(".", 1)[-1].lower()
    name, content = story.package.prefix + relationship.target, story.package.read(relationship.target)
    if is_metafile(content):
        found = draw_metafile(content, size.width, size.height)
        if found is None or not found.whole:
            what = _("picture of the kind {kind}") if found is None else _("parts of a picture of the kind {kind}")
            story.lose(what.format(kind=kind))
        if found is None:
            return None
        name, content = f"{name}.{size.width:.0f}x{size.height:.0f}.svg", found.svg
    elif fault := _fault(content):
        story.lose(fault if kind in _KNOWN else _("picture of the kind {kind}").format(kind=kind))
        return None
    story.media[name] = content
    return _apply_effects(Picture(name, size.width, size.height, alternative), effects, story)


def _apply_effects(shown: Picture, effects: PictureEffects, story: Story) -> Picture:
    """Return a picture with its effects, as an SVG that contains it."""
    width, height = shown.width, shown.height
    if not effects or not width or not height:
        return shown
    name = shown.part
    if any(effects.cut):
        made = draw_cut(f"docx:{name}", width, height, effects.cut)
        name = f"{name}.cut{len(story.media)}.svg"
        story.media[name] = made
    if effects.framed:
        made, width, height = draw_turned(f"docx:{name}", width, height, effects)
        name = f"{name}.turned{len(story.media)}.svg"
        story.media[name] = made
    return Picture(name, width, height, shown.alternative)


@contextmanager
def _strictly() -> Iterator[None]:
    """Treat truncated pictures as damaged; WeasyPrint globally lets Pillow fill the rest with grey."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


@lru_cache(maxsize=4)  # cached for the pictures of a template
def _fault(content: bytes) -> str:
    """Return why a picture cannot be shown; empty if it can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we have our own limit
            found = Image.open(BytesIO(content), formats=_SHOWN)
        with found:
            if found.width * found.height > MOST_DOTS:
                return _("picture of more than {count} million dots").format(count=MOST_DOTS // 1_000_000)
            found.verify()
        with Image.open(BytesIO(content), formats=_SHOWN) as again, _strictly():
            again.load()
    except Image.DecompressionBombError:
        return _("picture of more than {count} million dots").format(count=MOST_DOTS // 1_000_000)
    except (OSError, SyntaxError, ValueError, EOFError):
        return _("damaged picture")
    return ""
