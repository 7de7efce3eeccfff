"""Compare the letters of pages: which, in which order, and where they stand, whatever draws them.

PDFium gives every letter of a page with its place, also one that is white, covered, or drawn in a way that nobody sees.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

_LARGEST_SHIFT = 2.0
"""Points by which a letter may stand elsewhere than the page's own scale and place say: producers round."""
_SCALES = (0.8, 1.001)
_MOST_LETTERS = 200_000
"""On one page: more than any page that people read."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a page in the order they are drawn, with the points of their origins; no spaces."""

    text: str
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """How a page of ours lies on a page of a provider's: its scale, and its lower left corner there in points."""

    scale: float = 1.0
    left: float = 0.0
    bottom: float = 0.0

    @property
    def is_identity(self) -> bool:
        """Whether the page lies as it was."""
        return abs(self.scale - 1) < 0.002 and abs(self.left) < 1 and abs(self.bottom) < 1


def letters_of(page: pypdfium2.PdfPage) -> Letters:
    """Return a page's letters. Raises `ValueError` for a page with more than anybody reads."""
    found, places = [], []
    with_text = page.get_textpage()
    try:
        count = pdfium.FPDFText_CountChars(with_text)
        if count > _MOST_LETTERS:
            raise ValueError("letters")
        x, y = ctypes.c_double(), ctypes.c_double()
        for index in range(count):
            code = pdfium.FPDFText_GetUnicode(with_text, index)
            letter = chr(code) if code < 0x110000 else "\ufffd"
            if code <= 0x20 or code in {0xA0, 0xAD, 0xFFFE, 0xFFFF} or letter.isspace():
                continue
            pdfium.FPDFText_GetCharOrigin(with_text, index, x, y)
            found.append(letter)
            places.append((x.value, y.value))
    finally:
        with_text.close()
    return Letters("".join(found), tuple(places))


def placement_of(ours: Letters, theirs: Letters, start: int) -> Placement | None:
    """Return how our letters, which begin at `start` among theirs, were placed; None if they do not keep together."""
    pairs = list(zip(ours.places, theirs.places[start : start + len(ours.places)], strict=True))
    if not pairs:
        return Placement()
    scale = _scale(pairs)
    left = pairs[0][1][0] - scale * pairs[0][0][0]
    bottom = pairs[0][1][1] - scale * pairs[0][0][1]
    for (x, y), (other_x, other_y) in pairs:
        if abs(left + scale * x - other_x) > _LARGEST_SHIFT or abs(bottom + scale * y - other_y) > _LARGEST_SHIFT:
            return None
    found = Placement(scale, left, bottom)
    return Placement() if found.is_identity else found


def _scale(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> float:
    """Return the scale between the two letters that lie farthest apart across or along the page."""
    best = (0.0, 1.0)
    for axis in (0, 1):
        low, high = min(pairs, key=lambda pair: pair[0][axis]), max(pairs, key=lambda pair: pair[0][axis])
        apart = high[0][axis] - low[0][axis]
        if apart > best[0]:
            best = (apart, (high[1][axis] - low[1][axis]) / apart)
    least, most = _SCALES
    return best[1] if best[0] > 20 and least <= best[1] <= most else 1.0
