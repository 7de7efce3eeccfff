"""List what the pages of a PDF draw, object by object, through PDFium."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the lower left corner of the page."""
_Matrix = tuple[float, float, float, float, float, float]
_UNMOVED: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
#: How much room of a glyph's box may lie outside a page or clip, in points.
_SPARE = 0.5
_FIGURE = "Figure"
#: Room for the text of most objects; asking for its length first takes as long as reading it.
_ROOM = (pdfium.FPDF_WCHAR * 2048)()


@dataclass(slots=True)
class Drawn:
    """One object that draws: its box, its colour with alpha, and whether that is all one needs to know of it."""

    handle: ctypes.c_void_p
    kind: int
    box: Box
    colour: tuple[int, int, int, int] | None
    plain: bool
    text: str = ""
    size: float = 0.0
    faint: bool = False  # like its ground in colour
    figure: bool = False  # part of a picture (ISO 32000-2, 14.8.4.8.5)
    around: list["Drawn"] = field(default_factory=list)  # what is drawn later, over its box


def objects_of(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> Iterator[Drawn]:
    """Yield all that a page draws, in order; what is grouped comes one by one."""
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        yield from _object(pdfium.FPDFPage_GetObject(page, index), text_page)


def _object(
    handle: ctypes.c_void_p,
    text_page: pypdfium2.PdfTextPage,
    moved: _Matrix = _UNMOVED,
    around: Box | None = None,
    figure: bool = False,
) -> Iterator[Drawn]:
    """Yield an object, or those of its group; `around` is the box that the group's clip leaves of them."""
    kind = pdfium.FPDFPageObj_GetType(handle)
    clip, simple = _clip(handle, moved)
    clip = _common(clip, around)
    if kind == pdfium.FPDF_PAGEOBJ_FORM:
        inner, figure = _times(_matrix(handle), moved), figure or _in_figure(handle)
        for index in range(pdfium.FPDFFormObj_CountObjects(handle)):
            yield from _object(pdfium.FPDFFormObj_GetObject(handle, index), text_page, inner, clip, figure)
        return
    box = _moved(_bounds(handle), moved)
    colour = _colour(handle)
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        mode = pdfium.FPDFTextObj_GetTextRenderMode(handle)
        plain = mode in (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE)
        plain = plain and (clip is None or (simple and within(box, clip)))
        text, size = _text(handle, text_page), _height(handle, moved)
        yield Drawn(handle, kind, box, colour, plain, text, size, figure=figure or _in_figure(handle))
        return
    box = _common(box, clip) or box
    if kind == pdfium.FPDF_PAGEOBJ_PATH:
        filling, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(handle, filling, stroke)
        if filling.value:
            yield Drawn(handle, kind, box, colour, plain=True)
    else:
        yield Drawn(handle, kind, box, None, plain=False)


def _in_figure(handle: ctypes.c_void_p) -> bool:
    """Return whether an object is tagged as part of a picture."""
    size = ctypes.c_ulong()
    for index in range(pdfium.FPDFPageObj_CountMarks(handle)):
        mark = pdfium.FPDFPageObj_GetMark(handle, index)
        name = ctypes.create_string_buffer(2 * len(_FIGURE) + 2)
        pdfium.FPDFPageObjMark_GetName(mark, ctypes.cast(name, ctypes.POINTER(pdfium.FPDF_WCHAR)), len(name), size)
        if size.value == len(name) and name.raw[:-2].decode("utf-16-le") == _FIGURE:
            return True
    return False


def _height(handle: ctypes.c_void_p, moved: _Matrix) -> float:
    """Return how high text is set, in points."""
    _a, _b, c, d, _e, _f = _times(_matrix(handle), moved)
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(handle, size)
    return float(size.value * math.hypot(c, d))


def _text(handle: ctypes.c_void_p, text_page: pypdfium2.PdfTextPage) -> str:
    size = pdfium.FPDFTextObj_GetText(handle, text_page, _ROOM, ctypes.sizeof(_ROOM))
    if size <= ctypes.sizeof(_ROOM):
        return ctypes.string_at(_ROOM, size).decode("utf-16-le", "replace").rstrip("\0")
    room = (pdfium.FPDF_WCHAR * size)()
    pdfium.FPDFTextObj_GetText(handle, text_page, room, size)
    return ctypes.string_at(room, size).decode("utf-16-le", "replace").rstrip("\0")


def _bounds(handle: ctypes.c_void_p) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _each in range(4))
    pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _colour(handle: ctypes.c_void_p) -> tuple[int, int, int, int] | None:
    red, green, blue, alpha = (ctypes.c_uint() for _each in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha):
        return None
    return red.value, green.value, blue.value, alpha.value


def _matrix(handle: ctypes.c_void_p) -> _Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(handle, found)
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(one: _Matrix, other: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _moved(box: Box, matrix: _Matrix) -> Box:
    if matrix is _UNMOVED:
        return box
    a, b, c, d, e, f = matrix
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across, up = [x for x, _y in corners], [y for _x, y in corners]
    return min(across), min(up), max(across), max(up)


def _clip(handle: ctypes.c_void_p, moved: _Matrix) -> tuple[Box | None, bool]:
    """Return the box that an object's clip leaves of it, and whether the clip is no more than that box."""
    clip = pdfium.FPDFPageObj_GetClipPath(handle)
    count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
    across, up = ctypes.c_float(), ctypes.c_float()
    box, simple = None, True
    for path in range(max(count, 0)):
        points = []
        for index in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, index), across, up)
            points.append((across.value, up.value))
        simple = simple and 4 <= len(points) <= 5
        if points:
            lefts, ups = [x for x, _y in points], [y for _x, y in points]
            box = _common(box, _moved((min(lefts), min(ups), max(lefts), max(ups)), moved))
    return box, simple


def _common(one: Box | None, other: Box | None) -> Box | None:
    """Return what two boxes share, where there are two."""
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def within(box: Box, around: Box) -> bool:
    """Return whether a box lies within another."""
    return (
        box[0] >= around[0] - _SPARE
        and box[1] >= around[1] - _SPARE
        and box[2] <= around[2] + _SPARE
        and box[3] <= around[3] + _SPARE
    )
