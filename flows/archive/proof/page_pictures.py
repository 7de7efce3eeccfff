"""Compare pages as pictures: what is over, under or beside our text shows, whatever objects it is made of.

PDFium renders both files; a stamp at a place where a signature was asked for is no difference, nor is what lies in a
margin that a provider prints in.
"""

from collections.abc import Sequence

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from flows.archive.proof.stamp_areas import StampArea

_SCALE = 1.0
"""Pixels a point: a letter of 9 points is legible, and a page takes some 15 ms."""
_DARKER = 32
"""A pixel differs when its grey does by more than this, of 255: producers round lines to other places."""
_LARGEST = 2000.0
"""Points of the longest side that is rendered, a good A2: a page of kilometres is no agreement's."""
_SAME_SIZE = 1.5
"""Points by which the sides of a page may differ."""


def other_pages(sent: bytes, signed: bytes, first: int, stamps: Sequence[StampArea], foot: float = 0.0) -> list[int]:
    """Return the numbers (from 1) of our pages that look otherwise in the signed PDF than in the one that was sent.

    Our pages begin in the signed PDF at index `first`. `foot` is the height, in points, of a strip at the lower edge
    that the provider prints in. Raises `PdfiumError` for a file that PDFium cannot read.
    """
    other = []
    with pypdfium2.PdfDocument(sent) as ours, pypdfium2.PdfDocument(signed) as theirs:
        for index in range(len(ours)):
            mine, came = ours[index], theirs[first + index]
            if not _fit(mine.get_size(), came.get_size()) or _differ(
                _picture(mine), _picture(came), [one for one in stamps if one.page == index + 1], foot
            ):
                other.append(index + 1)
    return other


def _fit(mine: tuple[float, float], came: tuple[float, float]) -> bool:
    return max(mine) <= _LARGEST and all(abs(one - two) <= _SAME_SIZE for one, two in zip(mine, came, strict=True))


def _picture(page: pypdfium2.PdfPage) -> Image.Image:
    picture: Image.Image = page.render(scale=_SCALE, grayscale=True).to_pil().convert("L")
    return picture


def _differ(mine: Image.Image, came: Image.Image, stamps: Sequence[StampArea], foot: float) -> bool:
    """Say whether two pictures differ outside stamps and foot by more than the shades along the edges of letters."""
    if mine.size != came.size:
        came = came.resize(mine.size)
    height = mine.size[1]
    # a line or letter that moved by a pixel is found again in its surroundings, what was added or taken is not
    added = ImageChops.subtract(mine.filter(ImageFilter.MinFilter(3)), came)
    lost = ImageChops.subtract(came.filter(ImageFilter.MinFilter(3)), mine)
    difference = ImageChops.lighter(added, lost)
    draw = ImageDraw.Draw(difference)
    for one in stamps:
        low, high = height - one.bottom * _SCALE, height - one.top * _SCALE
        draw.rectangle((one.left * _SCALE - 3, high - 3, one.right * _SCALE + 3, low + 3), fill=0)
    if foot:
        draw.rectangle((0, height - foot * _SCALE, mine.size[0], height), fill=0)
    _darkest, largest = difference.getextrema()
    return largest > _DARKER  # type: ignore[operator]  # one band has one pair
