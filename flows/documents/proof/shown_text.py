"""Read from a PDF the text that a reader sees: on the paper, under nothing, in a colour and size that can be read.

Text comes by the objects that draw it, in the order in which they are drawn. One is taken as seen at once where
nothing speaks against it; for the others the page is drawn with them and without them, and a character is seen where
that makes a difference.
"""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

from flows.documents.proof.folding import folded
from flows.documents.proof.pdf_objects import Box, Drawn, objects_of, within
from flows.errors import DocumentRefused
from flows.language import translate as _
from flows.pdfium_lock import one_at_a_time

SMALLEST = 3.0
"""Text of fewer points than this is not read by anybody."""
FAINTEST = 30
"""By how much of 255 a colour must differ from its ground in red, green or blue to be seen."""
#: How different text and ground must be, as WCAG 2.1 measures contrast, to need no second look.
_CLEAR_CONTRAST = 1.8
#: Pixels a point; a cover must be wider and higher than the lines that are drawn under and through words.
_SCALE, _LINE = 2, 1.5
#: How far the ends of neighbouring texts reach into each other at most, in points.
_JOINT = 2.0


@dataclass(frozen=True, slots=True)
class Piece:
    """The text that one object shows: as it is read, folded for comparison, and its place.

    `unseen` is the part of it that a reader does not see, and `reason` why; `figure` tells whether it is tagged as part
    of a picture.
    """

    text: str
    folded: str
    page: int
    box: Box
    unseen: str = ""
    reason: str = ""
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size in points and its text, in the order in which it is drawn."""

    number: int
    width: float
    height: float
    pieces: tuple[Piece, ...]


def shown_pages(pdf: bytes) -> list[Page]:
    """Return the pages of a PDF with their text; raises `DocumentRefused` for what is no PDF."""
    try:
        with one_at_a_time, pypdfium2.PdfDocument(pdf) as document:
            return [_read(page, number) for number, page in enumerate(document, start=1)]
    except pypdfium2.PdfiumError as error:
        raise DocumentRefused(_("The PDF cannot be read back.")) from error


def _read(page: pypdfium2.PdfPage, number: int) -> Page:
    text_page = page.get_textpage()
    paper: Box = page.get_cropbox()
    drawn = list(objects_of(page, text_page))
    texts = [one for one in drawn if one.kind == pdfium.FPDF_PAGEOBJ_TEXT and folded(one.text)]
    doubtful = [one for one in texts if _doubtful(one, drawn, paper)]
    unseen = _unseen(page, text_page, doubtful, paper) if doubtful else {}
    for one in _overprinted(texts):
        unseen[id(one)] = [(sign, False) for sign in one.text]
    pieces = tuple(_piece(one, number, paper, unseen.get(id(one))) for one in texts)
    return Page(number, paper[2] - paper[0], paper[3] - paper[1], pieces)


def _piece(one: Drawn, number: int, paper: Box, seen: list[tuple[str, bool]] | None) -> Piece:
    box = (one.box[0] - paper[0], one.box[1] - paper[1], one.box[2] - paper[0], one.box[3] - paper[1])
    if seen is None or all(shown for _sign, shown in seen):
        return Piece(one.text, folded(one.text), number, box, figure=one.figure)
    text = "".join(sign for sign, shown in seen if shown)
    unseen = " ".join("".join(sign for sign, shown in seen if not shown or sign.isspace()).split())
    return Piece(text, folded(text), number, box, unseen, _reason(one, paper), one.figure)


def _reason(one: Drawn, paper: Box) -> str:
    if not within(one.box, paper):
        return _("stands outside the paper")
    if one.size < SMALLEST:
        return _("is too small to be read")
    if one.faint:
        return _("has the colour of its ground")
    return _("stands under something else") if one.around else _("is cut off")


def _doubtful(text: Drawn, drawn: list[Drawn], paper: Box) -> bool:
    """Return whether a text has to be looked at: nothing that is drawn before or after it may touch what it says."""
    later = False
    text.faint = _contrast(text.colour, (255, 255, 255, 255)) < _CLEAR_CONTRAST
    for one in drawn:
        if one is text:
            later = True
        elif one.kind != pdfium.FPDF_PAGEOBJ_TEXT and _touches(one.box, text.box):
            if later:
                text.around.append(one)
            elif one.colour is None or (one.colour[3] and _contrast(text.colour, one.colour) < _CLEAR_CONTRAST):
                text.faint = True
    opaque = text.colour is not None and text.colour[3] == 255
    clear = text.plain and opaque and text.size >= SMALLEST and not text.faint and within(text.box, paper)
    return not clear or bool(text.around)


def _overprinted(texts: list[Drawn]) -> Iterator[Drawn]:
    """Yield each text over which another of about its size is printed, so that neither can be read."""
    for index, one in enumerate(texts):
        if _is_mark(one.text):
            continue
        left, bottom, right, top = one.box
        for other in texts[index + 1 :]:
            if other.box[1] >= top or other.box[3] <= bottom or _is_mark(other.text):
                continue
            across = min(right, other.box[2]) - max(left, other.box[0])
            up = min(top, other.box[3]) - max(bottom, other.box[1])
            if across > _JOINT and 0.5 < one.size / max(other.size, 0.1) < 2:
                lowest = min(top - bottom, other.box[3] - other.box[1])
                if up > lowest / 2 and across > min(right - left, other.box[2] - other.box[0]) / 4:
                    one.around.append(other)
                    yield one
                    break


def _is_mark(text: str) -> bool:
    """Return whether a text begins with a mark, such as an accent or a vowel sign, which stands over its letter."""
    return category(text.lstrip()[:1] or " ").startswith("M")


def _unseen(
    page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage, doubtful: list[Drawn], paper: Box
) -> dict[int, list[tuple[str, bool]]]:
    """Return of each doubtful text its characters and whether each is seen: whether the page differs without it."""
    signs = _signs(text_page, doubtful)
    before = _drawing(page)
    for one in doubtful:
        pdfium.FPDFPageObj_Transform(one.handle, 1, 0, 0, 1, 0, -100_000)
    difference = ImageChops.difference(before, _drawing(page))
    found: dict[int, list[tuple[str, bool]]] = {}
    for one in doubtful:
        readable = one.size >= SMALLEST
        boxes = signs.get(id(one), [])
        seen = [(sign, not folded(sign) or (readable and _differs(difference, box, paper))) for sign, box in boxes]
        found[id(one)] = seen or [(one.text, False)]
    return found


def _signs(text_page: pypdfium2.PdfTextPage, texts: list[Drawn]) -> dict[int, list[tuple[str, Box]]]:
    """Return the characters of texts with their boxes."""
    wanted = {_address(one.handle): id(one) for one in texts}
    found: dict[int, list[tuple[str, Box]]] = {}
    left, right, bottom, top = (ctypes.c_double() for _each in range(4))
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        handle = pdfium.FPDFText_GetTextObject(text_page, index)
        key = wanted.get(_address(handle)) if handle else None
        if key is not None:
            pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
            sign = chr(pdfium.FPDFText_GetUnicode(text_page, index))
            found.setdefault(key, []).append((sign, (left.value, bottom.value, right.value, top.value)))
    return found


def _address(handle: ctypes.c_void_p) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _drawing(page: pypdfium2.PdfPage) -> Image.Image:
    drawing: Image.Image = page.render(scale=_SCALE).to_pil().convert("RGB")
    return drawing


def _differs(difference: Image.Image, box: Box, paper: Box) -> bool:
    left, top = (box[0] - paper[0]) * _SCALE, (paper[3] - box[3]) * _SCALE
    right, bottom = (box[2] - paper[0]) * _SCALE, (paper[3] - box[1]) * _SCALE
    area = (
        max(0, int(left) - 1),
        max(0, int(top) - 1),
        min(difference.width, int(right) + 2),
        min(difference.height, int(bottom) + 2),
    )
    if area[0] >= area[2] or area[1] >= area[3]:
        return False
    return max(high for _low, high in difference.crop(area).getextrema()) >= FAINTEST  # type: ignore[misc]


def _touches(box: Box, text: Box) -> bool:
    """Return whether an area reaches into a text; lines, such as those below words, do not."""
    if box[2] - box[0] <= _LINE or box[3] - box[1] <= _LINE:
        return False
    return box[0] < text[2] and box[2] > text[0] and box[1] < text[3] and box[3] > text[1]


def _contrast(one: tuple[int, ...] | None, other: tuple[int, ...]) -> float:
    if one is None:
        return 1.0
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    red, green, blue = (_LINEAR[value] for value in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_LINEAR = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in range(256))]


def as_read(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return pieces as they are read, where some are drawn later: each before what stands below it in its column."""
    found: list[Piece] = []
    for piece in pieces:
        left, bottom, right, _top = piece.box
        below = (
            at for at, one in enumerate(found) if one.box[3] <= bottom and one.box[0] < right and one.box[2] > left
        )
        found.insert(next(below, len(found)), piece)
    return tuple(found)


def text_within(pages: Sequence[Page], margins: tuple[float, float]) -> str:
    """Return the folded text of pages, without what stands above and below the text, in margins so high in points."""
    top, bottom = margins
    return "".join(
        piece.folded
        for page in pages
        for piece in page.pieces
        if bottom < (piece.box[1] + piece.box[3]) / 2 < page.height - top
    )
