"""Draw the records of EMF+ ([MS-EMFPLUS]), which newer programs put into EMF files, alone or beside EMF records."""

import struct
from collections.abc import Callable, Iterable, Mapping

from PIL import Image

from flows.typesetting.figures import bitmaps
from flows.typesetting.figures.emf_plus_objects import Face, Outline, Setting, Stroke, arc_points, argb, dots, points
from flows.typesetting.figures.emf_plus_state import StateRecords
from flows.typesetting.figures.emf_plus_text import write_at, write_in
from flows.typesetting.figures.gdi_device import Brush, Device
from flows.typesetting.figures.svg_canvas import Point, short, way
from flows.typesetting.figures.wmf_records import DAMAGED

_HEADER, _OBJECT = 0x4001, 0x4008
_MOST_RECORDS = 200_000
#: Records without visible effect here: ends, rendering hints, the switch to EMF records.
_SILENT = {0x4002, 0x4003, 0x4004, *range(0x401D, 0x4025)}
_WORLD = range(0x402A, 0x4030)
_WHOLE = (0.0, 360.0)


class _Player(StateRecords):
    """Plays the drawing records of one file, comment by comment."""

    def __init__(self, device: Device) -> None:
        super().__init__(device)
        self._count = 0

    def play(self, data: bytes) -> None:
        """Play the records of one comment; a damaged one is skipped and noted."""
        offset = 0
        while offset + 12 <= len(data) and self._count < _MOST_RECORDS and not self._device.canvas.full:
            kind, flags, size, length = struct.unpack_from("<HHII", data, offset)
            if size < 12 or length > size - 12 or offset + size > len(data):
                break
            self._play_record(kind, flags, data[offset + 12 : offset + 12 + length])
            offset += size
            self._count += 1

    def _play_record(self, kind: int, flags: int, data: bytes) -> None:
        try:
            if kind in _WORLD:
                self.world(kind, flags, data)
            elif kind in _RECORDS:
                _RECORDS[kind](self, flags, data)
            elif kind not in _SILENT:
                self._device.unread.add(f"EMF+ {kind:x}")
        except DAMAGED:
            self._device.unread.add(f"EMF+ {kind:x}")

    def clear(self, flags: int, data: bytes) -> None:  # noqa: ARG002
        canvas = self._device.canvas
        canvas.rectangle(0.0, 0.0, canvas.width, canvas.height, argb(struct.unpack_from("<I", data)[0]))

    def _colour(self, flags: int, said: int) -> str:
        """Return the fill colour: stated, or that of a brush."""
        if flags & 0x8000:
            return argb(said)
        brush = self._tools.get(said & 0xFF)
        return brush.colour if isinstance(brush, Brush) else ""

    def _filled(self, drawn: str, colour: str) -> None:
        self._device.canvas.path(drawn, colour, even_odd=True)

    def _lined(self, drawn: str, pen: int) -> None:
        stroke = self._tools.get(pen & 0xFF)
        if not isinstance(stroke, Stroke):
            return
        width = stroke.width if stroke.unit < 2 else stroke.width * dots(stroke.unit, self._dots_an_inch) / self._page
        self._device.canvas.path(
            drawn, "", stroke.colour, max(self._device.length(width), 0.4), "3 2" if stroke.dashed else ""
        )

    def fill(self, flags: int, data: bytes) -> None:
        """Fill rectangles."""
        said, count = struct.unpack_from("<II", data)
        for corners in self._rectangles(flags, data, 8, count):
            self._filled(self._way(corners, closed=True), self._colour(flags, said))

    def boxes(self, flags: int, data: bytes) -> None:
        count = struct.unpack_from("<I", data)[0]
        for corners in self._rectangles(flags, data, 4, count):
            self._lined(self._way(corners, closed=True), flags)

    def _rectangles(self, flags: int, data: bytes, offset: int, count: int) -> Iterable[list[Point]]:
        pairs, _ = points(data, offset, 2 * count, flags & 0x4000)
        for (x, y), (wide, high) in zip(pairs[::2], pairs[1::2], strict=False):
            yield [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]

    def _way(self, corners: Iterable[Point], closed: bool) -> str:
        return way((self._device.point(x, y) for x, y in corners), closed)

    def polygon(self, flags: int, data: bytes) -> None:
        said, count = struct.unpack_from("<II", data)
        found, _ = points(data, 8, count, flags & 0x4800)
        if len(found) > 2:
            self._filled(self._way(found, closed=True), self._colour(flags, said))

    def lines(self, flags: int, data: bytes) -> None:
        found, _ = points(data, 4, struct.unpack_from("<I", data)[0], flags & 0x4800)
        if len(found) > 1:
            self._lined(self._way(found, closed=bool(flags & 0x2000)), flags)

    def curves(self, flags: int, data: bytes) -> None:
        found, _ = points(data, 4, struct.unpack_from("<I", data)[0], flags & 0x4800)
        placed = [self._device.point(x, y) for x, y in found]
        if len(placed) > 3:
            steps = (placed[index : index + 3] for index in range(1, len(placed) - 2, 3))
            drawn = "".join("C" + " ".join(f"{short(x)} {short(y)}" for x, y in step) for step in steps)
            self._lined(f"M{short(placed[0][0])} {short(placed[0][1])}{drawn}", flags)

    def round_filled(self, flags: int, data: bytes) -> None:
        self._filled(self._round(flags, data, 4, _WHOLE), self._colour(flags, struct.unpack_from("<I", data)[0]))

    def round_lined(self, flags: int, data: bytes) -> None:
        self._lined(self._round(flags, data, 0, _WHOLE), flags)

    def pie_filled(self, flags: int, data: bytes) -> None:
        said, start, sweep = struct.unpack_from("<Iff", data)
        self._filled(self._round(flags, data, 12, (start, sweep), pie=True), self._colour(flags, said))

    def pie_lined(self, flags: int, data: bytes) -> None:
        self._lined(self._round(flags, data, 8, struct.unpack_from("<ff", data), pie=True), flags)

    def arc(self, flags: int, data: bytes) -> None:
        self._lined(self._round(flags, data, 8, struct.unpack_from("<ff", data), arc=True), flags)

    def _round(
        self, flags: int, data: bytes, offset: int, angles: tuple[float, float], pie: bool = False, arc: bool = False
    ) -> str:
        """Return an ellipse, or its part between two angles, in degrees clockwise."""
        (corner, size), _ = points(data, offset, 2, flags & 0x4000)
        return self._way(arc_points(corner, size, angles, pie), closed=not arc)

    def path_filled(self, flags: int, data: bytes) -> None:
        outline = self._tools.get(flags & 0xFF)
        if isinstance(outline, Outline):
            self._filled(self._drawn(outline), self._colour(flags, struct.unpack_from("<I", data)[0]))

    def path_lined(self, flags: int, data: bytes) -> None:
        outline = self._tools.get(flags & 0xFF)
        if isinstance(outline, Outline):
            self._lined(self._drawn(outline), struct.unpack_from("<I", data)[0])

    def _drawn(self, outline: Outline) -> str:
        parts: list[str] = []
        for piece in outline.pieces:
            parts.append("M" + self._at(piece.start))
            parts += [("C" if len(step) == 3 else "L") + " ".join(map(self._at, step)) for step in piece.steps]
            parts += ["Z"] if piece.closed else []
        return "".join(parts)

    def _at(self, point: Point) -> str:
        x, y = self._device.point(*point)
        return f"{short(x)} {short(y)}"

    def image(self, flags: int, data: bytes) -> None:
        ((x, y), (wide, high)), _ = points(data, 24, 2, flags & 0x4000)
        self._image(flags, data, (x, y, wide, high))

    def image_at(self, flags: int, data: bytes) -> None:
        """Draw a picture by three corners; a skewed one is drawn upright."""
        corners, _ = points(data, 28, 3, flags & 0x4800)
        (x, y), (right, _), (_, bottom) = corners
        self._image(flags, data, (x, y, right - x, bottom - y))

    def _image(self, flags: int, data: bytes, place: tuple[float, float, float, float]) -> None:
        found = self._tools.get(flags & 0xFF)
        device = self._device
        if not isinstance(found, Image.Image) or device.dots + found.width * found.height > bitmaps.MOST_DOTS_IN_ALL:
            device.unread.add("picture")
            return
        device.dots += found.width * found.height
        part = [round(figure) for figure in struct.unpack_from("<4f", data, 8)]
        device.picture(*place, bitmaps.png(bitmaps.crop(found, part[0], part[1], part[2], part[3])))

    def text(self, flags: int, data: bytes) -> None:
        """Draw text in a rectangle."""
        said, setting, length = struct.unpack_from("<III", data)
        place = struct.unpack_from("<4f", data, 12)
        text = data[28 : 28 + 2 * length].decode("utf-16-le", "replace")
        font, how = self._tools.get(flags & 0xFF), self._tools.get(setting & 0xFF)
        if not isinstance(font, Face):
            raise ValueError("no font")
        size, colour = self._size(font), self._colour(flags, said)
        write_in(self._device, text, place, font, size, colour, how if isinstance(how, Setting) else Setting())

    def glyphs(self, flags: int, data: bytes) -> None:
        """Draw characters at given positions; glyph indexes cannot be mapped to characters."""
        said, options, _, count = struct.unpack_from("<4I", data)
        font = self._tools.get(flags & 0xFF)
        if not isinstance(font, Face) or not options & 1:
            raise ValueError("no signs")
        text = data[16 : 16 + 2 * count].decode("utf-16-le", "replace")
        placed, _ = points(data, 16 + 2 * count, 1, 0)
        write_at(self._device, text, placed[0], font, self._size(font), self._colour(flags, said))

    def _size(self, font: Face) -> float:
        """Return the size of a font in world units."""
        return font.size if font.unit == 0 else font.size * dots(font.unit, self._dots_an_inch) / self._page


