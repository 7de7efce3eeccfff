"""Read device-independent bitmaps from metafile records (DIB, [MS-WMF] 2.2.2.9)."""

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageChops

#: Largest number of pixels of one bitmap, and of all in a file.
MOST_DOTS, MOST_DOTS_IN_ALL = 20_000_000, 60_000_000
#: Raster operations that leave the background visible through white, or through black.
AND, PAINT, INVERT = 0x008800C6, 0x00EE0086, 0x00660046
_BITS, _JPEG, _PNG = 3, 4, 5


def read_dots(header: bytes, bits: bytes) -> "Image.Image | None":
    """Return a picture from its header with colour table and its pixels; None if it is damaged or too large."""
    if len(header) < 12:
        return None
    size = struct.unpack_from("<I", header)[0]
    form, width, height, depth = "<xxxxHHxxH", 0, 0, 0
    if size >= 40 and len(header) >= 40:
        form = "<xxxxiixxH"
    width, height, depth = struct.unpack_from(form, header)
    if not 0 < width * abs(height) <= MOST_DOTS:
        return None
    compression = struct.unpack_from("<I", header, 16)[0] if form == "<xxxxiixxH" else 0
    source = bits if compression in (_JPEG, _PNG) else header + bits
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = Image.open(BytesIO(source), formats=("JPEG", "PNG") if source is bits else ("DIB",))
            if found.width * found.height > MOST_DOTS:
                return None
            found.load()
    except Exception:  # noqa: BLE001 - what a damaged picture raises is for its decoder to choose
        return None
    return found if depth == 32 and compression in (0, _BITS) and found.mode == "RGBA" else found.convert("RGB")


def crop(picture: Image.Image, x: int, y: int, width: int, height: int) -> Image.Image:
    """Return a part of a picture; the whole picture if the part is empty or outside it."""
    if width <= 0 or height <= 0 or x < 0 or y < 0 or x + width > picture.width or y + height > picture.height:
        return picture
    return picture.crop((x, y, x + width, y + height))


def transparent(picture: Image.Image, operation: int) -> Image.Image:
    """Return a picture with the pixels transparent that the raster operation leaves unchanged."""
    if operation not in (AND, PAINT, INVERT):
        return picture
    grey = picture.convert("L")
    alpha = ImageChops.invert(grey) if operation == AND else grey
    whole = picture.convert("RGB")
    whole.putalpha(alpha.point(lambda value: 255 if value else 0))
    return whole


def blended(picture: Image.Image, bits: bytes, constant: int, own: bool) -> Image.Image:
    """Return a picture with the transparency of its alpha channel and of a constant alpha."""
    whole = picture.convert("RGB")
    alpha = Image.new("L", picture.size, constant)
    if own and len(bits) >= picture.width * picture.height * 4:
        raw = Image.frombytes("RGBA", picture.size, bits[: picture.width * picture.height * 4], "raw", "BGRA")
        channel = raw.getchannel("A").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        alpha = ImageChops.multiply(alpha, channel)
    whole.putalpha(alpha)
    return whole


def png(picture: Image.Image) -> bytes:
    """Return a picture as a PNG."""
    packed = BytesIO()
    picture.save(packed, "PNG", compress_level=1)
    return packed.getvalue()


def mean_colour(picture: Image.Image) -> str:
    """Return the average colour of a picture."""
    dot = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return "".join(f"{part:02X}" for part in dot) if isinstance(dot, tuple) else "808080"
