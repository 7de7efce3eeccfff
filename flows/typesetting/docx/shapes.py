"""Read one DrawingML shape: its text, outline and fill (ECMA-376 part 1, 20.1.2.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal, cast

from lxml import etree

from flows.language import translate as _
from flows.typesetting.docx.colours import A, filling, solid
from flows.typesetting.docx.drawing_positions import Extent
from flows.typesetting.docx.measurements import emu, number
from flows.typesetting.docx.model import Block, Box, Inline, Paragraph, Picture, Place, Text
from flows.typesetting.docx.package import W
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.picture_effects import picture_effects
from flows.typesetting.docx.pictures import picture
from flows.typesetting.docx.properties import Properties
from flows.typesetting.docx.text_formatting import Line, ParagraphFormat, RunFormat
from flows.typesetting.figures.custom_geometry import custom_geometry_path
from flows.typesetting.figures.preset_shapes import outline
from flows.typesetting.figures.shape_drawing import Look, draw_shape, edge

#: Default insets of a text box, in points.
_INSETS = (3.6, 7.2, 3.6, 7.2)
_VERTICAL: Mapping[str, Literal["top", "middle", "bottom"]] = {"ctr": "middle", "b": "bottom"}
_WIDTHS = (0.5, 1.0, 1.5)  # line widths of Office's themes


def shape(element: etree._Element, size: Extent, place: Place, story: Story, alternative: str = "") -> Box | None:
    """Return a shape as a box; None, and a recorded loss, for an unsupported form without text.

    A shape with a picture fill and no text becomes a picture with its alternative text.
    """
    content = element.find(f".//{W}txbxContent")
    properties = next((child for child in element if child.tag.endswith("}spPr")), None)
    look = _look(element, properties, size, story)
    body = next(element.iter("{*}bodyPr"), None)
    insets = [
        emu(body.get(name)) if body is not None and body.get(name) else usual
        for name, usual in zip(("tIns", "rIns", "bIns", "lIns"), _INSETS, strict=True)
    ]
    blocks: tuple[Block, ...] = tuple(_plain_text(element, look.text, max(size.height * 0.4, 6.0)))
    if content is not None:
        colour: Properties | None = {"colour": look.text} if look.text else None
        blocks = story.blocks(content, story.aside(size.width - insets[1] - insets[3]), colour, None)
        blocks = () if all(map(_shows_nothing, blocks)) else blocks  # they would make a low box higher
    if not blocks and look.fill:
        place = replace(place, behind=True)  # it hides no text
    box = Box(
        blocks, size.width, size.height, place,
        padding=(insets[0], insets[1], insets[2], insets[3]) if blocks else (0.0, 0.0, 0.0, 0.0),
        vertical=_VERTICAL.get("" if body is None else body.get("anchor", ""), "top"),
    )  # fmt: skip
    geometry = None if properties is None else properties.find(A + "prstGeom")
    form = "rect" if geometry is None else geometry.get("prst", "rect")
    own = None if properties is None else properties.find(A + "custGeom")
    transform = None if properties is None else properties.find(A + "xfrm")
    turn = (number(None if transform is None else transform.get("rot")) or 0) / 60_000 % 360
    if form == "rect" and own is None and (not turn or blocks) and not look.picture:
        line = Line("dashed" if look.dashes else "solid", look.width, look.stroke, 0.0) if look.stroke else None
        fits = blocks and body is not None and body.find(A + "spAutoFit") is not None  # then it is as high as its text
        lies = place.flow in ("beside", "alone")
        return replace(box, fill=look.fill, line=line, height=0.0 if fits and lies else box.height)
    if not look.fill and not look.stroke and not look.picture:
        return box if blocks else None
    path = _path(form, geometry, own, size)
    if path is None:
        if not blocks:
            story.lose(_("shape"))
        line = Line("solid", look.width, look.stroke, 0.0) if look.stroke and blocks else None
        return replace(box, fill=look.fill if blocks else "", line=line)
    flips = [transform is not None and transform.get(name) in ("1", "true") for name in ("flipH", "flipV")]
    drawn = draw_behind_text(box, form, path, look, story, (flips[0], flips[1]), turn)
    return as_picture(drawn, alternative) if look.picture and not blocks else drawn


def draw_behind_text(
    box: Box,
    form: str,
    path: str,
    look: Look,
    story: Story,
    flips: tuple[bool, bool] = (False, False),
    turn: float = 0.0,
) -> Box:
    """Return a box with a shape drawn behind its content; one without text is decorative."""
    around = edge(form, look)
    name = f"shape{len(story.media)}.svg"
    story.media[name] = draw_shape(form, path, box.width, box.height, look, flips, turn)
    return replace(box, ground=name, around=around)


def as_picture(box: Box, alternative: str) -> Box:
    """Return a box that only has a background as a picture."""
    wide, high = box.width + 2 * box.around, box.height + 2 * box.around
    place = replace(box.place, x=box.place.x - box.around, y=box.place.y - box.around)
    return Box((), wide, high, place, picture=Picture(box.ground, wide, high, alternative))


def _path(form: str, geometry: etree._Element | None, own: etree._Element | None, size: Extent) -> str | None:
    """Return the outline of a shape; None for an unsupported form."""
    if own is not None:
        return custom_geometry_path(own, size.width, size.height) or None
    return outline(form, size.width, size.height, _adjustments(geometry))


def _adjustments(geometry: etree._Element | None) -> dict[str, float]:
    found = {}
    for guide in () if geometry is None else geometry.iter(A + "gd"):
        value = number(guide.get("fmla", "").removeprefix("val ").strip())
        if value is not None:
            found[guide.get("name", "")] = float(value)
    return found


def _look(element: etree._Element, properties: etree._Element | None, size: Extent, story: Story) -> Look:
    """Return the line and fill of a shape: its own, or those of its style reference (20.1.4.2)."""
    package = story.package
    style = next((child for child in element if etree.QName(child).localname == "style"), None)
    said: dict[str, tuple[int, str]] = {}
    for child in () if style is None else style:
        index = number(child.get("idx")) if (child.get("idx") or "").isdigit() else 1
        said[etree.QName(child).localname] = (index or 0, solid(child, package))
    fill = filling(properties, package)
    if fill is None:
        index, colour = said.get("fillRef", (0, ""))
        fill = colour if index else ""
    line = None if properties is None else properties.find(A + "ln")
    stroke = filling(line, package)
    index, colour = said.get("lnRef", (0, ""))
    if stroke is None:
        stroke = colour if index else ""
    width = emu(line.get("w")) if line is not None and line.get("w") else _WIDTHS[min(max(index, 1), 3) - 1]
    dash = None if line is None else line.find(A + "prstDash")
    dashes = "" if dash is None or dash.get("val", "solid") == "solid" else f"{3 * width:.2f} {2 * width:.2f}"
    ends = [None if line is None else line.find(A + name) for name in ("headEnd", "tailEnd")]
    heads = [end is not None and end.get("type", "none") != "none" for end in ends]
    filled = None if properties is None else properties.find(A + "blipFill")
    shown = None
    if filled is not None:
        shown = picture(filled.find(A + "blip"), size, "", story, picture_effects(filled, None, package))
    return Look(
        fill, stroke, max(width, 0.25), dashes, cast("tuple[bool, bool]", tuple(heads)),
        said.get("fontRef", (0, ""))[1], f"docx:{shown.part}" if shown else "",
    )  # fmt: skip


def _shows_nothing(block: Block) -> bool:
    """Return whether a block is an empty paragraph."""
    return isinstance(block, Paragraph) and not (block.inlines or block.label or block.format.borders)


def _plain_text(element: etree._Element, colour: str, largest: float) -> Iterable[Paragraph]:
    """Yield the paragraphs of DrawingML text (`a:p`), as in diagrams and canvases."""
    for line in element.iter(A + "p"):
        runs: list[Inline] = []
        for run in line.iter(A + "r", A + "fld"):
            own = run.find(A + "rPr")
            size = number(None if own is None else own.get("sz"), 400_000) or 1000
            look = RunFormat(font="Calibri", size=min(size / 100, largest), colour=colour)
            runs.append(Text(run.findtext(A + "t") or "", look))
        if any(isinstance(run, Text) and run.text.strip() for run in runs):
            mark = runs[0].format if isinstance(runs[0], Text) else RunFormat(size=1.0)
            yield Paragraph("", ParagraphFormat(align="center"), mark, tuple(runs))
