"""Builds small metafiles, order by order, so that a test shows the very orders that it is about."""

import struct
from collections.abc import Iterable


def emf(orders: Iterable[bytes], width: int = 200, height: int = 100) -> bytes:
    """Return an EMF of a picture so many device dots (of a tenth of a millimetre) large."""
    body = b"".join(orders) + order(14, struct.pack("<III", 0, 16, 20))
    frame = (0, 0, width * 10, height * 10)
    header = struct.pack(
        "<4i4i4sIIIHHIIIiiii",
        0, 0, width, height, *frame, b" EMF", 0x10000, 108 + len(body), 3, 1, 0, 0, 0, 0, 1000, 1000, 100, 100,
    )  # fmt: skip
    return order(1, header.ljust(100, b"\0")) + body


def order(kind: int, data: bytes = b"") -> bytes:
    """Return one order of an EMF."""
    data += b"\0" * (-len(data) % 4)
    return struct.pack("<II", kind, 8 + len(data)) + data


def emf_text(text: str, x: int, y: int, options: int = 0) -> bytes:
    """Return the order that writes text in an EMF."""
    raw = text.encode("utf-16-le")
    return order(
        84, struct.pack("<4iIffiiIII4iI", *[0] * 4, 1, 1.0, 1.0, x, y, len(text), 76, options, *[0] * 4, 0) + raw
    )


def emf_font(index: int, height: int, name: str = "Arial", turned: int = 0) -> bytes:
    """Return the orders that make a font and take it."""
    look = struct.pack("<5i8B", height, 0, turned, 0, 400, *[0] * 8)
    made = order(82, struct.pack("<I", index) + look + name.encode("utf-16-le").ljust(64, b"\0"))
    return made + order(37, struct.pack("<I", index))


def emf_brush(index: int, colour: int) -> bytes:
    """Return the orders that make a brush and take it."""
    return order(39, struct.pack("<IIII", index, 0, colour, 0)) + order(37, struct.pack("<I", index))


def dots(width: int, height: int, colour: tuple[int, int, int]) -> tuple[bytes, bytes]:
    """Return the header and the dots of a picture of one colour."""
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    red, green, blue = colour
    row = bytes((blue, green, red)) * width
    return header, (row + b"\0" * (-len(row) % 4)) * height


def emf_picture(
    x: int, y: int, width: int, height: int, colour: tuple[int, int, int], operation: int = 0x00CC0020
) -> bytes:
    """Return the order that puts a picture of one colour into a rectangle."""
    header, bits = dots(4, 4, colour)
    places = (80, len(header), 80 + len(header), len(bits))
    return order(
        81,
        struct.pack("<4i6i4IIIii", 0, 0, 0, 0, x, y, 0, 0, 4, 4, *places, 0, operation, width, height) + header + bits,
    )


def wmf(orders: Iterable[bytes], width: int = 2000, height: int = 1000, placeable: bool = True) -> bytes:
    """Return a WMF of a picture so many logical units large."""
    window = wmf_order(0x020B, struct.pack("<hh", 0, 0)) + wmf_order(0x020C, struct.pack("<hh", height, width))
    body = window + b"".join(orders) + wmf_order(0)
    head = struct.pack("<HHHIHIH", 1, 9, 0x300, 9 + len(body) // 2, 4, 100, 0)
    first = struct.pack("<4sHhhhhHIH", b"\xd7\xcd\xc6\x9a", 0, 0, 0, width, height, 1440, 0, 0) if placeable else b""
    return first + head + body


def wmf_order(kind: int, data: bytes = b"") -> bytes:
    """Return one order of a WMF."""
    data += b"\0" * (len(data) % 2)
    return struct.pack("<IH", 3 + len(data) // 2, kind) + data


def wmf_text(text: str, x: int, y: int, codec: str = "cp1252") -> bytes:
    """Return the order that writes text in a WMF."""
    raw = text.encode(codec)
    return wmf_order(0x0A32, struct.pack("<hhHH", y, x, len(raw), 0) + raw)


def wmf_font(height: int, charset: int = 0, name: str = "Arial") -> bytes:
    """Return the order that makes a font."""
    return wmf_order(
        0x02FB, struct.pack("<5h8B", height, 0, 0, 0, 400, 0, 0, 0, charset, *[0] * 4) + name.encode().ljust(32, b"\0")
    )


def wmf_select(index: int) -> bytes:
    """Return the order that takes a tool."""
    return wmf_order(0x012D, struct.pack("<H", index))


def plus(kind: int, flags: int = 0, data: bytes = b"") -> bytes:
    """Return one order of EMF+."""
    data += b"\0" * (-len(data) % 4)
    return struct.pack("<HHII", kind, flags, 12 + len(data), len(data)) + data


def emf_plus(orders: Iterable[bytes], dual: bool = False) -> bytes:
    """Return the order of an EMF that holds orders of EMF+: alone, or beside older copies of them."""
    first = plus(0x4001, int(dual), struct.pack("<IIII", 0xDBC01002, 0, 96, 96))
    body = b"EMF+" + first + b"".join(orders) + plus(0x4002)
    return order(70, struct.pack("<I", len(body)) + body)


def plus_object(kind: int, index: int, data: bytes) -> bytes:
    """Return the order that makes a tool of EMF+: 1 a brush, 2 a pen, 3 a path, 5 a picture, 6 a font, 7 a setting."""
    return plus(0x4008, kind << 8 | index, struct.pack("<I", 0xDBC01002) + data)


def plus_font(index: int, size: float, name: str = "Arial") -> bytes:
    """Return the order that makes a font, its size in units of the world."""
    return plus_object(6, index, struct.pack("<fIiII", size, 0, 0, 0, len(name)) + name.encode("utf-16-le"))


def plus_text(text: str, place: tuple[float, float, float, float], font: int, setting: int = 99) -> bytes:
    """Return the order that writes black text into a rectangle."""
    head = struct.pack("<III4f", 0xFF000000, setting, len(text), *place)
    return plus(0x401C, 0x8000 | font, head + text.encode("utf-16-le"))


def plus_fill(colour: int, *place: float) -> bytes:
    """Return the order that fills a rectangle."""
    return plus(0x400A, 0x8000, struct.pack("<II4f", colour, 1, *place))
