"""Read the custom paths of VML shapes (ECMA-376 part 4, 14.1.2.1.8, `path`)."""

import re
from collections.abc import Callable, Iterator

from flows.typesetting.figures.svg_canvas import Point, short

_ORDER = re.compile(r"(nf|ns|ae|al|at|ar|wa|wr|qx|qy|qb|h[a-i]|[mlcxertv])([^a-z]*)")
_MOST = 20_000
#: Points of each command, and whether they are relative.
_ORDERS = {"m": (1, False), "l": (1, False), "c": (3, False), "t": (1, True), "r": (1, True), "v": (3, True)}
_LETTERS = {"m": "M", "t": "M", "l": "L", "r": "L", "c": "C", "v": "C"}


def vml_path(text: str, size: Point, origin: Point, width: float, height: float) -> str:
    """Return a path, given coordinate size and origin, in a box; empty if it cannot be drawn.

    An omitted number is 0. Arcs and formula references are not supported.
    """
    across, down = width / (size[0] or 1.0), height / (size[1] or 1.0)

    def place(x: float, y: float) -> str:
        return f"{short((x - origin[0]) * across)} {short((y - origin[1]) * down)}"

    if len(text) > 100 * _MOST or not re.fullmatch(r"[a-z0-9\s,.+-]*", text):
        return ""
    try:
        return "".join(_steps(text, place, across, down))
    except ValueError:
        return ""


def _steps(text: str, place: Callable[[float, float], str], across: float, down: float) -> Iterator[str]:
    at: Point = (0.0, 0.0)
    for found in _ORDER.finditer(text):
        order, figures = found[1], _figures(found[2])
        if order in _ORDERS:
            count, from_last = _ORDERS[order]
            pairs = list(zip(figures[::2], figures[1::2], strict=False))
            for start in range(0, len(pairs) - count + 1, count):
                points = pairs[start : start + count]
                if from_last:
                    points = [(at[0] + x, at[1] + y) for x, y in points]
                yield _LETTERS[order] + " ".join(place(x, y) for x, y in points)
                at = points[-1]
        elif order in ("qx", "qy"):
            level = order == "qx"
            for x, y in zip(figures[::2], figures[1::2], strict=False):
                turn = int(((x > at[0]) == (y > at[1])) == level)
                radii = f"{short(abs(x - at[0]) * across)} {short(abs(y - at[1]) * down)}"
                yield f"A{radii} 0 0 {turn} {place(x, y)}"
                at, level = (x, y), not level
        elif order == "x":
            yield "Z"
        elif order not in ("e", "nf", "ns"):
            raise ValueError("an arc")


def _figures(said: str) -> list[float]:
    """Return the numbers of a command, separated by commas or spaces; an omitted one is 0."""
    said = re.sub(r"\s*,\s*", ",", said.strip())
    return [float(part or 0) for part in re.split(r"[,\s]", said)] if said else []
