"""Read page borders (17.6.10) and the colour of the paper (17.2.1)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, cast

from lxml import etree

from flows.typesetting.docx.model import Section
from flows.typesetting.docx.package import Package, W
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.properties import borders, colour, is_on, value
from flows.typesetting.docx.text_formatting import Line
from flows.typesetting.figures.svg_canvas import Canvas, Point

_DASHES = {"dashed": 3.0, "dotted": 1.0}
_Pages = Literal["allPages", "firstPage", "notFirstPage"]


def add_page_borders(section: Section, element: etree._Element, story: Story) -> Section:
    """Return a section with the page borders of its properties.

    They are drawn as one picture of the size of the page, behind its text. Art borders become plain lines, as in
    LibreOffice.
    """
    around = element.find(W + "pgBorders")
    lines = {side: line for side, line in borders(around).items() if line is not None}
    if around is None or not lines:
        return section
    edges = _edges(section, lines, from_page=value(around, "offsetFrom") == "page")
    canvas = Canvas(section.width, section.height)
    for side, line in lines.items():
        for way, width in _ways(edges, side, line):
            step = _DASHES.get(line.style, 0.0) * width
            canvas.line(way, line.colour or "000000", width, f"{step:.2f} {step:.2f}" if step else "")
    name = f"page{len(story.media)}.svg"
    story.media[name] = canvas.svg()
    return replace(section, frame=name, framed=cast("_Pages", value(around, "display") or "allPages"))


def _edges(section: Section, lines: dict[str, Line], *, from_page: bool) -> dict[str, float]:
    """Return the position of the centre of each line, from the left or upper edge of the paper.

    Borders measured from the text enclose header and footer.
    """
    found: dict[str, float] = {}
    above = min(abs(section.top), section.header_distance) if section.headers else abs(section.top)
    below = min(abs(section.bottom), section.footer_distance) if section.footers else abs(section.bottom)
    margins = {"left": section.left, "top": above, "right": section.right, "bottom": below}
    for side, margin in margins.items():
        line = lines.get(side)
        space, half = (0.0, 0.0) if line is None else (line.space, line.width / 2)
        found[side] = space + half if from_page and line is not None else margin - space - half
    return {
        **found, "right": section.width - found["right"], "bottom": section.height - found["bottom"],
    }  # fmt: skip


def _ways(edges: dict[str, float], side: str, line: Line) -> Iterator[tuple[list[Point], float]]:
    """Yield the ends and thickness of each line at a side; a double line is two with an equal gap."""
    corners = {
        "left": ("left", "top", "left", "bottom"), "right": ("right", "top", "right", "bottom"),
        "top": ("left", "top", "right", "top"), "bottom": ("left", "bottom", "right", "bottom"),
    }  # fmt: skip
    if side not in corners:
        return
    x, y, to_x, to_y = (edges[name] for name in corners[side])
    width = max(line.width, 0.25)
    for away in (-width / 3, width / 3) if line.style == "double" else (0.0,):
        across, down = (away, 0.0) if side in ("left", "right") else (0.0, away)
        yield [(x + across, y + down), (to_x + across, to_y + down)], width / 3 if away else width


def paper_colour(package: Package, settings: etree._Element) -> str:
    """Return the page background, if the document displays it; empty for white paper."""
    shown = settings.find(W + "displayBackgroundShape")
    if shown is None or not is_on(shown):
        return ""
    return colour(value(package.xml(package.main).find(W + "background"), "color"))
