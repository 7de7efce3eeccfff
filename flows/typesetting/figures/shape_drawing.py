"""Draw one shape: outline, fill and line, rotated and mirrored, with arrowheads."""

from dataclasses import dataclass
from html import escape

from flows.typesetting.figures.preset_shapes import OPEN
from flows.typesetting.figures.svg_canvas import Canvas, short

#: Margin around a line, in line widths, so that arrowheads are not cut off.
_AROUND = 4.0


@dataclass(frozen=True, slots=True)
class Look:
    """The fill and outline of a shape, and the text colour of its style.

    `picture` is the address of a picture fill.
    """

    fill: str = ""
    stroke: str = ""
    width: float = 0.75
    dashes: str = ""
    heads: tuple[bool, bool] = (False, False)  # arrowheads at its beginning and end
    text: str = ""
    picture: str = ""


def edge(form: str, look: Look) -> float:
    """Return the margin of a shape's picture around the shape."""
    return max(_AROUND * look.width, 4.0) if form in OPEN else look.width / 2


def draw_shape(
    form: str,
    path: str,
    width: float,
    height: float,
    look: Look,
    flips: tuple[bool, bool] = (False, False),
    turn: float = 0.0,
) -> bytes:
    """Return a shape as SVG, larger than itself by its `edge` on all sides; `turn` in degrees, clockwise."""
    around = edge(form, look)
    canvas = Canvas(width + 2 * around, height + 2 * around)
    move = f"translate({around:.2f} {around:.2f})"
    if turn:
        move += f" rotate({turn:.2f} {width / 2:.2f} {height / 2:.2f})"
    if any(flips):
        move += f" translate({width if flips[0] else 0:.2f} {height if flips[1] else 0:.2f})"
        move += f" scale({-1 if flips[0] else 1} {-1 if flips[1] else 1})"
    canvas.add(f'<g transform="{move}">')
    if look.picture:
        place = f'width="{short(width)}" height="{short(height)}" preserveAspectRatio="none"'
        canvas.add(
            f'<clipPath id="form"><path d="{path}"/></clipPath><g clip-path="url(#form)"><image {place}'
            f' image-rendering="crisp-edges" href="{escape(look.picture)}"/></g>'
        )
    canvas.path(path, "" if form in OPEN else look.fill, look.stroke, look.width, look.dashes, even_odd=True)
    if form in OPEN:
        _heads(canvas, form, (width, height), look)
    canvas.add("</g>")
    return canvas.svg()


def _heads(canvas: Canvas, form: str, size: tuple[float, float], look: Look) -> None:
    """Draw the arrowheads of a line, in its direction there."""
    along = size if form in ("line", "straightConnector1") else (size[0], 0.0)
    length = (along[0] ** 2 + along[1] ** 2) ** 0.5 or 1.0
    x, y = along[0] / length, along[1] / length
    long = max(3 * look.width, 4.0)
    for there, at, way in zip(look.heads, ((0.0, 0.0), size), (1, -1), strict=True):
        if there:
            foot = (at[0] + way * long * x, at[1] + way * long * y)
            side = (-y * long / 2, x * long / 2)
            points = (at, (foot[0] + side[0], foot[1] + side[1]), (foot[0] - side[0], foot[1] - side[1]))
            canvas.path("M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in points) + "Z", look.stroke)
