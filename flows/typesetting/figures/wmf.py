"""Draw Windows Metafiles ([MS-WMF]), with or without the placeable header that gives their size."""

import struct
from collections.abc import Callable, Mapping

from flows.typesetting.figures import bitmaps
from flows.typesetting.figures.gdi_device import Brush, Device, Letters
from flows.typesetting.figures.svg_canvas import Canvas, Point
from flows.typesetting.figures.wmf_records import DAMAGED, colour, decoded, pairs, pen, put_picture

PLACEABLE = b"\xd7\xcd\xc6\x9a"
_MOST_ORDERS = 200_000
#: Record types without visible effect here (2.1.1.1).
_SILENT = {
    0x0000, 0x0035, 0x0103, 0x0104, 0x0105, 0x0107, 0x0108, 0x012A, 0x0139, 0x0149, 0x0234, 0x0231, 0x0436, 0x0037,
    0x0626, 0x020E, 0x020D, 0x0211, 0x0415, 0x020A,
}  # fmt: skip


def play(content: bytes, canvas: Canvas) -> Device:
    """Draw a metafile on a canvas of the size of its bounds; raises ValueError for other files."""
    start = 22 if content.startswith(PLACEABLE) else 0
    bounds: tuple[float, float, float, float] | None = None
    try:
        if start:
            bounds = struct.unpack_from("<4h", content, 6)
        kind, header_size = struct.unpack_from("<HH", content, start)
    except struct.error as error:
        raise ValueError("no header") from error
    if kind not in (1, 2) or header_size != 9:
        raise ValueError("no metafile")
    orders = list(_orders(content, start + 18))
    left, top, right, bottom = bounds or _window(orders)
    if left == right or top == bottom:
        raise ValueError("no bounds")
    sizes = (right - left, bottom - top)

    def place(x: float, y: float) -> Point:
        """Convert a point in fractions of the window to the picture."""
        return x * canvas.width, y * canvas.height

    device = Device(canvas, place)
    device.state.window = (left, top, *sizes)
    device.state.align = 0
    player = _Player(device)
    for number, data in orders:
        player.order(number, data)
        if canvas.full:
            break
    return device


def _orders(content: bytes, offset: int) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    while offset + 6 <= len(content) and len(found) < _MOST_ORDERS:
        size, kind = struct.unpack_from("<IH", content, offset)
        if size < 3 or kind == 0:
            break
        found.append((kind, content[offset + 6 : offset + size * 2]))
        offset += size * 2
    return found


def _window(orders: list[tuple[int, bytes]]) -> tuple[float, float, float, float]:
    """Return the first window of a file without stated bounds."""
    left = top = wide = high = 0
    for kind, data in orders:
        if len(data) < 4:
            continue
        if kind == 0x020B:
            top, left = struct.unpack_from("<hh", data)
        elif kind == 0x020C:
            high, wide = struct.unpack_from("<hh", data)
            break
    return float(left), float(top), float(left + wide), float(top + high)


