"""Draw the text of EMF+ records ([MS-EMFPLUS] 2.3.4.14): in lines within a rectangle, or at a point."""

import math

from flows.typesetting.figures.emf_plus_objects import Face, Setting
from flows.typesetting.figures.gdi_device import Device
from flows.typesetting.figures.svg_canvas import Anchor, Point, text_width

_MOST_LINES = 500
#: Ascent and distance of baselines, as fractions of the font size.
_ASCENT, _LINE = 0.9, 1.2


def write_in(
    device: Device,
    text: str,
    place: tuple[float, float, float, float],
    font: Face,
    size: float,
    colour: str,
    setting: Setting,
) -> None:
    """Draw a text wrapped in a rectangle (left, top, width, height)."""
    left, top, wide, high = place
    along, across = (high, wide) if setting.vertical else (wide, high)
    lines = _lines(text, font, size, along if setting.wrapped else 0.0)
    whole = size * _LINE * len(lines)
    start = {1: (across - whole) / 2, 2: across - whole}.get(setting.down, 0.0)
    anchor: Anchor = "middle" if setting.along == 1 else "end" if setting.along == 2 else "start"
    begin = {"middle": along / 2, "end": along}.get(anchor, 0.0)
    for index, line in enumerate(lines):
        down = start + size * (_ASCENT + _LINE * index)
        at = (left + wide - down, top + begin) if setting.vertical else (left + begin, top + down)
        write_at(device, line, at, font, size, colour, anchor, 90.0 if setting.vertical else 0.0)


def write_at(
    device: Device,
    text: str,
    at: Point,
    font: Face,
    size: float,
    colour: str,
    anchor: Anchor = "start",
    turned: float = 0.0,
) -> None:
    """Draw a line of text by its baseline, with the current rotation."""
    (x, y), (to_x, to_y) = device.point(*at), device.point(at[0] + 1, at[1])
    turned += math.degrees(math.atan2(to_y - y, to_x - x))
    turned = turned if abs(turned) > 0.1 else 0.0
    device.canvas.text((x, y), text, device.length(size), colour, anchor, font.name, font.bold, font.italic, turned)


def _lines(text: str, font: Face, size: float, room: float) -> list[str]:
    """Return a text wrapped to a width; unchanged without one."""
    lines: list[str] = []
    for line in text.replace("\r", "").rstrip("\n").split("\n")[:_MOST_LINES]:
        lines.append("")
        for word in line.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if room and lines[-1] and text_width(longer, size, font.name, font.bold, font.italic) > room * 1.05:
                lines.append(word)
            else:
                lines[-1] = longer
    return lines[:_MOST_LINES]
