"""Draw an empty box, as a glyph of its own, for each character that no installed font has.

WeasyPrint draws them as `.notdef`, which PDF/A-2 (6.2.11.8) forbids. With a glyph each they can be searched and read
aloud, and the file is valid. They are reported as losses all the same, since the page does not show them.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pydyf
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

_IDENTITY = "/Identity-H"


def draw_missing(pdf: pydyf.PDF) -> None:
    """Add boxes to the TrueType fonts of a PDF for the glyphs that they are asked for and lack."""
    for font in pdf.objects:
        if isinstance(font, dict) and font.get("Subtype") == "/Type0" and font["Encoding"] != _IDENTITY:
            descendant = _at(font["DescendantFonts"][0], pdf)
            file = _at(_at(descendant["FontDescriptor"], pdf).get("FontFile2"), pdf)
            if file is not None:
                for widths in descendant["W"][1::2]:  # what is set closer than it is wide has a negative one
                    widths[:] = [max(width, 0) for width in widths]
                content = _with_boxes(b"".join(file.stream), _widths(descendant["W"]))
                file.stream, file.extra["Length1"] = [content], len(content)
                font["Encoding"] = _IDENTITY


def _at(reference: bytes | None, pdf: pydyf.PDF) -> Any:
    return None if reference is None else pdf.objects[int(reference.split()[0])]


def _widths(said: list[Any]) -> dict[int, float]:
    """Return the width of each glyph, in thousandths, from the array of a CID font: first glyph, widths, first …."""
    return {
        first + place: width
        for first, widths in zip(said[::2], said[1::2], strict=True)
        for place, width in enumerate(widths)
    }


def _with_boxes(content: bytes, widths: Mapping[int, float]) -> bytes:
    """Return a TrueType font that has all these glyphs; what it lacks is a box of its width."""
    font = TTFont(BytesIO(content), recalcTimestamp=False)
    em = font["head"].unitsPerEm
    for number in range(font["maxp"].numGlyphs, max(widths, default=0) + 1):
        width = round(widths.get(number, 0) * em / 1000)
        name = f"missing{number}"
        font["glyf"][name] = _box(width, em) if number in widths else TTGlyphPen(None).glyph()
        font["hmtx"][name] = (width, 0)
    made = BytesIO()
    font.save(made)
    return made.getvalue()


def _box(width: int, em: int) -> Any:
    """Return an empty box, as wide as the character with a little air on both sides and as high as a capital."""
    pen = TTGlyphPen(None)
    air, line, height = width // 10, em // 25, em * 7 // 10
    for inset, turn in ((0, 1), (line, -1)):
        left, right, low, high = air + inset, width - air - inset, inset, height - inset
        corners = [(left, low), (left, high), (right, high), (right, low)][::turn]
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()
