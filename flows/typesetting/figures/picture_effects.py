"""Draw a picture with effects: cropped, rotated, mirrored, or partly transparent."""

import math
from dataclasses import dataclass
from html import escape

from flows.typesetting.figures.svg_canvas import Canvas, short


@dataclass(frozen=True, slots=True)
class PictureEffects:
    """The effects on a picture.

    `cut` is the cropping at the left, top, right and bottom, as fractions of width and height; negative values add
    space. `turn` is in degrees, clockwise; `opacity` from 0 to 1; `line` the colour of the outline.
    """

    cut: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    turn: float = 0.0
    flips: tuple[bool, bool] = (False, False)  # horizontally and vertically
    opacity: float = 1.0
    line: str = ""
    line_width: float = 0.0

    def __bool__(self) -> bool:
        return any(self.cut) or self.framed

    @property
    def framed(self) -> bool:
        """Whether there are effects besides cropping."""
        return bool(self.turn or any(self.flips) or self.opacity < 1 or self.line)


def draw_cut(address: str, width: float, height: float, cut: tuple[float, float, float, float]) -> bytes:
    """Return a cropped picture, as SVG of a size in points."""
    left, top, right, bottom = cut
    wide, high = width / max(1 - left - right, 0.01), height / max(1 - top - bottom, 0.01)
    canvas = Canvas(width, height)
    canvas.clip = (0.0, 0.0, width, height)
    canvas.add(_image(address, -left * wide, -top * high, wide, high))
    return canvas.svg()


def draw_turned(address: str, width: float, height: float, done: PictureEffects) -> tuple[bytes, float, float]:
    """Return a picture rotated about its centre, mirrored and outlined, as SVG, with its width and height."""
    angle = math.radians(done.turn)
    sine, cosine = abs(math.sin(angle)), abs(math.cos(angle))
    wide, high = width * cosine + height * sine, width * sine + height * cosine
    canvas = Canvas(wide, high)
    move = f"translate({short(wide / 2)} {short(high / 2)})"
    if done.turn:
        move += f" rotate({short(done.turn)})"
    if any(done.flips):
        move += f" scale({-1 if done.flips[0] else 1} {-1 if done.flips[1] else 1})"
    image = _image(address, -width / 2, -height / 2, width, height)
    if done.line:
        wide_line = min(max(done.line_width, 0.25), width / 2, height / 2)
        place = f'x="{short((wide_line - width) / 2)}" y="{short((wide_line - height) / 2)}"'
        size = f'width="{short(width - wide_line)}" height="{short(height - wide_line)}"'
        image += f'<rect {place} {size} fill="none" stroke="#{done.line}" stroke-width="{short(wide_line)}"/>'
    image = f'<g transform="{move}">{image}</g>'
    canvas.add(f'<g opacity="{short(done.opacity)}">{image}</g>' if done.opacity < 1 else image)
    return canvas.svg(), wide, high


def _image(address: str, x: float, y: float, width: float, height: float) -> str:
    """Return an SVG image at a position, without interpolation (PDF/A-2 6.2.8)."""
    place = f'x="{short(x)}" y="{short(y)}" width="{short(width)}" height="{short(height)}"'
    return f'<image {place} preserveAspectRatio="none" image-rendering="crisp-edges" href="{escape(address)}"/>'
