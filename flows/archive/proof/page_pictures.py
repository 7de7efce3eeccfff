"""Compare pages as pictures: what is over, under or beside our text shows, whatever objects it is made of.

PDFium renders both files; a stamp at a place where a signature was asked for is no difference, nor is what lies in a
margin that a provider prints in.
"""

from collections.abc import Sequence

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from flows.archive.proof.page_text import Placement
from flows.archive.proof.stamp_areas import StampArea

_SCALE = 1.0
"""Pixels a point: a letter of 9 points is legible, and a page takes some 15 ms."""
_DARKER = 32
"""A pixel differs when its grey does by more than this, of 255: producers round lines to other places."""
_LARGEST = 2000.0
"""Points of the longest side that is rendered, a good A2: a page of kilometres is no agreement's."""
_SAME_SIZE = 1.5
"""Points by which the sides of a page may differ."""


def same_size(mine: pypdfium2.PdfPage, came: pypdfium2.PdfPage) -> bool:
    """Say whether two pages have the size of paper, and the same one. Raises `ValueError` for a page without any."""
    ours, theirs = mine.get_size(), came.get_size()
    if min(*ours, *theirs) < 1:
        raise ValueError("size")
    return max(ours) <= _LARGEST and all(abs(one - two) <= _SAME_SIZE for one, two in zip(ours, theirs, strict=True))


def look_alike(
    mine: pypdfium2.PdfPage,
    came: pypdfium2.PdfPage,
    stamps: Sequence[StampArea] = (),
    foot: float = 0.0,
    placement: Placement = Placement(),  # noqa: B008 - frozen
) -> bool:
    """Say whether two pages of one size look alike, but for stamps and what a provider prints at the foot.

    `stamps` are places on our page, `foot` is the height in points of the strip at the lower edge of the other one, and
    `placement` how our page lies on it. Raises `PdfiumError` for a page that PDFium cannot render.
    """
    theirs = _picture(came, _SCALE)
    scaled = _picture(mine, _SCALE * placement.scale)
    ours = Image.new("L", theirs.size, 255)
    top = theirs.size[1] - placement.bottom * _SCALE - scaled.size[1]
    ours.paste(scaled, (round(placement.left * _SCALE), round(top)))
    return not _differ(ours, theirs, [moved(one, placement) for one in stamps], foot)


def _picture(page: pypdfium2.PdfPage, scale: float) -> Image.Image:
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    return picture


def moved(area: StampArea, placement: Placement) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of a place on our page, in points of the other one."""
    scale = placement.scale
    left, bottom = placement.left + scale * area.left, placement.bottom + scale * area.bottom
    return left, bottom, left + scale * (area.right - area.left), bottom + scale * (area.top - area.bottom)


def _differ(
    mine: Image.Image, came: Image.Image, stamps: Sequence[tuple[float, float, float, float]], foot: float
) -> bool:
    """Say whether two pictures differ outside stamps and foot by more than the shades along the edges of letters."""
    height = mine.size[1]
    # a line or letter that moved by a pixel is found again in its surroundings, what was added or taken is not
    added = ImageChops.subtract(mine.filter(ImageFilter.MinFilter(3)), came)
    lost = ImageChops.subtract(came.filter(ImageFilter.MinFilter(3)), mine)
    if foot:  # what is printed there is no difference; what of ours is gone is one
        ImageDraw.Draw(added).rectangle((0, height - foot * _SCALE, mine.size[0], height), fill=0)
    difference = ImageChops.lighter(added, lost)
    draw = ImageDraw.Draw(difference)
    for left, bottom, right, top in stamps:
        low, high = height - bottom * _SCALE, height - top * _SCALE
        draw.rectangle((left * _SCALE - 3, high - 3, right * _SCALE + 3, low + 3), fill=0)
    _darkest, largest = difference.getextrema()
    return largest > _DARKER  # type: ignore[operator]  # one band has one pair
