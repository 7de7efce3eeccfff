"""Draw Enhanced Metafiles ([MS-EMF]): common record types; the types of others are collected."""

import struct
from collections.abc import Callable, Mapping

from flows.typesetting.figures.emf_plus import start_playing
from flows.typesetting.figures.emf_state import StateRecords
from flows.typesetting.figures.gdi_device import Device
from flows.typesetting.figures.svg_canvas import Canvas, Point
from flows.typesetting.figures.wmf_records import DAMAGED, decoded, pairs, put_picture

_MOST_RECORDS = 200_000
#: Logical units of the fixed map modes ([MS-EMF] 2.1.21), in millimetres; their y axes point upwards.
_MEASURES = {2: 0.1, 3: 0.01, 4: 0.254, 5: 0.0254, 6: 25.4 / 1440}
#: Record types without visible effect here (2.1.1).
_SILENT = {
    1, 13, 14, 16, 20, 21, 23, 26, 28, 31, 48, 49, 50, 51, 52, 53, 58, 65, 66, 68, 69, 98, 99, 100, 101, 104, 105, 115,
    119,
}  # fmt: skip


def play(content: bytes, canvas: Canvas) -> Device:
    """Draw a metafile on a canvas of the size of its frame; raises ValueError for other files."""
    try:
        left, top, right, bottom = struct.unpack_from("<4i", content, 24)
        wide, high, millimetres, millimetres_high = struct.unpack_from("<4i", content, 72)
    except struct.error as error:
        raise ValueError("no header") from error
    if right <= left or bottom <= top:
        raise ValueError("no frame")
    across = _hundredths_per_pixel(millimetres, wide)
    down = _hundredths_per_pixel(millimetres_high, high)

    def place(x: float, y: float) -> Point:
        return (
            (x * across - left) / (right - left) * canvas.width,
            (y * down - top) / (bottom - top) * canvas.height,
        )

    device = Device(canvas, place)
    measures = {mode: (100 * length / across, 100 * length / down) for mode, length in _MEASURES.items()}
    player = _Player(device, measures)
    offset = 0
    for _ in range(_MOST_RECORDS):
        if offset + 8 > len(content):
            break
        kind, size = struct.unpack_from("<II", content, offset)
        if size < 8 or offset + size > len(content) or kind == 14:
            break
        player.play_record(kind, content[offset : offset + size])
        if canvas.full:
            break
        offset += size
    return device


def _hundredths_per_pixel(millimetres: int, pixels: int) -> float:
    """Return the size of a device pixel in 1/100 mm; that of a 96 dpi screen if the header gives no positive size."""
    return 100 * millimetres / pixels if millimetres > 0 and pixels > 0 else 26.46


