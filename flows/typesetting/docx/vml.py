"""Read VML drawings (ECMA-376 part 4): text boxes, pictures, groups, pictures of embedded objects."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lxml import etree
from PIL import ImageColor

from flows.language import translate as _
from flows.typesetting.docx.drawing_positions import Extent, vml_place, vml_style
from flows.typesetting.docx.measurements import decimal, fraction, number, vml_length
from flows.typesetting.docx.model import Box, Inline, Paragraph, Place, Text
from flows.typesetting.docx.package import R, W
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.picture_effects import vml_picture_effects
from flows.typesetting.docx.pictures import picture
from flows.typesetting.docx.properties import mix_colours
from flows.typesetting.docx.shapes import as_picture, draw_behind_text
from flows.typesetting.docx.text_formatting import Line, ParagraphFormat, RunFormat
from flows.typesetting.figures.preset_shapes import OPEN, outline
from flows.typesetting.figures.shape_drawing import Look
from flows.typesetting.figures.vml_paths import vml_path

_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"
_SHAPES = {"shape", "rect", "roundrect", "oval", "line", "polyline", "arc", "curve", "image", "group"}
_FORMS = {"roundrect": "roundRect", "oval": "ellipse", "line": "line"}
#: DrawingML names of VML shape types, by number.
_NUMBERED = {
    "2": "roundRect", "3": "ellipse", "4": "diamond", "5": "triangle", "6": "rtTriangle", "7": "parallelogram",
    "8": "trapezoid", "9": "hexagon", "10": "octagon", "11": "plus", "12": "star5", "13": "rightArrow",
    "15": "homePlate", "20": "line", "22": "can", "23": "donut", "32": "straightConnector1", "34": "bentConnector3",
    "38": "curvedConnector3", "55": "chevron", "56": "pentagon", "61": "wedgeRectCallout",
    "62": "wedgeRoundRectCallout",
    "66": "leftArrow", "67": "downArrow", "68": "upArrow", "69": "leftRightArrow", "70": "upDownArrow",
    "73": "lightningBolt", "85": "leftBracket", "86": "rightBracket", "87": "leftBrace", "88": "rightBrace",
    "109": "flowChartProcess", "110": "flowChartDecision", "111": "flowChartInputOutput", "116": "flowChartTerminator",
    "117": "flowChartPreparation", "120": "flowChartConnector", "176": "flowChartAlternateProcess",
    "185": "bracketPair",
}  # fmt: skip
_PADDING = (3.6, 7.2, 3.6, 7.2)
#: Points from the top of its paragraph to a horizontal rule: about the height of usual letters.
_RULE_DROP = 8.0


def read_vml_drawing(element: etree._Element, story: Story) -> list[Inline]:
    """Read a `w:pict` or the picture of a `w:object`; record as lost what cannot be shown."""
    found: list[Inline] = []
    for child in element:
        if child.tag.startswith(_V) and etree.QName(child).localname in _SHAPES:
            found.extend(_shape(child, story, None))
        elif etree.QName(child).localname == "control":
            story.lose(_("form control"))
    return found


def _shape(element: etree._Element, story: Story, scale: tuple[float, float, float, float] | None) -> Iterable[Inline]:
    """Yield the inlines of a shape; inside a group, `scale` has its factors and origin."""
    kind = etree.QName(element).localname
    style = vml_style(element)
    if style.get("visibility") == "hidden":
        return
    if scale is None:
        size = Extent(vml_length(style.get("width")), vml_length(style.get("height")))
        wrap = next((child for child in element if etree.QName(child).localname == "wrap"), None)
        place = vml_place(style, None if wrap is None else wrap.get("type"))
    else:
        wide, high, left, top = scale
        size = Extent(_bare(style.get("width")) * wide, _bare(style.get("height")) * high)
        place = Place("free", (_bare(style.get("left")) - left) * wide, (_bare(style.get("top")) - top) * high)
    if element.get(_O + "hr") in ("t", "true", "1"):
        yield _rule(element)
        return
    if kind == "group":
        yield _group(element, size, place, story)
        return
    content = element.find(f".//{W}txbxContent")
    image = element.find(_V + "imagedata")
    written = element.find(_V + "textpath")
    filling = _picture_in(element, size, story)
    if content is not None:
        room = size.width - _PADDING[1] - _PADDING[3]
        box = Box(
            story.blocks(content, story.aside(room), None, None), size.width, size.height, place, padding=_PADDING,
            fill=_fill(element), line=_outline(element),
        )  # fmt: skip
        yield _on_picture(element, kind, box, filling, story) if filling else box
    elif filling:
        whole = _on_picture(element, kind, Box((), size.width, size.height, place), filling, story)
        yield as_picture(whole, element.get("alt") or "")
    elif image is not None:
        said = element.get("alt") or image.get(_O + "title") or ""
        shown = picture(image, size, said, story, vml_picture_effects(image, style))
        if shown is not None and place.flow == "inline":
            yield shown
        else:
            wide, high = (size.width, size.height) if shown is None else (shown.width, shown.height)
            yield Box((), wide, high, place, picture=shown)
    elif written is not None and written.get("string"):
        look = RunFormat(font="Calibri", size=max(min(size.height * 0.6, 60.0), 6.0), colour=_fill(element))
        line = Paragraph("", ParagraphFormat(align="center"), look, (Text(written.get("string", ""), look),))
        yield Box((line,), size.width, size.height, place)
    elif kind == "rect":
        fill = _fill(element)
        place = replace(place, behind=place.behind or bool(fill))  # it hides no text
        yield Box((), size.width, size.height, place, fill=fill, line=_outline(element))
    else:
        known = _known(element, kind, Box((), size.width, size.height, place), style, story)
        if known is None:
            story.lose(_("shape"))
        else:
            yield known


def _rule(element: etree._Element) -> Box:
    """Return a horizontal rule: in the line of its paragraph, which is empty but for it, or else above the text."""
    holder = next(element.iterancestors(W + "p"), None)
    empty = holder is not None and not any(text.text for text in holder.iter(W + "t"))
    place = Place("free", y=_RULE_DROP) if empty else Place("alone")
    return Box((), 0.0, 1.5, place, fill="A0A0A0", stretched=True)


def _picture_in(element: etree._Element, size: Extent, story: Story) -> str:
    """Return the `docx:` address of a picture fill; empty for other fills, two-colour patterns included."""
    how = element.find(_V + "fill")
    if how is None or how.get(R + "id") is None or how.get("type") not in ("frame", "tile"):
        return ""
    shown = picture(how, size, "", story)
    return f"docx:{shown.part}" if shown else ""


def _on_picture(element: etree._Element, kind: str, box: Box, filling: str, story: Story) -> Box:
    """Return a shape with a picture inside its outline, behind its content."""
    line = _outline(element)
    look = Look("", "" if line is None else line.colour or "000000", 0.75 if line is None else line.width)
    form = _form(element, kind) or "rect"
    path = outline(form, box.width, box.height, {}) or outline("rect", box.width, box.height, {}) or ""
    return draw_behind_text(replace(box, fill="", line=None), form, path, replace(look, picture=filling), story)


def _known(element: etree._Element, kind: str, box: Box, style: Mapping[str, str], story: Story) -> Box | None:
    """Return a shape of a supported form; None for others."""
    form = _form(element, kind)
    ends = [[vml_length(part) for part in element.get(name, "").split(",")] for name in ("from", "to")]
    flips = ["x" in style.get("flip", ""), "y" in style.get("flip", "")]
    if kind == "line" and all(len(end) == 2 for end in ends):
        (x, y), (to_x, to_y) = ends
        place = replace(box.place, x=box.place.x + min(x, to_x), y=box.place.y + min(y, to_y))
        box = replace(box, width=abs(to_x - x), height=abs(to_y - y), place=place)
        flips = [to_x < x, to_y < y]
    path = outline(form, box.width, box.height, {}) or _own_path(element, box)
    if not path:
        return None
    stroke, outlined = element.find(_V + "stroke"), _outline(element)
    heads = [stroke is not None and stroke.get(name, "none") != "none" for name in ("startarrow", "endarrow")]
    look = Look(
        _fill(element) if form not in OPEN else "",
        "" if outlined is None else outlined.colour or "000000",
        0.75 if outlined is None else outlined.width,
        heads=(heads[0], heads[1]),
    )
    box = replace(box, place=replace(box.place, behind=box.place.behind or bool(look.fill)))
    return draw_behind_text(box, form, path, look, story, (flips[0], flips[1]), decimal(style.get("rotation")) % 360)


def _form(element: etree._Element, kind: str) -> str:
    """Return the DrawingML name of a shape's form; empty if unknown."""
    return _FORMS.get(kind) or _NUMBERED.get((element.get("type") or "").rpartition("_t")[2], "")


