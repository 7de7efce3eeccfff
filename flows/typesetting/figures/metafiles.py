"""Draw EMF and WMF pictures, compressed or not, as SVG."""

import struct
import zlib
from dataclasses import dataclass

from flows.typesetting.figures import emf, wmf
from flows.typesetting.figures.svg_canvas import Canvas

#: Largest decompressed size, in bytes.
LARGEST = 20_000_000
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class MetafileDrawing:
    """A picture as SVG; `whole` is whether every record could be drawn."""

    svg: bytes
    whole: bool


def is_metafile(content: bytes) -> bool:
    """Return whether a file is a metafile, by its signature."""
    return content.startswith((wmf.PLACEABLE, _GZIP, b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")) or (
        content[:4] == b"\x01\x00\x00\x00" and content[40:44] == b" EMF"
    )


def draw_metafile(content: bytes, width: float, height: float) -> MetafileDrawing | None:
    """Return a metafile as SVG of a size in points; None if nothing of it can be drawn."""
    if content.startswith(_GZIP):
        try:
            content = zlib.decompressobj(31).decompress(content, LARGEST)
        except zlib.error:
            return None
    if len(content) > LARGEST or not width or not height:
        return None
    canvas = Canvas(width, height)
    try:
        device = (emf if content[40:44] == b" EMF" else wmf).play(content, canvas)
    except (ValueError, struct.error):
        return None
    if not len(canvas) and device.unread:
        return None
    return MetafileDrawing(canvas.svg(), not device.unread and not canvas.full)