class _Player(StateRecords):
    """Plays the drawing records of one file."""

    def __init__(self, device: Device, measures: Mapping[int, tuple[float, float]]) -> None:
        super().__init__(device, measures)
        self._plus: Callable[[bytes], None] | None = None  # draws EMF+ records if the file has no EMF copies of them

    def play_record(self, kind: int, data: bytes) -> None:
        """Play one record; a damaged one is skipped and noted."""
        draw = _RECORDS.get(kind)
        if draw is None:
            if kind not in _SILENT:
                self._device.unread.add(str(kind))
            return
        try:
            draw(self, data)
        except DAMAGED:
            self._device.unread.add(str(kind))

    def move(self, data: bytes) -> None:
        self._device.state.at = struct.unpack_from("<ii", data, 8)
        if self._device.collecting and self._device.path is not None:
            x, y = self._device.point(*self._device.state.at)
            self._device.path.append(f"M{x:.2f} {y:.2f}")

    def line(self, data: bytes) -> None:
        self._device.line_to([struct.unpack_from("<ii", data, 8)])

    def points(self, data: bytes) -> None:
        """Draw a line, polygon or curve; record types from 85 on have 16-bit coordinates."""
        kind = struct.unpack_from("<I", data)[0]
        small = kind >= 85
        count = struct.unpack_from("<I", data, 24)[0]
        found = pairs(data, 28, count, small)
        what = kind - 83 if small else kind
        if what in (2, 5):
            self._device.curve(found, from_here=what == 5)
        elif what == 6:
            self._device.line_to(found)
        else:
            self._device.shape(found, closed=what == 3)

    def many_points(self, data: bytes) -> None:
        kind, groups = struct.unpack_from("<I", data)[0], struct.unpack_from("<I", data, 24)[0]
        if 32 + groups * 4 > len(data):
            return
        counts = struct.unpack_from(f"<{groups}I", data, 32)
        found = pairs(data, 32 + groups * 4, sum(counts), kind >= 90)
        parts, start = [], 0
        for count in counts:
            parts.append(found[start : start + count])
            start += count
        self._device.shapes(parts, closed=kind in (8, 91))

    def box(self, data: bytes) -> None:
        kind = struct.unpack_from("<I", data)[0]
        edges = struct.unpack_from("<4i", data, 8)
        if kind == 42:
            self._device.ellipse(*edges)
        elif kind in (43, 44):
            self._device.rectangle(*edges)
        elif kind in (45, 46, 47, 55):
            x, y, to_x, to_y = struct.unpack_from("<4i", data, 24)
            self._device.arc(edges, (x, y), (to_x, to_y), {46: "chord", 47: "pie"}.get(kind, "arc"))
        else:
            self._device.clip(edges)

    def region(self, data: bytes) -> None:
        """Set the clip to the bounding box of a region, or remove it."""
        size, mode = struct.unpack_from("<II", data, 8)
        if mode == 5:
            self._device.clip(None)
            if size >= 32:
                self._device.state.clip = None
                left, top, right, bottom = struct.unpack_from("<4i", data, 32)
                (x, y), (to_x, to_y) = self._device.place(left, top), self._device.place(right, bottom)
                self._device.state.clip = (x, y, to_x, to_y)
                self._device.canvas.clip = self._device.state.clip

    def path(self, data: bytes) -> None:
        kind = struct.unpack_from("<I", data)[0]
        device = self._device
        if kind == 59:
            device.path, device.collecting = [], True
        elif kind == 60:
            device.collecting = False
        elif kind == 61 and device.path:
            device.path.append("Z")
        elif kind in (62, 63, 64) and device.path:
            drawn, device.path, device.collecting = "".join(device.path), None, False
            if drawn.startswith("L"):
                drawn = "M" + drawn[1:]
            device.draw(drawn, filled=kind != 64, lined=kind != 62)

    def text(self, data: bytes) -> None:
        kind = struct.unpack_from("<I", data)[0]
        if kind == 108:
            x, y, count, options = struct.unpack_from("<iiII", data, 8)
            start = 36 if options & 0x100 else 52
            self._write(data[start:], count, options, (x, y), small=bool(options & 0x200))
            return
        x, y, count, start, options, left, top, right, bottom, gaps = struct.unpack_from("<iiIII4iI", data, 36)
        if options & 2:
            self._device.fill(left, top, right - left, bottom - top, self._device.state.back_colour)
        width = 0
        if gaps and gaps + 4 * count <= len(data) and count:
            width = sum(struct.unpack_from(f"<{count}I", data, gaps))
        self._write(data[start:], count, options, (x, y), small=kind == 83, width=width)

    def _write(self, data: bytes, count: int, options: int, at: Point, small: bool, width: float = 0.0) -> None:
        if options & 0x10:
            self._device.unread.add("glyphs")
            return
        raw = data[: count * (1 if small else 2)]
        text = decoded(raw, self._device.state.letters.charset) if small else raw.decode("utf-16-le", "replace")
        if len(text) and width < len(text):  # no plausible advances
            width = 0.0
        self._device.text(text, *at, width=width)

    def bits(self, data: bytes) -> None:
        """Draw a bitmap, or a fill, in a rectangle (2.3.1)."""
        kind = struct.unpack_from("<I", data)[0]
        if kind in (80, 81):
            x, y, from_x, from_y, from_wide, from_high, *where = struct.unpack_from("<6i4I", data, 24)
            operation, wide, high = 0x00CC0020, from_wide, from_high
            if kind == 81:
                operation, wide, high = struct.unpack_from("<Iii", data, 68)
        else:
            x, y, wide, high, operation, from_x, from_y = struct.unpack_from("<4iIii", data, 24)
            where = list(struct.unpack_from("<4I", data, 84))
            from_wide, from_high = wide, high
            if kind in (77, 114):
                from_wide, from_high = struct.unpack_from("<ii", data, 100)
        header, length, bits, size = where
        put_picture(
            self._device, (x, y, wide, high), (from_x, from_y, from_wide, from_high),
            data[header : header + length] if length else b"", data[bits : bits + size], operation, blend=kind == 114,
        )  # fmt: skip

    def comment(self, data: bytes) -> None:
        """Play the EMF+ records of a comment, unless the file has EMF copies of them, which are drawn instead."""
        if data[12:16] == b"EMF+":
            orders = data[16 : 12 + struct.unpack_from("<I", data, 8)[0]]
            self._plus = self._plus or start_playing(orders, self._device)
            if self._plus:
                self._plus(orders)


_RECORDS: Mapping[int, Callable[[_Player, bytes], None]] = {
    **dict.fromkeys((2, 3, 4, 5, 6, 85, 86, 87, 88, 89), _Player.points),
    **dict.fromkeys((7, 8, 90, 91), _Player.many_points),
    **dict.fromkeys((9, 10, 11, 12), _Player.window),
    **dict.fromkeys((18, 19, 22, 24, 25), _Player.look),
    **dict.fromkeys((38, 39, 82, 93, 94, 95), _Player.make),
    **dict.fromkeys((30, 42, 43, 44, 45, 46, 47, 55), _Player.box),
    **dict.fromkeys((59, 60, 61, 62, 63, 64), _Player.path),
    **dict.fromkeys((76, 77, 80, 81, 114), _Player.bits),
    **dict.fromkeys((83, 84, 108), _Player.text),
    **dict.fromkeys((35, 36), _Player.world),
    17: _Player.map_mode, 27: _Player.move, 33: _Player.save, 34: _Player.restore, 37: _Player.select,
    40: _Player.delete, 54: _Player.line, 70: _Player.comment, 75: _Player.region,
}  # fmt: skip