def start_playing(records: bytes, device: Device) -> "Callable[[bytes], None] | None":
    """Return a function that draws the EMF+ records of one comment after another.

    None if these records do not begin EMF+, or if the header says that the file has EMF copies of them.
    """
    if (
        len(records) < 12
        or struct.unpack_from("<H", records)[0] != _HEADER
        or struct.unpack_from("<H", records, 2)[0] & 1
    ):
        return None
    return _Player(Device(device.canvas, device.place, unread=device.unread)).play


_RECORDS: Mapping[int, Callable[[_Player, int, bytes], None]] = {
    _HEADER: _Player.header, _OBJECT: _Player.object, 0x4009: _Player.clear, 0x400A: _Player.fill,
    0x400B: _Player.boxes, 0x400C: _Player.polygon, 0x400D: _Player.lines, 0x400E: _Player.round_filled,
    0x400F: _Player.round_lined, 0x4010: _Player.pie_filled, 0x4011: _Player.pie_lined, 0x4012: _Player.arc,
    0x4014: _Player.path_filled, 0x4015: _Player.path_lined, 0x4019: _Player.curves, 0x401A: _Player.image,
    0x401B: _Player.image_at, 0x401C: _Player.text, 0x4025: _Player.save, 0x4026: _Player.restore,
    0x4028: _Player.save, 0x4029: _Player.restore, 0x4030: _Player.page, 0x4031: _Player.no_clip,
    0x4032: _Player.clip, 0x4033: _Player.clip_path, 0x4036: _Player.glyphs,
}  # fmt: skip
