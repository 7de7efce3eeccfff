"""Draw on a canvas as the Windows GDI does ([MS-EMF] 2.3, [MS-WMF] 2.3), with its pens, brushes and fonts.

The players of WMF, EMF and EMF+ call its methods; it converts coordinates and puts shapes on an SVG canvas.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from flows.typesetting.docx.symbol_fonts import to_unicode
from flows.typesetting.figures.svg_canvas import Anchor, Canvas, Point, short, text_width, way

#: Descent of a line of text, as a fraction of its size.
_ASCENT = 0.9
#: Limits of horizontal scaling when text is fitted to its recorded width.
_NARROWEST, _WIDEST = 0.5, 2.0
_UPDATING, _RIGHT, _CENTRE, _BOTTOM, _BASELINE = 1, 2, 6, 8, 24
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Pen:
    """A pen; without a colour it draws nothing."""

    colour: str = "000000"
    width: float = 0.0  # in logical units; 0 is a hairline
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Brush:
    """A brush; without a colour it fills nothing."""

    colour: str = "FFFFFF"


@dataclass(frozen=True, slots=True)
class Letters:
    """A font: a negative height is the size of its letters, a positive one that of its line."""

    name: str = "Arial"
    height: float = -12.0
    bold: bool = False
    italic: bool = False
    turned: float = 0.0  # degrees, counter-clockwise
    charset: int = 0


Tool: TypeAlias = Pen | Brush | Letters
Matrix: TypeAlias = tuple[float, float, float, float, float, float]


@dataclass
class State:
    """The state that SaveDC saves."""

    pen: Pen = Pen()
    brush: Brush = Brush()
    letters: Letters = Letters()
    text_colour: str = "000000"
    back_colour: str = "FFFFFF"
    opaque: bool = True
    align: int = 0
    winding: bool = False
    at: Point = (0.0, 0.0)
    world: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    window: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)  # origin and extent
    viewport: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    clip: tuple[float, float, float, float] | None = None  # on the canvas: left, top, right, bottom


@dataclass
class Device:
    """Draws in logical units on a canvas; `place` maps device units to points."""

    canvas: Canvas
    place: Callable[[float, float], Point]
    state: State = field(default_factory=State)
    tools: dict[int, Tool] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)  # what could not be drawn
    saved: list[State] = field(default_factory=list)
    path: list[str] | None = None  # the current or last path
    collecting: bool = False
    dots: int = 0  # pixels of the pictures so far

    def point(self, x: float, y: float) -> Point:
        """Convert a logical point to the canvas."""
        a, b, c, d, e, f = self.state.world
        x, y = a * x + c * y + e, b * x + d * y + f
        left, top, wide, high = self.state.window
        to_left, to_top, to_wide, to_high = self.state.viewport
        x = (x - left) * to_wide / (wide or 1.0) + to_left
        y = (y - top) * to_high / (high or 1.0) + to_top
        return self.place(x, y)

    def length(self, length: float) -> float:
        """Convert a vertical logical length to the canvas."""
        (x, y), (to_x, to_y) = self.point(0.0, 0.0), self.point(0.0, length)
        return math.hypot(to_x - x, to_y - y)

    def save(self) -> None:
        """Save the state."""
        if len(self.saved) < _DEEPEST:
            self.saved.append(replace(self.state))

    def restore(self, which: int) -> None:
        """Restore a state: the last one is -1."""
        index = len(self.saved) + which if which < 0 else which - 1
        if 0 <= index < len(self.saved):
            self.state = self.saved[index]
            del self.saved[index:]
            self._clip()

    def select(self, tool: Tool | None) -> None:
        """Select a pen, a brush or a font."""
        if isinstance(tool, Pen):
            self.state.pen = tool
        elif isinstance(tool, Brush):
            self.state.brush = tool
        elif isinstance(tool, Letters):
            self.state.letters = tool

    def shape(self, points: Sequence[Point], closed: bool) -> None:
        """Draw a polyline or polygon."""
        if len(points) > 1:
            self.draw(way((self.point(x, y) for x, y in points), closed), filled=closed)

    def shapes(self, groups: Iterable[Sequence[Point]], closed: bool) -> None:
        """Draw several polygons as one, with holes."""
        ways = [way((self.point(x, y) for x, y in points), closed) for points in groups if len(points) > 1]
        if ways:
            self.draw("".join(ways), filled=closed)

    def curve(self, points: Sequence[Point], from_here: bool) -> None:
        """Draw Bézier curves through points, from the current one or the first."""
        whole = [self.point(*point) for point in ([self.state.at, *points] if from_here else points)]
        if len(whole) > 3:
            parts = [f"M{_at(whole[0])}"]
            parts += [
                "C" + " ".join(map(_at, whole[index : index + 3]))
                for index in range(1, len(whole) - len(whole[1:]) % 3, 3)
            ]
            self.draw("".join(parts), filled=False, goes_on=from_here)
            self.state.at = points[-1]

    def line_to(self, points: Sequence[Point]) -> None:
        """Draw lines from the current point."""
        if points:
            self.draw(way(self.point(x, y) for x, y in (self.state.at, *points)), filled=False, goes_on=True)
            self.state.at = points[-1]

    def rectangle(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draw a rectangle."""
        self.shape(((left, top), (right, top), (right, bottom), (left, bottom)), closed=True)

    def ellipse(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draw an ellipse."""
        self.arc((left, top, right, bottom), (0.0, 0.0), (0.0, 0.0), "whole")

    def arc(self, box: tuple[float, float, float, float], start: Point, end: Point, kind: str) -> None:
        """Draw a part of an ellipse, counter-clockwise: an `arc`, a `pie`, a `chord`, or the `whole`."""
        left, top, right, bottom = box
        x, y, wide, high = (left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2
        first, last = 0.0, 2 * math.pi
        if kind != "whole":
            first, last = (
                math.atan2((to_y - y) / (high or 1), (to_x - x) / (wide or 1)) for to_x, to_y in (start, end)
            )
            if last >= first:
                last -= 2 * math.pi
        points = [
            (
                x + wide * math.cos(first + (last - first) * step / 48),
                y + high * math.sin(first + (last - first) * step / 48),
            )
            for step in range(49)
        ]
        self.shape([(x, y), *points] if kind == "pie" else points, closed=kind != "arc")

    def draw(self, drawn: str, filled: bool, lined: bool = True, goes_on: bool = False) -> None:
        """Draw a path on the canvas, or add it to the current path."""
        if self.collecting and self.path is not None:
            self.path.append(drawn.replace("M", "L", 1) if goes_on and self.path else drawn)
            return
        pen = self.state.pen
        self.canvas.path(
            drawn,
            self.state.brush.colour if filled else "",
            pen.colour if lined else "",
            max(self.length(pen.width), 0.4),
            "3 2" if pen.dashed else "",
            even_odd=not self.state.winding,
        )

    def text(self, text: str, x: float, y: float, width: float = 0.0) -> None:
        """Draw a line of text; `width` is its recorded width, in logical units."""
        state = self.state
        letters = state.letters
        size = self.length(abs(letters.height) * (1.0 if letters.height < 0 else 0.85)) or self.length(12.0)
        text = to_unicode(text, letters.name).rstrip("\0")
        if state.align & _UPDATING:
            x, y = state.at
        natural = text_width(text, size, letters.name, letters.bold, letters.italic)
        room = self.length(width) if width else natural
        anchor: Anchor = "middle" if state.align & _CENTRE == _CENTRE else "end" if state.align & _RIGHT else "start"
        at = self.point(x, y)
        if state.align & _BASELINE != _BASELINE:
            down = -0.2 * size if state.align & _BOTTOM else _ASCENT * size
            turn = math.radians(letters.turned)
            at = (at[0] + down * math.sin(turn), at[1] + down * math.cos(turn))
        stretched = room if natural and _NARROWEST < room / natural < _WIDEST else 0.0
        self.canvas.text(
            at,
            text,
            size,
            state.text_colour,
            anchor,
            letters.name,
            letters.bold,
            letters.italic,
            -letters.turned,
            stretched,
        )
        if state.align & _UPDATING and self.length(1.0):
            state.at = (x + (width or natural / self.length(1.0)), y)

    def picture(self, x: float, y: float, width: float, height: float, png: bytes) -> None:
        """Draw a bitmap in a logical rectangle."""
        (left, top), (right, bottom) = self.point(x, y), self.point(x + width, y + height)
        self.canvas.picture(min(left, right), min(top, bottom), abs(right - left), abs(bottom - top), png)

    def fill(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a logical rectangle."""
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self.canvas.path(way((self.point(*corner) for corner in corners), closed=True), colour)

    def clip(self, box: tuple[float, float, float, float] | None) -> None:
        """Intersect the clip with a logical rectangle; None removes the clip."""
        if box is None:
            self.state.clip = None
        else:
            (x, y), (to_x, to_y) = self.point(box[0], box[1]), self.point(box[2], box[3])
            now = self.state.clip or (-1e6, -1e6, 1e6, 1e6)
            self.state.clip = (
                max(min(x, to_x), now[0]),
                max(min(y, to_y), now[1]),
                min(max(x, to_x), now[2]),
                min(max(y, to_y), now[3]),
            )
        self._clip()

    def _clip(self) -> None:
        self.canvas.clip = self.state.clip


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """Return the product of two transforms, the first applied first."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _at(point: Point) -> str:
    return f"{short(point[0])} {short(point[1])}"