class _Player:
    def __init__(self, device: Device) -> None:
        self._device = device

    def order(self, kind: int, data: bytes) -> None:
        """Play one record; a damaged one is skipped."""
        draw = _ORDERS.get(kind)
        if draw is None:
            if kind not in _SILENT:
                self._device.unread.add(f"{kind:#x}")
            return
        try:
            draw(self, kind, data)
        except DAMAGED:
            self._device.unread.add(f"{kind:#x}")

    def window(self, kind: int, data: bytes) -> None:
        second, first = struct.unpack_from("<hh", data)
        left, top, wide, high = self._device.state.window
        if kind == 0x020B:
            self._device.state.window = (first, second, wide, high)
        elif kind == 0x020C:
            self._device.state.window = (left, top, first, second)
        else:
            self._device.state.window = (left + first, top + second, wide, high)

    def look(self, kind: int, data: bytes) -> None:
        state = self._device.state
        if kind == 0x0102:
            state.opaque = struct.unpack_from("<H", data)[0] == 2
        elif kind == 0x0106:
            state.winding = struct.unpack_from("<H", data)[0] == 2
        elif kind == 0x012E:
            state.align = struct.unpack_from("<H", data)[0]
        elif kind == 0x0209:
            state.text_colour = colour(struct.unpack_from("<I", data)[0])
        else:
            state.back_colour = colour(struct.unpack_from("<I", data)[0])

    def make(self, kind: int, data: bytes) -> None:
        """Create an object; it takes the first free index."""
        tools = self._device.tools
        index = next(number for number in range(len(tools) + 1) if number not in tools)
        if index > 5000:
            return
        if kind == 0x02FA:
            style, width, _, said = struct.unpack_from("<HhhI", data)
            tools[index] = pen(style, width, said)
        elif kind == 0x02FC:
            style, said = struct.unpack_from("<HI", data)
            tools[index] = Brush("" if style == 1 else colour(said))
        elif kind == 0x02FB:
            height, _, turned, _, weight = struct.unpack_from("<5h", data)
            italic, _, _, charset = struct.unpack_from("<4B", data, 10)
            name = data[18:50].split(b"\0")[0].decode("cp1252", "replace")
            tools[index] = Letters(name or "Arial", height or -12, weight >= 600, bool(italic), turned / 10, charset)
        elif kind == 0x0142:
            found = bitmaps.read_dots(*_dots(data[4:]))
            tools[index] = Brush("C0C0C0" if found is None else bitmaps.mean_colour(found))
        else:  # a palette, region or pattern also takes an index
            tools[index] = Brush("C0C0C0")

    def select(self, kind: int, data: bytes) -> None:  # noqa: ARG002
        self._device.select(self._device.tools.get(struct.unpack_from("<H", data)[0]))

    def delete(self, kind: int, data: bytes) -> None:  # noqa: ARG002
        self._device.tools.pop(struct.unpack_from("<H", data)[0], None)

    def save(self, kind: int, data: bytes) -> None:
        if kind == 0x001E:
            self._device.save()
        else:
            self._device.restore(struct.unpack_from("<h", data)[0])

    def move(self, kind: int, data: bytes) -> None:
        y, x = struct.unpack_from("<hh", data)
        if kind == 0x0214:
            self._device.state.at = (x, y)
        else:
            self._device.line_to([(x, y)])

    def points(self, kind: int, data: bytes) -> None:
        count = struct.unpack_from("<H", data)[0]
        self._device.shape(pairs(data, 2, count, small=True), closed=kind == 0x0324)

    def many_points(self, kind: int, data: bytes) -> None:  # noqa: ARG002
        groups = struct.unpack_from("<H", data)[0]
        counts = struct.unpack_from(f"<{groups}H", data, 2)
        found = pairs(data, 2 + 2 * groups, sum(counts), small=True)
        parts, start = [], 0
        for count in counts:
            parts.append(found[start : start + count])
            start += count
        self._device.shapes(parts, closed=True)

    def box(self, kind: int, data: bytes) -> None:
        bottom, right, top, left = struct.unpack_from("<4h", data[4:] if kind == 0x061C else data)
        if kind == 0x0418:
            self._device.ellipse(left, top, right, bottom)
        elif kind == 0x0416:
            self._device.clip((left, top, right, bottom))
        else:
            self._device.rectangle(left, top, right, bottom)

    def arc(self, kind: int, data: bytes) -> None:
        to_y, to_x, y, x, bottom, right, top, left = struct.unpack_from("<8h", data)
        name = {0x0817: "arc", 0x081A: "pie", 0x0830: "chord"}[kind]
        self._device.arc((left, top, right, bottom), (x, y), (to_x, to_y), name)

    def text(self, kind: int, data: bytes) -> None:
        charset = self._device.state.letters.charset
        if kind == 0x0521:
            count = struct.unpack_from("<H", data)[0]
            y, x = struct.unpack_from("<hh", data, 2 + count + count % 2)
            self._device.text(decoded(data[2 : 2 + count], charset), x, y)
            return
        y, x, count, options = struct.unpack_from("<hhHH", data)
        start = 8
        if options & 6:
            left, top, right, bottom = struct.unpack_from("<4h", data, 8)
            start = 16
            if options & 2:
                self._device.fill(left, top, right - left, bottom - top, self._device.state.back_colour)
        if options & 0x10:
            self._device.unread.add("glyphs")
            return
        after = start + count + count % 2
        width = 0
        if count > 1 and after + 2 * count <= len(data):
            width = sum(struct.unpack_from(f"<{count}h", data, after))
        self._device.text(decoded(data[start : start + count], charset), x, y, max(width, 0))

    def bits(self, kind: int, data: bytes) -> None:
        """Draw a bitmap in a rectangle, or fill it."""
        operation = struct.unpack_from("<I", data)[0]
        if kind == 0x061D or (kind == 0x0940 and len(data) <= 18) or (kind == 0x0B41 and len(data) <= 22):
            high, wide, y, x = struct.unpack_from("<4h", data, len(data) - 8 if kind != 0x061D else 4)
            put_picture(self._device, (x, y, wide, high), (0, 0, 0, 0), b"", b"", operation)
            return
        if kind == 0x0940:
            from_y, from_x, high, wide, y, x = struct.unpack_from("<6h", data, 4)
            from_high, from_wide, start = high, wide, 16
        elif kind == 0x0B41:
            from_high, from_wide, from_y, from_x, high, wide, y, x = struct.unpack_from("<8h", data, 4)
            start = 20
        elif kind == 0x0F43:
            from_high, from_wide, from_y, from_x, high, wide, y, x = struct.unpack_from("<8h", data, 6)
            start = 22
        else:
            _, _, _, from_y, from_x, high, wide, y, x = struct.unpack_from("<9h", data)
            from_high, from_wide, start, operation = high, wide, 18, 0x00CC0020
        header, bits = _dots(data[start:])
        put_picture(self._device, (x, y, wide, high), (from_x, from_y, from_wide, from_high), header, bits, operation)


