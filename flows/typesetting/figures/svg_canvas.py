"""Collect shapes and texts, in points from the upper left corner, and write them as one SVG."""

from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Literal

from flows.typesetting.fonts import REST, face, substitute

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
#: Limits of one picture: elements, characters of their paths, letters. Beyond them a page takes too long to draw.
MOST, MOST_SIGNS, MOST_LETTERS = 20_000, 2_000_000, 20_000
#: Characters that XML does not allow.
_UNWRITABLE = dict.fromkeys((*range(32), 65534, 65535, *range(55296, 57344)))


class Canvas:
    """A picture being drawn; beyond its limits nothing is added, and `full` is True."""

    def __init__(self, width: float, height: float) -> None:
        """Begin with nothing."""
        self.width, self.height = width, height
        self.full = False
        self.clip: tuple[float, float, float, float] | None = None  # clip rectangle: its corners
        self._clips: dict[tuple[float, float, float, float], str] = {}
        self._elements: list[str] = []
        self._signs = self._letters = 0

    def path(
        self, way: str, fill: str = "", stroke: str = "", width: float = 0.75, dashes: str = "", even_odd: bool = False
    ) -> None:
        """Draw an SVG path; colours are six hexadecimal digits or empty."""
        if not fill and not stroke:
            return
        self._signs += len(way)
        if self._signs > MOST_SIGNS:
            self.full = True
            return
        look = f'fill="#{fill}"' if fill else 'fill="none"'
        if even_odd:
            look += ' fill-rule="evenodd"'
        if stroke:
            look += f' stroke="#{stroke}" stroke-width="{short(width)}" stroke-linejoin="round"'
            look += f' stroke-dasharray="{dashes}"' if dashes else ""
        self.add(f'<path d="{way}" {look}/>')

    def line(self, points: Iterable[Point], stroke: str, width: float = 0.75, dashes: str = "") -> None:
        """Draw a line through points."""
        self.path(way(points), "", stroke, width, dashes)

    def rectangle(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "", line: float = 0.75
    ) -> None:
        """Draw a rectangle."""
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self.path(way(corners, closed=True), fill, stroke, line)

    def text(
        self,
        at: Point,
        text: str,
        size: float,
        colour: str = "000000",
        anchor: Anchor = "start",
        font: str = "Calibri",
        bold: bool = False,
        italic: bool = False,
        turned: float = 0.0,
        room: float = 0.0,
    ) -> None:
        """Draw a line of text; `at` is the start, middle or end of its baseline, by `anchor`.

        `turned` is its rotation about that point, in degrees clockwise; `room` the width that it is scaled to, if any.
        """
        text = text.translate(_UNWRITABLE).rstrip()
        if not text or size <= 0:
            return
        self._letters += len(text)
        if self._letters > MOST_LETTERS:
            self.full = True
            return
        x, y = at
        width = room or text_width(text, size, font, bold, italic)
        back = {"middle": 0.5, "end": 1.0}.get(anchor, 0.0) * width
        look = f'font-family="{_families(font)}" font-size="{short(size)}" fill="#{colour or "000000"}"'
        look += ' font-weight="700"' if bold else ""
        look += ' font-style="italic"' if italic else ""
        look += f' transform="rotate({short(turned)} {short(x)} {short(y)})"' if turned else ""
        look += f' textLength="{short(room)}" lengthAdjust="spacingAndGlyphs"' if room else ""
        text = text.replace(" ", "\u00a0")
        self.add(f'<text x="{short(x - back)}" y="{short(y)}" {look}>{escape(text)}</text>')

    def picture(self, x: float, y: float, width: float, height: float, png: bytes) -> None:
        """Draw a bitmap in a rectangle, without interpolation (PDF/A-2 6.2.8)."""
        address = f"data:image/png;base64,{b64encode(png).decode()}"
        place = f'x="{short(x)}" y="{short(y)}" width="{short(width)}" height="{short(height)}"'
        self.add(f'<image {place} preserveAspectRatio="none" image-rendering="crisp-edges" href="{address}"/>')

    def add(self, element: str) -> None:
        """Add an element of SVG."""
        if len(self._elements) >= MOST:
            self.full = True
        elif self.clip is None:
            self._elements.append(element)
        else:
            name = self._clips.setdefault(self.clip, f"k{len(self._clips)}")
            self._elements.append(f'<g clip-path="url(#{name})">{element}</g>')

    def __len__(self) -> int:
        return len(self._elements)

    def svg(self) -> bytes:
        """Return the picture."""
        width, height = short(self.width), short(self.height)
        head = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
        clips = "".join(
            f'<clipPath id="{name}"><path d="{way(((x, y), (right, y), (right, bottom), (x, bottom)), closed=True)}"/>'
            "</clipPath>"
            for (x, y, right, bottom), name in self._clips.items()
        )
        body = f"<defs>{clips}</defs>{''.join(self._elements)}" if clips else "".join(self._elements)
        return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{body}</svg>'.encode()


def way(points: Iterable[Point], closed: bool = False) -> str:
    """Return the path through points."""
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points) + ("Z" if closed else "")


def short(length: float) -> str:
    """Format a length in few digits; anything that is not finite is 0."""
    if not -1e7 < length < 1e7:  # also what is no number
        return "0"
    return f"{length:.2f}".rstrip("0").rstrip(".") if length else "0"


def text_width(text: str, size: float, font: str = "Calibri", bold: bool = False, italic: bool = False) -> float:
    """Return the width of a text."""
    return face(font, bold, italic).width(text) * size


@lru_cache(maxsize=64)
def _families(font: str) -> str:
    return ",".join(escape(name) for name in (substitute(font), *REST))
