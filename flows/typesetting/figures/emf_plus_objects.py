"""Read EMF+ objects ([MS-EMFPLUS] 2.2.1): brushes, pens, paths, fonts, string formats, images."""

import math
import struct
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TypeAlias

from PIL import Image

from flows.typesetting.docx.properties import mix_colours
from flows.typesetting.figures import bitmaps
from flows.typesetting.figures.gdi_device import Brush
from flows.typesetting.figures.svg_canvas import Point

_MOST_POINTS = 100_000
_GREY = "C0C0C0"
#: Pixel formats ([MS-EMFPLUS] 2.1.1.25) as Pillow's raw modes.
_DOTS = {0x0026200A: "BGRA", 0x000E200B: "BGRa", 0x00022009: "BGRX", 0x00021808: "BGR"}


@dataclass(frozen=True, slots=True)
class Stroke:
    """A pen: colour, width in a unit, and whether it is dashed."""

    colour: str
    width: float
    unit: int
    dashed: bool


@dataclass(frozen=True, slots=True)
class Face:
    """A font: name, and size in a unit."""

    name: str
    size: float
    unit: int
    bold: bool
    italic: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """Alignment of text in its rectangle: 0 near, 1 centre, 2 far."""

    along: int = 0
    down: int = 0
    vertical: bool = False
    wrapped: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """A subpath: its start, and lines (one point) and curves (three points) from there."""

    start: Point
    steps: "tuple[tuple[Point, ...], ...]"
    closed: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A path."""

    pieces: tuple[Piece, ...] = field(default=())

    def points(self) -> list[Point]:
        """Return all its points."""
        return [point for piece in self.pieces for point in (piece.start, *(p for step in piece.steps for p in step))]


EmfPlusObject: TypeAlias = Brush | Stroke | Face | Setting | Outline | Image.Image


def read_object(kind: int, data: bytes) -> EmfPlusObject | None:
    """Return the object of an object record; None for a type that is not used in drawing."""
    if kind == 1:
        return Brush(brush_colour(data))
    if kind == 2:
        return _pen(data)
    if kind == 3:
        return _path(data)
    if kind == 5:
        return _image(data)
    if kind == 6:
        size, unit, style, _, length = struct.unpack_from("<fIiII", data, 4)
        name = data[24 : 24 + 2 * length].decode("utf-16-le", "replace").split("\0")[0]
        return Face(name or "Arial", size, unit, bool(style & 1), bool(style & 2))
    if kind == 7:
        flags, _, along, down = struct.unpack_from("<IIII", data, 4)
        return Setting(along, down, bool(flags & 2), not flags & 0x1000)
    return None


def argb(said: int) -> str:
    """Return the hexadecimal digits of a colour, transparency blended with white; empty if it is invisible."""
    alpha, digits = said >> 24 & 0xFF, f"{said & 0xFFFFFF:06X}"
    return "" if not alpha else digits if alpha == 255 else mix_colours(digits, "FFFFFF", alpha / 255)


def brush_colour(data: bytes) -> str:
    """Return the colour of a brush; the mean of several."""
    kind = struct.unpack_from("<I", data, 4)[0]
    if kind == 0:
        return argb(struct.unpack_from("<I", data, 8)[0])
    if kind == 1:
        fore, back = struct.unpack_from("<II", data, 12)
        return mix_colours(argb(fore) or "FFFFFF", argb(back) or "FFFFFF", 0.3)
    if kind == 3:
        return argb(struct.unpack_from("<I", data, 16)[0])
    if kind == 4:
        first, last = struct.unpack_from("<II", data, 32)
        return mix_colours(argb(first) or "FFFFFF", argb(last) or "FFFFFF", 0.5)
    return _GREY


def _pen(data: bytes) -> Stroke:
    """Read a pen, skipping the optional data of its flags, and its brush."""
    flags, unit, width = struct.unpack_from("<IIf", data, 8)
    offset, style = 20, 0
    sizes = ((0x1, 24), (0x2, 4), (0x4, 4), (0x8, 4), (0x10, 4), (0x20, 4), (0x40, 4), (0x80, 4))
    for flag, size in sizes:
        if flags & flag:
            style = struct.unpack_from("<i", data, offset)[0] if flag == 0x20 else style
            offset += size
    for flag, unit_size in ((0x100, 4), (0x200, 0), (0x400, 4), (0x800, 1), (0x1000, 1)):
        if flags & flag:
            count = struct.unpack_from("<I", data, offset)[0] if unit_size else 0
            offset += 4 + count * unit_size
    return Stroke(brush_colour(data[offset:]), width, unit, bool(style) or bool(flags & 0x100))


def _path(data: bytes) -> Outline:
    count, flags = struct.unpack_from("<II", data, 4)
    if count > _MOST_POINTS:
        raise ValueError("too many points")
    found, offset = points(data, 12, count, flags)
    kinds: list[int] = []
    if flags & 0x1000:  # as often as stated, in sequence
        while len(kinds) < count:
            kinds += [data[offset + 1]] * max(data[offset] & 0x3F, 1)
            offset += 2
    else:
        kinds = list(data[offset : offset + count])
    return Outline(tuple(_pieces(found, kinds)))


def _pieces(found: Sequence[Point], kinds: Sequence[int]) -> list[Piece]:
    pieces: list[Piece] = []
    steps: list[tuple[Point, ...]] = []
    curve: list[Point] = []
    start: Point | None = None
    for point, kind in zip(found, kinds, strict=False):
        if kind & 0xF == 0 or start is None:
            if start is not None:
                pieces.append(Piece(start, tuple(steps), closed=False))
            start, steps, curve = point, [], []
        elif kind & 0xF == 3:
            curve.append(point)
            if len(curve) == 3:
                steps.append(tuple(curve))
                curve = []
        else:
            steps.append((point,))
        if kind & 0x80:
            pieces.append(Piece(start, tuple(steps), closed=True))
            start, steps, curve = None, [], []
    if start is not None:
        pieces.append(Piece(start, tuple(steps), closed=False))
    return pieces


def dots(unit: int, an_inch: float) -> float:
    """Return the pixels of a unit: point, inch, document, millimetre; others are pixels."""
    shares = {3: 1 / 72, 4: 1.0, 5: 1 / 300, 6: 1 / 25.4}
    return shares[unit] * an_inch if unit in shares else 1.0


def arc_points(corner: Point, size: Point, angles: tuple[float, float], pie: bool) -> list[Point]:
    """Return an ellipse, or its part from a start angle over a sweep angle in degrees clockwise, as line segments."""
    start, sweep = (math.radians(angle) for angle in angles)
    half = (size[0] / 2, size[1] / 2)
    middle = (corner[0] + half[0], corner[1] + half[1])
    turns = [start + sweep * step / 48 for step in range(49)]
    found = [(middle[0] + half[0] * math.cos(turn), middle[1] + half[1] * math.sin(turn)) for turn in turns]
    return [middle, *found] if pie else found


def points(data: bytes, offset: int, count: int, flags: int) -> tuple[list[Point], int]:
    """Return points and the offset behind them: floats, 16-bit integers (0x4000), or relative ones (0x800)."""
    if flags & 0x800:
        return _steps(data, offset, count)
    small = bool(flags & 0x4000)
    size = 4 if small else 8
    count = max(min(count, (len(data) - offset) // size), 0)
    figures = struct.unpack_from(f"<{2 * count}{'h' if small else 'f'}", data, offset)
    return list(zip(map(float, figures[::2]), map(float, figures[1::2]), strict=True)), offset + count * size


def _steps(data: bytes, offset: int, count: int) -> tuple[list[Point], int]:
    """Return relative points of 7-bit or 15-bit signed integers."""
    found: list[Point] = []
    figures: list[int] = []
    x = y = 0
    while len(found) < count:
        first = data[offset]
        if first & 0x80:
            figure = (first & 0x7F) << 8 | data[offset + 1]
            figure -= 0x8000 if figure & 0x4000 else 0
            offset += 2
        else:
            figure = first - 0x80 if first & 0x40 else first
            offset += 1
        figures.append(figure)
        if len(figures) == 2:
            x, y = x + figures[0], y + figures[1]
            found.append((float(x), float(y)))
            figures = []
    return found, offset


def _image(data: bytes) -> Image.Image | None:
    """Read a bitmap; None if it is no bitmap, damaged or too large."""
    if struct.unpack_from("<I", data, 4)[0] != 1:
        return None
    width, height, stride, form, packed = struct.unpack_from("<iiiII", data, 8)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if packed == 1:
                found: Image.Image = Image.open(BytesIO(data[28:]), formats=("PNG", "JPEG", "GIF", "BMP", "TIFF"))
                if found.width * found.height > bitmaps.MOST_DOTS:
                    return None
            elif form in _DOTS and 0 < width * height <= bitmaps.MOST_DOTS:
                mode = "RGBA" if _DOTS[form] in ("BGRA", "BGRa") else "RGB"
                found = Image.frombuffer(mode, (width, height), data[28:], "raw", _DOTS[form], stride, 1)
            else:
                return None
            found.load()
            return found.convert("RGBA" if "A" in found.getbands() or "transparency" in found.info else "RGB")
    except Exception:  # noqa: BLE001 - what a damaged picture raises is for its decoder to choose
        return None