def _dots(data: bytes) -> tuple[bytes, bytes]:
    """Split a DIB into its header with colour table, and its pixels."""
    size, _, _, _, depth, compression = struct.unpack_from("<IiiHHI", data)
    colours = struct.unpack_from("<I", data, 32)[0] if size >= 36 else 0
    if depth <= 8:
        colours = min(colours or 1 << depth, 256)
    masks = 12 if compression == 3 and size == 40 else 0
    end = size + masks + min(colours, 256) * 4
    return data[:end], data[end:]


_ORDERS: Mapping[int, Callable[[_Player, int, bytes], None]] = {
    **dict.fromkeys((0x020B, 0x020C, 0x020F), _Player.window),
    **dict.fromkeys((0x0102, 0x0106, 0x012E, 0x0201, 0x0209), _Player.look),
    **dict.fromkeys((0x02FA, 0x02FB, 0x02FC, 0x0142, 0x01F9, 0x00F7, 0x06FF), _Player.make),
    **dict.fromkeys((0x001E, 0x0127), _Player.save),
    **dict.fromkeys((0x0213, 0x0214), _Player.move),
    **dict.fromkeys((0x0324, 0x0325), _Player.points),
    **dict.fromkeys((0x0416, 0x0418, 0x041B, 0x061C), _Player.box),
    **dict.fromkeys((0x0817, 0x081A, 0x0830), _Player.arc),
    **dict.fromkeys((0x0521, 0x0A32), _Player.text),
    **dict.fromkeys((0x061D, 0x0940, 0x0B41, 0x0D33, 0x0F43), _Player.bits),
    0x012C: lambda player, _kind, _data: player._device.clip(None),
    0x012D: _Player.select, 0x01F0: _Player.delete, 0x0538: _Player.many_points,
}  # fmt: skip