def _own_path(element: etree._Element, box: Box) -> str:
    """Return the custom outline of a shape; empty if it has none that can be drawn."""
    said = element.get("path")
    size, origin = _pair(element.get("coordsize"), (1000.0, 1000.0)), _pair(element.get("coordorigin"), (0.0, 0.0))
    return vml_path(said, size, origin, box.width, box.height) if said else ""


def _group(element: etree._Element, size: Extent, place: Place, story: Story) -> Box:
    wide, high = _pair(element.get("coordsize"), (1000.0, 1000.0))
    left, top = _pair(element.get("coordorigin"), (0.0, 0.0))
    scale = (size.width / (wide or 1.0), size.height / (high or 1.0), left, top)
    members: list[Inline] = []
    for child in element:
        if child.tag.startswith(_V) and etree.QName(child).localname in _SHAPES:
            members.extend(_shape(child, story, scale))
    holder = Paragraph("", ParagraphFormat(), RunFormat(size=1.0), tuple(members))
    return Box((holder,) if members else (), size.width, size.height, place)


def _fill(element: etree._Element) -> str:
    """Return the fill colour of a shape; the mean for gradients and transparency."""
    first = "" if element.get("filled") in ("f", "false") else _colour(element.get("fillcolor"))
    how = element.find(_V + "fill")
    if not first or how is None:
        return first
    share = min(max(fraction(how.get("opacity"), 1.0), 0.0), 1.0)
    changing = how.get("type", "").startswith("gradient")
    return mix_colours(
        first, (_colour(how.get("color2")) if changing else "") or "FFFFFF", share / 2 if changing else share
    )


def _outline(element: etree._Element) -> Line | None:
    if element.get("stroked") in ("f", "false"):
        return None
    return Line("solid", vml_length(element.get("strokeweight")) or 0.75, _colour(element.get("strokecolor")), 0.0)


def _colour(said: str | None) -> str:
    """Return the hexadecimal digits of a colour, by name or number; a theme index may follow it."""
    try:
        return "".join(f"{part:02X}" for part in ImageColor.getrgb((said or "").split(" ")[0])[:3])
    except ValueError:
        return ""


def _bare(text: str | None) -> float:
    """Return a length in the group's coordinate units."""
    return float(number(text) or 0)


def _pair(text: str | None, usual: tuple[float, float]) -> tuple[float, float]:
    parts = (text or "").split(",")
    if len(parts) != 2:
        return usual
    return float(number(parts[0]) or 0), float(number(parts[1]) or 0)
