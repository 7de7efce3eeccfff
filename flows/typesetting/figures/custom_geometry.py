"""Read the custom paths of DrawingML shapes (20.1.9.15), with the formulas for their points."""

import math
from collections.abc import Iterable, Mapping

from lxml import etree

from flows.typesetting.figures.svg_canvas import short

_MOST_GUIDES, _MOST_STEPS = 2000, 20_000
_FULL = 21_600_000  # a circle in sixty-thousandths of a degree


def custom_geometry_path(geometry: etree._Element, width: float, height: float) -> str:
    """Return the path of an `a:custGeom` in a box; empty if it cannot be computed."""
    space = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    steps: list[str] = []
    for path in geometry.iterfind(f"{space}pathLst/{space}path"):
        if path.get("stroke") in ("0", "false") and path.get("fill") == "none":
            continue
        try:
            wide, high = float(path.get("w") or 0), float(path.get("h") or 0)
        except ValueError:
            return ""
        values = _guides(geometry, space, wide or width * 12700, high or height * 12700)
        across, down = width / (wide or width * 12700 or 1), height / (high or height * 12700 or 1)
        steps += _steps(path, values, across, down)
    return "".join(steps)


def _steps(path: etree._Element, values: Mapping[str, float], across: float, down: float) -> Iterable[str]:
    at = (0.0, 0.0)
    for count, step in enumerate(path):
        if count > _MOST_STEPS:
            return
        kind = etree.QName(step).localname
        points = [(_value(point.get("x"), values) * across, _value(point.get("y"), values) * down) for point in step]
        letter = {"moveTo": "M", "lnTo": "L", "cubicBezTo": "C", "quadBezTo": "Q"}.get(kind)
        if letter and len(points) == {"M": 1, "L": 1, "C": 3, "Q": 2}[letter]:
            yield letter + " ".join(f"{short(x)} {short(y)}" for x, y in points)
            at = points[-1]
        elif kind == "arcTo":
            rx, ry = _value(step.get("wR"), values) * across, _value(step.get("hR"), values) * down
            start, swing = (_value(step.get(name), values) / 60_000 for name in ("stAng", "swAng"))
            middle = (at[0] - rx * math.cos(math.radians(start)), at[1] - ry * math.sin(math.radians(start)))
            for part in (0.5, 1.0):  # an SVG arc is at most a half circle
                angle = math.radians(start + swing * part)
                at = (middle[0] + rx * math.cos(angle), middle[1] + ry * math.sin(angle))
                way = int(swing > 0)
                yield f"A{short(abs(rx))} {short(abs(ry))} 0 0 {way} {short(at[0])} {short(at[1])}"
        elif kind == "close":
            yield "Z"


def _value(said: str | None, values: Mapping[str, float]) -> float:
    try:
        return float(said or 0)
    except ValueError:
        return values.get(said or "", 0.0)


def _guides(geometry: etree._Element, space: str, width: float, height: float) -> dict[str, float]:
    """Return the variables of a geometry: the predefined ones and its own guides."""
    less = min(width, height)
    values = {
        "w": width, "h": height, "l": 0.0, "t": 0.0, "r": width, "b": height, "hc": width / 2, "vc": height / 2,
        "ss": less, "ls": max(width, height), "cd2": _FULL / 2, "cd4": _FULL / 4, "cd8": _FULL / 8,
        "3cd4": _FULL * 3 / 4,
        **{f"wd{part}": width / part for part in (2, 3, 4, 5, 6, 8, 10, 12, 32)},
        **{f"hd{part}": height / part for part in (2, 3, 4, 5, 6, 8, 10, 12)},
        **{f"ssd{part}": less / part for part in (2, 4, 6, 8, 16, 32)},
    }  # fmt: skip
    for holder in ("avLst", "gdLst"):
        for guide in list(geometry.iterfind(f"{space}{holder}/{space}gd"))[:_MOST_GUIDES]:
            words = guide.get("fmla", "").split()
            if words:
                values[guide.get("name", "")] = _calculated(words[0], [_value(word, values) for word in words[1:]])
    return values


def _calculated(operation: str, said: list[float]) -> float:
    """Return the value of a guide formula (20.1.9.11); 0 if it has none."""
    x, y, z = (*said, 0.0, 0.0, 0.0)[:3]
    angle = math.radians(y / 60_000)
    try:
        found = {
            "val": lambda: x,
            "*/": lambda: x * y / z,
            "+-": lambda: x + y - z,
            "+/": lambda: (x + y) / z,
            "?:": lambda: y if x > 0 else z,
            "abs": lambda: abs(x),
            "max": lambda: max(x, y),
            "min": lambda: min(x, y),
            "mod": lambda: math.sqrt(x * x + y * y + z * z),
            "pin": lambda: min(max(x, y), z),
            "sqrt": lambda: math.sqrt(x),
            "sin": lambda: x * math.sin(angle),
            "cos": lambda: x * math.cos(angle),
            "tan": lambda: x * math.tan(angle),
            "at2": lambda: math.degrees(math.atan2(y, x)) * 60_000,
            "sat2": lambda: x * math.sin(math.atan2(z, y)),
            "cat2": lambda: x * math.cos(math.atan2(z, y)),
        }[operation]()
    except (KeyError, ValueError, ZeroDivisionError, OverflowError):
        return 0.0
    return found if math.isfinite(found) else 0.0
