"""Compute the outlines of the most used preset shapes of Word (ECMA-376 part 1, 20.1.10.56)."""

import math
from collections.abc import Callable, Mapping, Sequence

from flows.typesetting.figures.svg_canvas import Point, short, way

#: Vertices of polygons, as fractions of width and height.
_CORNERS: Mapping[str, Sequence[Point]] = {
    "rect": ((0, 0), (1, 0), (1, 1), (0, 1)),
    "diamond": ((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),
    "rtTriangle": ((0, 0), (1, 1), (0, 1)),
    "trapezoid": ((0.25, 0), (0.75, 0), (1, 1), (0, 1)),
    "flowChartManualOperation": ((0, 0), (1, 0), (0.8, 1), (0.2, 1)),
    "flowChartManualInput": ((0, 0.2), (1, 0), (1, 1), (0, 1)),
    "flowChartPreparation": ((0.2, 0), (0.8, 0), (1, 0.5), (0.8, 1), (0.2, 1), (0, 0.5)),
    "flowChartOffpageConnector": ((0, 0), (1, 0), (1, 0.8), (0.5, 1), (0, 0.8)),
    "flowChartInputOutput": ((0.2, 0), (1, 0), (0.8, 1), (0, 1)),
    "flowChartExtract": ((0.5, 0), (1, 1), (0, 1)),
    "flowChartMerge": ((0, 0), (1, 0), (0.5, 1)),
    "flowChartPunchedCard": ((0.2, 0), (1, 0), (1, 1), (0, 1), (0, 0.2)),
    "pentagon": ((0.5, 0), (1, 0.382), (0.809, 1), (0.191, 1), (0, 0.382)),
    "octagon": ((0.29, 0), (0.71, 0), (1, 0.29), (1, 0.71), (0.71, 1), (0.29, 1), (0, 0.71), (0, 0.29)),
    "plus": (
        (0.25, 0), (0.75, 0), (0.75, 0.25), (1, 0.25), (1, 0.75), (0.75, 0.75), (0.75, 1), (0.25, 1), (0.25, 0.75),
        (0, 0.75), (0, 0.25), (0.25, 0.25),
    ),
    "lightningBolt": (
        (0.39, 0), (0.6, 0.28), (0.51, 0.31), (0.77, 0.56), (0.68, 0.6), (1, 1), (0.46, 0.69), (0.56, 0.62),
        (0.23, 0.45), (0.35, 0.38), (0, 0.18),
    ),
}  # fmt: skip
_SAME = {
    "flowChartProcess": "rect", "flowChartDecision": "diamond", "flowChartConnector": "ellipse", "textBox": "rect",
    "flowChartTerminator": "pill", "flowChartAlternateProcess": "roundRect", "actionButtonBlank": "rect",
    "flowChartInternalStorage": "rect", "flowChartPredefinedProcess": "rect", "snipRoundRect": "roundRect",
    "round1Rect": "roundRect", "round2SameRect": "roundRect", "round2DiagRect": "roundRect", "frame": "rect",
    "flowChartSummingJunction": "ellipse", "flowChartOr": "ellipse", "flowChartDelay": "rect", "bevel": "rect",
    "foldedCorner": "rect", "plaque": "roundRect", "snip1Rect": "rect", "snip2SameRect": "rect", "mathPlus": "plus",
}  # fmt: skip
_Adjust = Callable[[int, float], float]


def outline(name: str, width: float, height: float, said: Mapping[str, float]) -> str | None:
    """Return the path of a preset shape; None for an unknown name.

    `said` are its adjust values by name (`adj`, `adj1`…), in hundred-thousandths.
    """
    name = _SAME.get(name, name)

    def adjusted(number: int, usual: float) -> float:
        found = said.get(f"adj{number}", said.get("adj", usual) if number == 1 else usual)
        return min(max(found, -500_000.0), 500_000.0) / 100_000

    if name in _CORNERS:
        return way(((x * width, y * height) for x, y in _CORNERS[name]), closed=True)
    build = _BUILT.get(name)
    if build is not None:
        return build(width, height, adjusted)
    if name.startswith("star") and name[4:].isdigit():
        return _star(min(int(name[4:]), 60), width, height, adjusted)
    if name.endswith("Arrow") and name in _ARROWS:
        return _arrow(name, width, height, adjusted)
    return None


def _ellipse(width: float, height: float, _said: _Adjust) -> str:
    x, y = short(width / 2), short(height / 2)
    whole, back = short(width), short(-width)
    return f"M0 {y}a{x} {y} 0 1 1 {whole} 0a{x} {y} 0 1 1 {back} 0Z"


def _round(width: float, height: float, radius: float) -> str:
    r = short(radius)
    across, down = short(width - 2 * radius), short(height - 2 * radius)
    corners = (f"a{r} {r} 0 0 1 {x}{r} {y}{r}" for x, y in (("", ""), ("-", ""), ("-", "-"), ("", "-")))
    first, second, third, fourth = corners
    return f"M{r} 0h{across}{first}v{down}{second}h-{across}{third}v-{down}{fourth}Z"


def _round_rectangle(width: float, height: float, said: _Adjust) -> str:
    return _round(width, height, min(width, height) * min(max(said(1, 16_667), 0.0), 0.5))


def _pill(width: float, height: float, _said: _Adjust) -> str:
    return _round(width, height, min(width, height) / 2)


def _triangle(width: float, height: float, said: _Adjust) -> str:
    return way(((said(1, 50_000) * width, 0), (width, height), (0, height)), closed=True)


def _parallelogram(width: float, height: float, said: _Adjust) -> str:
    lean = min(said(1, 25_000) * min(width, height), width)
    return way(((lean, 0), (width, 0), (width - lean, height), (0, height)), closed=True)


def _hexagon(width: float, height: float, said: _Adjust) -> str:
    lean = min(said(1, 25_000) * min(width, height), width / 2)
    middle = height / 2
    points = ((lean, 0), (width - lean, 0), (width, middle), (width - lean, height), (lean, height), (0, middle))
    return way(points, closed=True)


def _chevron(width: float, height: float, said: _Adjust) -> str:
    lean = min(said(1, 50_000) * min(width, height), width)
    middle = height / 2
    points = ((0, 0), (width - lean, 0), (width, middle), (width - lean, height), (0, height), (lean, middle))
    return way(points, closed=True)


def _home_plate(width: float, height: float, said: _Adjust) -> str:
    lean = min(said(1, 50_000) * min(width, height), width)
    return way(((0, 0), (width - lean, 0), (width, height / 2), (width - lean, height), (0, height)), closed=True)


def _donut(width: float, height: float, said: _Adjust) -> str:
    thick = min(width, height) * min(max(said(1, 25_000), 0.0), 0.5)
    x, y = short(width / 2 - thick), short(height / 2 - thick)
    inner = short(width - 2 * thick)
    return (
        _ellipse(width, height, said)
        + f"M{short(thick)} {short(height / 2)}a{x} {y} 0 1 0 {inner} 0a{x} {y} 0 1 0 -{inner} 0Z"
    )


def _callout(width: float, height: float, said: _Adjust) -> str:
    """Return a callout: a box with a pointer."""
    to = ((0.5 + said(1, -20_833)) * width, (0.5 + said(2, 62_500)) * height)
    foot, head = (0.0, height) if to[1] < height / 2 else (height, 0.0)
    start = width * (0.17 if to[0] < width / 2 else 0.58)
    ends = ((start, head), (start + width * 0.25, head))
    if foot:
        return way(
            ((0, 0), (width, 0), (width, height), (ends[1][0], height), to, (start, height), (0, height)), closed=True
        )
    return way(((0, 0), (start, 0), to, (ends[1][0], 0), (width, 0), (width, height), (0, height)), closed=True)


def _can(width: float, height: float, said: _Adjust) -> str:
    flat = min(width, height) * min(max(said(1, 25_000), 0.0), 1.0) / 2
    rx, ry, w = short(width / 2), short(flat), short(width)
    return (
        f"M0 {ry}a{rx} {ry} 0 0 1 {w} 0v{short(height - 2 * flat)}a{rx} {ry} 0 0 1 -{w} 0ZM0 {ry}a{rx} {ry} 0 0 0 {w} 0"
    )


def _cloud(width: float, height: float, _said: _Adjust) -> str:
    """Return a cloud: a ring of arcs."""
    points = [
        (width * (0.5 + 0.42 * math.cos(step * math.pi / 5)), height * (0.5 + 0.4 * math.sin(step * math.pi / 5)))
        for step in range(10)
    ]
    bow = f"{short(width * 0.15)} {short(height * 0.15)}"
    bows = "".join(f"A{bow} 0 0 1 {short(x)} {short(y)}" for x, y in (*points[1:], points[0]))
    return f"M{short(points[0][0])} {short(points[0][1])}{bows}Z"


def _bracket(left: bool, curly: bool) -> Callable[[float, float, _Adjust], str]:
    def build(width: float, height: float, _said: _Adjust) -> str:
        start, edge = (width, 0.0) if left else (0.0, width)
        bow = min(abs(width), height / 4)
        if curly:
            half, middle = height / 2, (start + edge) / 2
            turn = _bow((middle, half), (edge, half)), _bow((middle, half), (middle, half + bow))
            between = f"V{short(half - bow)}{turn[0]}{turn[1]}"
        else:
            between, middle = "", edge
        first, last = _bow((middle, 0), (middle, bow)), _bow((middle, height), (start, height))
        return f"M{short(start)} 0{first}{between}V{short(height - bow)}{last}"

    return build


def _bow(past: Point, to: Point) -> str:
    return f"Q{short(past[0])} {short(past[1])} {short(to[0])} {short(to[1])}"


def _bracket_pair(width: float, height: float, said: _Adjust) -> str:
    bow = min(width, height) / 6
    right = _bow((width, 0), (width, bow)), _bow((width, height), (width - bow, height))
    left = _bracket(True, False)(bow, height, said)
    return f"{left}M{short(width - bow)} 0{right[0]}V{short(height - bow)}{right[1]}"


def _bent(width: float, height: float, said: _Adjust) -> str:
    at = said(1, 50_000) * width
    return way(((0, 0), (at, 0), (at, height), (width, height)))


def _curved(width: float, height: float, said: _Adjust) -> str:
    at = short(said(1, 50_000) * width)
    return f"M0 0C{at} 0 {at} {short(height)} {short(width)} {short(height)}"


def _straight(width: float, height: float, _said: _Adjust) -> str:
    return way(((0, 0), (width, height)))


def _star(points: int, width: float, height: float, said: _Adjust) -> str:
    inner = {4: 19_098, 5: 19_098, 6: 28_868, 7: 34_601, 8: 37_500}.get(points, 37_500)
    share = min(max(said(1, inner), 0.0), 0.5) * 2
    corners = []
    for step in range(points * 2):
        angle = math.pi * step / points
        far = 0.5 * (share if step % 2 else 1.0)
        corners.append((width * (0.5 + far * math.sin(angle)), height * (0.5 - far * math.cos(angle))))
    return way(corners, closed=True)


_ARROWS = {"rightArrow", "leftArrow", "upArrow", "downArrow", "leftRightArrow", "upDownArrow"}


def _arrow(name: str, width: float, height: float, said: _Adjust) -> str:
    standing = name in ("upArrow", "downArrow", "upDownArrow")
    long, high = (height, width) if standing else (width, height)
    thick, head = min(max(said(1, 50_000), 0.0), 1.0) * high, min(said(2, 50_000) * min(long, high), long)
    above, below = (high - thick) / 2, (high + thick) / 2
    points: list[Point] = [
        (long - head, above),
        (long - head, 0),
        (long, high / 2),
        (long - head, high),
        (long - head, below),
    ]
    if name in ("leftRightArrow", "upDownArrow"):
        head = min(head, long / 2)
        points = [(long - x, y) for x, y in reversed(points)] + points
    else:
        points = [(0.0, above), *points, (0.0, below)]
    if name in ("leftArrow", "upArrow"):
        points = [(long - x, y) for x, y in points]
    return way(((y, x) for x, y in points) if standing else points, closed=True)


_BUILT: Mapping[str, Callable[[float, float, _Adjust], str]] = {
    "ellipse": _ellipse, "roundRect": _round_rectangle, "pill": _pill, "triangle": _triangle, "donut": _donut,
    "parallelogram": _parallelogram, "hexagon": _hexagon, "chevron": _chevron, "homePlate": _home_plate, "can": _can,
    "wedgeRectCallout": _callout, "wedgeRoundRectCallout": _callout, "wedgeEllipseCallout": _callout, "cloud": _cloud,
    "leftBracket": _bracket(True, False), "rightBracket": _bracket(False, False), "leftBrace": _bracket(True, True),
    "rightBrace": _bracket(False, True), "bracketPair": _bracket_pair, "bentConnector2": _bent, "bentConnector3": _bent,
    "curvedConnector3": _curved, "line": _straight, "straightConnector1": _straight,
}  # fmt: skip
#: Open outlines, which are not filled.
OPEN = {
    "line", "straightConnector1", "bentConnector2", "bentConnector3", "curvedConnector3", "leftBracket", "rightBracket",
    "leftBrace", "rightBrace", "bracketPair",
}  # fmt: skip
