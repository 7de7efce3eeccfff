"""Read data that WMF and EMF records share: colours, pens, stock objects, text and bitmaps."""

import struct

from flows.typesetting.figures import bitmaps
from flows.typesetting.figures.gdi_device import Brush, Device, Letters, Pen, Tool
from flows.typesetting.figures.svg_canvas import Point

#: Exceptions of reading a damaged record.
DAMAGED = (struct.error, ValueError, IndexError, OverflowError, TypeError)
_CODECS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SYMBOLS = 2
_NO_PEN = 5
#: Raster operations that only fill: with the brush, black, or white ([MS-WMF] 2.1.1.31).
_WITH_BRUSH, _BLACK, _WHITE = 0x00F00021, 0x00000042, 0x00FF0062
_STOCK: dict[int, Tool] = {
    0: Brush("FFFFFF"), 1: Brush("C0C0C0"), 2: Brush("808080"), 3: Brush("404040"), 4: Brush("000000"), 5: Brush(""),
    6: Pen("FFFFFF"), 7: Pen("000000"), 8: Pen(""), 18: Brush("FFFFFF"), 19: Pen("000000"),
    **{number: Letters() for number in range(10, 18)},
}  # fmt: skip


def colour(said: int) -> str:
    """Return the hexadecimal digits of a COLORREF, with red in the lowest byte."""
    return f"{said & 0xFF:02X}{said >> 8 & 0xFF:02X}{said >> 16 & 0xFF:02X}"


def pen(style: int, width: float, said: int) -> Pen:
    """Return a pen."""
    kind = style & 0xF
    return Pen("" if kind == _NO_PEN else colour(said), float(max(width, 0)), kind in (1, 2, 3, 4))


def stock_object(number: int) -> Tool | None:
    """Return a stock object."""
    return _STOCK.get(number)


def decoded(raw: bytes, charset: int) -> str:
    """Decode text of one byte per character, by a font's character set."""
    if charset == _SYMBOLS:
        return "".join(chr(0xF000 + byte) if byte >= 0x20 else "" for byte in raw)
    return raw.decode(_CODECS.get(charset, "cp1252"), "replace").replace("\ufffd", "")


def pairs(data: bytes, start: int, count: int, small: bool) -> list[Point]:
    """Return points, as many as there are bytes for; 16-bit or 32-bit integers."""
    count = max(min(count, (len(data) - start) // (4 if small else 8)), 0)
    numbers = struct.unpack_from(f"<{2 * count}{'h' if small else 'i'}", data, start)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def put_picture(
    device: Device,
    place: tuple[float, float, float, float],
    part: tuple[int, int, int, int],
    header: bytes,
    bits: bytes,
    operation: int,
    blend: bool = False,
) -> None:
    """Draw a part of a bitmap (left, top, width, height) at a position, or fill it if there is no bitmap."""
    if not header:
        filling = {_WITH_BRUSH: device.state.brush.colour, _BLACK: "000000", _WHITE: "FFFFFF"}.get(operation, "")
        device.fill(*place, filling)
        return
    found = bitmaps.read_dots(header, bits)
    if found is None or device.dots + found.width * found.height > bitmaps.MOST_DOTS_IN_ALL:
        device.unread.add("picture")
        return
    device.dots += found.width * found.height
    if blend:
        found = bitmaps.blended(found, bits, operation >> 16 & 0xFF, own=bool(operation >> 24))
    else:
        found = bitmaps.transparent(found, operation)
    device.picture(*place, bitmaps.png(bitmaps.crop(found, *part)))
